"""What every page has: its frame, the choice of the run, and what to say when the read API is gone."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import reading, url, wording
from processors.errors import StoreError
from processors.pipeline import LIVE
from processors.runs import RunInfo

RECORDED = {
    "demo": "Recorded demo, not live. All people, places and outlets in it are fictional.",
    "replay": "Replay of a recorded stream, not live.",
}
"""What has to stand on every page that shows such a run."""

_STYLE = Path(__file__).parent / "static" / "page.css"


def frame() -> None:
    """The few rules of layout that themes cannot say."""
    st.html(_STYLE)


def phone_navigation(pages: Sequence[st.Page]) -> None:
    """Links to the pages, where the screen is too narrow for those in the header; the style sheet decides."""
    with st.container(horizontal=True, key="phonenav"):
        for page in pages:
            st.page_link(page, label=page.title)


def banner(kind: str) -> None:
    """Say on a page without strip that what it shows is recorded."""
    if kind != LIVE:
        st.html(paragraph(RECORDED[kind], "onrecord-banner"))


def current_run() -> str:
    """The run that the URL names; without one the live run, or the newest with articles where the live one has none.

    Such a choice is written into the URL, so that the page does not change its subject when live news comes.
    """
    if "run" not in st.query_params:
        known = _runs()
        filled = [name for name, info in known.items() if info.articles]
        if filled and LIVE not in filled:
            url.write("run", filled[0])
    return url.read_run()


def kind_of(run: str) -> str:
    """``live``, ``replay`` or ``demo``; where it cannot be asked, what the name suggests."""
    known = _runs().get(run)
    return known.kind if known else (LIVE if run == LIVE else "replay")


def going_on(run: str) -> bool:
    """Whether the store still consumes the run."""
    known = _runs().get(run)
    return known is not None and known.state == "running"


def run_names() -> list[str]:
    """Every run, the live one first; at least the one that the URL names."""
    names = list(_runs())
    return list(dict.fromkeys([*(name for name in names if name == LIVE), *names, url.read_run()]))


def _runs() -> dict[str, RunInfo]:
    try:
        return reading.runs()
    except StoreError:
        return {}


def choose_run(width: int = 170) -> str:
    """The run that the URL names, with a list to choose from where there are several."""
    run, names = url.read_run(), run_names()
    if len(names) > 1:
        st.session_state["w_run"] = run
        st.selectbox(
            "Run",
            names,
            key="w_run",
            format_func=_run_label,
            label_visibility="collapsed",
            on_change=_switch,
            width=width,
        )
    return run


def _run_label(name: str) -> str:
    kind = kind_of(name)
    return f"Run: {name}" if kind == name else f"Run: {name} ({kind})"


def table(
    head: Sequence[str], rows: Sequence[Sequence[Any]], numbers: Sequence[int] = (), long: Sequence[int] = ()
) -> str:
    """A table as HTML with every cell escaped.

    ``numbers`` are the columns that are set to the right, ``long`` those that may break anywhere.
    """

    def cell(tag: str, column: int, value: Any) -> str:
        mark = ' class="n"' if column in numbers else ' class="l"' if column in long else ""
        return f"<{tag}{mark}>{html.escape(str(value))}</{tag}>"

    heads = "".join(cell("th", n, value) for n, value in enumerate(head))
    lines = "".join("<tr>" + "".join(cell("td", n, value) for n, value in enumerate(row)) + "</tr>" for row in rows)
    inner = f"<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody>"
    return f'<div class="onrecord-scroll"><table class="onrecord">{inner}</table></div>'


def equation(terms: Sequence[tuple[str, int, str]]) -> str:
    """A sum as HTML: sign, number and what it counts, term by term."""
    parts = [
        (f"<em>{html.escape(sign)}</em>" if sign else "")
        + f"<span><b>{html.escape(wording.count(number))}</b><small>{html.escape(what)}</small></span>"
        for sign, number, what in terms
    ]
    return f'<div class="onrecord-equation">{"".join(parts)}</div>'


def paragraph(text: str, style: str = "onrecord-note") -> str:
    """A paragraph as HTML, escaped."""
    return f'<div class="{style}">{html.escape(text)}</div>'


def no_such_run(run: str) -> None:
    """Say that the run is unknown, offer those that are, and end the page; it fills when the run is begun."""
    asked = "run" in st.query_params
    said = f"There is no run called {run}." if asked else "Nothing has come in yet."
    st.html(paragraph(f"{said} The page fills by itself when something does.", "onrecord-sum"))
    st.fragment(_look_again, run_every=2.0)(run)
    if asked:
        choose_run()
        st.button("Show the live run", on_click=url.write, args=("run", LIVE))
    st.stop()


def _look_again(run: str) -> None:
    known = _runs()
    if run in known or ("run" not in st.query_params and any(info.articles for info in known.values())):
        st.rerun()


def unreachable(kept: datetime | None = None) -> None:
    """The amber bar, for what has no strip; ``kept`` is when what is still shown was answered."""
    words = "The read API does not answer; asking again. Is the store running? “onrecord status” tells."
    if kept:
        words = f"The read API does not answer; what is shown is from {kept:%H:%M:%S} UTC. Asking again."
    st.warning(words, icon=":material/cloud_off:")


def _switch() -> None:
    url.clear_filters((*url.WORDS[1:], *url.TIMES, "window", "statement"))
    url.write("run", st.session_state.get("w_run"))
