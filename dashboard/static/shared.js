// What all components share: elements made from text only, times, and the line between the parts of a page.
// Everything that comes from an article goes through textContent or setAttribute; nothing is ever parsed as markup.

const NAMES = { svg: "http://www.w3.org/2000/svg" }

/** An element with properties and children; strings become text nodes. `on` holds listeners, `data` attributes. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue
    if (name === "on") for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener)
    else if (name === "data") for (const [key, item] of Object.entries(value)) node.dataset[key] = item
    else if (name === "class") node.className = value
    else node.setAttribute(name, value === true ? "" : String(value))
  }
  node.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false))
  return node
}

/** An SVG element with attributes and children. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(NAMES.svg, tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value))
  node.append(...children)
  return node
}

/** A link, only where it leads to http or https; else plain text. */
export function link(url, text, props = {}) {
  if (!/^https?:\/\//i.test(url || "")) return el("span", props, text)
  return el("a", { ...props, href: url, target: "_blank", rel: "noopener noreferrer" }, text)
}

const two = number => String(number).padStart(2, "0")
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/** A time of the read API; one without a zone is UTC. */
export function parse(text) {
  if (!text) return null
  const date = new Date(/([zZ]|[+-]\d\d:?\d\d)$/.test(text) ? text : text.replace(" ", "T") + "Z")
  return Number.isNaN(date.getTime()) ? null : date
}

/** `14:02`, or `16 Mar 22:10` where it is not the day of `today`; UTC. */
export function clock(date, today = null, seconds = false) {
  if (!date) return "–"
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}${seconds ? ":" + two(date.getUTCSeconds()) : ""}`
  const same = today && date.toISOString().slice(0, 10) === today.toISOString().slice(0, 10)
  return same || !today ? time : `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${time}`
}

/** `16 Mar`, in UTC. */
export function day(date) {
  return date ? `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}` : "–"
}

/** Who passed words on, the page that was read first; a page that was told them itself did not pass them on to itself. */
export function relays(outlet, names) {
  const plain = name => name.toLowerCase().replace(/^the /, "")
  const self = plain(outlet || "")
  const initials = self.split(/\s+/).map(word => word.slice(0, 1)).join("")
  const itself = name => name === self || self.endsWith(` ${name}`) || (name.length > 1 && name === initials)
  return (names || []).filter(name => !itself(plain(name)))
}

/** `17 Mar 2026, 14:02:11 UTC`. */
export function stamp(date) {
  if (!date) return "time not known"
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}, ${clock(date, null, true)} UTC`
}

/** The same moment where the reader is, for a tooltip. */
export function local(date) {
  return date ? `${stamp(date)}\nwhere you are: ${date.toLocaleString([], { dateStyle: "medium", timeStyle: "long" })}` : ""
}

/** `0.8 s`, `12 s`, `4 min`, `3 h`, `2 days`. */
export function span(seconds) {
  if (seconds === null || seconds === undefined) return "–"
  const s = Math.max(0, seconds)
  if (s < 0.0995) return `${Math.round(s * 1000)} ms`
  if (s < 9.95) return `${s.toFixed(1)} s`
  if (s < 90) return `${Math.round(s)} s`
  if (s < 5400) return `${Math.round(s / 60)} min`
  if (s < 129600) return `${Math.round(s / 3600)} h`
  return `${Math.round(s / 86400)} days`
}

/** A whole number with thin spaces between thousands. */
export function number(n) {
  return n === null || n === undefined ? "–" : Math.trunc(n).toLocaleString("en-US").replaceAll(",", "\u2009")
}

/** Where strip and feed tell each other what they know: types `link`, `overview`, `pause`, `held`. */
export function bus() {
  return (globalThis.onrecordBus ??= Object.assign(new EventTarget(), { last: {} }))
}

/** Tell the other parts; a part that comes later finds it in `bus().last`. */
export function tell(type, detail) {
  bus().last[type] = detail
  bus().dispatchEvent(new CustomEvent(type, { detail }))
}

/** The component's own root element, made once. */
export function root(parent) {
  let node = parent.querySelector(".root")
  if (!node) parent.append((node = el("div", { class: "root" })))
  return node
}

/** Put a text on the clipboard and say so on the button for a moment. */
export async function copy(button, text) {
  const before = button.textContent
  try {
    await navigator.clipboard.writeText(text)
    button.textContent = "Copied"
  } catch {
    const field = el("textarea", { style: "position:fixed;opacity:0" })
    field.value = text
    document.body.append(field)
    field.select()
    button.textContent = document.execCommand("copy") ? "Copied" : "Press Ctrl C"
    field.remove()
  }
  setTimeout(() => (button.textContent = before), 1600)
}
