"""Names of topics: a title that an editor wrote, and a few words that set the topic apart.

The title is the headline (or briefing heading) of a member. It stays put: another takes its place only when it fits
clearly better, since a reader who looks for yesterday's topic looks for its name.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np

from processors.steps.frequencies import DocumentFrequencies
from processors.steps.topic import Sample
from processors.steps.words import first_words, has_words, is_stop, slot

SAMPLES = 10
"""Members that a topic remembers for its name."""
CHIPS = 4
ENOUGH = 3
TITLE_CHARACTERS = 110
STAY = 1.25
"""How much better another title must fit than the present one."""

PAIR = 1.3
"""A pair of words says more than either."""

_TOKEN = re.compile(r"\w[\w'’-]*")
_ABOUT = re.compile(r"^(?:about|on|regarding|concerning)\s+", re.IGNORECASE)


def headline(heading: str, title: str, text: str, outlet: str = "") -> str:
    """What could name a topic: the heading it stands under, else the article's title, else its first words."""
    return _edited(heading, title, outlet) or _clip(" ".join((text or title or heading).split())) or "Untitled"


@lru_cache(maxsize=1_024)
def _edited(heading: str, title: str, outlet: str) -> str:
    """What an editor wrote, the same for an article's statements; empty where it says nothing."""
    for candidate in (_ABOUT.sub("", heading.strip().rstrip(":")), title):
        clean = " ".join(candidate.split())
        if outlet and clean.lower().endswith(outlet.lower()):
            clean = clean[: -len(outlet)].rstrip(" -–—|")
        if has_words(clean):
            return _clip(clean[0].upper() + clean[1:])
    return ""


def choose_title(
    current: str, samples: Sequence[Sample], fit: Callable[[str], float], taken: Container[str] = frozenset()
) -> str:
    """The shortest of the five headlines that fit best (``fit``: higher is better), or the current one.

    A headline that names another topic is passed over while there is a choice.
    """
    fits: dict[str, float] = {}
    for sample in samples:
        fits.setdefault(sample.headline, fit(sample.headline))
    free = {title: score for title, score in fits.items() if title not in taken} or fits
    if not free:
        return current
    ranked = sorted(free, key=lambda title: -free[title])[:5]
    near = [title for title in ranked if free[title] >= 0.85 * free[ranked[0]]]
    best = min(near, key=lambda title: (len(title), -free[title]))
    if current in taken and current != best:
        return best
    stays = current and free[best] < STAY * max(fits.get(current, fit(current)), 1e-9)
    return current if stays else best


def choose_chips(samples: Sequence[Sample], frequencies: DocumentFrequencies, count: int = CHIPS) -> tuple[str, ...]:
    """Words and pairs of words by class-based tf-idf (Grootendorst 2022, BERTopic), no word in two of them.

    ``samples`` stand for the topic; how rare a word is comes from the articles so far, and a pair is as rare as the
    rarer of its words. What only one of three or more texts has only fills up to ENOUGH.
    """
    titles = [sample.headline for sample in samples if _opening(sample.headline) != _opening(sample.text)]
    texts = [_grams(text) for text in dict.fromkeys(titles + [sample.text for sample in samples])]
    seen = Counter(chain.from_iterable(found.keys for found in texts))
    spread = Counter(chain.from_iterable(found.distinct for found in texts))
    least = 2 if len(texts) > 2 else 1
    common = [gram for gram in seen if spread[gram] >= least]
    chosen = _choose(common, seen, frequencies, [], count)
    if len(chosen) < ENOUGH:
        chosen = _choose([gram for gram in seen if spread[gram] < least], seen, frequencies, chosen, ENOUGH)
    return tuple(_shape(gram, texts) for gram in chosen)


@dataclass(frozen=True, slots=True)
class _Grams:
    """Words and pairs of neighbours that mean something, in lower case, and each as it was written."""

    keys: tuple[str, ...]
    shapes: tuple[str, ...]
    distinct: frozenset[str]


def _choose(
    grams: list[str], seen: Counter[str], frequencies: DocumentFrequencies, before: list[str], count: int
) -> list[str]:
    """``before`` and the weightiest of the grams, up to ``count`` in all, no word in two of them."""
    if not grams:
        return before
    slots = np.array([_ends(gram) for gram in grams], dtype=np.intp)
    rare = frequencies.idf(slots).max(axis=1).tolist()  # type: ignore[arg-type]
    scores = {
        gram: round(math.log1p(seen[gram]) * idf * (PAIR if " " in gram else 1.0), 9)
        for gram, idf in zip(grams, rare, strict=True)
    }
    chosen = list(before)
    used = {_stem(word) for gram in before for word in gram.split()}
    for gram in sorted(scores, key=lambda gram: (-scores[gram], gram)):
        stems = {_stem(word) for word in gram.split()}
        if not stems & used:
            used |= stems
            chosen.append(gram)
        if len(chosen) >= count:
            break
    return chosen


def _shape(gram: str, texts: Sequence[_Grams]) -> str:
    """A gram as it is written most often."""
    shapes = Counter(
        shape for found in texts if gram in found.distinct
        for key, shape in zip(found.keys, found.shapes, strict=True) if key == gram
    )  # fmt: skip
    return max(shapes.items(), key=lambda pair: (pair[1], pair[0]))[0]


@lru_cache(maxsize=100_000)
def _ends(gram: str) -> tuple[int, int]:
    """Slots of the words of a pair, of which the rarer says how rare it is; of a word alone, twice its own."""
    first, _, second = gram.partition(" ")
    return slot(first), slot(second or first)


@lru_cache(maxsize=100_000)
def _token(token: str) -> tuple[str, str] | None:
    """A word in lower case and as it is shown; None where it says nothing."""
    shown = token.replace("’", "'").removesuffix("'s").strip("'-")
    word = shown.lower()
    return None if is_stop(word) or not word[0].isalpha() else (word, shown)


# A topic looks at the texts of its samples again whenever it is named.
@lru_cache(maxsize=4_096)
def _grams(text: str) -> _Grams:
    keys: list[str] = []
    shapes: list[str] = []
    before: tuple[str, str] | None = None
    end = 0
    for match in _TOKEN.finditer(text):
        token = _token(match.group())
        if token:
            word, shown = token
            keys.append(word)
            shapes.append(shown)
            if before and before[0] != word and text[end : match.start()] == " ":
                keys.append(f"{before[0]} {word}")
                shapes.append(f"{before[1]} {shown}")
        before, end = token, match.end()
    return _Grams(tuple(keys), tuple(shapes), frozenset(keys))


@lru_cache(maxsize=4_096)
def _opening(text: str) -> tuple[str, ...]:
    return tuple(first_words(text, 3))


def _stem(word: str) -> str:
    return word[: max(4, len(word) - 2)] if len(word) > 4 else word


def _clip(text: str) -> str:
    if len(text) <= TITLE_CHARACTERS:
        return text
    return text[:TITLE_CHARACTERS].rsplit(" ", 1)[0].rstrip(" ,;:-–—") + "…"
