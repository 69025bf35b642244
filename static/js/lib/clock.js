// The server's time on this phone, whatever the phone's own clock says.
let ahead = 0 // ms to add to performance.now() to get server time

export function setClock(serverSeconds, asked, answered) {
  if (!serverSeconds) return
  ahead = serverSeconds * 1000 - (asked + answered) / 2
  document.dispatchEvent(new CustomEvent("steentje:clock"))
}

// Server time in seconds. Before the first answer: this phone's own clock.
export function now() {
  return (ahead ? ahead + performance.now() : Date.now()) / 1000
}
