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
