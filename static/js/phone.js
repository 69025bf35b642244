// The phone's page, live. Without this file it works by forms.
import "./elements/stage-clock.js"
import { Link } from "./lib/link.js"
import { Outbox, freshId } from "./lib/outbox.js"
import { announce, calm, fieldsOf, keepDrafts, refuse } from "./lib/forms.js"
import { morph } from "./lib/morph.js"

// In milliseconds, when there is no line.
const LOOK_AGAIN = 5_000
const SHOWN_FOR = 4_000

const { code } = document.body.dataset
const link = new Link({ code, audience: "phone", lang: document.documentElement.lang })
const outbox = new Outbox(code, act => link.act(act))
// A new person holds this phone: nothing of the one before may be seen.
const afresh = new URLSearchParams(location.search).has("fresh")
const drafts = keepDrafts(code, { afresh })
// Act id -> the form that asked.
const forms = new Map()
link.activity = document.body.dataset.activity ?? ""

if (afresh) {
  outbox.forget()
  history.replaceState(null, "", location.pathname)
}

const part = id => document.getElementById(id)

function shown({ detail }, id) {
  if (detail.html !== undefined && part(id)) morph(part(id), detail.html)
}

link.addEventListener("view", event => {
  const before = part("view").querySelector("h1")?.textContent
  shown(event, "view")
  document.body.dataset.stand = part("view").querySelector("[data-stand]")?.dataset.stand ?? ""
  document.body.dataset.activity = event.detail.activity
  const heading = part("view").querySelector("h1")?.textContent
  if (heading && heading !== before) announce(heading)
})
link.addEventListener("own", event => shown(event, "own"))
let leaving = false
link.addEventListener("bye", ({ detail }) => {
  if (leaving) return
  leaving = true
  outbox.forget()
  drafts.forgetAll()
  location.replace(detail.url)
})

// -- the connection, told in words

let looking
function banner(text, passing = false) {
  const place = part("connection")
  if (!place) return
  clearTimeout(banner.timer)
  place.textContent = text
  place.hidden = !text
  if (passing) banner.timer = setTimeout(() => (place.hidden = true), SHOWN_FOR)
}

link.addEventListener("lost", () => {
  banner(part("connection")?.dataset.offline ?? "")
  clearInterval(looking)
  looking = setInterval(() => !link.joined && !document.hidden && link.look().catch(() => {}), LOOK_AGAIN)
})
link.addEventListener("joined", () => {
  clearInterval(looking)
  if (part("connection") && !part("connection").hidden) banner(part("connection").dataset.back, true)
  outbox.flush()
})
link.addEventListener("turned-away", ({ detail }) => {
  if (!leaving && ["unknown_code", "reload_first"].includes(detail.refused)) location.reload()
})
for (const event of ["visibilitychange", "pageshow", "online"]) {
  (event === "visibilitychange" ? document : window).addEventListener(event, () => {
    if (document.hidden) return
    if (link.socket.connected) link.join()
    else link.socket.connect()
  })
}

// -- acts

document.addEventListener("submit", event => {
  const form = event.target.closest("form[data-act]")
  if (!form) return
  event.preventDefault()
  calm(form)
  const activity = form.elements.namedItem("activity")?.value || link.activity || null
  const { submitter } = event
  const fields = fieldsOf(form, submitter)
  document.dispatchEvent(new CustomEvent("steentje:asking", { detail: { form, fields } }))
  const act = { activity, id: freshId(), name: submitter?.name === "name" ? submitter.value : form.dataset.act, fields }
  forms.set(act.id, form)
  form.dataset.state = "sending"
  outbox.add(act)
  navigator.vibrate?.(20)
})

// Somebody goes on writing: what was refused was about what stood there before.
document.addEventListener("input", ({ target }) => calm(target.closest("form[data-act]")))

outbox.addEventListener("waiting", ({ detail }) => {
  const form = forms.get(detail.act.id)
  if (form) form.dataset.state = "waiting"
})
outbox.addEventListener("answered", ({ detail: { act, answer } }) => {
  const form = forms.get(act.id)
  forms.delete(act.id)
  if (form) form.dataset.state = answer.refused ? "refused" : "sent"
  if (answer.refused) return form?.isConnected ? refuse(form, answer.message) : banner(answer.message, true)
  if (form) {
    // Nothing is picked any more.
    if (form.querySelector("[data-fills]")) form.reset()
    for (const field of form.elements) {
      if (!field.matches("[data-clear]")) continue
      field.value = ""
      field.dispatchEvent(new Event("input", { bubbles: true }))
    }
    for (const box of [form, ...form.querySelectorAll("details")]) box.closest("details[data-close]")?.removeAttribute("open")
    drafts.forget(form)
  }
  if (answer.own !== undefined) link.tell("own", { html: answer.own })
  document.dispatchEvent(new CustomEvent("steentje:sent", { detail: { act } }))
})

// Each part is told once: in words for who listens to the page, and by a short buzz.
document.addEventListener("part", ({ target, detail: { name } }) => {
  const heading = [...target.querySelectorAll("h1")].find(one => !one.closest("[hidden]"))
  if (heading) announce(heading.textContent)
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(name === "land" ? [60, 80, 60] : 40)
})

// Beside a wide page stands the room's screen, for who is not in the room.
const wide = matchMedia("(min-width: 900px)")
function beside() {
  const there = document.querySelector("iframe.beside")
  if (!wide.matches) return there?.remove()
  if (there || !link.joined) return
  const screen = Object.assign(document.createElement("iframe"), { className: "beside", src: `/${code}/screen`, title: document.title })
  document.body.append(screen)
}
wide.addEventListener("change", beside)
// The roster has this phone by then.
link.addEventListener("joined", () => setTimeout(beside, 300))

// A screen that stays on while it must be read; a page that was away asks for it again.
const stayAwake = () => document.hidden || navigator.wakeLock?.request("screen").catch(() => {})
document.addEventListener("click", () => {
  stayAwake()
  document.addEventListener("visibilitychange", stayAwake)
}, { once: true })
outbox.flush()
