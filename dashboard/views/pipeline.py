"""The Pipeline page: where every article went, how far each stage is behind, and what could not be processed."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import layout, reading, url
from dashboard.freshness import accounted, balanced
from dashboard.pipelinetables import dead_letter_rows, lag_rows, offset_rows, version_rows
from processors.errors import OnRecordError


@st.fragment(run_every=max(2.0, reading.refresh_seconds()))
def _page(run: str) -> None:
    try:
        state: dict[str, Any] = reading.pipeline(run)
        overview = reading.overview(run)
        dead = reading.dead_letters(run)
    except OnRecordError:
        layout.unreachable()
        return
    accounting = state.get("accounting") or overview.get("accounting") or {}
    if not balanced(accounting):
        st.warning("The sum of articles does not add up yet.", icon=":material/balance:")
    st.html(layout.paragraph(accounted(accounting), "onrecord-sum"))
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Lag")
        st.html(layout.table(("", ""), lag_rows(state, overview), numbers=(1,)))
    with right:
        st.subheader("Versions")
        st.html(layout.table(("", ""), version_rows(state)))
    st.subheader("Streams")
    rows = offset_rows(state)
    st.html(
        layout.table(("Stream", "Partition", "Stored up to", "End", "Behind", "Cluster"), rows, (1, 2, 3, 4))
        if rows
        else layout.paragraph("No stream has been read yet.")
    )
    st.subheader("Dead letters")
    letters = dead_letter_rows(dead)
    if letters:
        st.html(
            layout.table(
                ("When", "Stage", "Why", "Stream", "Partition", "Offset", "Link", "Begins with"), letters, (4, 5)
            )
        )
    else:
        st.html(layout.paragraph("None. Everything that came in could be processed."))


url.come_back("pipeline")
layout.current_run()
_page(layout.choose_run())
url.remember("pipeline")
