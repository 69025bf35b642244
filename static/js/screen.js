// The room's screen: shows; and in the window of who leads, listens to keys and clickers.
import "./elements/stage-clock.js"
import { announce } from "./lib/forms.js"
import { onKeys } from "./lib/keys.js"
import { leads } from "./lib/lead.js"
import { Link } from "./lib/link.js"
import { morph } from "./lib/morph.js"
import { listen, loudness, mute, play } from "./lib/sound.js"

const CURSOR_HIDES_AFTER = 2_000 // ms
const { code } = document.body.dataset
const body = document.body.classList
const link = new Link({ code, audience: "screen", lang: document.documentElement.lang })
const place = document.getElementById("connection")

function say(text) {
  if (!place) return
  place.textContent = text
  place.hidden = !text
  clearTimeout(say.timer)
  if (text) say.timer = setTimeout(() => (place.hidden = true), 5000)
}

link.addEventListener("view", ({ detail }) => {
  const view = document.getElementById("view")
  const before = view.querySelector("h1")?.textContent
  if (detail.html !== undefined) morph(view, detail.html)
  const heading = view.querySelector("h1")?.textContent
  if (heading !== before) announce(heading)
})
link.addEventListener("lost", () => place && ((place.textContent = place.dataset.offline ?? ""), (place.hidden = false)))
link.addEventListener("joined", () => place && (place.hidden = true))
link.addEventListener("bye", ({ detail }) => location.replace(detail.url))
link.addEventListener("turned-away", ({ detail }) => ["unknown_code", "key_needed"].includes(detail.refused) && location.reload())
// A clock that says which sound goes with what is heard; another knocks at each part.
document.addEventListener("part", ({ target, detail }) => target.querySelector("[data-sound]") || play(detail.name === "after" ? "toks" : "tok"))
listen(document.getElementById("view"))

// -- the window of who leads

const move = leads(link, say)
const view = document.getElementById("view")
const here = {
  black: () => body.toggle("black", !body.contains("black")) && body.remove("white"),
  white: () => body.toggle("white", !body.contains("white")) && body.remove("black"),
  sound: () => say(mute() ? (place?.dataset.muted ?? "") : (place?.dataset.loud ?? "")),
  full: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
  theme: () => {
    const root = document.documentElement
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark"
  },
  help: () => {
    const keys = document.getElementById("keys")
    keys?.open ? keys.close() : keys?.showModal()
  },
  leave: () => (document.getElementById("keys")?.close(), body.remove("black", "white")),
}
const there = {
  next: () => move("next"), back: () => move("back"), show: () => move("show"), hide: () => move("hide"),
  lock: () => move("lock"), undo: () => move("undo"),
  qr: () => move("qr", { large: !view.querySelector("[data-qr-large]") }),
  longer: () => move("extend", { seconds: 60 }), shorter: () => move("extend", { seconds: -60 }),
  pause: () => move(view.querySelector("[data-paused-now]") ? "resume" : "pause"),
  page_on: () => move("page", { n: Number(view.querySelector("[data-page]")?.dataset.page ?? 0) + 1 }),
  page_back: () => move("page", { n: Math.max(0, Number(view.querySelector("[data-page]")?.dataset.page ?? 0) - 1) }),
  small: () => move("enlarge", { id: "" }),
}
// How loud this computer is: heard as soon as the slider is let go.
const slider = document.getElementById("loudness")
if (slider) {
  slider.value = 100 * loudness()
  slider.addEventListener("change", () => (loudness(slider.value / 100), play("bowl")))
}

onKeys((asked, _event, number) => {
  if (here[asked]) return here[asked]()
  if (!body.contains("may-lead")) return
  if (body.contains("black") || body.contains("white")) return here.leave()
  if (asked === "large") {
    const card = view.querySelector(`[data-number="${number}"]`)
    return card && move("enlarge", { id: card.dataset.card })
  }
  there[asked]?.()
})

let still
document.addEventListener("pointermove", () => {
  body.remove("still")
  clearTimeout(still)
  still = setTimeout(() => body.add("still"), CURSOR_HIDES_AFTER)
})

// A screen in the room stays on.
const stayAwake = () => !document.hidden && navigator.wakeLock?.request("screen").catch(() => null)
document.addEventListener("visibilitychange", stayAwake)
stayAwake()

// The first time, the key in the address becomes a cookie.
if (location.hash.startsWith("#k=")) history.replaceState(null, "", location.pathname)
