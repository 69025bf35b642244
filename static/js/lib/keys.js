// One map of keys for the screen's window and the console; presenter clickers send the same.
const MAP = {
  ArrowRight: "next", " ": "next", PageDown: "next", n: "next",
  ArrowLeft: "back", PageUp: "back", p: "back",
  r: "show", h: "hide", l: "lock", u: "undo", q: "qr", j: "qr",
  b: "black", ".": "black", w: "white", ",": "white", m: "sound", f: "full", d: "theme",
  "+": "longer", "=": "longer", "-": "shorter", "?": "help", F1: "help", t: "pause",
  Escape: "leave", ArrowDown: "page_on", ArrowUp: "page_back", 0: "small",
}

export function onKeys(handle) {
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.altKey || event.metaKey) return event.key === "z" && event.ctrlKey && handle("undo", event)
    if (event.target.closest("input, textarea, select, [contenteditable]")) return
    if (event.target.closest("button, a, summary") && [" ", "Enter"].includes(event.key)) return
    if (/^[1-9]$/.test(event.key)) return handle("large", event, Number(event.key))
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
    const asked = event.key === " " && event.shiftKey ? "back" : MAP[key]
    if (!asked) return
    event.preventDefault()
    if (!event.repeat) handle(asked, event) // held down is pressed once
  })
}
