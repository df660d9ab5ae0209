"""What a source yields: an article that has no place in a run yet, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from processors.ids import article_id
from processors.messages import Precision

# Enough of an unreadable input for a person to see what it was.
EXCERPT = 300
_TITLE = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as its source gives it. ``published_at`` is aware UTC; ``line`` counts from 1 (0: not from a file)."""

    url: str
    outlet: str
    title: str
    text: str
    published_at: datetime
    published_precision: Precision = "second"
    language: str = ""
    author: str = ""
    licence: str = ""
    attribution: str = ""
    line: int = 0

    @property
    def id(self) -> str:
        """Identifier of this version of the article."""
        return article_id(self.url, self.text)


@dataclass(frozen=True, slots=True)
class BadRow:
    """An input that is no article: where it stood in its file or feed, and why it cannot be used."""

    line: int
    reason: str
    excerpt: str = ""
    url: str = ""


def outlet_of(url: str) -> str:
    """The host of a URL without ``www.``, as the name of an outlet that has no other; empty where there is none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def title_of(text: str) -> str:
    """A title for a text without one: its first line, cut after a word."""
    first = text.strip().split("\n", 1)[0].strip()
    return first if len(first) <= _TITLE else first[:_TITLE].rsplit(" ", 1)[0] + " …"


def excerpt_of(data: bytes | str) -> str:
    """The first characters, without what does not decode."""
    text = data[: 4 * EXCERPT].decode("utf-8", "replace") if isinstance(data, bytes) else data
    return text[:EXCERPT].encode("utf-8", "replace").decode("utf-8")
