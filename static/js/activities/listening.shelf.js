// Where my listening card stands: in this browser, and nowhere else. The card reads it, and what I
// confirm for myself while people talk is laid on it. Nothing in here is ever sent.
const KEPT = "listening-card" // in localStorage: a list of rounds, oldest first
const ONE_SESSION = /^card-(\d+)$/ // as it was before: one round, apart from all others
const MOST = 60
const LONGEST = 280
export const SAID = ["silence", "asked", "advice"]
export const LEVELS = ["no", "partly", "yes"]
export const COUNTED = ["advice", "open", "deeper", "closed", "leading", "interruption", "silence"]

export const quietly = (run, otherwise) => {
  try {
    return run() ?? otherwise
  } catch {
    return otherwise // storage is blocked: the card lives as long as the page
  }
}

/** A round as it may stand on a card: nothing but what is named here gets onto it. */
export function clean({ round = "", on = "", said = {}, tallied = {}, turns, told = {} }) {
  const counts = Object.fromEntries(COUNTED.filter(what => tallied[what] > 0).map(what => [what, Number(tallied[what])]))
  const own = Object.fromEntries(SAID.filter(item => LEVELS.includes(said[item])).map(item => [item, said[item]]))
  if (typeof said.step === "string" && said.step.trim()) own.step = said.step.trim().slice(0, 80)
  const texts = Object.entries(told).filter(([turn, text]) => /^\d$/.test(turn) && typeof text === "string" && text.trim())
  const kept = { round: String(round), on: String(on).slice(0, 10), said: own, tallied: counts, turns: turns ?? (Object.keys(counts).length ? 1 : 0) }
  if (texts.length) kept.told = Object.fromEntries(texts.map(([turn, text]) => [turn, text.trim().slice(0, LONGEST)]))
  return kept
}

export const holds = round => [round.said, round.tallied, round.told ?? {}].some(one => Object.keys(one).length)
export const today = () => new Date().toLocaleDateString("sv") // the day here, as 2026-11-30

const phone = {
  read: () => quietly(() => JSON.parse(localStorage.getItem(KEPT)), []).map(clean),
  write: rounds => quietly(() => (localStorage.setItem(KEPT, JSON.stringify(rounds.slice(-MOST))), true), false),
  wipe: () => quietly(() => localStorage.removeItem(KEPT)),
}

/** Where nothing may be kept: storage is blocked, or the phone was passed on in this session. Then
    its owner's card stays closed, and the other's is gone with the page. */
const passing = {
  rounds: [],
  read: () => passing.rounds,
  write: rounds => Boolean((passing.rounds = rounds)),
  wipe: () => (passing.rounds = []),
}

export const passedOn = session => quietly(() => localStorage.getItem(`passed-${session}`), null) !== null

export function shelf(session) {
  const open = quietly(() => localStorage.length >= 0, false)
  return open && !passedOn(session) ? phone : passing
}

/** Rounds that were kept one by one come onto the one card. */
export function gather() {
  quietly(() => {
    const old = Object.keys(localStorage).filter(key => ONE_SESSION.test(key))
    if (!old.length) return
    const found = old.map(key => clean({ ...quietly(() => JSON.parse(localStorage.getItem(key)), {}), round: ONE_SESSION.exec(key)[1] }))
    const rounds = [...phone.read(), ...found.filter(holds)]
    phone.write(rounds.sort((a, b) => a.on.localeCompare(b.on)))
    for (const key of old) localStorage.removeItem(key)
  })
}

/** What I confirmed in a turn, for myself alone: on the phone; else as long as this page lives. */
export function confirm(round, turn, text, { alone = true } = {}) {
  const places = alone ? [shelf(round.split("/")[0]), passing] : [passing]
  places.some(place => {
    const rounds = place.read()
    const at = rounds.findLastIndex(one => one.round === round)
    const known = rounds[at] ?? { round, on: today() }
    rounds.splice(at < 0 ? rounds.length : at, 1, clean({ ...known, told: { ...known.told, [turn]: text } }))
    return place.write(rounds)
  })
}

/** The same again, and whether the phone keeps it. */
export function confirmed(round, turn) {
  for (const place of [shelf(round.split("/")[0]), passing]) {
    const text = place.read().findLast(one => one.round === round)?.told?.[turn]
    if (text) return { text, kept: place === phone }
  }
}
