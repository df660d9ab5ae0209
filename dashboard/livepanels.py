"""The one fragment of the Live page that asks again by itself: topics now, speakers now, and the timeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import components, livefeed, reading, wording
from dashboard import panels as shapes
from processors.errors import OnRecordError
from processors.filters import Filters

WINDOW = 3600
BUCKET = 300
SPAN = 6 * 3600
"""Seconds that the lists look back on, that a bar of the timeline stands for, and that the timeline covers."""

ROWS = 7
"""Lines of a list: topics and speakers together are as high as the feed on a laptop."""


def panels(run: str, filters: Filters, side: DeltaGenerator, below: DeltaGenerator) -> None:
    """Draw the panels; one whose query fails keeps what it showed and says so, the others go on."""
    topics, topics_error = _keep("topics", run, lambda: reading.topics(run, filters, WINDOW, ROWS))
    speakers, speakers_error = _keep("speakers", run, lambda: reading.speakers(run, filters, WINDOW, ROWS))
    bars, bars_error = _keep("timeline", run, lambda: reading.timeline(run, filters, SPAN, BUCKET))
    seen, _ = _keep("overview", run, lambda: [reading.overview(run)])
    if st.session_state.get("down") and not topics_error:
        st.session_state["down"] = False
        st.rerun()  # what else is on the page was drawn while nothing answered
    st.session_state["down"] = bool(topics_error)
    largest = sorted(
        {str(row.get("topic_id") or "") for row in bars} - {""},
        key=lambda t: -sum(int(r["count"]) for r in bars if r["topic_id"] == t),
    )
    slots = shapes.assign_slots(st.session_state.get("slots", {}), largest)
    st.session_state["slots"] = slots
    note = f"last {wording.window(WINDOW)}, against the one before"
    with side:
        chosen = [
            components.movers(
                key="topics",
                data={
                    "title": "Topics now",
                    "note": note,
                    "field": "topic",
                    "chosen": filters.topic,
                    "unnamed": "untitled topic",
                    "error": topics_error,
                    "rows": shapes.movers(topics, "topic_id", "title", "terms", slots),
                    "none": "No topic in the last hour.",
                },
                on_filter_change=_nothing,
            ),
            components.movers(
                key="speakers",
                data={
                    "title": "Speakers now",
                    "note": "",
                    "field": "speaker",
                    "chosen": filters.speaker,
                    "unnamed": "Speaker unknown",
                    "error": speakers_error,
                    "rows": shapes.movers(speakers, "speaker_id", "speaker", "role"),
                    "none": "Nobody spoke in the last hour.",
                },
                on_filter_change=_nothing,
            ),
        ]
    until = wording.parse_time(seen[0].get("now")) if seen else None
    with below:
        data = shapes.timeline(bars, slots, BUCKET, until, SPAN)
        data |= {
            "title": f"Statements every {BUCKET // 60} min by topic",
            "chosen": filters.topic,
            "error": bars_error,
            "slots": slots,
        }
        chosen.append(components.timeline(key="timeline", data=data, on_filter_change=_nothing))
    for result in chosen:
        if result.filter:
            livefeed.apply(result.filter)
            st.rerun()


def _keep(name: str, run: str, ask: Callable[[], list[dict[str, Any]]]) -> tuple[list[dict[str, Any]], str]:
    """The answer, or the last one with a word on why it is old."""
    kept = st.session_state.setdefault("kept", {})
    try:
        kept[name] = (run, ask())
        return kept[name][1], ""
    except OnRecordError:
        last = kept.get(name)
        if last and last[0] == run:
            return last[1], "not up to date, asking again"
        return [], "no answer, asking again"


def _nothing() -> None:
    """A component tells of an event only where a callback is given."""
