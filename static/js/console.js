// The console: every button is a move; the page is what the server says.
import "./elements/people-board.js"
import "./elements/stage-clock.js"
import { announce } from "./lib/forms.js"
import { onKeys } from "./lib/keys.js"
import { leads } from "./lib/lead.js"
import { Link } from "./lib/link.js"
import { morph } from "./lib/morph.js"

const UNDO_SHOWS_FOR = 10_000 // ms
const { code } = document.body.dataset
const link = new Link({ code, audience: "console", lang: document.documentElement.lang })
const place = document.getElementById("connection")
link.activity = document.body.dataset.activity ?? ""

function say(text) {
  if (!place) return
  place.textContent = text
  place.hidden = !text
  clearTimeout(say.timer)
  if (text) say.timer = setTimeout(() => (place.hidden = true), 6000)
}

// Where NEXT leads elsewhere another step is on: it is read from the top, but not while somebody types.
const aheadOf = view => view.querySelector(".next small")?.textContent
function toTheTop(view) {
  if (document.activeElement?.matches("textarea, input, select")) return
  for (const one of view.querySelectorAll(".desk, .middle, .tools")) one.scrollTop = 0
}

link.addEventListener("view", ({ detail }) => {
  const view = document.getElementById("view")
  const before = view.querySelector("h1")?.textContent
  const ahead = aheadOf(view)
  if (detail.html !== undefined) morph(view, detail.html)
  const heading = view.querySelector("h1")?.textContent
  if (heading !== before || aheadOf(view) !== ahead) toTheTop(view)
  if (heading !== before) {
    announce(heading)
    for (const menu of view.querySelectorAll("details[data-menu][open]")) menu.removeAttribute("open")
  }
})
link.addEventListener("lost", () => {
  document.body.classList.remove("live")
  if (place) ((place.textContent = place.dataset.offline ?? ""), (place.hidden = false))
})
link.addEventListener("joined", () => {
  document.body.classList.add("live")
  if (place) place.hidden = true
})
link.addEventListener("bye", ({ detail }) => location.replace(detail.url))
link.addEventListener("turned-away", ({ detail }) => ["unknown_code", "key_needed"].includes(detail.refused) && location.reload())

let undo
function offerUndo(name) {
  document.body.classList.toggle("undoable", !["undo", "add_lead", "stop_lead"].includes(name))
  clearTimeout(undo)
  undo = setTimeout(() => document.body.classList.remove("undoable"), UNDO_SHOWS_FOR)
}
const move = leads(link, say, offerUndo)

// Which of those who lead is this device: the page knows, the view is the same for all.
function findMyself() {
  for (const one of document.querySelectorAll("[data-leads]")) one.toggleAttribute("data-is-me", one.dataset.leads === document.body.dataset.me)
}
document.addEventListener("steentje:morphed", findMyself)
document.addEventListener("focusin", ({ target }) => target.matches("input[readonly]") && target.select())

const view = document.getElementById("view")
onKeys((asked, _event, number) => {
  const moves = {
    next: ["next"], back: ["back"], show: ["show"], hide: ["hide"], lock: ["lock"], undo: ["undo"],
    longer: ["extend", { seconds: 60 }], shorter: ["extend", { seconds: -60 }],
    qr: ["qr", { large: !view.querySelector("[data-qr-large]") }],
    pause: [view.querySelector("[data-paused-now]") ? "resume" : "pause"],
  }
  if (asked === "large") {
    const card = view.querySelector(`[data-number="${number}"]`)
    return card && move("enlarge", { id: card.dataset.card })
  }
  if (asked === "small") return move("enlarge", { id: "" })
  if (moves[asked]) move(...moves[asked])
})

for (const event of ["visibilitychange", "online"]) {
  (event === "visibilitychange" ? document : window).addEventListener(event, () => {
    if (!document.hidden) link.socket.connected ? link.join() : link.socket.connect()
  })
}
let awake
document.addEventListener("click", async () => (awake ??= await navigator.wakeLock?.request("screen").catch(() => null)))
