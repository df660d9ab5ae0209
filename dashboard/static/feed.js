// The statement feed. New statements come by server-sent events and never move what is under the reader's eyes:
// while the reader has scrolled, hovers, has something open or has paused, they wait behind a pill.
import { Stream } from "./stream.js"
import { bus, el, number, root, tell } from "./shared.js"
import { keyboard } from "./keys.js"
import { paint, rowOf } from "./rows.js"

const SHOWN = 200
const WAITING = 500
const instances = new WeakMap()

export default function render({ data, parentElement, setTriggerValue }) {
  let self = instances.get(parentElement)
  if (!self) instances.set(parentElement, (self = new Feed(parentElement)))
  self.act = {
    open: row => self.openRow(row, setTriggerValue),
    filter: (field, value) => setTriggerValue("filter", { field, value }),
    drop: field => setTriggerValue("drop", field),
  }
  self.update(data)
  return () => {
    self.stop()
    instances.delete(parentElement)
  }
}

/** On a phone the panels stand below the feed. */
const jump = () => document.querySelector(".st-key-topics")?.scrollIntoView({ block: "start", behavior: "smooth" })

class Feed {
  constructor(parent) {
    this.waiting = []
    this.seen = new Set()
    this.hover = false
    this.at = -1
    this.older = false
    this.data = {}
    this.pill = el("button", { class: "pill", type: "button", hidden: true, on: { click: () => this.flush(true) } })
    this.list = el("div", { class: "list", role: "feed", "aria-label": "Statements, newest first", tabindex: "-1" })
    const keys = [["j", "k", "move"], ["o", "open"], ["/", "search"]].map(words => el("span", {}, ...words.slice(0, -1).flatMap(k => [el("kbd", {}, k), " "]), words.at(-1)))
    root(parent).append(el("div", { class: "head" }, el("h2", {}, "Statements"), el("button", { class: "jump", type: "button", on: { click: jump } }, "Topics and speakers ↓"), el("span", { class: "keys" }, ...keys)),
      el("div", { class: "pillbox" }, this.pill), this.list)
    this.list.addEventListener("pointerenter", event => { this.hover = event.pointerType === "mouse" })
    this.list.addEventListener("pointerleave", () => { this.hover = false; this.later() })
    this.list.addEventListener("scroll", () => this.later(), { passive: true })
    this.onScroll = () => this.later()
    document.addEventListener("scroll", this.onScroll, { passive: true, capture: true })
    this.onPause = () => this.settle()
    bus().addEventListener("pause", this.onPause)
    this.onSlots = () => this.list.querySelectorAll("[data-topic]").forEach(paint)
    bus().addEventListener("slots", this.onSlots)
    this.keys = keyboard(this)
    this.stream = new Stream(row => this.arrive(row), overview => tell("overview", overview), link => tell("link", link), () => this.reload())
  }

  update(data) {
    const other = data.feed !== this.data.feed
    this.data = data
    if (other) {
      this.waiting = []
      this.seen = new Set(data.rows.map(row => row.id))
      this.at = -1
      this.older = false
      this.list.replaceChildren(...data.rows.map(row => this.node(row)))
      this.list.scrollTop = 0
      this.stream.open(data.query, data.after)
    }
    for (const node of this.rows()) node.classList.toggle("open", node.dataset.id === data.open)
    this.foot()
    this.settle()
  }

  stop() {
    this.stream.close()
    this.keys.stop()
    clearTimeout(this.timer)
    bus().removeEventListener("pause", this.onPause)
    bus().removeEventListener("slots", this.onSlots)
    document.removeEventListener("scroll", this.onScroll, { capture: true })
  }

  rows() {
    return [...this.list.querySelectorAll(":scope > .row")]
  }

  node(row) {
    return rowOf(row, { open: r => this.act.open(r), filter: (f, v) => this.act.filter(f, v) }, this.data)
  }

  arrive(row) {
    if (this.seen.has(row.id)) return
    this.seen.add(row.id)
    this.waiting.push(row)
    if (this.waiting.length > WAITING) this.waiting.shift()
    this.settle()
  }

