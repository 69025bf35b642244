// People who are carried to another table by hand.
import { Board } from "../lib/dragging.js"

class PeopleBoard extends Board {
  carried(grip) {
    return grip?.closest("[data-place]")
  }

  target(place, there) {
    const [home, table] = [place, there].map(one => one.closest("[data-table]"))
    return table === home ? null : table
  }

  laid(place, table) {
    this.ask("place", { from: place.dataset.place, table: table.dataset.table })
  }
}

customElements.define("people-board", PeopleBoard)
