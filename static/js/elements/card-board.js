/** Cards that one carries to a group by hand. This knows where things lie, fills a form and asks;
 *  whether it may be, the server says. Everything here can be done by menu as well. */
const EDGE = 56 // px from the edge where the list begins to move along
const SPEED = 10 // px a frame

class CardBoard extends HTMLElement {
  held = null // the card in hand, and where it was taken up

  connectedCallback() {
    this.leaving = new AbortController()
    const { signal } = this.leaving
    const on = (name, heard) => this.addEventListener(name, heard, { signal })
    on("pointerdown", event => this.take(event))
    on("pointermove", event => this.carry(event))
    on("pointerup", event => this.drop(event))
    on("pointercancel", () => this.letGo())
    document.addEventListener("keydown", event => event.key === "Escape" && this.letGo(), { signal })
  }

  disconnectedCallback() {
    this.leaving.abort()
    this.held = null
  }

  take(event) {
    const card = event.button === 0 && event.target.closest("[data-grip]")?.closest("[data-card]")
    if (!card) return
    event.preventDefault()
    this.setPointerCapture(event.pointerId)
    const list = this.list
    this.held = { id: card.id, x: event.clientX, y: event.clientY, at: event, list, from: list.scrollTop }
    this.follow()
  }

  carry(event) {
    if (this.held) this.held.at = event
  }

  /** Once a frame: the card is where the finger is, what it would be laid on stands out, and near an edge the list moves. */
  follow() {
    const { held, card } = this
    if (!card) return this.letGo()
    const { list, at } = held
    const box = list.getBoundingClientRect()
    if (at.clientY < Math.max(0, box.top) + EDGE) list.scrollTop -= SPEED
    if (at.clientY > Math.min(innerHeight, box.bottom) - EDGE) list.scrollTop += SPEED
    card.classList.add("held")
    card.style.transform = `translate(${at.clientX - held.x}px, ${at.clientY - held.y + list.scrollTop - held.from}px)`
    this.mark(this.under(at))
    held.frame = requestAnimationFrame(() => this.follow())
  }

  drop(event) {
    if (!this.held) return
    const [card, target] = [this.card, this.under(event)]
    this.letGo()
    if (!card || !target) return
    if (target.matches("[data-group]")) this.ask("add", { id: card.dataset.card, group: target.dataset.group })
    else if (target.matches("[data-card]")) this.askTogether(card.dataset.card, target.dataset.card)
    else this.ask("take_out", { id: card.dataset.card })
  }

  letGo() {
    cancelAnimationFrame(this.held?.frame)
    this.mark(null)
    this.card?.classList.remove("held")
    this.card?.style.removeProperty("transform")
    this.held = null
  }

  get card() {
    return this.held && document.getElementById(this.held.id)
  }

  /** What scrolls around here. */
  get list() {
    let one = this.parentElement
    while (one && !/auto|scroll/.test(getComputedStyle(one).overflowY)) one = one.parentElement
    return one ?? document.scrollingElement
  }

  /** A group, another loose card, or the place of the loose ones; nothing when the card lies there already. */
  under({ clientX, clientY }) {
    const { card } = this
    const there = document.elementFromPoint(clientX, clientY)
    if (!card || !this.contains(there)) return null
    const [home, place] = [card, there].map(one => one.closest("[data-group], [data-loose]"))
    if (place !== home) return place
    return home?.matches("[data-loose]") ? there.closest("[data-card]") : null
  }

  mark(target) {
    for (const one of this.querySelectorAll(".over")) if (one !== target) one.classList.remove("over")
    target?.classList.add("over")
  }

  ask(move, fields) {
    const form = this.querySelector(`.dragged [data-move="${move}"]`)
    for (const [name, value] of Object.entries(fields)) form.elements.namedItem(name).value = value
    form.requestSubmit()
  }

  askTogether(...cards) {
    const form = this.querySelector('.dragged [data-move="group"]')
    form.querySelectorAll("[data-one]").forEach((field, n) => (field.name = `ids[${cards[n]}]`))
    form.requestSubmit()
  }
}

customElements.define("card-board", CardBoard)
