"""The rules' word lists, read from ``lexicon.toml`` (cues, documents) and ``names.toml`` (people, titles, places)."""

from __future__ import annotations

import tomllib
from importlib.resources import files

_FILES = ("lexicon.toml", "names.toml")


def _read() -> dict[str, frozenset[str]]:
    texts = [files(__package__).joinpath(name).read_text(encoding="utf-8") for name in _FILES]
    return {key: frozenset(words.split()) for text in texts for key, words in tomllib.loads(text).items()}


WORDS = _read()
"""Word list by name; what each is for stands beside it in the file."""


def pairs(name: str) -> dict[str, frozenset[str]]:
    """A list of ``short=full`` as what each short word may stand for."""
    made: dict[str, set[str]] = {}
    for pair in WORDS[name]:
        short, _, full = pair.partition("=")
        made.setdefault(short, set()).add(full)
    return {short: frozenset(full) for short, full in made.items()}
