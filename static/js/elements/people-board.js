// People who are carried to another table by hand: to a table, or to a place there, and then two
// change places.
import { Board } from "../lib/dragging.js"

class PeopleBoard extends Board {
  carried(grip) {
    return grip?.closest("[data-place]")
  }

  target(place, there) {
    const [home, table] = [place, there].map(one => one.closest("[data-table]"))
    if (!table || table === home) return null
    return there.closest("[data-place]") ?? table
  }

  laid(place, target) {
    const from = place.dataset.place
    if (target.matches("[data-place]")) this.ask("swap", { from, to: target.dataset.place })
    else this.ask("place", { from, table: target.dataset.table })
  }
}

customElements.define("people-board", PeopleBoard)
