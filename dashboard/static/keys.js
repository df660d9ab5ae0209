// Keys of the feed: j and k move, o or Enter opens, / goes to the search, space pauses, Escape lets go.
import { bus, tell } from "./shared.js"

/** Listen for the feed until `stop()`. Keys typed into a field, or while a dialog is open, are left alone. */
export function keyboard(feed) {
  const press = event => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || busy(event)) return
    const deed = deeds[event.key]
    if (!deed) return
    if (event.key === " " && event.composedPath()[0].closest?.("button, a, [role=button]")) return
    if (event.key === "Enter" && feed.at < 0) return
    event.preventDefault()
    deed(feed)
  }
  document.addEventListener("keydown", press)
  return { stop: () => document.removeEventListener("keydown", press) }
}

const deeds = {
  j: feed => feed.select(feed.at + 1),
  k: feed => feed.select(Math.max(0, feed.at - 1)),
  o: feed => feed.openSelected(),
  Enter: feed => feed.openSelected(),
  Escape: feed => feed.select(-1),
  " ": () => tell("pause", !bus().last.pause),
  "/": () => document.querySelector(".st-key-w_q input")?.focus(),
}

function busy(event) {
  const target = event.composedPath()[0]
  const field = target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  return field || document.querySelector("[role=dialog]") !== null
}
