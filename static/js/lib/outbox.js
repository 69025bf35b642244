// Acts that were not answered yet wait here, through reload, sleep and a server restart.
// In order, one in flight. The id made here keeps a late resend from counting twice.
// In milliseconds.
const AGAIN = 2_000

export function freshId() {
  // randomUUID does not exist on plain http
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), b => b.toString(16).padStart(2, "0")).join("")
}

export class Outbox extends EventTarget {
  constructor(code, send) {
    super()
    Object.assign(this, { key: `outbox-${code}`, send, busy: false })
    this.waiting = this.read()
    addEventListener("online", () => this.flush())
    addEventListener("storage", event => event.key === this.key && !this.busy && (this.waiting = this.read()))
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? []
    } catch {
      // Storage is blocked: what waits, waits in this page only.
      return []
    }
  }

  keep() {
    try {
      localStorage.setItem(this.key, JSON.stringify(this.waiting))
    } catch {
      this.dispatchEvent(new CustomEvent("unkept"))
    }
  }

  add(act) {
    this.waiting.push(act)
    this.keep()
    this.flush()
    return act.id
  }

  async flush() {
    if (this.busy) return
    this.busy = true
    while (this.waiting.length) {
      const act = this.waiting[0]
      let answer
      try {
        answer = await this.send(act)
      } catch {
        this.dispatchEvent(new CustomEvent("waiting", { detail: { act } }))
        setTimeout(() => this.flush(), AGAIN)
        break
      }
      if (answer.refused === "try_again" || answer.refused === "too_fast") {
        setTimeout(() => this.flush(), AGAIN)
        break
      }
      if (answer.refused === "join_first" || answer.refused === "not_saved") {
        this.dispatchEvent(new CustomEvent("waiting", { detail: { act } }))
        setTimeout(() => this.flush(), AGAIN)
        break
      }
      this.waiting = this.waiting.filter(one => one.id !== act.id)
      this.keep()
      this.dispatchEvent(new CustomEvent("answered", { detail: { act, answer } }))
    }
    this.busy = false
  }

  forget() {
    this.waiting = []
    this.keep()
  }
}
