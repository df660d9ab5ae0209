// Statements a bucket, stacked by topic. Drawn with plain boxes: a refresh costs a fraction of a millisecond.
// A click on a bar, or a stroke over several, chooses that time; with keys: arrows, Shift and arrows, Enter.
import { clock, day, el, number, parse, root, stamp, tell } from "./shared.js"

const states = new WeakMap()

export default function render({ data, parentElement, setTriggerValue }) {
  const node = root(parentElement)
  let self = states.get(node)
  if (!self) states.set(node, (self = { lit: undefined, from: -1, to: -1, drag: false, late: null }))
  self.range = range => setTriggerValue("range", range)
  self.filter = series => setTriggerValue("filter", { field: "topic", value: series.id === self.data.chosen ? "" : series.id })
  if (self.drag) self.late = data // what is under the pointer must not change
  else draw(node, self, data)
}

function draw(node, self, data) {
  const focused = node.getRootNode().activeElement?.classList?.contains("cols")
  const moved = self.data?.buckets[0] !== data.buckets[0] || self.data?.bucket !== data.bucket
  self.data = data
  if (moved) self.from = self.to = -1
  const head = el("div", { class: "head" }, el("h2", {}, data.title), data.error && el("span", { class: "error" }, data.error), legend(data, node, self))
  const plot = data.peak ? drawing(data, node, self) : el("div", { class: "none" }, data.error ? "" : "No statements in this time.")
  node.replaceChildren(head, plot)
  tell("slots", data.slots)
  light(node, self)
  brush(node, self)
  if (focused) node.querySelector(".cols")?.focus()
}

function legend(data, node, self) {
  const entries = data.series.map(series => {
    const swatch = el("i", { style: `background:${colour(series)}`, "aria-hidden": "true" })
    if (!series.id) return el("span", {}, swatch, series.title)
    return el("button", {
      type: "button", title: `${series.title}: ${number(sum(series.values))} statements. Click to filter`, "aria-pressed": String(series.id === data.chosen),
      on: { click: () => self.filter(series), pointerenter: () => light(node, self, series.id), pointerleave: () => light(node, self, null) },
    }, swatch, series.title)
  })
  return el("div", { class: "legend" }, ...entries)
}

function drawing(data, node, self) {
  const top = nice(Math.max(4, data.peak)) // a handful of statements should not look like a flood
  const columns = data.buckets.map((bucket, n) => column(data, n, top))
  const cols = el("div", { class: "cols", tabindex: "0", role: "slider", "aria-label": `${summary(data)}. Arrows choose a time, Enter filters by it`,
    "aria-valuemin": "0", "aria-valuemax": String(columns.length - 1), "aria-valuenow": "0" }, ...columns)
  const plot = el("div", { class: "plot" },
    el("div", { class: "scale", style: "top:0" }, number(top)), el("div", { class: "scale", style: "bottom:14px" }, "0"), cols, ...axis(data))
  listen(cols, plot, node, self)
  return plot
}

function listen(cols, plot, node, self) {
  const at = event => {
    const box = cols.getBoundingClientRect()
    const count = self.data.buckets.length
    return Math.max(0, Math.min(count - 1, Math.floor(((event.clientX - box.left) / box.width) * count)))
  }
  const unhover = () => plot.querySelector(".tip")?.remove()
  const hover = n => { if (Number(plot.querySelector(".tip")?.dataset.n ?? -1) !== n) { unhover(); plot.append(tip(self.data, n)) } }
  cols.addEventListener("pointerdown", event => {
    if (event.button) return
    cols.setPointerCapture(event.pointerId)
    Object.assign(self, { drag: true, from: at(event), to: at(event) })
    brush(node, self)
  })
  cols.addEventListener("pointermove", event => {
    hover(at(event))
    if (!self.drag || self.to === at(event)) return
    self.to = at(event)
    brush(node, self)
  })
  cols.addEventListener("pointerleave", unhover)
  const end = chosen => {
    if (!self.drag) return
    self.drag = false
    if (chosen) choose(self)
    else self.from = self.to = -1
    if (self.late) draw(node, self, self.late)
    else brush(node, self)
    self.late = null
  }
  cols.addEventListener("pointerup", () => end(true))
  cols.addEventListener("pointercancel", () => end(false))
  cols.addEventListener("blur", unhover)
  cols.addEventListener("keydown", event => {
    const last = self.data.buckets.length - 1
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step) {
      self.to = self.to < 0 ? last : Math.max(0, Math.min(last, self.to + step))
      if (!event.shiftKey || self.from < 0) self.from = self.to
      hover(self.to)
    } else if (event.key === "Enter" && self.to >= 0) choose(self)
    else if (event.key === "Escape" && self.to >= 0) { self.from = self.to = -1; unhover() }
    else return
    event.preventDefault()
    event.stopPropagation()
    cols.setAttribute("aria-valuenow", String(Math.max(0, self.to)))
    cols.setAttribute("aria-valuetext", self.to < 0 ? "no time chosen" : stamp(parse(self.data.buckets[self.to])))
    brush(node, self)
  })
}

