"""The rules' word lists, read from ``lexicon.toml`` beside this module."""

from __future__ import annotations

import tomllib
from importlib.resources import files


def _read() -> dict[str, frozenset[str]]:
    text = files(__package__).joinpath("lexicon.toml").read_text(encoding="utf-8")
    return {key: frozenset(words.split()) for key, words in tomllib.loads(text).items()}


WORDS = _read()
"""Word list by name; what each is for stands beside it in the file."""
