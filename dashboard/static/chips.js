// The active filters, each with a cross to drop it.
import { el, root } from "./shared.js"

export default function render({ data, parentElement, setTriggerValue }) {
  const node = root(parentElement)
  const drop = name => setTriggerValue("drop", name)
  const chips = data.chips.map(chip => {
    const text = chip.text || chip.value
    return el("button", { class: "chip", type: "button", "aria-label": `Drop the filter ${chip.label}: ${text}`, title: `${chip.label}: ${text}\nClick to drop this filter`, data: { chip: chip.name }, on: { click: () => drop(chip.name) } },
      el("span", { class: "soft" }, chip.label), el("span", { class: "text" }, text), el("span", { class: "cross", "aria-hidden": "true" }, "×"))
  })
  const all = chips.length > 1 && el("button", { class: "all", type: "button", on: { click: () => drop("all") } }, "Clear all")
  node.replaceChildren(...[chips.length > 0 && el("div", { class: "chips", role: "group", "aria-label": "Active filters" }, ...chips, all)].filter(Boolean))
}
