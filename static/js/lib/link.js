// The live line: joins, joins again, and hands on what comes in. Falls back to plain requests
// when sockets do not get through.
import { io } from "../vendor/socket.io.esm.min.js"
import { setClock } from "./clock.js"

// In milliseconds.
const ANSWER_WITHIN = 10_000
const QUIET_AFTER = 2_000
const COMES_IN_WITHIN = 6_000

export class Link extends EventTarget {
  constructor({ code, audience, lang }) {
    super()
    Object.assign(this, { code, audience, lang, version: 0, seen: 0, activity: "", joined: false })
    this.socket = io({
      transports: ["websocket", "polling"], tryAllTransports: true, timeout: ANSWER_WITHIN,
      reconnectionDelay: 500, reconnectionDelayMax: 2500,
    })
    this.socket.on("connect", () => this.join())
    this.socket.on("disconnect", reason => this.lost(reason))
    this.socket.on("connect_error", problem => {
      // A wall that lets a websocket hang, and says nothing: next time the other way first.
      if (problem.message === "timeout") this.socket.io.opts.transports.reverse()
      this.lost("connect_error")
    })
    this.quiet = setTimeout(() => this.tell("lost"), COMES_IN_WITHIN)
    this.socket.on("view", view => this.receive("view", view))
    this.socket.on("own", own => this.receive("own", own))
    this.socket.on("bye", ({ url }) => this.tell("bye", { url }))
  }

  tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }))
  }

  async join() {
    const asked = performance.now()
    const { code, audience, lang } = this
    const answer = await this.ask("join", { code, audience, lang, about: JSON.parse(document.body.dataset.about ?? "{}") }).catch(() => null)
    if (!answer) return this.socket.connected && this.socket.disconnect().connect()
    if (answer.refused) return this.tell("turned-away", answer)
    setClock(answer.now, asked, performance.now())
    this.joined = true
    clearTimeout(this.quiet)
    this.quiet = undefined
    this.tell("joined")
    // A server that restarted may have begun to count anew.
    this.version = 0
    this.receive("view", answer)
    if (answer.own !== undefined) this.receive("own", { version: answer.version, html: answer.own })
  }

  lost(reason) {
    this.joined = false
    // The server that stops ends the connection itself; then nobody reconnects for us.
    if (reason === "io server disconnect") setTimeout(() => this.socket.connect(), 500 + 1500 * Math.random())
    // Told once, however often we try again: what waits for it is not put off each time.
    this.quiet ??= setTimeout(() => this.tell("lost"), QUIET_AFTER)
  }

  receive(part, { version, activity, html }) {
    // An older view, come late.
    if (version < this.version) return
    this.version = version
    if (part === "view") this.seen = version
    if (activity !== undefined) this.activity = activity
    this.tell(part, { html, activity: this.activity, version })
  }

  note(version) {
    if (version > this.version) this.version = version
  }

  // An answer, or a refusal; throws when nothing came back.
  async ask(event, payload) {
    const answer = await this.socket.timeout(ANSWER_WITHIN).emitWithAck(event, payload)
    if (answer.version && event !== "join") this.note(answer.version)
    return answer
  }

  act(act) {
    return this.joined ? this.ask("act", act) : this.post("act", act)
  }

  async post(door, payload) {
    const answer = await fetch(`/${this.code}/${door}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(payload),
    })
    if (answer.status >= 500) throw new Error(`the server answered ${answer.status}`)
    return answer.json()
  }

  // Without a line: the page itself, asked for again.
  async look() {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } })
    // It forgets who we were.
    if (answer.redirected) return this.tell("bye", { url: `/${this.code}/bye` })
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    const [view, own] = ["view", "own"].map(id => page.getElementById(id)?.innerHTML)
    this.activity = page.body.dataset.activity ?? this.activity
    this.version = Number(page.body.dataset.version) || this.version
    if (view !== undefined) this.tell("view", { html: view, activity: this.activity })
    if (own !== undefined) this.tell("own", { html: own, activity: this.activity })
  }
}
