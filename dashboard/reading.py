"""What the pages ask the read API, cached, so that twenty readers cost one query.

Answers are plain values with times as ISO strings, ready for the browser. Every function raises what
``processors.client.ReadClient`` raises; errors are not cached.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar, cast

import streamlit as st

from dashboard import wording
from processors.client import ReadClient
from processors.filters import Filters
from processors.runs import RunInfo
from processors.settings import load_settings

Row = dict[str, Any]
Rows = list[Row]
_HASH: dict[str | type[Any], Callable[[Any], Any]] = {Filters: repr}
Value = TypeVar("Value")


@lru_cache(maxsize=1)
def client() -> ReadClient:
    """The connection to the read API that all sessions share."""
    return ReadClient(load_settings().api_url, seconds=10.0)


@lru_cache(maxsize=1)
def refresh_seconds() -> float:
    """How often the panels beside the feed ask again."""
    return load_settings().dashboard.refresh_seconds


@st.cache_data(ttl=2, show_spinner=False, max_entries=4)
def runs() -> dict[str, RunInfo]:
    """Every run by its name, newest first."""
    return {run.name: run for run in client().runs()}


@st.cache_data(ttl=1, show_spinner=False, max_entries=32)
def overview(run: str) -> Row:
    """Freshness, counts, lag and accounting of a run."""
    return plain(client().overview(run))


@st.cache_data(ttl=0.5, show_spinner=False, max_entries=256, hash_funcs=_HASH)
def statements(run: str, filters: Filters, limit: int) -> Rows:
    """Newest statements that the filters let through."""
    return plain(client().statements(run, filters, limit))


@st.cache_data(ttl=3, show_spinner=False, max_entries=256, hash_funcs=_HASH)
def count(run: str, filters: Filters) -> int:
    """How many statements the filters let through."""
    return client().count(run, filters)


@st.cache_data(ttl=5, show_spinner=False, max_entries=256)
def statement(run: str, identity: str) -> Row:
    """One statement with its article."""
    return plain(client().statement(identity, run))


@st.cache_data(ttl=1.5, show_spinner=False, max_entries=256, hash_funcs=_HASH)
def topics(run: str, filters: Filters, window: int, limit: int) -> Rows:
    """Topics of the window, with counts and change."""
    return plain(client().topics(run, filters, window, limit))


@st.cache_data(ttl=1.5, show_spinner=False, max_entries=256, hash_funcs=_HASH)
def speakers(run: str, filters: Filters, window: int, limit: int) -> Rows:
    """Speakers of the window, with counts and change."""
    return plain(client().speakers(run, filters, window, limit))


@st.cache_data(ttl=1.5, show_spinner=False, max_entries=256, hash_funcs=_HASH)
def timeline(run: str, filters: Filters, window: int, bucket: int) -> Rows:
    """Counts a bucket and topic; the topics beyond the largest six are folded into id ''."""
    return plain(client().timeline(run, filters, window, bucket))


@st.cache_data(ttl=3, show_spinner=False, max_entries=256, hash_funcs=_HASH)
def facets(run: str, filters: Filters) -> dict[str, Rows]:
    """The largest speakers, topics, outlets and kinds, each without the filter on itself."""
    return client().facets(run, filters)


@st.cache_data(ttl=1, show_spinner=False, max_entries=32)
def pipeline(run: str) -> Row:
    """Accounting, offsets, lag and versions."""
    return plain(client().pipeline(run))


@st.cache_data(ttl=1, show_spinner=False, max_entries=32)
def dead_letters(run: str, limit: int = 50) -> Rows:
    """The newest dead letters."""
    return plain(client().dead_letters(run, limit))


def plain(value: Value) -> Value:
    """The value with every time in it as ISO text."""
    return cast(Value, _plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return wording.iso(value) if isinstance(value, datetime) else value
