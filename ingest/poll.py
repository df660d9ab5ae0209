"""One poll of one feed: ask, parse, read the pages of what is new.

::

    feed ──conditional GET──▶ entries ──not seen──▶ content long enough? ──▶ Draft
                │                                        └──▶ page ──▶ Draft │ BadRow
                └─ 304, failure ──▶ Polled

Expected failures are values: a poll yields ``Found`` for each new item and ends with exactly one ``Polled``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.feeds import Entry, ParsedFeed, parse_feed
from ingest.http import FetchFailed
from ingest.items import BadRow, Draft, excerpt_of, outlet_of, title_of
from ingest.memory import Memory
from ingest.page import Page, fragment_text, read_page
from ingest.polite import Polite
from ingest.sources import Feed
from processors.clock import Clock
from processors.errors import SourceError
from processors.ids import digest
from processors.messages import Precision
from processors.settings import IngestSettings

# A page that could not be fetched in so many polls is given up, with the reason.
MOST_ATTEMPTS = 3
_ACCEPT_FEED = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
_ACCEPT_PAGE = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
_TEASER = re.compile(r"(…|\.\.\.|\[…\]|\[\.\.\.\]|[Rr]ead more|[Cc]ontinue reading)\W*$")


@dataclass(frozen=True, slots=True)
class Found:
    """A new item. ``fingerprint`` is of what the feed says of it: a changed item is another."""

    feed: Feed
    fingerprint: str
    item: Draft | BadRow


@dataclass(frozen=True, slots=True)
class Polled:
    """The end of a poll. ``reason`` is why it failed, else empty; ``whole`` is False where an item is tried again."""

    feed: Feed
    reason: str = ""
    retry_after: float | None = None
    unchanged: bool = False
    whole: bool = True
    etag: str = ""
    last_modified: str = ""
    present: tuple[str, ...] = ()


def poll_feed(
    feed: Feed, memory: Memory, polite: Polite, settings: IngestSettings, clock: Clock
) -> Iterator[Found | Polled]:
    """Ask a feed once."""
    try:
        answer = polite.get(feed.url, {"Accept": _ACCEPT_FEED, **memory.validators(feed.url)})
        if answer.status == 304:
            yield Polled(feed, unchanged=True)
            return
        parsed = parse_feed(answer.body, answer.url, settings.max_items)
    except FetchFailed as error:
        yield Polled(feed, reason=str(error), retry_after=error.retry_after)
        return
    except SourceError as error:
        yield Polled(feed, reason=str(error))
        return
    present = tuple(fingerprint_of(entry) for entry in parsed.entries)
    whole = True
    for line, (entry, fingerprint) in enumerate(zip(parsed.entries, present, strict=True), start=1):
        if memory.has_item(feed.url, fingerprint):
            continue
        try:
            yield Found(feed, fingerprint, _item(feed, parsed, entry, line, polite, settings, clock))
        except FetchFailed as error:
            if memory.failed(fingerprint) >= MOST_ATTEMPTS:
                yield Found(feed, fingerprint, BadRow(line, str(error), excerpt_of(entry.title), entry.link))
            whole = False
    headers = answer.headers
    yield Polled(
        feed,
        whole=whole,
        etag=headers.get("etag", ""),
        last_modified=headers.get("last-modified", ""),
        present=present,
    )


def fingerprint_of(entry: Entry) -> str:
    """Identifies what a feed says of an item."""
    return digest("item", entry.key, entry.link, entry.title, entry.content, entry.summary)


def _item(
    feed: Feed, parsed: ParsedFeed, entry: Entry, line: int, polite: Polite, settings: IngestSettings, clock: Clock
) -> Draft | BadRow:
    """The article of an entry. Raises FetchFailed where its page may be had later."""
    own = max((fragment_text(part) for part in (entry.content, entry.summary)), key=len)
    if len(own) >= settings.full_text_characters and not _TEASER.search(own):
        return _draft(feed, parsed, entry, None, own, line, clock)
    page, reason = _page(entry, polite, settings)
    if page is not None and len(page.text) >= settings.least_text_characters:
        return _draft(feed, parsed, entry, page, page.text, line, clock)
    if len(own) >= settings.least_text_characters:
        return _draft(feed, parsed, entry, page, own, line, clock)
    reason = reason or f"neither the feed nor the page has {settings.least_text_characters} characters of text"
    return BadRow(line, reason, excerpt_of(entry.title or own), entry.link)


def _page(entry: Entry, polite: Polite, settings: IngestSettings) -> tuple[Page | None, str]:
    if not entry.link:
        return None, ""
    try:
        answer = polite.get(entry.link, {"Accept": _ACCEPT_PAGE})
    except FetchFailed as error:
        if error.retriable:
            raise
        return None, f"its page cannot be had: {error}"
    kind = answer.headers.get("content-type", "text/html").partition(";")[0].strip().lower()
    if kind not in {"text/html", "application/xhtml+xml"}:
        return None, f"its page is {kind[:60]}, not HTML"
    return read_page(answer.body, answer.url), ""


def _draft(
    feed: Feed, parsed: ParsedFeed, entry: Entry, page: Page | None, text: str, line: int, clock: Clock
) -> Draft:
    outlet = feed.outlet or outlet_of(entry.link) or outlet_of(feed.url)
    published, precision = _published(entry, page, clock.now())
    return Draft(
        url=entry.link,
        outlet=outlet,
        title=entry.title or (page.title if page else "") or title_of(text),
        text=text,
        published_at=published,
        published_precision=precision,
        language=feed.language or parsed.language or (page.language if page else ""),
        author=entry.author or (page.author if page else ""),
        licence=feed.licence,
        attribution=f"{outlet}, {feed.licence}" if feed.licence else "",
        line=line,
    )


def _published(entry: Entry, page: Page | None, now: datetime) -> tuple[datetime, Precision]:
    """The feed's time, else the page's day, else now; nothing is published in the future."""
    if entry.published is not None and entry.published <= now + timedelta(days=1):
        return entry.published, "second"
    if page is not None and page.published is not None and page.published <= now:
        return page.published, "day"
    return now, "day"
