// Moves, for the windows that lead: console and screen.
import { calm, fieldsOf, refuse } from "./forms.js"
import { freshId } from "./outbox.js"

const REFUSED_FOR = 6_000 // ms
const OF_THE_SESSION = ["open", "put_away", "close", "reopen", "seal", "take_back_lead", "add_lead", "stop_lead", "undo", "qr"]

// A move is about what was seen when somebody pressed and what this page did since: not about
// versions that it has only heard of.
async function ask(link, name, fields) {
  const activity = OF_THE_SESSION.includes(name) ? null : link.activity || null
  const answer = await link.ask("move", { name, fields, version: link.seen, activity })
  if (!answer.refused) link.seen = Math.max(link.seen, answer.version)
  return answer
}

export function leads(link, say, done = () => {}) {
  const asked = new Set() // a second press of what is not answered yet is the same press

  async function move(name, fields = {}, form = null) {
    const what = JSON.stringify([name, fields])
    if (asked.has(what)) return null
    calm(form)
    asked.add(what)
    let answer
    try {
      answer = await ask(link, name, fields)
    } catch {
      say(document.getElementById("connection")?.dataset.offline ?? "")
      return null
    } finally {
      asked.delete(what)
    }
    if (answer.refused === "stale") {
      await link.join() // first what stands now, then why nothing was done
      say(answer.message)
    } else if (answer.refused && form) {
      refuse(form, answer.message)
      setTimeout(() => calm(form), REFUSED_FOR)
    } else if (answer.refused) say(answer.message)
    else {
      navigator.vibrate?.(20)
      done(name)
    }
    return answer
  }

  document.addEventListener("submit", async event => {
    const form = event.target.closest("form[data-move]")
    if (form) {
      event.preventDefault()
      const fields = fieldsOf(form, event.submitter)
      if (["open", "put_away"].includes(form.dataset.move)) fields.activity = form.elements.namedItem("activity").value
      const answer = await move(form.dataset.move, fields, form)
      if (answer && !answer.refused) empty(form)
      return
    }
    const typed = event.target.closest("form[data-act]")
    if (!typed) return
    event.preventDefault()
    calm(typed)
    const activity = typed.elements.namedItem("activity")?.value || link.activity
    try {
      const answer = await link.act({ activity, id: freshId(), name: typed.dataset.act, fields: fieldsOf(typed, event.submitter) })
      answer.refused ? refuse(typed, answer.message) : empty(typed)
    } catch {
      refuse(typed, document.getElementById("connection")?.dataset.offline ?? "")
    }
  })

  document.addEventListener("change", event => {
    const form = event.target.closest("form[data-autosave]")
    if (form) form.requestSubmit()
  })
  return move
}

function empty(form) {
  for (const field of form.querySelectorAll("[data-clear]")) field.value = ""
  // What was saved is what stands there now, so a later view may bring it up to date.
  for (const field of form.querySelectorAll("input:not([type=hidden]):not([data-clear]), textarea")) field.defaultValue = field.value
  form.closest("details[data-close]")?.removeAttribute("open")
}
