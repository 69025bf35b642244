// The panels are shared by all phones; this lays my own answers over them.
import { confirm, confirmed } from "./listening.shelf.js"

const write = (key, value) => {
  try {
    localStorage.setItem(key, JSON.stringify(value))
  } catch {
    // storage is blocked: it lives as long as this page
  }
}

class ListeningRound extends HTMLElement {
  others = new Map() // list of what may be told: how often its owner turned to another
  connectedCallback() {
    this.leaving = new AbortController()
    for (const event of ["steentje:morphed", "part"]) document.addEventListener(event, () => this.lay(), { signal: this.leaving.signal })
    document.addEventListener("part", () => window.speechSynthesis?.cancel(), { signal: this.leaving.signal })
    this.lay()
  }

  disconnectedCallback() {
    this.leaving.abort()
  }

  get mine() {
    return JSON.parse(document.querySelector("#own [data-mine]")?.dataset.mine || "{}")
  }

  /** In the panels of all phones, and on the cards of one that is shared. */
  all(what) {
    return document.querySelectorAll(`listening-round ${what}, #own .passing ${what}`)
  }

  lay() {
    const { answers = {}, turns = [], table = [], pick = 0 } = this.mine
    const turn = Number(this.querySelector("stage-clock")?.dataset.turnNow ?? 0)
    const it = turns[turn] ?? {}
    for (const button of this.all("[data-slot]")) button.setAttribute("aria-pressed", String((answers[`${button.dataset.slot}.${turn}`] ?? answers[button.dataset.slot]) === button.value))
    for (const count of this.all("[data-count]")) count.textContent = it.counts?.[count.dataset.count] ?? 0
    for (const mark of this.all("[data-mark]")) mark.setAttribute("aria-pressed", String(it.marks?.includes(mark.dataset.mark) ?? false))
    // The teller says how it was, the listener is told to try; once the second time was told, asking on asks for none.
    const first = ["almost", "no"].includes(answers[`check.${turn}`])
    const second = answers[`second.${turn}`] !== undefined
    for (const form of this.all("form.again")) form.hidden = !first || (second && form.matches(".once"))
    // Who is to answer once more has the phone in hand.
    this.toggleAttribute("data-answers", first && !second)
    for (const form of this.all("form.first")) form.hidden = first
    for (const says of this.all("p.again")) says.hidden = !it.again
    for (const says of this.all("[data-wanted]")) says.hidden = says.dataset.wanted !== (it.wanted === "yes" ? "yes" : "no")
    const number = this.querySelector('[data-fill="table"]')
    if (number && table[turn]) number.querySelector("b").textContent = table[turn]
    if (number) number.hidden = !table[turn]
    // Who types does not lay the phone away.
    const types = document.querySelector("#own .typed:not([hidden])")
    this.toggleAttribute("data-types", Boolean(types))
    for (const place of document.querySelectorAll("#own [data-confirmed]")) layConfirmed(place)
    for (const list of this.all("[data-some]")) this.some(list, pick + turn + (this.others.get(list) ?? 0))
    for (const button of this.all("[data-another]")) this.turning(button)
    for (const button of this.querySelectorAll("[data-aloud]")) this.reading(button)
  }

  /** What I am to do, said softly, close to the ear; only that. */
  reading(button) {
    button.hidden = !("speechSynthesis" in window)
    button.onclick = () => {
      speechSynthesis.cancel()
      speechSynthesis.speak(Object.assign(new SpeechSynthesisUtterance(this.instruction), { lang: document.documentElement.lang, volume: 0.3, rate: 0.9 }))
    }
  }

  get instruction() {
    const says = [...this.querySelectorAll("stage-clock > h1, .part > :is(h1, p:not(.meta))")]
    return says.filter(one => one.checkVisibility?.() ?? one.offsetParent).map(one => one.textContent.trim()).join(" ")
  }

  /** Something else of what may be told. */
  turning(button) {
    button.hidden = false
    button.onclick = () => {
      const list = button.previousElementSibling
      this.others.set(list, (this.others.get(list) ?? 0) + 1)
      this.lay()
    }
  }

  /** A few of many, others on each phone and in each turn. */
  some(list, from) {
    const all = [...list.children]
    const some = Number(list.dataset.some)
    const shown = Array.from({ length: some }, (_, n) => (from * some + n) % all.length)
    all.forEach((one, n) => (one.hidden = !shown.includes(n)))
  }
}

// What is tapped is for the turn in which it was tapped, also when it arrives in the next.
const OF_A_TURN = ["check", "added", "heard", "tally", "pass", "tip_wanted"]

function turnOf(form) {
  const card = form.closest(".card-of")?.dataset.turn
  return Number(card ?? document.querySelector("listening-round stage-clock")?.dataset.turnNow ?? 0)
}

document.addEventListener("steentje:asking", ({ detail: { form, fields } }) => {
  if (OF_A_TURN.includes(form.dataset.act)) fields.turn ??= turnOf(form)
  if (form.dataset.act === "verdict") decide(form, fields)
})

const round = () => `${document.body.dataset.code}/${document.body.dataset.activity}`

/** What I confirm for myself alone is on this phone before anything is sent, and its words are not
    sent. On a phone that several share it stands on nobody's card. */
function decide(form, fields) {
  const area = form.elements.namedItem("text")
  const text = area.value.trim()
  if (fields.answer === "away") return delete fields.text
  if (fields.share || !text) return
  fields.answer = text === area.defaultValue.trim() ? "right" : "change"
  delete fields.text
  confirm(round(), Number(fields.turn), text, { alone: !document.querySelector("#own .passing") })
}

/** Its words, which no server has. */
function layConfirmed(place) {
  const found = confirmed(round(), place.dataset.confirmed)
  const text = place.querySelector("[data-text]")
  text.textContent = found?.text ?? ""
  text.hidden = !found
  place.querySelector("[data-kept]").hidden = !found?.kept
  place.querySelector("[data-unkept]").hidden = !found || found.kept
}

// The listening card comes when there is one to fill in: for most of a round there is not.
const card = () => document.querySelector("growth-card") && import("./listening.card.js").catch(() => {})
document.addEventListener("steentje:morphed", card)
card()

// Who was handed this phone in a session does not see its owner's card in it.
if (new URL(performance.getEntriesByType("navigation")[0]?.name ?? location).searchParams.has("fresh")) write(`passed-${document.body.dataset.code}`, true)

customElements.define("listening-round", ListeningRound)
