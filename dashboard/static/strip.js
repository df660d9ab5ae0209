// The freshness strip: what state the page is in, how old the newest news is, how fast it came, and pause.
import { bus, clock, copy, el, local, number, parse, root, span, stamp, tell } from "./shared.js"

const instances = new WeakMap()
const QUIET_AFTER = 300
const HINT = "onrecord.hint"

export default function render({ data, parentElement }) {
  let self = instances.get(parentElement)
  if (!self) instances.set(parentElement, (self = create(parentElement)))
  self.update(data)
  return () => {
    self.stop()
    instances.delete(parentElement)
  }
}

function create(parent) {
  const parts = {}
  const node = el(
    "div", { class: "bar", role: "status", "aria-live": "off" },
    (parts.state = el("span", { class: "state" }, el("span", { class: "dot", "aria-hidden": "true" }), (parts.word = el("span")))),
    (parts.recorded = el("span", { class: "fact" })),
    (parts.newest = el("span", { class: "fact soft" })),
    (parts.lag = el("span", { class: "fact soft wide" })),
    (parts.counts = el("span", { class: "fact soft wide" })),
    (parts.rate = el("span", { class: "fact soft wide" })),
    el("span", { class: "grow" }),
    (parts.filters = el("button", { class: "act phone", type: "button", "aria-expanded": "false", on: { click: () => unfold(parts.filters) } }, "Filters")),
    (parts.pause = el("button", { class: "act", type: "button", on: { click: () => tell("pause", !bus().last.pause) } })),
    (parts.share = el("button", { class: "act", type: "button", title: "Copy the address of this view, with its filters" }, "Share")),
  )
  parts.share.addEventListener("click", () => copy(parts.share, location.href))
  root(parent).append(node, ...hint())

  const self = { run: "live", kind: "live", overview: null, link: null, skew: 0, begun: "connecting" }
  const draw = () => paint(node, parts, self)
  const heard = event => {
    if (event.type === "overview") self.overview = event.detail
    if (event.type === "link") self.link = event.detail
    draw()
  }
  for (const type of ["overview", "link", "pause"]) bus().addEventListener(type, heard)
  const timer = setInterval(draw, 1000)
  self.update = data => {
    const other = data.run !== self.run
    self.run = data.run
    self.kind = data.kind
    self.recorded = data.recorded
    say(parts.filters, data.active ? `Filters (${data.active})` : "Filters")
    self.begun = data.state
    // The reader's clock may be wrong; the server's is what ages are counted from. Below five seconds it is transport.
    const skew = Date.now() - (parse(data.server_now)?.getTime() ?? Date.now())
    self.skew = Math.abs(skew) > 5000 ? skew : 0
    if (data.overview || other) self.overview = data.overview
    draw()
  }
  self.stop = () => {
    clearInterval(timer)
    for (const type of ["overview", "link", "pause"]) bus().removeEventListener(type, heard)
  }
  return self
}

function paint(node, parts, self) {
  const seen = self.overview
  const stored = parse(seen?.newest_stored_at)
  const age = stored ? (Date.now() - self.skew - stored.getTime()) / 1000 : null
  const state = stateOf(self, age)
  if (node.dataset.state !== state) node.dataset.state = state
  const paused = bus().last.pause === true
  say(parts.word, wordsOf(state, self, age))
  say(parts.recorded, state === "recorded" ? "" : self.recorded || "") // whatever else is to be said, this is too
  parts.recorded.hidden = !parts.recorded.textContent
  facts(parts.newest, stored ? (age < 1 ? ["newest ", "just now"] : ["newest ", span(age), " ago"]) : state === "empty" ? ["nothing received yet"] : [], local(stored))
  facts(parts.lag, seen?.lag_p95_ms != null ? ["lag p95 ", span(seen.lag_p95_ms / 1000)] : [],
    "From ingest to the database, of the last 500 articles" + (seen?.lag_p50_ms != null ? `; half took less than ${span(seen.lag_p50_ms / 1000)}` : ""))
  facts(parts.counts, seen ? ["", number(seen.statements), " statements in ", number(seen.articles), " articles"] : [])
  facts(parts.rate, seen?.rate_per_minute ? ["", number(Math.round(seen.rate_per_minute)), " in the last minute"] : [])
  parts.pause.setAttribute("aria-pressed", String(paused))
  const label = paused ? "Resume" : "Pause"
  if (parts.pause.dataset.label !== label) {
    parts.pause.dataset.label = label
    parts.pause.replaceChildren(label + " ", el("kbd", {}, "space"))
  }
}

/** On a phone the filters are folded away; the page's style sheet looks for the class. */
function unfold(button) {
  const open = document.documentElement.classList.toggle("onrecord-filters")
  button.setAttribute("aria-expanded", String(open))
  if (open) document.querySelector(".st-key-filters")?.scrollIntoView({ block: "nearest" })
}

/** What this is and what the marks mean, until the reader has read it; the browser remembers. */
function hint() {
  try {
    if (localStorage.getItem(HINT)) return []
  } catch { /* no storage: it is shown on every visit */ }
  const node = el("div", { class: "hint" },
    el("span", {}, "Who said what, and where it is written: open a statement to see what proves its speaker.  ",
      el("b", {}, "high 0.91"), ": how sure that is · ", el("b", {}, "A ← B"), ": A cites B · ", el("b", {}, "+2 copies"), ": same words elsewhere"))
  const close = el("button", { class: "act", type: "button", on: { click: () => {
    try { localStorage.setItem(HINT, "read") } catch { /* then it comes back */ }
    node.remove()
    document.documentElement.classList.remove("onrecord-hint")
  } } }, "Got it")
  node.append(close)
  document.documentElement.classList.add("onrecord-hint") // the feed gives up the room
  return [node]
}

function stateOf(self, age) {
  if (self.link?.state === "down") return "down"
  if (bus().last.pause) return "paused"
  if (!self.overview) return self.begun === "unreachable" ? "unreachable" : "connecting"
  if (!self.overview.articles) return "empty"
  if (self.kind !== "live") return "recorded"
  return age > QUIET_AFTER ? "quiet" : "live"
}

function wordsOf(state, self, age) {
  const now = parse(self.overview?.now)
  switch (state) {
    case "down": if (!self.overview) return `No answer from the read API since ${clock(new Date(self.link.since - self.skew), null, true)} UTC, retrying. Is the store running?`
      return `${self.recorded ? "Updates" : "Live"} paused ${clock(new Date(self.link.since - self.skew), null, true)} UTC, last data kept, retrying`
    case "unreachable": return "The read API does not answer, retrying. Is the store running? “onrecord status” tells"
    case "paused": return "Paused"
    case "connecting": return "Connecting"
    case "empty": return "Live, waiting for the first article"
    case "recorded": return `${self.recorded} ${now ? stamp(now).replace(/:\d\d UTC/, " UTC") : ""}`
    case "quiet": return `Live, quiet: nothing new for ${span(age)}, connection healthy`
    default: return "Live"
  }
}

function say(node, text) {
  if (node.textContent !== text) node.textContent = text
}

function facts(node, words, title = "") {
  const key = words.join("\u0000")
  if (node.dataset.key === key) return
  node.dataset.key = key
  node.hidden = !words.length
  node.replaceChildren(...words.map((word, n) => (n % 2 ? el("b", {}, word) : word)))
  if (title) node.title = title
}
