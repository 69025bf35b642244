// Shows the part whose time it is. The whole schedule is in the page, in server time: a phone
// that lost its connection keeps the time. An element says when it shows by `data-part`,
// `data-turn` and `data-role` (any of several, with spaces between), or `data-from` and `data-to`;
// with `data-last` only in so many last seconds of a part, with `data-after` only after so many;
// with `data-of` only where there are so many turns.
import { now } from "../lib/clock.js"

// In seconds, after a pause.
const COUNT_IN = 3
const PLACES = "[data-part], [data-turn], [data-role], [data-from]"

class StageClock extends HTMLElement {
  static observedAttributes = ["data-parts", "data-paused", "data-resumed"]

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
    const parts = JSON.parse(this.mine?.parts || this.dataset.parts || "[]")
    const stands = [this.dataset.paused, this.mine?.paused].find(one => one && one !== "None")
    const paused = stands === undefined ? null : Number(stands)
    const held = paused === null ? this.held(parts, now()) : null
    const time = paused ?? held ?? now()
    const part = parts.find(p => time < p.to)
    const name = parts.length && time < parts[0].from ? "before" : (part?.name ?? "after")
    const turn = part?.turn ?? (name === "after" ? (parts.at(-1)?.turn ?? 0) : 0)
    const left = part ? Math.max(0, part.to - Math.max(time, part.from)) : 0
    const into = part ? time - part.from : 0
    this.show({ name, turn, time, left, into, paused: paused !== null })
    const whole = part ? part.to - part.from : 1
    const counting = paused === null ? Math.ceil(COUNT_IN - (time - Number(this.dataset.resumed || 0))) : 0
    this.toggleAttribute("data-is-resuming", counting > 0)
    this.write(counting > 0 ? counting : Math.ceil(left), left / whole)
    const place = `${turn}/${name}`
    if (this.place !== undefined && this.place !== place) this.dispatchEvent(new CustomEvent("part", { detail: { name, turn }, bubbles: true }))
    this.place = place
    const wait = held !== null ? 1 : paused === null ? Math.min(part ? Math.min(1, left % 1) : Infinity, this.untilMore(time)) : Infinity
    if (wait < Infinity) this.timer = setTimeout(this.redraw, wait * 1000 + 15)
  }

  /** In how many seconds something with times of its own comes or goes. */
  untilMore(time) {
    const times = [...this.querySelectorAll("[data-from]")].flatMap(({ dataset: { from, to } }) => [from, to].map(Number))
    return Math.min(Infinity, ...times.map(one => one - time).filter(wait => wait > 0))
  }

  /** While somebody in a call has no line, this phone's clock stands still within its part; the room's goes on. */
  held(parts, time) {
    const [from, to] = (this.mine?.frozen ?? "").split(" ").map(Number)
    const part = parts.find(p => time < p.to)
    return from <= time && time < to && part?.from <= from ? from : null
  }

  /** What this phone alone was told: its role in each turn, and its own pace. */
  get mine() {
    return this.dataset.rolesIn ? document.querySelector(this.dataset.rolesIn)?.dataset : undefined
  }

  show({ name, turn, time, left, into, paused }) {
    this.dataset.now = name
    this.dataset.turnNow = turn
    this.toggleAttribute("data-is-paused", paused)
    const role = this.mine?.roles?.split(" ")[turn] || this.dataset.usualRole
    const turnsInAll = this.mine?.of ?? this.dataset.of
    const says = (asked, is) => asked === undefined || is === undefined || asked.split(" ").includes(String(is))
    // A child that always shows may have been morphed out of one that did not.
    for (const child of this.children) if (!child.matches(PLACES)) child.hidden = false
    const beside = this.dataset.rolesIn ? document.querySelectorAll(`#own :is(${PLACES})`) : []
    for (const element of [...this.querySelectorAll(PLACES), ...beside]) {
      const { part, turn: turns, role: roles, of, from, to, last, after } = element.dataset
      const inTime = (from === undefined || (time >= Number(from) && time < Number(to))) && (last === undefined || Math.ceil(left) <= Number(last)) && (after === undefined || into >= Number(after))
      element.hidden = !(inTime && says(part, name) && says(turns, turn) && says(of, turnsInAll) && says(roles, role ?? (this.dataset.rolesIn ? "" : undefined)))
    }
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
