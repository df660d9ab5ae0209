"""The one fragment of the Live page that asks again by itself: topics, speakers, and the timeline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import components, livefeed, reading, url, windows, wording
from dashboard import panels as shapes
from processors.errors import OnRecordError
from processors.filters import Filters
from processors.pipeline import LIVE

ROWS = 10
"""Lines of a list; where the screen is low, the style sheet shows fewer."""


def panels(run: str, kind: str, filters: Filters, side: DeltaGenerator, below: DeltaGenerator) -> None:
    """Draw the panels; one whose query fails keeps what it showed and says so, the others go on."""
    seen, _ = _keep("overview", run, lambda: [reading.overview(run)])
    now = wording.parse_time(seen[0].get("now")) if seen else None
    window = _window(run, kind)
    view = windows.view(filters, window, now)
    topics, topics_error = _keep("topics", run, lambda: reading.topics(run, view.lists, view.seconds, ROWS))
    speakers, speakers_error = _keep("speakers", run, lambda: reading.speakers(run, view.lists, view.seconds, ROWS))
    scale = windows.bar_of(window, view.bar_seconds)
    bars, bars_error = _keep("timeline", run, lambda: reading.timeline(run, view.bars, view.bar_seconds, scale.bucket))
    _come_back(bool(topics_error))
    slots = _slots(bars)
    with side:
        chosen_topic = components.movers(
            key="topics",
            data={
                "title": f"Topics, {view.words}",
                "note": "",
                "hint": view.before,
                "field": "topic",
                "chosen": filters.topic,
                "unnamed": "untitled topic",
                "error": topics_error,
                "rows": shapes.movers(topics, "topic_id", "title", "terms", slots),
                "none": f"No topic in this time ({view.words}).",
                "windows": [{"name": one.name, "words": one.words} for one in windows.WINDOWS],
                "window": "" if filters.since or filters.until else window.name,
            },
            on_filter_change=_nothing,
            on_window_change=_nothing,
        )
        chosen_speaker = components.movers(
            key="speakers",
            data={
                "title": f"Speakers, {view.words}",
                "note": view.before,
                "hint": view.before,
                "field": "speaker",
                "chosen": filters.speaker,
                "unnamed": "Speaker unknown",
                "error": speakers_error,
                "rows": shapes.movers(speakers, "speaker_id", "speaker", "role"),
                "none": f"Nobody who is named spoke in this time ({view.words}).",
            },
            on_filter_change=_nothing,
        )
    with below:
        drawn = _timeline(bars, slots, scale, view, filters, now) | {"error": bars_error}
        chosen_bar = components.timeline(
            key="timeline", data=drawn, on_filter_change=_nothing, on_range_change=_nothing
        )
    _follow(chosen_topic.filter or chosen_speaker.filter or chosen_bar.filter, chosen_topic.window, chosen_bar.range)


def _timeline(
    bars: list[dict[str, Any]],
    slots: dict[str, int],
    scale: windows.Window,
    view: windows.View,
    filters: Filters,
    now: datetime | None,
) -> dict[str, Any]:
    data = shapes.timeline(bars, slots, scale.bucket, view.bar_end, view.bar_seconds)
    recent = view.bar_end == now
    over = f"last {wording.window(view.bar_seconds)}" if recent else f"until {wording.stamp(view.bar_end)}"
    return data | {
        "title": f"Statements every {wording.window(scale.bucket)} by topic, {over}",
        "chosen": filters.topic,
        "slots": slots,
        "tick": scale.tick,
        "since": wording.iso(filters.since),
        "until": wording.iso(filters.until),
    }


def _window(run: str, kind: str) -> windows.Window:
    """The window of the URL; without one that which fits the run, put into the URL when that is settled."""
    window = windows.named(url.read_window())
    if window:
        return window
    try:
        window, settled = windows.fitting(
            kind, lambda seconds: len(reading.topics(run, Filters(), seconds, windows.ENOUGH))
        )
    except OnRecordError:
        return windows.WINDOWS[0]
    if settled and kind != LIVE:
        url.write("window", window.name)
    return window


def _follow(picked: Any, window: Any, stretch: Any) -> None:
    """What was clicked goes into the URL, and the whole page is drawn again."""
    if not (picked or window or stretch):
        return
    if picked:
        livefeed.apply(picked)
    if window and windows.named(str(window)):
        url.write("window", str(window))
        url.drop(url.TIME)
    if stretch:
        livefeed.apply_range(stretch)
    st.rerun()


def _come_back(down: bool) -> None:
    """When the read API answers again, draw also what was drawn while it did not."""
    if st.session_state.get("down") and not down:
        st.session_state["down"] = False
        st.rerun()
    st.session_state["down"] = down


def _slots(bars: list[dict[str, Any]]) -> dict[str, int]:
    largest = sorted(
        {str(row.get("topic_id") or "") for row in bars} - {""},
        key=lambda t: -sum(int(r["count"]) for r in bars if r["topic_id"] == t),
    )
    slots = shapes.assign_slots(st.session_state.get("slots", {}), largest)
    st.session_state["slots"] = slots
    return slots


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
