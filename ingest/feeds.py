"""Feeds as bytes → entries: fastfeedparser, and feedparser where that finds nothing (it is 100 times slower).

Both are given bytes that are in memory, never an address or a path: they would open it.
"""

from __future__ import annotations

import contextlib
import html
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import fastfeedparser
import feedparser

from processors.errors import SourceError

_HEAD = 8_000
_LANGUAGE = re.compile(rb"<language>\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\s*</language>")
_DECLARATION = re.compile(rb"""^\s*(<\?xml[^>]*?encoding\s*=\s*["'])([A-Za-z0-9._-]+)""")


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed. ``content`` is what it gives as the whole text, ``summary`` its teaser; both HTML."""

    key: str
    link: str
    title: str
    author: str
    published: datetime | None
    content: str
    summary: str


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed's entries in its own order, and the language that it says it is in."""

    title: str
    language: str
    entries: tuple[Entry, ...]


def parse_feed(body: bytes, url: str, most: int) -> ParsedFeed:
    """Read a feed that was fetched from ``url``; at most ``most`` entries. Raises SourceError with the reason.

    A feed without entries is no error.
    """
    if not body.strip():
        raise SourceError("the feed is empty")
    body = _declared_as_it_is(body)
    reason = ""
    found: Mapping[str, Any] = {}
    try:
        found = fastfeedparser.parse(body)
    except Exception as error:  # noqa: BLE001 - a parser's defect that a stranger's bytes find is that feed's failure
        reason = " ".join(str(error).split())[:200]
    if not found.get("entries"):
        lenient = _leniently(body)
        if lenient.get("entries") or (reason and lenient.get("version")):
            found, reason = lenient, ""
    if reason:
        raise SourceError(f"this is no feed: {reason}")
    about = found.get("feed") or {}
    entries = (_entry(raw, url) for raw in list(found.get("entries") or ())[:most])
    language = _language(about.get("language")) or _declared_language(body)
    return ParsedFeed(_plain(about.get("title")), language, tuple(filter(None, entries)))


def _declared_as_it_is(body: bytes) -> bytes:
    """UTF-8 that declares something else, declaring UTF-8: text in another charset is hardly ever valid UTF-8."""
    declared = _DECLARATION.match(body)
    if declared is None or declared[2].lower() in {b"utf-8", b"utf8", b"us-ascii"} or body.isascii():
        return body
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return body
    return body[: declared.start(2)] + b"utf-8" + body[declared.end(2) :]


def _leniently(body: bytes) -> Mapping[str, Any]:
    try:
        parsed: Mapping[str, Any] = feedparser.parse(io.BytesIO(body), sanitize_html=False)
    except Exception:  # noqa: BLE001 - as above
        return {}
    return parsed


def _entry(raw: Mapping[str, Any], base: str) -> Entry | None:
    link = _link(_text(raw.get("link")), base)
    content = max((_text(part.get("value")) for part in _mappings(raw.get("content"))), key=len, default="")
    summary = _text(raw.get("description")) or _text(raw.get("summary"))
    title = _plain(raw.get("title"))
    if not (link or content or summary):
        return None
    return Entry(
        key=_text(raw.get("id")).strip() or link or title,
        link=link,
        title=title,
        author=_plain(raw.get("author")),
        published=_time(raw, "published") or _time(raw, "updated"),
        content=content,
        summary=summary,
    )


def _mappings(value: object) -> Iterable[Mapping[str, Any]]:
    return [part for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _plain(value: object) -> str:
    """One line without entities and markup: titles come escaped once, twice or not at all."""
    text = html.unescape(_text(value))
    if "<" in text:
        from ingest.page import fragment_text

        text = fragment_text(text)
    return " ".join(text.split())


def _language(value: object) -> str:
    return _text(value).strip().lower().split("-")[0][:8]


def _declared_language(body: bytes) -> str:
    """RSS's own ``<language>`` at the head of the channel, which fastfeedparser passes over."""
    declared = _LANGUAGE.search(body[:_HEAD])
    return _language(declared[1].decode("ascii")) if declared else ""


def _link(link: str, base: str) -> str:
    try:
        full = urljoin(base, link.strip()) if link.strip() else ""
        return full if urlsplit(full).scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def _time(raw: Mapping[str, Any], name: str) -> datetime | None:
    """Fastfeedparser gives ISO 8601, feedparser a tuple in UTC beside whatever the feed wrote."""
    parsed = raw.get(f"{name}_parsed")
    time: datetime | None = None
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        if parsed:
            year, month, day, hour, minute, second = parsed[:6]
            time = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        elif _text(raw.get(name)):
            time = datetime.fromisoformat(_text(raw.get(name)).strip())
            time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    return time if time is not None and time.year >= 1000 else None
