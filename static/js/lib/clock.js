// The server's time on this phone, whatever the phone's own clock says.
// Milliseconds to add to performance.now() to get server time.
let ahead = 0

export function setClock(serverSeconds, asked, answered) {
  if (!serverSeconds) return
  ahead = serverSeconds * 1000 - (asked + answered) / 2
  document.dispatchEvent(new CustomEvent("steentje:clock"))
}

const ASKED = 5
// In milliseconds; a clock drifts, and a phone that slept may have stopped counting.
const AGAIN = 25_000
const timed = () => document.querySelector("stage-clock") && !document.hidden

// The middle one of five answers: one slow packet moves nothing.
export async function sync() {
  const found = []
  for (let n = 0; n < ASKED; n++) {
    const asked = performance.now()
    const answer = await fetch("/now", { cache: "no-store" }).catch(() => null)
    if (!answer?.ok) return
    const [server, answered] = [Number(await answer.text()), performance.now()]
    found.push({ server, asked, answered, ahead: server * 1000 - (asked + answered) / 2 })
  }
  const { server, asked, answered } = found.sort((a, b) => a.ahead - b.ahead)[ASKED >> 1]
  setClock(server, asked, answered)
}

let counting = false
function keepTime() {
  if (counting || !timed()) return
  counting = true
  sync().finally(() => setTimeout(() => ((counting = false), keepTime()), AGAIN))
}
document.addEventListener("steentje:morphed", keepTime)
document.addEventListener("visibilitychange", () => timed() && sync())

// Server time in seconds. Before the first answer: this phone's own clock.
export function now() {
  return (ahead ? ahead + performance.now() : Date.now()) / 1000
}
