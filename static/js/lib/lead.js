// Moves, for the windows that lead: console and screen.
import { calm, fieldsOf, refuse } from "./forms.js"
import { freshId } from "./outbox.js"

const REFUSED_FOR = 6_000 // ms

export function leads(link, say) {
  async function move(name, fields = {}, form = null) {
    calm(form)
    let answer
    try {
      answer = await link.move(name, fields)
    } catch {
      say(document.getElementById("connection")?.dataset.offline ?? "")
      return null
    }
    if (answer.refused && form) {
      refuse(form, answer.message)
      setTimeout(() => calm(form), REFUSED_FOR)
    } else if (answer.refused) say(answer.message)
    else navigator.vibrate?.(20)
    return answer
  }

  document.addEventListener("submit", async event => {
    const form = event.target.closest("form[data-move]")
    if (form) {
      event.preventDefault()
      const fields = fieldsOf(form, event.submitter)
      if (form.dataset.move === "open") fields.activity = form.elements.namedItem("activity").value
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
