/** The ballot is shared by all phones; this lays my own stones and my own order over it. */

class VoteBallot extends HTMLElement {
  // What was tapped here and has not come back from the server yet.
  wished = null

  connectedCallback() {
    this.leaving = new AbortController()
    const { signal } = this.leaving
    document.addEventListener("steentje:morphed", () => this.lay(), { signal })
    this.addEventListener("click", (event) => this.tapped(event), { signal })
    this.addEventListener("keydown", (event) => this.keyed(event), { signal })
    this.watch = new MutationObserver(() => this.refused && this.lay())
    this.watch.observe(this, { attributeFilter: ["data-state"], subtree: true })
    this.lay()
  }

  disconnectedCallback() {
    this.leaving.abort()
    this.watch.disconnect()
  }

  get own() {
    return { choices: "", order: "", ...document.querySelector("[data-vote-own]")?.dataset }
  }

  get rows() {
    return [...this.querySelectorAll("[data-card]")]
  }

  get locked() {
    return !this.hasAttribute("data-cap") || this.hasAttribute("data-locked")
  }

  /** How many stones I have on each card, as the server has it. */
  get kept() {
    return Object.fromEntries(this.own.choices.trim().split(/\s+/).filter(Boolean).map((pair) => {
      const [card, n] = pair.split(":")
      return [card, Number(n)]
    }))
  }

  /** Shows what is mine: in my order, with my stones. */
  lay() {
    if (this.hasAttribute("data-cap")) this.sort(this.own.order.trim().split(" "))
    if (this.locked || this.refused || same(this.wished ?? {}, this.kept)) this.wished = null
    this.show(this.wished ?? this.kept)
  }

  get refused() {
    return this.querySelector("form")?.dataset.state === "refused"
  }

  /** Puts the rows in my order, told by how the ids begin; a row that has the focus keeps it. */
  sort(order) {
    const { length } = order[0]
    const place = (row) => order.indexOf(row.dataset.card.slice(0, length))
    const mine = this.rows.sort((one, other) => place(one) - place(other))
    if (mine.every((row, n) => row === this.rows[n])) return
    const focused = this.contains(document.activeElement) ? document.activeElement : null
    mine.forEach((row) => row.parentNode.append(row))
    focused?.focus({ preventScroll: true })
  }

  show(choices) {
    const left = Number(this.dataset.dots) - sum(choices)
    for (const row of this.rows) this.showRow(row, choices[row.dataset.card] ?? 0, left)
    for (const said of this.querySelectorAll("[data-remaining]")) {
      said.hidden = Number(said.dataset.remaining) !== left
    }
  }

  showRow(row, n, left) {
    const input = row.querySelector("input")
    if (!input) return this.mark(row, n > 0)
    this.furnish(row)
    row.classList.toggle("laid", n > 0)
    input.value = n
    row.querySelector("[data-count]").textContent = n
    row.querySelectorAll("use.mine").forEach((stone, i) => stone.classList.toggle("gone", i >= n))
    able(row.querySelector('[data-step="-1"]'), !this.locked && n > 0)
    able(row.querySelector('[data-step="1"]'), !this.locked && left > 0 && n < Number(this.dataset.cap))
  }

  /** Buttons in place of the number. They stay until the row goes. */
  furnish(row) {
    if (!row.querySelector(".stepper")) row.append(this.made)
    row.querySelector(".stepper").setAttribute("aria-labelledby", row.querySelector("label").id)
  }

  /** The result says on which cards my stones lie. */
  mark(row, laid) {
    const mark = row.querySelector("[data-mine]")
    if (!laid) mark?.remove()
    else if (!mark) row.append(this.made)
  }

  /** What stands ready in the template, made once more. */
  get made() {
    const made = document.importNode(this.querySelector("template").content.firstElementChild, true)
    made.dataset.made = ""
    return made
  }

  tapped(event) {
    const button = event.target.closest("[data-step]")
    if (button) this.step(button)
  }

  /** Arrows do what the buttons do. */
  keyed(event) {
    const by = { ArrowUp: "1", ArrowRight: "1", ArrowDown: "-1", ArrowLeft: "-1" }[event.key]
    const row = by && event.target.closest(".stepper")
    if (!row) return
    event.preventDefault()
    this.step(row.querySelector(`[data-step="${by}"]`))
  }

  /** One stone more or less here; the whole ballot goes to the server. */
  step(button) {
    if (button.getAttribute("aria-disabled") === "true") return
    const { card } = button.closest("[data-card]").dataset
    const now = this.wished ?? this.kept
    this.wished = { ...now, [card]: (now[card] ?? 0) + Number(button.dataset.step) }
    this.show(this.wished)
    send(this.querySelector("form"))
  }
}

const sum = (choices) => Object.values(choices).reduce((all, n) => all + n, 0)

const same = (some, other) =>
  [...Object.keys(some), ...Object.keys(other)].every((card) => (some[card] ?? 0) === (other[card] ?? 0))

const able = (button, can) => button.setAttribute("aria-disabled", String(!can))

// Safari before 16 has no requestSubmit.
const send = (form) =>
  form.requestSubmit ? form.requestSubmit() : form.querySelector("button:not([type])").click()

customElements.define("vote-ballot", VoteBallot)
