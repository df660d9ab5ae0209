"""The parts of the pages that run in the browser: modules in ``static/``, each in a shadow root of its own.

Streamlit sends a component's script with every message. Only a stub that imports the module is sent; the browser keeps
the module itself, under an address that changes with its content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

_STATIC = Path(__file__).parent / "static"
_STUB = """const base = new URL("/live/static/", location.origin)
const { default: render } = await import(new URL("%s?v=%s", base).href)
export default render
"""


def _version() -> str:
    hashed = hashlib.blake2b(digest_size=6)
    for path in sorted(_STATIC.glob("*.js")):
        hashed.update(path.read_bytes())
    return hashed.hexdigest()


def _component(name: str) -> Callable[..., Any]:
    css = "\n".join((_STATIC / file).read_text(encoding="utf-8") for file in ("base.css", f"{name}.css"))
    return st.components.v2.component(f"onrecord_{name}", css=css, js=_STUB % (f"{name}.js", _version()))


strip = _component("strip")
"""How fresh the page is, and pause. ``data``: run, kind, state, overview, server_now, active (number of filters)."""

chips = _component("chips")
"""The active filters. ``data``: chips ({name, label, text, value}); trigger ``drop`` gives a name, or ``all``."""

feed = _component("feed")
"""The statements, newest first, by push. ``data``: feed (identity of run and filters), query, rows, after, empty,
open, kinds (words and explanation);
trigger ``open`` gives a statement's id, trigger ``filter`` {field, value}, trigger ``drop`` a field."""

movers = _component("movers")
"""A ranked list with sparklines. ``data``: title, note, field, rows, chosen, error, windows ({name, words}), window;
triggers ``filter`` and ``window`` (a name)."""

timeline = _component("timeline")
"""Stacked bars. ``data``: what ``panels.timeline`` gives, title, chosen, error, tick, since, until; triggers ``filter``
{field, value} and ``range`` {since, until}, both empty where the range is dropped."""

statement = _component("statement")
"""The statement dialog. ``data``: what ``statement.view`` gives; triggers ``open`` (id) and ``filter``."""
