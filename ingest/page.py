"""HTML → text with its paragraphs kept apart by an empty line, since quotations are paired by paragraph."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import lxml.html
import trafilatura
from lxml import etree

# Elements that end a paragraph, and those whose content nobody reads.
_BLOCKS = frozenset([
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "fieldset", "figure", "footer", "form",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table",
    "td", "th", "tr", "ul",
])  # fmt: skip
_SILENT = frozenset([
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "math", "head", "title",
    "button", "select",
])  # fmt: skip
_BREAK, _LINE = "\x1e", "\x1f"


@dataclass(frozen=True, slots=True)
class Page:
    """What could be read off a page; empty strings and None where it does not say."""

    text: str
    title: str
    author: str
    published: datetime | None
    language: str


def read_page(body: bytes, url: str) -> Page:
    """The article on a page, by trafilatura, without readers' comments; its text is empty where there is none."""
    try:
        found: Any = trafilatura.bare_extraction(body, url=url, include_comments=False, with_metadata=True)
    except Exception:  # noqa: BLE001 - a parser's defect that a stranger's bytes find is that page's failure
        found = None
    values: dict[str, Any] = found.as_dict() if found is not None else {}
    return Page(
        text=_paragraphs(str(values.get("text") or "").split("\n")),
        title=_line(values.get("title")),
        author=_line(values.get("author")),
        published=_day(values.get("date")),
        language=_line(values.get("language")),
    )


def fragment_text(markup: str) -> str:
    """The text of a piece of HTML as feeds carry it: everything but scripts, paragraphs apart, ``<br>`` a line."""
    if "<" not in markup and "&" not in markup:
        return _paragraphs(re.split(r"\n\s*\n", markup))
    try:
        root = lxml.html.document_fromstring(f"<div>{_valid(markup)}</div>")
    except (etree.ParserError, ValueError):
        return ""
    pieces: list[str] = []
    _collect(root, pieces)
    return _paragraphs("".join(pieces).split(_BREAK))


def _collect(root: Any, pieces: list[str]) -> None:
    # Iterative: markup may be nested more deeply than Python's stack.
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        name = element.tag if isinstance(element.tag, str) else ""
        silent = not name or name in _SILENT
        if event == "start":
            if name in _BLOCKS:
                pieces.append(_BREAK)
            elif name == "br":
                pieces.append(_LINE)
            if element.text and not silent and not _inside_silent(element):
                pieces.append(element.text)
        else:
            if name in _BLOCKS:
                pieces.append(_BREAK)
            if element.tail and not _inside_silent(element):
                pieces.append(element.tail)


def _inside_silent(element: Any) -> bool:
    return any(parent.tag in _SILENT for parent in element.iterancestors())


def _paragraphs(parts: list[str]) -> str:
    tidy = (
        "\n".join(filter(None, (" ".join(line.split()) for line in re.split(rf"{_LINE}", part.replace("\u200b", "")))))
        for part in parts
    )
    return "\n\n".join(filter(None, tidy))


def _valid(text: str) -> str:
    """Without the characters that XML forbids, on which lxml gives up, and our own marks."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)


def _line(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _day(value: object) -> datetime | None:
    with contextlib.suppress(ValueError):
        if isinstance(value, str) and value:
            return datetime.fromisoformat(value[:10]).replace(tzinfo=UTC)
    return None
