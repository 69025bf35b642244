// Things that one carries to a place by hand. This knows where they are and what lies under the
// finger; what comes of it, an element says. Whatever is carried can be done by menu as well.
const EDGE = 56 // px from the edge where the list begins to move along
const SPEED = 10 // px a frame

/** A board on which what has a `data-grip` in it can be carried. An element says what may be taken
 *  up (`carried`), what it would be laid on (`target`), and asks for what comes of it (`laid`). */
export class Board extends HTMLElement {
  held = null // the thing in hand, and where it was taken up

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
    const thing = event.button === 0 && this.carried(event.target.closest("[data-grip]"))
    if (!thing) return
    event.preventDefault()
    this.setPointerCapture(event.pointerId)
    const list = this.list
    this.held = { id: thing.id, x: event.clientX, y: event.clientY, at: event, list, from: list.scrollTop }
    this.follow()
  }

  carry(event) {
    if (this.held) this.held.at = event
  }

  /** Once a frame: the thing is where the finger is, what it would be laid on stands out, and near an edge the list moves. */
  follow() {
    const { held, thing } = this
    if (!thing) return this.letGo()
    const { list, at } = held
    const box = list.getBoundingClientRect()
    if (at.clientY < Math.max(0, box.top) + EDGE) list.scrollTop -= SPEED
    if (at.clientY > Math.min(innerHeight, box.bottom) - EDGE) list.scrollTop += SPEED
    thing.classList.add("held")
    thing.style.transform = `translate(${at.clientX - held.x}px, ${at.clientY - held.y + list.scrollTop - held.from}px)`
    this.mark(this.under(at))
    held.frame = requestAnimationFrame(() => this.follow())
  }

  drop(event) {
    if (!this.held) return
    const [thing, target] = [this.thing, this.under(event)]
    this.letGo()
    if (thing && target) this.laid(thing, target)
  }

  letGo() {
    cancelAnimationFrame(this.held?.frame)
    this.mark(null)
    this.thing?.classList.remove("held")
    this.thing?.style.removeProperty("transform")
    this.held = null
  }

  get thing() {
    return this.held && document.getElementById(this.held.id)
  }

  /** What scrolls around here. */
  get list() {
    let one = this.parentElement
    while (one && !/auto|scroll/.test(getComputedStyle(one).overflowY)) one = one.parentElement
    return one ?? document.scrollingElement
  }

  under({ clientX, clientY }) {
    const there = this.thing && document.elementFromPoint(clientX, clientY)
    return there && this.contains(there) ? this.target(this.thing, there) : null
  }

  mark(target) {
    for (const one of this.querySelectorAll(".over")) if (one !== target) one.classList.remove("over")
    target?.classList.add("over")
  }

  /** A move by a form of this page that stands ready for it, empty. */
  ask(move, fields) {
    const form = this.querySelector(`.dragged [data-move="${move}"]`)
    for (const [name, value] of Object.entries(fields)) form.elements.namedItem(name).value = value
    form.requestSubmit()
  }
}
