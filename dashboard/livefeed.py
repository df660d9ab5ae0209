"""The feed on the Live page: what it starts with, and what a click in it does."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import components, quiet, reading, url, wording
from processors.errors import OnRecordError
from processors.filters import HIGH, MEDIUM, Filters

PAGE = 60
"""Statements that a page opens with."""


def draw(run: str, kind: str, filters: Filters, overview: Mapping[str, Any] | None, names: Mapping[str, str]) -> None:
    """The newest statements; everything later comes by push, straight to the browser."""
    try:
        rows = reading.statements(run, filters, PAGE)
    except OnRecordError:
        rows = None
    query = {"run": run, **filters.parameters()}
    if rows is not None:
        st.session_state["feed_answered"] = query
    empty = (
        _empty(run, filters, overview, names)
        if rows == []
        else quiet.Empty("No data yet", "The page fills as soon as the read API answers.")
    )
    components.feed(
        key="feed",
        data={
            "feed": identity(query, answered=st.session_state.get("feed_answered") == query),
            "query": query,
            "rows": rows or [],
            # Nothing is missed between this answer and the first event: without a row, all that matches is sent.
            "after": None if rows is None else max((int(row["seq"]) for row in rows), default=0),
            "page": PAGE,
            "empty": {"title": empty.title, "text": empty.text, "drop": empty.drop, "button": empty.button},
            "open": url.read_statement(),
            "q": filters.q,
            "kinds": {name: [words, wording.KINDS_EXPLAINED[name]] for name, words in wording.KINDS.items()},
            "fictional": kind != "demo",  # the strip says it for the whole demo
            "high": HIGH,
            "medium": MEDIUM,
        },
        on_open_change=_opened,
        on_filter_change=_filtered,
        on_drop_change=_dropped,
    )


def identity(query: Mapping[str, str], answered: bool) -> str:
    """Names the feed: as long as it stays the same, the browser keeps its rows and its connection.

    A page that was drawn while nothing answered is another feed, so that it starts over when something does.
    """
    text = "\0".join(f"{name}={value}" for name, value in sorted(query.items()))
    return hashlib.blake2b(f"{answered}\0{text}".encode(), digest_size=8).hexdigest()


def _empty(run: str, filters: Filters, overview: Mapping[str, Any] | None, names: Mapping[str, str]) -> quiet.Empty:
    def counted(kept: Mapping[str, str]) -> int:
        return reading.count(run, url.of(kept))

    try:
        return quiet.explain(url.chosen(filters), int((overview or {}).get("articles") or 0), counted, names)
    except OnRecordError:
        return quiet.Empty("No statement matches", "Which filter to drop could not be found out just now.")


def _opened() -> None:
    chosen = st.session_state["feed"].get("open")
    if chosen:
        url.write("statement", str(chosen))


def _filtered() -> None:
    apply(st.session_state["feed"].get("filter"))


def _dropped() -> None:
    url.drop(str(st.session_state["feed"].get("drop") or ""))


def apply(chosen: Any) -> None:
    """Put the filter that a component sent ({field, value}) into the URL; anything else is ignored."""
    if isinstance(chosen, Mapping) and chosen.get("field") in url.WORDS:
        url.write(str(chosen["field"]), str(chosen.get("value") or "") or None)


def apply_range(chosen: Any) -> None:
    """Put the range of time that the timeline sent ({since, until}) into the URL; an empty one takes it out."""
    if isinstance(chosen, Mapping):
        for name in url.TIMES:
            moment = wording.parse_time(chosen.get(name))
            url.write(name, f"{moment:%Y-%m-%dT%H:%MZ}" if moment else None)
