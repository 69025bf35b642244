// One wooden tok, made here. Off until somebody pressed a key or a button in this window.
let audio
export function wake() {
  audio ??= "AudioContext" in window ? new AudioContext() : null
}
addEventListener("keydown", wake, { once: true })
addEventListener("pointerdown", wake, { once: true })

export let muted = false
export const mute = () => (muted = !muted)

export function tok(times = 1) {
  if (!audio || muted) return
  for (let i = 0; i < times; i++) knock(audio.currentTime + i * 0.28)
}

function knock(at) {
  const [tone, volume] = [audio.createOscillator(), audio.createGain()]
  tone.type = "triangle"
  tone.frequency.setValueAtTime(620, at)
  tone.frequency.exponentialRampToValueAtTime(180, at + 0.09)
  volume.gain.setValueAtTime(0.25, at) // -12 dB
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.3)
  tone.connect(volume).connect(audio.destination)
  tone.start(at)
  tone.stop(at + 0.32)
}
