"""The row of filters above the feed. What it shows always comes from the URL; what is chosen goes there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import components, layout, reading, url, wording
from dashboard.quiet import LABELS
from processors.filters import UNKNOWN_SPEAKER, Filters

Facets = Mapping[str, Sequence[Mapping[str, Any]]]
_LISTS = (
    ("speaker", "speakers", "Any speaker"),
    ("topic", "topics", "Any topic"),
    ("outlet", "outlets", "Any outlet"),
    ("kind", "kinds", "Any kind"),
)


def draw(filters: Filters, facets: Facets) -> None:
    """Search, speaker, topic, outlet, kind, and the run where there are several."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        if str(st.session_state.get("w_q") or "").strip() != filters.q:  # a space is being typed: leave it there
            st.session_state["w_q"] = filters.q
        st.text_input(
            "Text",
            key="w_q",
            placeholder="Search the words   /",
            icon=":material/search:",
            width=240,
            label_visibility="collapsed",
            on_change=url.take,
            args=("q", "w_q"),
            max_chars=200,
            live="400ms",
        )
        for field, facet, anything in _LISTS:
            _choice(field, facets.get(facet, ()), getattr(filters, field), anything)
        if len(layout.run_names()) > 1:
            layout.choose_run()


def chips(filters: Filters, names: Mapping[str, str]) -> None:
    """What is filtered by, each with a cross to drop it; takes no room where there is no filter."""
    shown = [
        {"name": name, "label": LABELS[name], "text": names.get(name, ""), "value": " ".join(held.values())}
        for name, held in url.chosen(filters).items()
    ]
    with st.container(key="chips" if shown else "nochips"):
        components.chips(key="chips_row", data={"chips": shown}, on_drop_change=_dropped)


def _dropped() -> None:
    url.drop(str(st.session_state["chips_row"].get("drop") or ""))


def with_chosen(run: str, filters: Filters, facets: Facets) -> Facets:
    """The facets with the chosen speaker and topic among them, by name, even where others are larger."""
    completed = dict(facets)
    for field, facet, column in (("speaker", "speakers", "speaker"), ("topic", "topics", "topic")):
        chosen = getattr(filters, field)
        if chosen and chosen not in {row["value"] for row in facets.get(facet, ())}:
            found = reading.statements(run, url.of({field: chosen}), 1)
            label = str(found[0].get(column) or "") if found else ""
            completed[facet] = [*facets.get(facet, ()), {"value": chosen, "label": label or chosen, "count": 0}]
    return completed


def names(filters: Filters, facets: Facets) -> dict[str, str]:
    """How each active filter reads to a person."""
    found = {"q": filters.q, "kind": wording.kind(filters.kind), "outlet": filters.outlet}
    for field, facet in (("speaker", "speakers"), ("topic", "topics")):
        value = getattr(filters, field)
        found[field] = options(facets.get(facet, ()), value, field).get(value, value) if value else ""
    found[url.TIME] = wording.stretch(filters.since, filters.until)
    return {field: name for field, name in found.items() if name}


def options(rows: Sequence[Mapping[str, Any]], chosen: str, field: str) -> dict[str, str]:
    """Values and their labels, the chosen one always among them; labels that occur twice are told apart."""
    found: dict[str, str] = {}
    for row in rows:
        value = str(row.get("value") or "") or (UNKNOWN_SPEAKER if field == "speaker" else "")
        if value:
            found[value] = wording.kind(value) if field == "kind" else str(row.get("label") or value)
    if field == "speaker" and UNKNOWN_SPEAKER in found:
        found[UNKNOWN_SPEAKER] = "Speaker unknown"
    if chosen and chosen not in found:
        found[chosen] = "Speaker unknown" if chosen == UNKNOWN_SPEAKER else wording.kind(chosen)
    taken: dict[str, int] = {}
    for value, label in found.items():
        taken[label] = taken.get(label, 0) + 1
        if taken[label] > 1:
            found[value] = f"{label} ({taken[label]})"
    return found


def _choice(field: str, rows: Sequence[Mapping[str, Any]], chosen: str, anything: str) -> None:
    labels = options(rows, chosen, field)
    widget = f"w_{field}"
    st.session_state[widget] = chosen or None
    st.selectbox(
        field.capitalize(),
        list(labels),
        index=None,
        key=widget,
        format_func=lambda value: labels.get(value, value),
        placeholder=anything,
        label_visibility="collapsed",
        width=190 if field in {"speaker", "topic"} else 150,
        on_change=url.take,
        args=(field, widget),
    )
