"""The URL is the state: filters, run and open statement live in the query string, so that a page can be shared.

Widgets are not bound to the URL by Streamlit, since a bound list writes the label that it shows and forgets a choice
that left its list; topics are renamed and lists are capped. Ids are written instead, and every widget is set from the
URL before it is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import streamlit as st

from dashboard import wording
from processors.filters import Filters
from processors.pipeline import LIVE

WORDS = ("q", "speaker", "topic", "outlet", "kind")
TIMES = ("since", "until")
FIELDS = WORDS + TIMES
TIME = "time"
"""Stands for both ends of the time range, which come and go together."""

# What the read API takes; a longer value in an address is cut, not refused.
_LONGEST = {"q": 300, "speaker": 100, "topic": 100, "outlet": 300, "kind": 20}


def read_filters() -> Filters:
    """The filters that the URL names; values that cannot be meant are left out."""
    values = {field: _read(field, _LONGEST.get(field, 40)) for field in FIELDS}
    if values["kind"] not in wording.KINDS:
        values["kind"] = ""
    return of(values)


def of(values: Mapping[str, str]) -> Filters:
    """Filters by their names in the URL; a range of time that ends before it begins is none."""
    since, until = (wording.parse_time(values.get(name)) for name in TIMES)
    if since and until and since >= until:
        since = until = None
    words = {name: value for name, value in values.items() if name not in TIMES}
    return msgspec.structs.replace(msgspec.convert(words, Filters), since=since, until=until)


def chosen(filters: Filters) -> dict[str, dict[str, str]]:
    """The active filters, each with what it holds in the URL: those by words, then the range of time as one."""
    given = {name: value for name, value in filters.parameters().items() if name in FIELDS}
    found = {name: {name: given[name]} for name in WORDS if name in given}
    times = {name: given[name] for name in TIMES if name in given}
    return found | ({TIME: times} if times else {})


def drop(name: str) -> None:
    """Take one active filter out of the URL; ``all`` takes every one."""
    clear_filters(FIELDS if name == "all" else TIMES if name == TIME else (name,) if name in WORDS else ())


def read_window() -> str:
    """The name of the window that the URL names, else the empty string."""
    return _read("window", 10)


def read_run() -> str:
    """The run that the URL names, else the live one."""
    return _read("run", 60) or LIVE


def read_statement() -> str:
    """The id of the statement that is open, else the empty string."""
    return _read("statement")


def write(name: str, value: str | None) -> None:
    """Put a value into the URL, or take it out where it is empty."""
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def clear_filters(names: tuple[str, ...] = FIELDS) -> None:
    """Take filters out of the URL."""
    for name in names:
        write(name, None)


def take(name: str, widget: str) -> None:
    """A widget's callback: what was chosen goes into the URL."""
    value = st.session_state.get(widget)
    write(name, str(value).strip() if value else None)


def come_back(page: str) -> None:
    """On a change of page the query string is lost: bring back what this page's URL held last, in this session.

    Call it first on each page, and ``remember`` last.
    """
    kept: Mapping[str, Mapping[str, str]] = st.session_state.setdefault("url_kept", {})
    last = st.session_state.get("url_page")
    st.session_state["url_page"] = page
    if last is None or last == page or st.query_params.to_dict():
        return
    for name, value in kept.get(page, {}).items():
        st.query_params[name] = value
    run = kept.get(last, {}).get("run")
    write("run", run)


def remember(page: str) -> None:
    """Keep what the URL holds now for ``come_back``; an open statement is not part of it."""
    held = {name: value for name, value in st.query_params.to_dict().items() if name != "statement"}
    st.session_state.setdefault("url_kept", {})[page] = held


def _read(name: str, longest: int = 100) -> str:
    return str(st.query_params.get(name, "")).strip()[:longest]
