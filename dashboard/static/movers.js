// A ranked list: name, sparkline, count in the window, change against the time before. A click filters.
import { el, local, parse, root, svg } from "./shared.js"

export default function render({ data, parentElement, setTriggerValue }) {
  const node = root(parentElement)
  const focused = node.getRootNode().activeElement?.dataset?.id
  const note = data.error || data.note
  const head = el("div", { class: "head" }, el("h2", { title: data.hint }, data.title),
    note && el("span", { class: data.error ? "note error" : "note", role: data.error && "status" }, note),
    data.windows && choice(data, name => setTriggerValue("window", name)))
  const body = data.rows.map(row => line(row, data, value => setTriggerValue("filter", { field: data.field, value })))
  if (!body.length && !data.error) body.push(el("div", { class: "none" }, data.none))
  node.replaceChildren(head, ...body)
  if (focused) node.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus()
}

function choice(data, pick) {
  const buttons = data.windows.map(one => el("button", {
    type: "button", "aria-pressed": String(one.name === data.window), title: `Look back ${one.words}`, data: { id: `window ${one.name}` }, on: { click: () => pick(one.name) },
  }, one.words))
  return el("span", { class: "windows", role: "group", "aria-label": "How far to look back" }, ...buttons)
}

function line(row, data, filter) {
  const chosen = row.id === data.chosen
  const title = `${row.label}\n${row.count} now, ${row.previous} in the time before, ${row.total} in all\nlast ${local(parse(row.last))}`
  const swatch = data.field === "topic" && el("i", { "aria-hidden": "true", style: row.slot >= 0 ? `background:var(--c${row.slot})` : "" })
  const arrow = row.change === "new" ? "" : { up: "▲", down: "▼", flat: "" }[row.direction]
  return el(
    "button", { class: "row", type: "button", title, "aria-pressed": String(chosen), data: { id: row.id }, on: { click: () => filter(chosen ? "" : row.id) } },
    el("span", { class: "label" }, swatch, row.label || data.unnamed, row.sub && el("span", { class: "sub" }, row.sub)),
    spark(row.spark),
    el("span", { class: "count" }, row.count),
    el("span", { class: "change", data: { way: row.direction } }, row.change, arrow && " " + arrow),
  )
}

function spark(values) {
  const top = Math.max(1, ...values)
  const wide = 58 / Math.max(1, values.length)
  const bars = values.map((value, n) => {
    const high = value ? Math.max(2, (value / top) * 18) : 0.8
    const bar = svg("rect", { x: (n * wide).toFixed(2), y: (18 - high).toFixed(2), width: (wide - 1).toFixed(2), height: high.toFixed(2) })
    if (n === values.length - 1) bar.setAttribute("class", "last")
    return bar
  })
  return svg("svg", { viewBox: "0 0 58 18", "aria-hidden": "true" }, ...bars)
}
