// Cards that one carries to a group by hand.
import { Board } from "../lib/dragging.js"

class CardBoard extends Board {
  carried(grip) {
    return grip?.closest("[data-card]")
  }

  /** A group, another loose card, or the place of the loose ones; nothing when the card lies there already. */
  target(card, there) {
    const [home, place] = [card, there].map(one => one.closest("[data-group], [data-loose]"))
    if (place !== home) return place
    return home?.matches("[data-loose]") ? there.closest("[data-card]") : null
  }

  laid(card, target) {
    if (target.matches("[data-group]")) this.ask("add", { id: card.dataset.card, group: target.dataset.group })
    else if (target.matches("[data-card]")) this.askTogether(card.dataset.card, target.dataset.card)
    else this.ask("take_out", { id: card.dataset.card })
  }

  askTogether(...cards) {
    const form = this.querySelector('.dragged [data-move="group"]')
    form.querySelectorAll("[data-one]").forEach((field, n) => (field.name = `ids[${cards[n]}]`))
    form.requestSubmit()
  }
}

customElements.define("card-board", CardBoard)
