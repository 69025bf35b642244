// Shows the part whose time it is. The whole schedule is in the page, in server time: a phone
// that lost its connection keeps the time.
import { now } from "../lib/clock.js"

class StageClock extends HTMLElement {
  static observedAttributes = ["data-parts", "data-paused"]

  connectedCallback() {
    this.redraw = () => this.draw()
    document.addEventListener("steentje:clock", this.redraw)
    document.addEventListener("steentje:morphed", this.redraw)
    document.addEventListener("visibilitychange", this.redraw)
    this.draw()
  }

  disconnectedCallback() {
    clearTimeout(this.timer)
    for (const event of ["steentje:clock", "steentje:morphed", "visibilitychange"]) document.removeEventListener(event, this.redraw)
  }

  attributeChangedCallback() {
    if (this.isConnected && this.redraw) this.draw()
  }

  draw() {
    clearTimeout(this.timer)
    const parts = JSON.parse(this.dataset.parts || "[]")
    const paused = this.dataset.paused && this.dataset.paused !== "None" ? Number(this.dataset.paused) : null
    const time = paused ?? now()
    const part = parts.find(p => time < p.to)
    const name = parts.length && time < parts[0].from ? "before" : (part?.name ?? "after")
    this.show(name, paused !== null)
    const left = part ? Math.max(0, part.to - Math.max(time, part.from)) : 0
    const whole = part ? part.to - part.from : 1
    this.write(Math.ceil(left), left / whole)
    if (this.part !== undefined && this.part !== name) this.dispatchEvent(new CustomEvent("part", { detail: { name }, bubbles: true }))
    this.part = name
    if (part && paused === null) this.timer = setTimeout(this.redraw, Math.min(1000, ((left * 1000) % 1000) + 15))
  }

  show(name, paused) {
    this.dataset.now = name
    this.toggleAttribute("data-is-paused", paused)
    for (const element of this.querySelectorAll("[data-part]")) element.hidden = !element.dataset.part.split(" ").includes(name)
  }

  write(seconds, share) {
    const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
    for (const element of this.querySelectorAll("[data-left]")) if (element.textContent !== text) element.textContent = text
    const stones = [...this.querySelectorAll(".stone[data-i]")]
    const remain = Math.ceil(share * stones.length)
    // Clockwise from the top: the first stones go first.
    stones.forEach((stone, i) => stone.classList.toggle("gone", i < stones.length - remain))
  }
}

customElements.define("stage-clock", StageClock)
