// Server-sent events with a return: when the connection is lost it says since when, and asks again from the last
// statement that it got, after 1, 2, 4, … at most 8 seconds.
import { tell } from "./shared.js"

const LONGEST = 8000
// The server sends a heartbeat comment every 15 s that scripts cannot see; overviews come every few seconds while
// anything happens. A stream that dies silently is noticed by the browser itself.

export class Stream {
  constructor(onStatement, onOverview, onLink, onSkipped) {
    Object.assign(this, { onStatement, onOverview, onLink, onSkipped, source: null, last: null, since: null, wait: 1000 })
  }

  /** Listen with these filters, from after this statement's number on. */
  open(query, after) {
    this.close()
    this.query = query
    this.last = after
    this.connect()
  }

  close() {
    clearTimeout(this.timer)
    this.source?.close()
    this.source = null
  }

  connect() {
    const query = new URLSearchParams(this.query)
    if (this.last !== null && this.last !== undefined) query.set("after", String(this.last))
    const source = (this.source = new EventSource(`/live/events?${query}`))
    source.onopen = () => {
      this.since = null
      this.wait = 1000
      this.onLink({ state: "up" })
    }
    source.addEventListener("statement", event => {
      const row = read(event.data)
      if (!row) return
      if (event.lastEventId) this.last = event.lastEventId
      this.onStatement(row)
    })
    source.addEventListener("skipped", () => this.onSkipped())
    source.addEventListener("overview", event => {
      const overview = read(event.data)
      if (overview) this.onOverview(overview)
    })
    source.onerror = () => {
      if (source !== this.source) return
      source.close()
      this.since ??= Date.now()
      this.onLink({ state: "down", since: this.since })
      this.timer = setTimeout(() => this.connect(), this.wait)
      this.wait = Math.min(this.wait * 2, LONGEST)
    }
  }
}

function read(text) {
  try {
    return JSON.parse(text)
  } catch {
    tell("garbled", text.slice(0, 80))
    return null
  }
}
