// Forms that ask: what they hold, and what comes back.
const NESTED = /^(\w+)\[([^\]]+)\]$/

export function fieldsOf(form, submitter) {
  const fields = {}
  const said = [...new FormData(form)] // older browsers leave out the button that was pressed
  if (submitter?.name) said.push([submitter.name, submitter.value])
  for (const [name, value] of said) {
    if (name === "activity" || name === "version" || (name === "name" && (form.dataset.act || form.dataset.move))) continue
    const nested = NESTED.exec(name)
    const input = form.elements.namedItem(name)
    if (submitter?.formNoValidate && input?.required) continue // what need not be filled in is not asked for
    if (nested) (fields[nested[1]] ??= {})[nested[2]] = Number(value || 0)
    else fields[name] = isWhole(name, input, submitter) ? Number(value) : value
  }
  return fields
}

function isWhole(name, input, submitter) {
  return input?.dataset?.int !== undefined || (submitter?.name === name && submitter.dataset.int !== undefined) || ["n", "seconds"].includes(name)
}

export function refuse(form, message) {
  const place = form?.querySelector("[data-refusal]")
  if (!place) return announce(message)
  place.textContent = message
  place.hidden = false
}

export function calm(form) {
  const place = form?.querySelector("[data-refusal]")
  if (place) place.hidden = true
}

export function announce(text) {
  const place = document.getElementById("announce")
  if (place && text) place.textContent = text
}

// What stands on the card that was picked is what gets changed. Who goes past the cards by keys is left among them.
document.addEventListener("change", ({ target }) => {
  const area = target.type === "radio" && target.form?.querySelector("[data-fills]")
  if (!area) return
  area.value = target.closest("label").lastChild.data
  if (!target.matches(":focus-visible")) area.focus()
})

// Half-written text survives a reload: kept on this phone, forgotten once it is sent.
export function keepDrafts(code, { afresh = false } = {}) {
  const key = area => `draft-${code}-${area.dataset.keep}`
  const quietly = run => {
    try {
      return run()
    } catch {
      return null // storage is blocked: the text stays in the page only
    }
  }
  let timer
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("textarea[data-keep]")) return
    clearTimeout(timer)
    timer = setTimeout(() => quietly(() => localStorage.setItem(key(target), target.value)), 300)
  })
  const restore = () => {
    for (const area of document.querySelectorAll("textarea[data-keep]")) {
      const kept = !area.value && quietly(() => localStorage.getItem(key(area)))
      if (!kept) continue
      area.value = kept
      area.dispatchEvent(new Event("input", { bubbles: true }))
    }
  }
  const forgetAll = () => quietly(() => Object.keys(localStorage).filter(k => k.startsWith(`draft-${code}-`)).forEach(k => localStorage.removeItem(k)))
  if (afresh) forgetAll()
  document.addEventListener("steentje:morphed", restore)
  restore()
  return {
    forgetAll,
    forget: form => {
      clearTimeout(timer)
      for (const area of form.querySelectorAll("textarea[data-keep]")) quietly(() => localStorage.removeItem(key(area)))
    },
  }
}

// How many characters are left, said only when it begins to matter.
class CountChars extends HTMLElement {
  connectedCallback() {
    this.count = () => this.draw()
    document.addEventListener("input", this.count)
    document.addEventListener("steentje:morphed", this.count)
    this.draw()
  }

  disconnectedCallback() {
    document.removeEventListener("input", this.count)
    document.removeEventListener("steentje:morphed", this.count)
  }

  draw() {
    const length = document.getElementById(this.getAttribute("for"))?.value.length ?? 0
    this.hidden = length < Number(this.dataset.from)
    this.textContent = `${length} / ${this.dataset.most}`
  }
}

customElements.define("count-chars", CountChars)
