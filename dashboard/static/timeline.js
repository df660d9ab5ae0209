// Statements a bucket, stacked by topic. Drawn with plain boxes: a refresh costs a fraction of a millisecond.
import { clock, el, number, parse, root, stamp, tell } from "./shared.js"

const lit = new WeakMap()

export default function render({ data, parentElement, setTriggerValue }) {
  const node = root(parentElement)
  const filter = series => setTriggerValue("filter", { field: "topic", value: series.id === data.chosen ? "" : series.id })
  const head = el("div", { class: "head" }, el("h2", {}, data.title), data.error && el("span", { class: "error" }, data.error), legend(data, node, filter))
  const plot = data.peak ? drawing(data) : el("div", { class: "none" }, data.error ? "" : "No statements in this time.")
  node.replaceChildren(head, plot)
  tell("slots", data.slots)
  light(node, lit.get(node))
}

function legend(data, node, filter) {
  const entries = data.series.map(series => {
    const swatch = el("i", { style: `background:${colour(series)}`, "aria-hidden": "true" })
    if (!series.id) return el("span", {}, swatch, series.title)
    return el("button", {
      type: "button", title: `${series.title}: ${number(sum(series.values))} statements. Click to filter`, "aria-pressed": String(series.id === data.chosen),
      on: { click: () => filter(series), pointerenter: () => light(node, series.id), pointerleave: () => light(node, undefined) },
    }, swatch, series.title)
  })
  return el("div", { class: "legend" }, ...entries)
}

function drawing(data) {
  const top = nice(Math.max(4, data.peak)) // a handful of statements should not look like a flood
  const columns = data.buckets.map((bucket, n) => column(data, n, top))
  const plot = el("div", { class: "plot", role: "img", "aria-label": summary(data) },
    el("div", { class: "scale", style: "top:0" }, number(top)), el("div", { class: "scale", style: "bottom:14px" }, "0"),
    el("div", { class: "cols" }, ...columns), ...axis(data))
  columns.forEach((node, n) => {
    node.addEventListener("pointerenter", () => plot.append(tip(data, n)))
    node.addEventListener("pointerleave", () => plot.querySelector(".tip")?.remove())
  })
  return plot
}

function column(data, n, top) {
  const boxes = data.series.filter(series => series.values[n]).map(series =>
    el("b", { style: `height:${((series.values[n] / top) * 100).toFixed(2)}%;background:${colour(series)}`, data: { id: series.id } }))
  return el("div", { class: "col" }, ...boxes)
}

function axis(data) {
  const count = data.buckets.length
  const every = Math.max(1, Math.ceil(count / 6))
  return data.buckets.map((bucket, n) => (n % every || n === 0 ? null : el("div", { class: "axis", style: `left:calc(30px + (100% - 30px) * ${((n + 0.5) / count).toFixed(4)})` }, clock(parse(bucket)))))
    .filter(Boolean)
}

function tip(data, n) {
  const lines = data.series.filter(series => series.values[n]).map(series =>
    el("div", {}, el("i", { style: `background:${colour(series)}` }), el("span", {}, series.title), el("span", {}, number(series.values[n]))))
  const share = (n + 0.5) / data.buckets.length
  const side = share > 0.6 ? `right:${((1 - share) * 100).toFixed(1)}%` : `left:calc(30px + ${(share * 94).toFixed(1)}%)`
  const total = number(sum(data.series.map(series => series.values[n])))
  return el("div", { class: "tip", style: side }, el("div", {}, el("span", {}, ""), el("span", {}, stamp(parse(data.buckets[n])).replace(/:\d\d UTC/, " UTC")), el("span", {}, total)), ...lines)
}

function light(node, id) {
  lit.set(node, id)
  const plot = node.querySelector(".plot")
  if (!plot) return
  if (id) plot.dataset.lit = id
  else delete plot.dataset.lit
  for (const box of plot.querySelectorAll("b")) box.classList.toggle("lit", box.dataset.id === id)
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
