// My listening card: what I noticed of my own listening, round after round. It is on this phone
// and nowhere else, and nothing in here is ever sent. No answer of a teller comes onto it: the
// number of one teller would point at a person.
import { picture } from "./listening.picture.js"
import { COUNTED, LEVELS, SAID, clean, gather, holds, passedOn, quietly, shelf, today } from "./listening.shelf.js"

const SHOWN = 6 // rounds in a row of pips
const ROWS = 4 // of what was counted

// -- what changed

/** The last round that knows it beside the one before that: what I said of myself, and what my
    observers counted, by the turn in which I listened. In a session only what the round of now
    knows is compared. */
function changes(rounds, words, inSession) {
  const last = rounds.at(-1)
  const row = (known, item, label, level, tell) => {
    const [was, now] = known.slice(-2).map(level)
    const day = known.at(-1) === last && last.on === today() ? words.today : words.last
    const says = now > was ? words.more[item] : now < was ? words.less[item] : ""
    const tells = day.replace("{was}", tell(was)).replace("{now}", tell(now))
    return { item, label, says: says ?? "", tells, was: tell(was), levels: known.slice(-SHOWN).map(level) }
  }
  const said = SAID.flatMap(item => {
    const known = rounds.filter(one => one.said[item])
    if (known.length < 2 || (inSession && known.at(-1) !== last)) return []
    const found = row(known, item, words.said[item], one => LEVELS.indexOf(one.said[item]), n => words.values[LEVELS[n]].toLocaleLowerCase())
    return [{ ...found, steps: true }]
  })
  const listened = rounds.filter(one => one.turns)
  if (listened.length < 2 || (inSession && listened.at(-1) !== last)) return said
  const counted = COUNTED.filter(what => listened.slice(-2).some(one => one.tallied[what]))
  return [...said, ...counted.slice(0, ROWS).map(what => {
    const byTurn = one => Math.round((10 * (one.tallied[what] ?? 0)) / one.turns) / 10
    const wholly = listened.slice(-2).every(one => one.turns === 1)
    const tell = n => (wholly ? words.times : words.a_turn).replace("{n}", n.toLocaleString(locale()))
    return row(listened, `counted ${what}`, words.counts[what], byTurn, tell)
  })]
}

const SVG = "http://www.w3.org/2000/svg"
const drawn = (name, more) => {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(more)) made.setAttribute(key, value)
  return made
}

/** A pip for each thing counted, piled up round by round; what I said is empty, half or full. */
function pips(svg, { levels, steps }) {
  levels.forEach((level, n) => {
    const [x, cls] = [9 + n * 17, n === levels.length - 1 ? "now" : "was"]
    if (steps) {
      svg.append(drawn("circle", { cx: x, cy: 24, r: 7, class: `${cls} ${level === 2 ? "full" : ""}` }))
      if (level === 1) svg.append(drawn("path", { d: `M${x} 17a7 7 0 0 0 0 14Z`, class: `${cls} full` }))
      return
    }
    const many = Math.min(Math.round(level), 7)
    for (let at = 0; at < many; at++) svg.append(drawn("circle", { cx: x, cy: 43 - at * 6, r: 2.6, class: `${cls} full` }))
    if (!many) svg.append(drawn("path", { d: `M${x - 4} 45H${x + 4}`, class: cls }))
  })
}

// -- the card

class GrowthCard extends HTMLElement {
  connectedCallback() {
    gather()
    this.leaving = new AbortController()
    const { signal } = this.leaving
    this.addEventListener("input", () => this.keep(), { signal })
    this.addEventListener("click", event => this.press(event.target.closest("button")), { signal })
    document.addEventListener("steentje:morphed", () => this.fill(), { signal })
    this.fill()
  }

  disconnectedCallback() {
    this.leaving.abort()
  }

  get words() {
    return JSON.parse(this.dataset.words)
  }

  /** The session, and the round in it; nothing on the page of the card alone. */
  get round() {
    return this.dataset.round ?? ""
  }

  get session() {
    return this.round.split("/")[0]
  }

  get passedOn() {
    return passedOn(this.session)
  }

  get shelf() {
    return shelf(this.session)
  }

  /** All rounds, and where in them the one of now stands. */
  get rounds() {
    const rounds = this.shelf.read()
    const here = one => one.round === this.round || one.round === this.session
    return { rounds, at: this.round ? rounds.findLastIndex(here) : rounds.length - 1 }
  }

  /** What my observers counted while I listened. It came to this phone for this card. */
  get tallied() {
    const turns = JSON.parse(this.dataset.tallied || "[]").filter(one => Object.values(one).some(n => n))
    const tallied = {}
    for (const [what, n] of turns.flatMap(one => Object.entries(one))) tallied[what] = (tallied[what] ?? 0) + n
    return { tallied, turns: turns.length }
  }

  /** Another one each day, in turn; on the page of the card alone. */
  get tip() {
    const tips = JSON.parse(this.querySelector("[data-tips]")?.dataset.tips ?? "[]")
    const day = Math.floor(Date.parse(`${today()}T12:00Z`) / 86_400_000)
    return tips[day % tips.length] ?? ""
  }

  get wiped() {
    return quietly(() => sessionStorage.getItem("wiped-card"), null) !== null
  }

  keep() {
    quietly(() => sessionStorage.removeItem("wiped-card"))
    this.laidDown()
    this.tell()
  }

