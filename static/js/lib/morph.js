// Changes the page into what the server says it is, and keeps what somebody is doing in it.
import { Idiomorph } from "../vendor/idiomorph.esm.js"

const FIELDS = "input, textarea, select"

function isDirty(field) {
  if (field.type === "hidden") return false
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked
  if (field.tagName === "SELECT") return [...field.options].some(o => o.selected !== o.defaultSelected)
  return field.value !== field.defaultValue
}

export function morph(target, html) {
  const before = document.activeElement
  Idiomorph.morph(target, html, {
    morphStyle: "innerHTML",
    callbacks: {
      beforeNodeMorphed(old, fresh) {
        if (old.nodeType !== Node.ELEMENT_NODE) return true
        if (old.matches(FIELDS) && isDirty(old) && fresh.name === old.name) return false
        if (old.matches("[data-refusal]") && !old.hidden) return false
        return true
      },
      beforeNodeRemoved(old) {
        // What an element made here of its own template goes when the element goes.
        return !(old.nodeType === Node.ELEMENT_NODE && old.matches("[data-made]"))
      },
      beforeAttributeUpdated(name, element, change) {
        // What somebody opened stays open; what an element shows or hides is its own business.
        if (name === "open" && element.matches("details, dialog")) return false
        if (name === "hidden" && element.closest("stage-clock")) return false
        if (name === "disabled" && element.dataset.sending !== undefined) return false
        return !(name === "class" && element.matches(".stone") && change === "update")
      },
    },
  })
  if (before && before !== document.activeElement && !before.isConnected) target.focus?.({ preventScroll: true })
  document.dispatchEvent(new CustomEvent("steentje:morphed", { detail: { target } }))
}
