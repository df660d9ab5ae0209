"""The Live page: how fresh, who is speaking about what, what is rising, and every statement as it arrives."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from dashboard import components, dialog, filterbar, freshness, layout, livefeed, reading, url
from dashboard.livepanels import panels
from dashboard.reading import refresh_seconds
from processors.errors import RunError, StoreError

url.come_back("live")
filters, run = url.read_filters(), layout.current_run()
kind = layout.kind_of(run)
overview: dict[str, Any] | None = None
facets: filterbar.Facets = {}
try:
    overview = reading.overview(run)
    facets = filterbar.with_chosen(run, filters, reading.facets(run, filters))
except RunError:
    layout.no_such_run(run)  # ends the page
except StoreError:
    pass  # the strip says so, and the panels ask again
now = datetime.now(UTC)
state = freshness.state(overview, kind, now)
names = filterbar.names(filters, facets)
components.strip(
    key="strip",
    data={
        "run": run,
        "kind": kind,
        "recorded": layout.RECORDED.get(kind, ""),
        "state": state,
        "overview": overview,
        "server_now": now.isoformat(),
        "active": len(url.chosen(filters)),
    },
)
filterbar.draw(filters, facets)
filterbar.chips(filters, names)
left, right = st.columns([1.85, 1], gap="medium")
below = st.container()
with left:
    livefeed.draw(run, kind, filters, overview, names)
st.fragment(panels, run_every=refresh_seconds())(run, kind, filters, right, below)
dialog.show(run, url.read_statement())
url.remember("live")
