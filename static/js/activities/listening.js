// The panels are shared by all phones; this lays my own answers over them. And two things that
// stay on this phone alone: whom I met, and my listening card.
const MET = "met" // in localStorage: what is left of earlier rounds, most recent first
const ROUNDS = 3

const read = (key, otherwise) => {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise
  } catch {
    return otherwise // storage is blocked: nothing is remembered
  }
}
const write = (key, value) => {
  try {
    localStorage.setItem(key, JSON.stringify(value))
  } catch {
    // storage is blocked: it lives as long as this page
  }
}

class ListeningRound extends HTMLElement {
  connectedCallback() {
    this.leaving = new AbortController()
    for (const event of ["steentje:morphed", "part"]) document.addEventListener(event, () => this.lay(), { signal: this.leaving.signal })
    this.lay()
  }

  disconnectedCallback() {
    this.leaving.abort()
  }

  get mine() {
    return JSON.parse(document.querySelector("#own [data-mine]")?.dataset.mine || "{}")
  }

  lay() {
    const { answers = {}, turns = [], table = [], pick = 0 } = this.mine
    const turn = Number(this.querySelector("stage-clock")?.dataset.turn ?? 0)
    const it = turns[turn] ?? {}
    for (const button of this.querySelectorAll("[data-slot]")) button.setAttribute("aria-pressed", String(answers[`${button.dataset.slot}.${turn}`] === button.value))
    for (const count of this.querySelectorAll("[data-count]")) count.textContent = it.counts?.[count.dataset.count] ?? 0
    for (const mark of this.querySelectorAll("[data-mark]")) mark.setAttribute("aria-pressed", String(it.marks?.includes(mark.dataset.mark) ?? false))
    const again = it.again || ["almost", "no"].includes(answers[`check.${turn}`])
    for (const place of this.querySelectorAll(".again")) place.hidden = !again
    const number = this.querySelector('[data-fill="table"]')
    if (number && table[turn]) number.querySelector("b").textContent = table[turn]
    if (number) number.hidden = !table[turn]
    for (const list of this.querySelectorAll("[data-some]")) this.some(list, pick + turn)
  }

  /** A few of many, others on each phone and in each turn. */
  some(list, from) {
    const all = [...list.children]
    const shown = Array.from({ length: Number(list.dataset.some) }, (_, n) => (from * 3 + n) % all.length)
    all.forEach((one, n) => (one.hidden = !shown.includes(n)))
  }
}

/** Keeps what two who sat together both know, so that a next round can mix better. */
class ListeningMet extends HTMLElement {
  connectedCallback() {
    const marks = (this.dataset.met ?? "").split(" ").filter(Boolean)
    const [last = [], ...before] = read(MET, [])
    if (!marks.length || marks.every((mark) => last.includes(mark))) return
    write(MET, [marks, last, ...before].filter((round) => round.length).slice(0, ROUNDS + 1))
  }
}

document.addEventListener("steentje:asking", ({ detail: { form, fields } }) => {
  if (form.matches(".met") && form.dataset.act === "join") fields.met = read(MET, [])
})

class GrowthCard extends HTMLElement {
  connectedCallback() {
    this.leaving = new AbortController()
    const { signal } = this.leaving
    this.addEventListener("input", () => this.keep(), { signal })
    this.addEventListener("click", (event) => event.target.closest("[data-export]") && this.save(), { signal })
    this.fill()
  }

  disconnectedCallback() {
    this.leaving.abort()
  }

  get key() {
    return `card-${this.dataset.code}`
  }

  fill() {
    const kept = read(this.key, {})
    for (const [name, value] of Object.entries(kept.said ?? {})) {
      const field = this.querySelector(`[name="${CSS.escape(name)}"][type="radio"][value="${CSS.escape(value)}"]`)
      if (field) field.checked = true
      else if (this.querySelector(`input.field[name="${CSS.escape(name)}"]`)) this.querySelector(`input.field[name="${CSS.escape(name)}"]`).value = value
    }
    const [tallied, words] = [this.tallied, JSON.parse(this.dataset.words || "{}")]
    const place = this.querySelector("[data-tallied]")
    place.hidden = !tallied.length
    place.querySelector("span").textContent = tallied.map(([what, n]) => `${words[what] ?? what} ${n}×`).join(", ")
    if (tallied.length) this.keep()
  }

  /** What my observer counted while I listened: it came to this phone, and is kept nowhere else. */
  get tallied() {
    const { turns = [] } = JSON.parse(this.dataset.mine || "{}")
    return turns.flatMap((turn) => Object.entries(turn.tallied ?? {})).filter(([, n]) => n)
  }

  keep() {
    const said = {}
    for (const field of this.querySelectorAll("input")) if (field.type !== "radio" || field.checked) said[field.name] = field.value
    write(this.key, { said, tallied: Object.fromEntries(this.tallied), on: new Date().toISOString().slice(0, 10) })
  }

  save() {
    this.keep()
    const file = new Blob([JSON.stringify(read(this.key, {}), null, 2)], { type: "application/json" })
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: "steentje.json" })
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 1000)
  }
}

customElements.define("listening-round", ListeningRound)
customElements.define("listening-met", ListeningMet)
customElements.define("growth-card", GrowthCard)