/** Send the stretch of time; the same stretch once more takes it back. */
function choose(self) {
  const [first, last] = [Math.min(self.from, self.to), Math.max(self.from, self.to)]
  const since = parse(self.data.buckets[first])
  const until = new Date(parse(self.data.buckets[last]).getTime() + self.data.bucket * 1000)
  const same = parse(self.data.since)?.getTime() === since.getTime() && parse(self.data.until)?.getTime() === until.getTime()
  const range = same ? { since: "", until: "" } : { since: since.toISOString(), until: until.toISOString() }
  self.from = self.to = -1
  self.data = { ...self.data, ...range } // shown at once, not when the server has answered
  self.range(range)
}

/** Show which bars are chosen, or are being chosen. */
function brush(node, self) {
  const { data } = self
  const cols = node.querySelector(".cols")
  if (!cols) return
  const choosing = self.to >= 0
  const [since, until] = [parse(data.since)?.getTime() ?? -Infinity, parse(data.until)?.getTime() ?? Infinity]
  const chosen = Boolean(data.since || data.until)
  const [first, last] = [Math.min(self.from, self.to), Math.max(self.from, self.to)]
  cols.classList.toggle("chosen", choosing || chosen)
  ;[...cols.children].forEach((column, n) => {
    const start = parse(data.buckets[n]).getTime()
    const inside = choosing ? n >= first && n <= last : start < until && start + data.bucket * 1000 > since
    column.classList.toggle("in", (choosing || chosen) && inside)
  })
}

function column(data, n, top) {
  const boxes = data.series.filter(series => series.values[n]).map(series =>
    el("b", { style: `height:${((series.values[n] / top) * 100).toFixed(2)}%;background:${colour(series)}`, data: { id: series.id } }))
  return el("div", { class: "col" }, ...boxes)
}

/** Labels at round times; the day stands with the first one and where a new one begins. */
function axis(data) {
  const count = data.buckets.length
  const labels = []
  let before = ""
  data.buckets.forEach((bucket, n) => {
    const moment = parse(bucket)
    if ((moment.getTime() / 1000) % data.tick !== 0) return
    const share = n / count
    const edge = share < 0.03 ? " first" : share > 0.96 ? " last" : ""
    const text = data.tick >= 86400 ? day(moment) : day(moment) === before ? clock(moment) : `${day(moment)} ${clock(moment)}`
    before = day(moment)
    labels.push(el("div", { class: `axis${edge}`, style: `left:calc(30px + (100% - 30px) * ${share.toFixed(4)})` }, text))
  })
  return labels
}

function tip(data, n) {
  const lines = data.series.filter(series => series.values[n]).map(series =>
    el("div", {}, el("i", { style: `background:${colour(series)}` }), el("span", {}, series.title), el("span", {}, number(series.values[n]))))
  const share = (n + 0.5) / data.buckets.length
  const side = share > 0.6 ? `right:${((1 - share) * 100).toFixed(1)}%` : `left:calc(30px + ${(share * 94).toFixed(1)}%)`
  const total = number(sum(data.series.map(series => series.values[n])))
  const start = parse(data.buckets[n])
  const end = new Date(start.getTime() + data.bucket * 1000)
  return el("div", { class: "tip", style: side, data: { n } }, el("div", {}, el("span", {}, ""), el("span", {}, `${day(start)} ${clock(start)}–${clock(end)} UTC`), el("span", {}, total)), ...lines)
}

/** Fade all topics but one; without an argument, as it was before a redraw. */
function light(node, self, id) {
  if (id !== undefined) self.lit = id
  const plot = node.querySelector(".plot")
  if (!plot) return
  if (self.lit) plot.dataset.lit = self.lit
  else delete plot.dataset.lit
  for (const box of plot.querySelectorAll("b")) box.classList.toggle("lit", box.dataset.id === self.lit)
}

const sum = values => values.reduce((a, b) => a + b, 0)
const colour = series => (series.slot >= 0 ? `var(--c${series.slot})` : "var(--rest)")

function nice(peak) {
  const step = 10 ** Math.floor(Math.log10(peak))
  return [1, 2, 3, 4, 5, 6, 8, 10].map(n => n * step).find(n => n >= peak && Number.isInteger(n)) || peak
}

function summary(data) {
  const parts = data.series.map(series => `${series.title}: ${sum(series.values)}`)
  return `${data.title}. ${parts.join(", ")}`
}
