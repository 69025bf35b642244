// A breath to breathe along with. The whole of it is in the page, in server time, so that a room
// breathes as one. Who wants no motion reads the words and the count; without scripts the lines
// that stand beside it say the same.
import { now, sync } from "../lib/clock.js"

const SMALL = { transform: "scale(.52)", easing: "ease-in-out" }
const WIDE = { transform: "none", easing: "ease-in-out" }
const still = matchMedia("(prefers-reduced-motion: reduce)")

class PacedBreath extends HTMLElement {
  static observedAttributes = ["data-begins"]

  connectedCallback() {
    this.redraw = () => this.draw()
    for (const event of ["steentje:clock", "steentje:morphed", "visibilitychange"]) document.addEventListener(event, this.redraw)
    this.draw()
    sync()
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
    const [begins, inward, outward, times] = ["begins", "in", "out", "times"].map(name => Number(this.dataset[name]))
    const past = now() - begins
    const round = Math.floor(past / (inward + outward))
    const at = past - round * (inward + outward)
    const name = past < 0 ? "before" : round >= times ? "after" : at < inward ? "in" : "out"
    for (const word of this.querySelectorAll("[data-says]")) word.hidden = word.dataset.says !== name
    const breathes = name === "in" || name === "out"
    for (const [place, text] of [["count", 1 + Math.floor(name === "in" ? at : at - inward)], ["round", Math.min(Math.max(round, 0), times - 1) + 1]]) {
      const element = this.querySelector(`[data-${place}]`)
      if (element) element.textContent = breathes || place === "round" ? text : ""
    }
    this.grow(past, inward, outward, times)
    if (name !== "after") this.timer = setTimeout(this.redraw, (1 - (past - Math.floor(past))) * 1000 + 15)
  }

  /** The stone goes by its own animation, set right whenever the clock is. */
  grow(past, inward, outward, times) {
    const stone = this.querySelector("[data-stone]")
    if (!stone) return
    if (still.matches) return stone.getAnimations().forEach(one => one.cancel())
    const length = (inward + outward) * 1000
    if (this.stone !== stone || this.grows.effect.getTiming().duration !== length) {
      this.grows?.cancel()
      this.stone = stone
      this.grows = stone.animate([SMALL, { ...WIDE, offset: inward / (inward + outward) }, SMALL], { duration: length, iterations: times, fill: "both" })
      this.grows.pause()
    }
    const meant = past * 1000
    if (meant >= 0 && meant < length * times) {
      if (Math.abs(Number(this.grows.currentTime) - meant) > 120) this.grows.currentTime = meant
      if (this.grows.playState !== "running") this.grows.play()
    } else {
      this.grows.pause()
      this.grows.currentTime = 0
    }
  }
}

customElements.define("paced-breath", PacedBreath)
