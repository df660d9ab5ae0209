// The statement dialog: the words, where they stand in the article, and why they are attributed to whom they are.
import { copy, el, link, local, parse, root, stamp } from "./shared.js"

const shown = new WeakMap()
const circled = number => (number <= 20 ? String.fromCodePoint(0x245f + number) : `(${number})`)

export default function render({ data, parentElement, setTriggerValue }) {
  const node = root(parentElement)
  if (shown.get(node) === data.id) return // a rerun behind the dialog must not scroll the article back
  shown.set(node, data.id)
  const act = { open: id => setTriggerValue("open", id), filter: (field, value) => setTriggerValue("filter", { field, value }) }
  const text = articleText(data)
  const article = el("div", { class: "article", tabindex: "0", "aria-label": "Article" },
    el("h3", {}, data.article.title), byline(data.article), text, rights(data.article))
  node.replaceChildren(top(data, act), el("div", { class: "both" }, article, aside(data, act, text)), foot(data))
  requestAnimationFrame(() => centre(article))
}

function top(data, act) {
  const speaker = data.speaker
    ? el("button", { class: "name", type: "button", title: `Only ${data.speaker}`, on: { click: () => act.filter("speaker", data.speaker_id) } }, data.speaker)
    : el("span", { class: "name unknown" }, "Speaker unknown")
  const words = data.quoted && !/^[“"«„]/.test(data.text) ? `“${data.text}”` : data.text
  const published = parse(data.article.published)
  const topic = data.topic.id && el("span", {}, el("button", { type: "button", title: data.topic.terms.join(", "), on: { click: () => act.filter("topic", data.topic.id) } }, data.topic.title || "untitled topic"))
  return el("div", { class: "top" },
    el("div", { class: "who" }, speaker, el("span", { class: "soft" }, data.speaker ? data.role : `Why: ${data.why_unknown}`)),
    data.speaker && whoElse(data),
    el("blockquote", {}, words),
    el("div", { class: "facts" }, el("span", {}, el("span", { class: "kind", title: data.kind_explained }, data.kind)), topic, data.reports && el("span", {}, `reports what ${data.reports} said`), data.heading && el("span", {}, `under “${data.heading}”`),
      el("span", { title: local(published) }, stamp(published)), el("span", { class: "chain", title: relayed(data.chain) }, data.chain.join(" ← "))))
}

/** Under the speaker: other names, and behind them the roles with their dates and why the names are one. */
function whoElse({ known }) {
  const names = [known.also.join(", "), known.more > 0 && `${known.more} more`].filter(Boolean).join(" and ")
  const line = [known.written && `here as “${known.written}”`, names && `also written as ${names}`].filter(Boolean).join("; ")
  const words = line || (known.roles.length ? "in several roles" : "")
  if (!known.roles.length && !known.joined.length) return words && el("div", { class: "known" }, words)
  const rest = known.unshown > 0 && el("div", { class: "soft" }, `and ${known.unshown} more`)
  return el("details", { class: "known" }, el("summary", {}, words || "names that were joined"),
    known.roles.length > 0 && part("Roles", known.roles.map(one => [one.role, one.when])),
    known.joined.length > 0 && part("Why these are one", known.joined.map(one => [one.name, [one.reason, one.at].filter(Boolean).join(", ")])), rest)
}

function part(title, rows) {
  return el("div", {}, el("div", { class: "title" }, title), el("dl", {}, rows.flatMap(([name, text]) => [el("dt", {}, name), el("dd", {}, text)])))
}

function relayed(chain) {
  return chain.length > 1 ? `Read in ${chain[0]}, which cites ${chain.slice(1).join(", which cites ")}` : `Read in ${chain[0] ?? "an unnamed outlet"}`
}

function articleText(data) {
  const text = el("div", { class: "text" })
  for (const piece of data.pieces) {
    const kinds = [piece.statement && "said", piece.reasons.length && "proof"].filter(Boolean).join(" ")
    if (!kinds) text.append(piece.text)
    else text.append(el("span", { class: kinds, data: { reasons: piece.reasons.join(" ") } }, piece.text))
    for (const end of piece.ends) text.append(el("sup", { title: `reason ${end}` }, circled(end)))
  }
  return text
}

function aside(data, act, text) {
  return el("div", {}, attribution(data, text), mentions("Same words in", data.copies, "in order of appearance", act, false),
    mentions("Said before", data.before, "by this speaker on this topic", act, true), section("Provenance", "", list(data.provenance)))
}

function attribution(data, text) {
  const { word, number } = data.confidence
  const level = { low: 1, medium: 2, high: 3 }[word] || 0
  const meter = el("span", { class: "meter", "aria-hidden": "true" }, [1, 2, 3].map(n => el("i", { class: n <= level ? "on" : "" })))
  const reasons = data.reasons.map(reason => el("li", {
    tabindex: "0", role: "button",
    on: { focus: () => light(text, reason.number, true), blur: () => light(text, reason.number, false),
      keydown: event => { if (event.key === "Enter") show(text, reason.number) },
      pointerenter: () => light(text, reason.number, true), pointerleave: () => light(text, reason.number, false), click: () => show(text, reason.number) },
  }, el("span", { class: "n" }, circled(reason.number)), el("span", {}, el("q", {}, reason.text), " ", el("span", { class: "soft" }, reason.proves))))
  const body = data.speaker
    ? reasons.length ? el("ol", {}, reasons) : el("div", { class: "soft" }, "The article's passages that prove it were not recorded.")
    : el("div", {}, el("div", { class: "soft" }, `Nobody could be proved to have said it: ${data.why_unknown}.`), reasons.length > 0 && el("ol", {}, reasons))
  return section(data.speaker ? `Why ${data.speaker}` : "Why no speaker", "",
    el("div", { style: "margin-bottom:4px" }, meter, `Confidence ${word}, ${number}`), body)
}

function mentions(title, rows, note, act, words) {
  if (!rows.length) return null
  const items = rows.map(row => {
    const published = parse(row.published)
    const mark = `${row.first ? ", first" : ""}${row.here ? ", this one" : ""}`
    const about = el("span", { class: "soft o", title: local(published) }, `${row.outlet}, ${stamp(published).replace(/:\d\d UTC/, " UTC")}${mark}`)
    if (row.here) return el("div", { class: "item here" }, row.title && el("span", { class: "w" }, row.title), about)
    return el("button", { class: "item", type: "button", on: { click: () => act.open(row.id) } }, words ? el("span", { class: "w" }, row.text) : row.title && el("span", { class: "w" }, row.title), about)
  })
  const count = words ? ` ${rows.length}` : ` ${rows.length} articles`
  return section(`${title}${count}`, note, ...items)
}

function section(title, note, ...children) {
  return el("section", {}, el("h2", {}, title, note && el("span", { class: "soft" }, note)), ...children)
}

function list(rows) {
  return el("dl", {}, rows.flatMap(row => [el("dt", {}, row.label), el("dd", {}, row.value)]))
}

function byline(article) {
  const published = parse(article.published)
  const parts = [article.outlet, article.author].filter(Boolean).join(", ")
  return el("div", { class: "by", title: local(published) }, `${parts ? parts + ", " : ""}${stamp(published)}`)
}

function rights(article) {
  const words = [article.attribution, article.licence && `Licence: ${article.licence}`].filter(Boolean).join(". ")
  return el("div", { class: "rights" }, words || `Text: ${article.outlet}. No licence is recorded; quote with care.`)
}

function foot(data) {
  const citation = el("button", { class: "act", type: "button", on: { click: event => copy(event.currentTarget, data.citation) } }, "Copy citation")
  const permalink = el("button", { class: "act", type: "button", title: "The address of this statement, with the page behind it",
    on: { click: event => copy(event.currentTarget, address(data)) } }, "Copy link")
  const json = el("a", { class: "act", href: `/live/statements/${encodeURIComponent(data.id)}?run=${encodeURIComponent(data.run)}`, target: "_blank", rel: "noopener" }, "JSON")
  const source = data.article.url ? link(data.article.url, "Read at the source ↗", { class: "act", title: data.article.url }) : el("span", { class: "soft" }, "No link to the source")
  return el("div", { class: "foot" }, citation, permalink, json, source)
}

/** The page's own address already holds filters and time; run and statement are made sure of. */
function address(data) {
  const here = new URL(location.href)
  here.searchParams.set("run", data.run)
  here.searchParams.set("statement", data.id)
  return here.href
}

function light(text, number, on) {
  for (const node of text.querySelectorAll("[data-reasons]")) {
    if (node.dataset.reasons.split(" ").includes(String(number))) node.classList.toggle("lit", on)
  }
}

function show(text, number) {
  const node = [...text.querySelectorAll("[data-reasons]")].find(one => one.dataset.reasons.split(" ").includes(String(number)))
  node?.scrollIntoView({ block: "center", behavior: "smooth" })
}

function centre(article) {
  const said = article.querySelector(".said")
  if (said) article.scrollTop = said.offsetTop - article.clientHeight / 3
}
