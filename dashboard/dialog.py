"""The statement dialog, opened by a click or by the URL's ``statement``."""

from __future__ import annotations

import streamlit as st

from dashboard import components, layout, livefeed, reading, url
from dashboard.statement import view
from processors.errors import OnRecordError, StoreError


def show(run: str, identity: str) -> None:
    """Open the dialog where the URL names a statement."""
    if identity:
        _dialog(run, identity)


def _close() -> None:
    url.write("statement", None)


@st.dialog("Statement", width="large", on_dismiss=_close)
def _dialog(run: str, identity: str) -> None:
    try:
        answer = reading.statement(run, identity)
    except StoreError:
        layout.unreachable()
        return
    except OnRecordError:
        st.html(
            layout.paragraph(
                f"There is no statement {identity} in the run {run}. "
                "It may belong to another run, or the run was removed."
            )
        )
        return
    result = components.statement(
        key="statement", data=view(answer, run), on_open_change=_nothing, on_filter_change=_nothing
    )
    if result.open:
        url.write("statement", str(result.open))
        st.rerun()
    if result.filter:
        url.write("statement", None)
        livefeed.apply(result.filter)
        st.rerun()


def _nothing() -> None:
    """A component tells of an event only where a callback is given."""
