"""Which language a text is in."""

from __future__ import annotations

import functools
import itertools
import warnings
from collections.abc import Callable

_BEGINNING, _MIDDLE = 300, 300
"""Characters that are looked at first."""
_LONG = 3_000
"""Characters looked at where those are not English: the guess gets no better with more."""
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
    """ISO 639-1 code of the text's language, by py3langid; empty where there are too few letters to tell.

    A few lines of the beginning and of the middle tell English, which nearly all texts are. Of 5,251 English ones they
    made two something else, lists of names and capitals, so what does not look English is looked at for longer.
    """
    middle = max(_BEGINNING, len(text) // 2)
    guess = _guess(text[:_BEGINNING] + "\n" + text[middle : middle + _MIDDLE])
    return guess if guess == "en" else _guess(text[:_LONG])


def _guess(sample: str) -> str:
    letters = itertools.islice(filter(str.isalpha, sample), _LETTERS)
    return _classifier()(sample)[0] if len(list(letters)) == _LETTERS else ""
