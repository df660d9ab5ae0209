"""Which language a text is in."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable

_SAMPLE = 3_000
"""Characters looked at: the guess gets no better with more."""
_LETTERS = 12
"""Fewer letters in the sample are no ground for a guess."""


@functools.cache
def _classifier() -> Callable[[str], tuple[str, float]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import py3langid

        classify: Callable[[str], tuple[str, float]] = py3langid.classify
        classify("The first call loads the model.")
    return classify


def language_of(text: str) -> str:
    """ISO 639-1 code of the text's language, by py3langid; empty where there are too few letters to tell."""
    sample = text[:_SAMPLE]
    if sum(character.isalpha() for character in sample) < _LETTERS:
        return ""
    return _classifier()(sample)[0]
