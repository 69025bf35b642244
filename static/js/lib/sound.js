// The signals of a conversation, made here. Off until somebody pressed a key or a button in this
// window. Each has a twin for the eyes on the page.
import { now } from "./clock.js"

const LATE = 2 // seconds after which a sound says nothing any more
const KEPT = "loudness" // in localStorage: 0 to 1, of this device alone
let audio, out
export function wake() {
  if (audio || !("AudioContext" in window)) return
  audio = new AudioContext()
  out = audio.createGain()
  out.gain.value = loudness()
  out.connect(audio.destination)
}
addEventListener("keydown", wake, { once: true })
addEventListener("pointerdown", wake, { once: true })

export let muted = false
export const mute = (on = !muted) => (muted = on)

/** How loud this device is, of what it can be; told a number, from now on that. */
export function loudness(level) {
  try {
    if (level !== undefined) localStorage.setItem(KEPT, level)
    level ??= Number(localStorage.getItem(KEPT) ?? 1)
  } catch {
    level ??= 1 // storage is blocked: it lasts as long as this page
  }
  if (out) out.gain.value = level
  return level
}

/** One sound: at how many seconds from now, from which pitch to which (Hz), how long, how loud. */
function note({ at = 0, from, to = from, length, loud, type = "sine" }) {
  const begin = audio.currentTime + at
  const [tone, volume] = [audio.createOscillator(), audio.createGain()]
  tone.type = type
  tone.frequency.setValueAtTime(from, begin)
  if (to !== from) tone.frequency.exponentialRampToValueAtTime(to, begin + 0.09)
  volume.gain.setValueAtTime(0.0001, begin)
  volume.gain.exponentialRampToValueAtTime(loud, begin + 0.012)
  volume.gain.exponentialRampToValueAtTime(0.0001, begin + length)
  tone.connect(volume).connect(out)
  tone.start(begin)
  tone.stop(begin + length + 0.02)
}

const knock = at => note({ at, from: 620, to: 180, length: 0.3, loud: 0.25, type: "triangle" }) // -12 dB
/** A singing bowl: its own tone and two that hum along, not quite in tune. */
const bowl = length => {
  for (const [pitch, loud] of [[220, 0.22], [441.3, 0.12], [662.9, 0.06]]) note({ from: pitch, length, loud })
}

const SOUNDS = {
  tok: () => knock(0),
  toks: () => [0, 0.28].forEach(knock),
  bowl: () => bowl(2),
  end: () => bowl(3),
  rise: () => [[0, 392], [0.32, 523]].forEach(([at, from]) => note({ at, from, length: 0.6, loud: 0.2 })),
  low: () => note({ from: 147, length: 1.1, loud: 0.28 }),
  hush: () => [0, 0.7, 1.4].forEach(at => note({ at, from: 147, length: 0.9, loud: 0.3 })),
  ticks: () => [0, 0.18].forEach(at => note({ at, from: 1180, length: 0.07, loud: 0.1, type: "triangle" })),
}

export function play(name) {
  document.dispatchEvent(new CustomEvent("steentje:sound", { detail: name }))
  if (audio && !muted) SOUNDS[name]?.()
}

/** What begins to show in here, and has a `data-sound`, is heard; so is a clock that stands still.
    Not what began a while ago: then this page came late. */
export function listen(place) {
  new MutationObserver(changes => changes.forEach(hear)).observe(place, { subtree: true, attributeOldValue: true, attributeFilter: ["hidden", "data-paused"] })
}

function hear({ target, attributeName, oldValue }) {
  const { sound, from, paused } = target.dataset
  if (attributeName === "data-paused") return paused && !oldValue && play("low")
  const begins = oldValue !== null && !target.hidden
  if (sound && begins && now() - Number(from ?? now()) <= LATE) play(sound)
}
