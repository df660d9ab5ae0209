"""``sources.toml``: which feeds are read.

::

    [[feed]]
    url = "https://www.example.org/news.rss"
    outlet = "Example News"      # shown with each statement; default: the host
    language = "en"              # default: what the feed says
    every = 300                  # seconds between two polls; default: ingest.poll_seconds
    licence = "CC BY 4.0"        # shown with each article

A key that is not known is refused with the nearest one that is.
"""

from __future__ import annotations

import difflib
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from processors.errors import SourceError


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """One feed. ``every`` is None where the default interval holds."""

    url: str
    outlet: str = ""
    language: str = ""
    every: float | None = None
    licence: str = ""


def load_sources(path: Path) -> tuple[Feed, ...]:
    """The feeds of a file; raises SourceError with what is wrong and where."""
    try:
        with path.open("rb") as file:
            tables = tomllib.load(file)
    except OSError as error:
        raise SourceError(
            f"cannot read the list of sources {path}: {error.strerror}; correct ingest.sources"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"the list of sources {path} is not valid TOML: {error}") from error
    for name in tables:
        if name != "feed":
            raise SourceError(f"{path}: there is no kind of source [{name}]{_nearest(name, ('feed',))}")
    entries = tables.get("feed", [])
    if not isinstance(entries, list):
        raise SourceError(f"{path}: write [[feed]] in double brackets, once for each feed")
    feeds = tuple(_feed(entry, f"{path}, feed {number}") for number, entry in enumerate(entries, start=1))
    urls = [feed.url for feed in feeds]
    for url in urls:
        if urls.count(url) > 1:
            raise SourceError(f"{path}: the feed {url} is listed twice")
    return feeds


def example_sources() -> Path:
    """The short list of public feeds that comes with the program."""
    return Path(str(resources.files("ingest"))) / "sources.toml"


def _feed(entry: Any, where: str) -> Feed:
    known = Feed.__struct_fields__
    for key in entry:
        if key not in known:
            raise SourceError(f"{where}: there is no key {key!r}{_nearest(key, known)}")
    try:
        feed = msgspec.convert(entry, Feed)
    except msgspec.ValidationError as error:
        raise SourceError(f"{where}: {error}") from error
    try:
        parts = urlsplit(feed.url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise SourceError(f"{where}: {feed.url!r} is no http or https address")
    if feed.every is not None and feed.every < 1:
        raise SourceError(f"{where}: every must be at least 1 second")
    return feed


def _nearest(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    return f"; did you mean {near[0]}?" if near else f"; known are {', '.join(known)}"