  /** The round of now, as it stands here, onto the card. */
  laidDown() {
    const said = {}
    for (const field of this.querySelectorAll("input")) if (field.type !== "radio" || field.checked) said[field.name] = field.value
    const { rounds, at } = this.rounds
    const round = clean({ round: this.round, on: rounds[at]?.on || today(), said, told: rounds[at]?.told, ...this.tallied })
    if (at >= 0) rounds.splice(at, 1)
    if (holds(round)) rounds.splice(at >= 0 ? at : rounds.length, 0, round)
    this.shelf.write(rounds)
  }

  fill() {
    const { rounds, at } = this.rounds
    const { said } = rounds[at] ?? { said: {} }
    for (const field of this.querySelectorAll("input")) {
      if (field.type === "radio") field.checked = said[field.name] === field.value
      else if (field !== document.activeElement) field.value = said[field.name] ?? ""
    }
    if (this.round && !this.wiped && this.tallied.turns) this.laidDown()
    this.tell()
  }

  tell() {
    const { words } = this
    const { rounds, at } = this.rounds
    const last = at >= 0 ? rounds[at] : undefined
    const show = (name, text) => {
      const place = this.querySelector(`[data-${name}]`)
      if (!place) return
      place.hidden = !text
      const inside = place.querySelector(":scope > span")
      if (inside && text) inside.textContent = text
    }
    show("passed", this.passedOn)
    show("counted", counts(last, words))
    show("told", this.round ? told(last).join("\n") : "")
    show("earlier-step", this.round ? rounds.slice(0, at >= 0 ? at : undefined).findLast(one => one.said.step)?.said.step : "")
    show("tip", this.tip)
    show("some", rounds.length)
    show("none", !rounds.length)
    this.list("changes", at >= 0 ? changes(rounds.slice(0, at + 1), words, this.round) : [], (item, one) => {
      pips(item.querySelector("svg"), one)
      fillIn(item, { label: one.label, tells: one.tells, says: one.says })
    })
    this.list("rounds", [...rounds].reverse(), (item, one) => {
      fillIn(item, { day: longDay(one.on), said: SAID.filter(s => one.said[s]).map(s => `${words.said[s].replace(/\.$/, "")}: ${words.values[one.said[s]].toLocaleLowerCase()}.`), counted: counts(one, words), step: one.said.step, told: told(one) })
    })
  }

  /** One item for each, made from the list's own template. */
  list(name, ones, fill) {
    const place = this.querySelector(`[data-${name}]`)
    if (!place) return
    const template = place.querySelector("template")
    const items = ones.map(one => {
      const item = template.content.firstElementChild.cloneNode(true)
      item.dataset.made = ""
      fill(item, one)
      return item
    })
    place.querySelector("ul").replaceChildren(...items)
    place.hidden = !items.length
  }

  press(button) {
    if (button?.matches("[data-picture]")) return this.takePicture()
    if (button?.matches("[data-file]")) return this.takeFile()
    if (button?.matches("[data-wipe]")) return this.wipe()
  }

  async takePicture() {
    const { words } = this
    const { rounds, at } = this.rounds
    const known = at < 0 ? rounds : rounds.slice(0, at + 1)
    const last = known.at(-1)
    const stone = this.querySelector(".pebble")
    const changed = changes(known, words, true)
    const image = await picture({
      title: words.title, day: longDay(last.on, true), product: words.product, stone,
      said: SAID.filter(s => last.said[s]).map(s => {
        const since = changed.find(one => one.item === s)
        return { label: words.said[s], under: since?.says, value: words.values[last.said[s]], steps: true, levels: since?.levels ?? [LEVELS.indexOf(last.said[s])] }
      }),
      counted: words.counted,
      counts: COUNTED.filter(what => last.tallied[what] || changed.some(one => one.item === `counted ${what}`)).map(what => {
        const since = changed.find(one => one.item === `counted ${what}`)
        const n = last.tallied[what] ?? 0
        return { label: words.counts[what], under: since && words.earlier.replace("{was}", since.was), value: words.times.replace("{n}", n), levels: since?.levels ?? [n] }
      }),
      step: last.said.step && { title: words.step, text: last.said.step },
    })
    download(image, `${words.file}.png`)
  }

  takeFile() {
    const rounds = this.rounds.rounds.map(({ on, said, tallied, turns, told }) => ({ on, said, tallied, turns, told }))
    download(new Blob([JSON.stringify({ card: this.words.file, rounds }, null, 2)], { type: "application/json" }), `${this.words.file}.json`)
  }

  wipe() {
    this.shelf.wipe()
    quietly(() => sessionStorage.setItem("wiped-card", "yes")) // what was counted stays away too
    this.fill()
    for (const box of this.querySelectorAll("details")) box.open = false
    const said = this.querySelector("[data-wiped]")
    said.hidden = false
    said.focus()
  }
}

const counts = (round, words) => COUNTED.filter(what => round?.tallied[what]).map(what => `${words.counts[what]} ${words.times.replace("{n}", round.tallied[what])}`).join(", ")

const told = round => Object.values(round?.told ?? {})

function fillIn(item, texts) {
  for (const [name, text] of Object.entries(texts)) {
    const place = item.querySelector(`[data-of=${name}]`)
    place.textContent = Array.isArray(text) ? text.join("\n") : (text ?? "")
    for (const one of [place, place.closest("[data-whole]")]) if (one) one.hidden = !place.textContent
  }
}

/** The day comes before the month here, in English too. */
const locale = () => document.documentElement.lang.replace(/^en$/, "en-GB")

/** A day as people say it. */
function longDay(iso, withYear = false) {
  const day = new Date(`${iso}T12:00`)
  if (Number.isNaN(day.getTime())) return ""
  return day.toLocaleDateString(locale(), { day: "numeric", month: "long", ...(withYear ? { year: "numeric" } : { weekday: "long" }) })
}

function download(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}

customElements.define("growth-card", GrowthCard)
