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
  if (side === "remote") wake()
})
document.addEventListener("steentje:morphed", fillIn)
fillIn()

// Who is not in the room hears the signals of the talk on a phone of their own, if they like. The
// sounds come along only there: a phone in the room has none to make.
const far = () => Boolean(document.querySelector("phone-sound"))
const heard = () => far() && (kept("sound") ?? true)
let signals, talk

function wake() {
  signals ??= import("../lib/sound.js").then(sound => {
    sound.listen(document.getElementById("view"))
    sound.mute(!heard())
    return sound
  }).catch(() => {})
  return signals
}

const signal = name => heard() && wake().then(sound => sound?.play(name))

/** A part begins, the roles change, or it is over. A break and the last seconds say so themselves. */
const swaps = (name, turn) => (name === "land" ? turn > 0 : /^tell_[2-9]/.test(name))
document.addEventListener("part", ({ target, detail: { name, turn } }) => {
  if (target.closest("#view")) signal(name === "after" ? "end" : swaps(name, turn) ? "rise" : "bowl")
})

function begins() {
  const clock = document.querySelector("#view stage-clock")
  if (far()) wake()
  signals?.then(sound => sound?.mute(!heard()))
  if (clock && talk === null) signal("bowl")
  talk = clock
}
document.addEventListener("steentje:morphed", begins)
begins()

class PhoneSound extends HTMLElement {
  connectedCallback() {
    this.draw = () => this.querySelector("button")?.setAttribute("aria-pressed", String(heard()))
    this.addEventListener("click", () => {
      keep("sound", !heard())
      wake().then(sound => sound?.mute(!heard()))
      this.draw()
      signal("bowl")
    })
    document.addEventListener("steentje:morphed", this.draw)
    this.draw()
  }

  disconnectedCallback() {
    document.removeEventListener("steentje:morphed", this.draw)
  }
}

customElements.define("phone-sound", PhoneSound)