  /** Why new statements wait now, or the empty string. */
  held() {
    if (bus().last.pause) return "pause"
    if (this.data.open) return "open"
    if (this.hover) return "hover"
    if (this.at >= 0) return "reading"
    const scroller = getComputedStyle(this.list).overflowY === "visible" ? -this.list.getBoundingClientRect().top + 60 : this.list.scrollTop
    return scroller > 8 ? "scrolled" : ""
  }

  later() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.settle(), 250)
  }

  settle() {
    if (this.waiting.length && !this.held()) return this.flush(false)
    const n = this.waiting.length
    this.pill.hidden = n === 0
    if (n) this.pill.textContent = `${n >= WAITING ? n + "+" : number(n)} new ↑`
    tell("held", n)
  }

  flush(up) {
    const rows = this.waiting.splice(0).sort((a, b) => b.seq - a.seq)
    const nodes = rows.slice(0, SHOWN).map(row => this.node(row))
    for (const node of nodes) node.classList.add("fresh")
    this.list.querySelector(".empty")?.remove()
    this.list.prepend(...nodes)
    if (!this.older) for (const node of this.rows().slice(SHOWN)) this.drop(node)
    if (up) {
      this.select(-1)
      this.list.scrollTop = 0
      if (getComputedStyle(this.list).overflowY === "visible") this.list.scrollIntoView({ block: "start" })
    }
    this.foot()
    this.settle()
  }

  drop(node) {
    this.seen.delete(node.dataset.id)
    node.remove()
  }

  foot() {
    this.list.querySelectorAll(":scope > .empty, :scope > .older, :scope > .end").forEach(node => node.remove())
    const count = this.rows().length
    if (!count && this.data.empty) this.list.append(this.nothing(this.data.empty))
    else if (count >= this.data.page) {
      this.list.append(el("button", { class: "older", type: "button", on: { click: event => this.more(event.currentTarget) } }, "Show older"))
    } else if (count) this.list.append(el("div", { class: "end" }, "That is everything so far."))
  }

  nothing(empty) {
    const button = empty.drop && el("button", { type: "button", on: { click: () => this.act.drop(empty.drop) } }, empty.button)
    return el("div", { class: "empty" }, el("h2", {}, empty.title), el("div", {}, empty.text), button)
  }

  async more(button) {
    button.disabled = true
    const last = this.rows().at(-1)
    const query = new URLSearchParams({ ...this.data.query, before: last.dataset.seq, limit: "60" })
    try {
      const answer = await fetch(`/live/statements?${query}`)
      if (!answer.ok) throw new Error(answer.status)
      const rows = await answer.json()
      this.older = true
      const fresh = rows.filter(row => !this.seen.has(row.id))
      for (const row of fresh) this.seen.add(row.id)
      button.before(...fresh.map(row => this.node(row)))
      if (rows.length < 60) button.replaceWith(el("div", { class: "end" }, "That is everything so far."))
      else button.disabled = false
    } catch {
      button.disabled = false
      button.textContent = "Could not be read, try again"
    }
  }

  /** Too much was missed to be sent one by one: start over with the newest. */
  async reload() {
    const answer = await fetch(`/live/statements?${new URLSearchParams({ ...this.data.query, limit: String(this.data.page) })}`).catch(() => null)
    if (!answer?.ok) return
    const rows = await answer.json()
    this.waiting = []
    this.seen = new Set(rows.map(row => row.id))
    this.older = false
    this.list.replaceChildren(...rows.map(row => this.node(row)))
    this.foot()
    this.settle()
  }

  openRow(row, setTriggerValue) {
    for (const node of this.rows()) node.classList.toggle("open", node.dataset.id === row.id)
    setTriggerValue("open", row.id)
  }

  select(index) {
    const rows = this.rows()
    rows[this.at]?.classList.remove("at")
    this.at = Math.min(index, rows.length - 1)
    const node = rows[this.at]
    node?.classList.add("at")
    node?.scrollIntoView({ block: "nearest" })
    this.settle()
  }

  openSelected() {
    this.rows()[this.at]?.click()
  }
}
