// Whom I met: what two who sat together both know stays on their phones alone, so that a next
// round can mix better.
const KEY = "met" // in localStorage: what is left of earlier rounds, most recent first
const ROUNDS = 3

function met() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? []
  } catch {
    return [] // storage is blocked: nothing is remembered
  }
}

class PeopleMet extends HTMLElement {
  static observedAttributes = ["data-met"]

  /** Also when I change places before we talk: only the last table counts, once. */
  attributeChangedCallback() {
    const marks = (this.dataset.met ?? "").split(" ").filter(Boolean)
    if (!marks.length) return
    this.earlier ??= met().filter(round => !marks.some(mark => round.includes(mark)))
    try {
      localStorage.setItem(KEY, JSON.stringify([marks, ...this.earlier].slice(0, ROUNDS + 1)))
    } catch {
      // storage is blocked
    }
  }
}

document.addEventListener("steentje:asking", ({ detail: { form, fields } }) => {
  if (form.matches(".met") && form.dataset.act === "join") fields.met = met()
})

customElements.define("people-met", PeopleMet)

// What I say of myself stays on this phone, for all rounds of this session. It is forgotten with
// the drafts: at the end, and when somebody else takes this phone.
const { code } = document.body.dataset
const mine = name => `draft-${code}-${name}`

function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(mine(name)))
  } catch {
    return null // storage is blocked
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(mine(name), JSON.stringify(value))
  } catch {
    // storage is blocked: it lives as long as this page
  }
}

// It travels with this page whenever it joins.
const travels = () => (document.body.dataset.about = JSON.stringify(kept("about") ?? {}))
travels()

// Who never chose a language reads what the browser asked for. They most likely speak the session's
// too: it is ticked, and can be unticked.
const { speaks } = document.body.dataset
const alsoSpeaks = () => (speaks && !kept("about") ? speaks : "")

const filled = new WeakSet()
function fillIn() {
  const form = document.querySelector("form.met .about")?.closest("form")
  if (!form || filled.has(form)) return
  filled.add(form)
  const too = alsoSpeaks() && form.querySelector(`[name="languages[${speaks}]"]`)
  if (too) too.checked = true
  for (const [name, value] of Object.entries(kept("about") ?? {})) {
    for (const field of form.querySelectorAll(`[name="${name}"], [name^="${name}["]`)) {
      if (field.type === "radio") field.checked = field.value === value
      else if (field.type === "checkbox") field.checked = name === "languages" ? value.split(",").includes(field.name.slice(10, -1)) : field.value === value
      else field.value = value
    }
  }
}

document.addEventListener("steentje:asking", ({ detail: { form, fields } }) => {
  if (form.dataset.act !== "join" || !form.matches(".met")) return
  if (!form.querySelector(".about")) {
    if (alsoSpeaks()) fields.languages = { ...fields.languages, [speaks]: 1 }
    return Object.assign(fields, kept("about"))
  }
  const { side, by, team, site, buddy, people, interprets, languages = {} } = fields
  const said = { side, by, team, site, buddy, people, interprets, languages: Object.keys(languages).join(",") }
  keep("about", Object.fromEntries(Object.entries(said).filter(([, value]) => value)))
  travels()
  if (side !== "room") wake()
})
document.addEventListener("steentje:morphed", fillIn)
fillIn()

// Who is not in the room hears each part begin, on a phone of their own: a soft bowl, and two
// rising notes when the roles change.
const BOWL = [[1, 0.2], [2.76, 0.07], [5.4, 0.025]] // partials and how loud they are
let audio

function wake() {
  audio ??= "AudioContext" in window ? new AudioContext() : undefined
  audio?.resume()
}

const heard = () => Boolean(document.querySelector("phone-sound")) && (kept("sound") ?? true)

function strike(tone, at) {
  for (const [partial, loud] of BOWL) {
    const [voice, volume] = [audio.createOscillator(), audio.createGain()]
    voice.frequency.value = tone * partial
    volume.gain.setValueAtTime(0.0001, at)
    volume.gain.exponentialRampToValueAtTime(loud, at + 0.03)
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 3 / partial)
    voice.connect(volume).connect(audio.destination)
    voice.start(at)
    voice.stop(at + 3)
  }
}

function sound(tones) {
  if (audio && heard()) tones.forEach((tone, n) => strike(tone, audio.currentTime + 0.35 * n))
}

document.addEventListener("part", ({ detail: { name } }) => sound(name === "land" ? [220, 330] : [220]))
document.addEventListener("click", () => heard() && wake())

class PhoneSound extends HTMLElement {
  connectedCallback() {
    this.draw = () => this.querySelector("button")?.setAttribute("aria-pressed", String(heard()))
    this.addEventListener("click", () => {
      keep("sound", !heard())
      if (heard()) wake()
      this.draw()
      sound([220])
    })
    document.addEventListener("steentje:morphed", this.draw)
    this.draw()
  }

  disconnectedCallback() {
    document.removeEventListener("steentje:morphed", this.draw)
  }
}

customElements.define("phone-sound", PhoneSound)
