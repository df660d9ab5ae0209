// One statement as a row of the feed. Text only: see shared.js.
import { bus, clock, el, local, parse, relays, span } from "./shared.js"

/** The row; `act` has open(row), filter(field, value); `view` has q (searched text), kinds, fictional, high, medium. */
export function rowOf(row, act, view) {
  const published = parse(row.published_at)
  const node = el(
    "article", { class: "row", "aria-label": `${row.speaker || "Speaker unknown"}: ${row.text}`, data: { id: row.id, seq: row.seq } },
    timeOf(published, row),
    el("div", {},
      el("div", { class: "who" }, speakerOf(row, act), row.role && el("span", { class: "role", title: row.role }, row.role)),
      el("button", { class: "words", type: "button", tabindex: "-1" }, ...marked(quoted(row), view.q)),
      aboutOf(row, act, view)),
  )
  node.addEventListener("click", event => {
    if (!event.target.closest("[data-filter]") && !String(getSelection())) act.open(row)
  })
  return node
}

function timeOf(published, row) {
  const today = new Date()
  const other = published && published.toISOString().slice(0, 10) !== today.toISOString().slice(0, 10)
  const stored = parse(row.stored_at)
  const took = row.lag_ms != null ? `, ${span(row.lag_ms / 1000)} after it came in` : ""
  return el(
    "time", { class: "time", datetime: published?.toISOString(), title: `published ${local(published)}${stored ? `\nstored ${clock(stored, null, true)} UTC${took}` : ""}` },
    clock(published), other && el("span", { class: "date" }, clock(published, today).split(" ").slice(0, 2).join(" ")),
  )
}

function speakerOf(row, act) {
  if (!row.speaker) {
    const why = row.why_unknown || "the article does not say who said it"
    return el("span", { class: "unknown", title: why }, `Speaker unknown: ${why}`)
  }
  const written = row.speaker_as_written && row.speaker_as_written !== row.speaker ? `\nhere as “${row.speaker_as_written}”` : ""
  return filterButton("speaker", row.speaker_id, row.speaker, act, `Only ${row.speaker}${written}`)
}

function aboutOf(row, act, view) {
  const about = el("div", { class: "about" })
  if (row.topic_id) {
    const button = filterButton("topic", row.topic_id, row.topic || "untitled topic", act, "Only this topic")
    button.classList.add("topic")
    const swatch = el("i", { "aria-hidden": "true", data: { topic: row.topic_id } })
    paint(swatch)
    button.prepend(swatch)
    about.append(el("span", {}, button))
  }
  about.append(el("span", { title: view.kinds?.[row.kind]?.[1] }, view.kinds?.[row.kind]?.[0] || row.kind || ""), el("span", {}, ...confidenceOf(row.confidence, view)))
  const via = relays(row.outlet, row.relayed_by).map(name => ` ← ${name}`).join("")
  const outlet = filterButton("outlet", row.outlet, row.outlet, act, "Only this outlet")
  about.append(el("span", {}, outlet, via && el("span", { title: `${row.outlet} cites ${row.relayed_by.join(", ")}` }, via)))
  if (row.copies > 0) about.append(el("span", {}, `+${row.copies} ${row.copies === 1 ? "copy" : "copies"}`))
  if (view.fictional && /fictional/i.test(row.attribution || "")) about.append(el("span", { title: row.attribution }, "fictional"))
  return about
}

/** Give a topic's swatch the colour that the timeline gives the topic, or the grey of all others. */
export function paint(swatch) {
  const slot = bus().last.slots?.[swatch.dataset.topic]
  swatch.style.background = Number.isInteger(slot) ? `var(--c${slot})` : ""
}

function confidenceOf(value, view) {
  if (value === null || value === undefined) return ["confidence not known"]
  const word = value >= view.high ? "high" : value >= view.medium ? "medium" : "low"
  return [el("span", { class: word === "low" ? "low" : "", title: `confidence that words and speaker are right: ${word}` }, `${word} ${(Math.floor(value * 100 + 1e-4) / 100).toFixed(2)}`)]
}

function filterButton(field, value, label, act, title) {
  return el("button", { type: "button", title, data: { filter: field }, on: { click: event => { event.stopPropagation(); act.filter(field, value) } } }, label)
}

function quoted(row) {
  return row.kind === "direct" && !/^[“"«„]/.test(row.text) ? `“${row.text}”` : row.text
}

/** The text with what was searched for marked; the search is for characters, never a pattern. */
function marked(text, q) {
  if (!q) return [text]
  const [low, want] = [text.toLowerCase(), q.toLowerCase()]
  if (low.length !== text.length) return [text] // some letters change length with their case; then marks would slip
  const out = []
  let from = 0
  for (let at = low.indexOf(want); at >= 0; at = low.indexOf(want, from)) {
    out.push(text.slice(from, at), el("mark", { class: "mark", style: "color:inherit" }, text.slice(at, at + want.length)))
    from = at + want.length
  }
  return [...out, text.slice(from)]
}
