"""The Pipeline page: where every article went, how far each stage is behind, and what could not be processed."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from dashboard import layout, reading, url
from dashboard import pipelinetables as tables
from dashboard.freshness import sums
from processors.errors import OnRecordError, RunError

# The lag is measured now and then; so long a missing position may still be on its way unseen.
_PATIENCE = 10.0


@st.fragment(run_every=max(2.0, reading.refresh_seconds()))
def _page(run: str) -> None:
    kept: dict[str, Any] = st.session_state.setdefault("pipeline_kept", {})
    try:
        kept[run] = (reading.pipeline(run), reading.overview(run), reading.dead_letters(run), datetime.now(UTC))
    except OnRecordError:
        layout.unreachable(kept[run][-1] if run in kept else None)
        if run not in kept:
            return
    state, overview, dead, _ = kept[run]
    _accounting(run, state, overview)
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        st.subheader("Stages")
        st.html(layout.table(("Stage", "", "Records waiting"), tables.stage_rows(state), numbers=(2,)))
    with right:
        st.subheader("From ingest to the database")
        st.html(layout.table(("", ""), tables.lag_rows(overview), numbers=(1,)))
    st.subheader("Dead letters")
    _dead_letters(dead)
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        st.subheader("Streams that the store reads")
        rows = tables.offset_rows(state)
        head = ("Stream", "Partition", "Stored up to", "End", "Behind", "Cluster")
        st.html(layout.table(head, rows, (1, 2, 3, 4)) if rows else layout.paragraph("No stream has been read yet."))
    with right:
        st.subheader("Versions")
        st.html(layout.table(("", ""), tables.version_rows(state)))


def _accounting(run: str, state: dict[str, Any], overview: dict[str, Any]) -> None:
    accounting = state.get("accounting") or overview.get("accounting") or {}
    behind = tables.behind(state)
    if behind == 0 and accounting.get("missing") and not _waited_for(run):
        behind = None
    found = sums(accounting, behind, layout.going_on(run))
    st.html(layout.equation(found.terms))
    if found.balanced:
        st.html(layout.paragraph(found.sentence))
    else:
        st.warning(found.sentence, icon=":material/balance:")


def _waited_for(run: str) -> bool:
    """Whether something has been missing in this session for longer than a record is on its way unseen."""
    last = st.session_state.get("missing_since")
    now = time.monotonic()
    if not last or last[0] != run or now - last[2] > _PATIENCE:
        last = (run, now, now)
    st.session_state["missing_since"] = (run, last[1], now)
    return bool(now - last[1] >= _PATIENCE)


def _dead_letters(dead: list[dict[str, Any]]) -> None:
    rows = tables.dead_letter_rows(dead)
    if rows:
        st.html(layout.table(("When", "Stage", "Why", "Place on the bus", "Link", "Begins with"), rows, long=(2, 4, 5)))
    else:
        st.html(layout.paragraph("None. Everything that came in could be processed."))


url.come_back("pipeline")
run = layout.current_run()
try:
    reading.pipeline(run)
except RunError:
    layout.no_such_run(run)  # ends the page
except OnRecordError:
    pass  # the page says so, and asks again
layout.banner(layout.kind_of(run))
_page(layout.choose_run())
url.remember("pipeline")
