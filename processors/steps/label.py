"""Names of topics: a title that an editor wrote, and a few words that set the topic apart.

The title is the headline (or briefing heading) of a member. It stays put: another takes its place only when it fits
clearly better, since a reader who looks for yesterday's topic looks for its name.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Container, Sequence

import numpy as np

from processors.steps.topics import Sample
from processors.steps.words import DocumentFrequencies, is_stop, slots_of, words

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
    for candidate in (_ABOUT.sub("", heading.strip().rstrip(":")), title):
        clean = " ".join(candidate.split())
        if outlet and clean.lower().endswith(outlet.lower()):
            clean = clean[: -len(outlet)].rstrip(" -–—|")
        if words(clean):
            return _clip(clean[0].upper() + clean[1:])
    return _clip(" ".join((text or title or heading).split())) or "Untitled"


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
    texts = dict.fromkeys(titles + [sample.text for sample in samples])
    seen: Counter[str] = Counter()
    spread: Counter[str] = Counter()
    shapes: dict[str, Counter[str]] = {}
    for text in texts:
        found = _grams(text)
        for gram, shape in found:
            shapes.setdefault(gram, Counter())[shape] += 1
        seen.update(gram for gram, _ in found)
        spread.update({gram for gram, _ in found})
    least = 2 if len(texts) > 2 else 1
    grams = list(seen)
    rare = dict(zip(grams, _rarity(grams, frequencies), strict=True))
    scores = {gram: math.log1p(seen[gram]) * rare[gram] * (PAIR if " " in gram else 1.0) for gram in grams}
    chosen: list[str] = []
    used: set[str] = set()
    for gram in sorted(scores, key=lambda gram: (spread[gram] < least, -round(scores[gram], 9), gram)):
        stems = {_stem(word) for word in gram.split()}
        if spread[gram] < least and len(chosen) >= ENOUGH:
            break
        if not stems & used:
            used |= stems
            chosen.append(max(shapes[gram].items(), key=lambda pair: (pair[1], pair[0]))[0])
        if len(chosen) == count:
            break
    return tuple(chosen)


def _rarity(grams: Sequence[str], frequencies: DocumentFrequencies) -> list[float]:
    """How rare each word is, or the rarer word of each pair."""
    ends = [frequencies.idf(slots_of([gram.split()[end] for gram in grams])) for end in (0, -1)]
    rare: list[float] = np.maximum(*ends).tolist()
    return rare


def _grams(text: str) -> list[tuple[str, str]]:
    """Words and pairs of neighbours that mean something, each in lower case and as written."""
    grams = []
    before: tuple[str, str] | None = None
    end = 0
    for match in _TOKEN.finditer(text):
        shown = match.group().replace("’", "'").removesuffix("'s").strip("'-")
        word = shown.lower()
        joined = before is not None and text[end : match.start()] == " "
        end = match.end()
        if is_stop(word) or not word[0].isalpha():
            before = None
            continue
        grams.append((word, shown))
        if before and joined and before[0] != word:
            grams.append((f"{before[0]} {word}", f"{before[1]} {shown}"))
        before = (word, shown)
    return grams


def _opening(text: str) -> list[str]:
    return words(text, stop=False)[:3]


def _stem(word: str) -> str:
    return word[: max(4, len(word) - 2)] if len(word) > 4 else word


def _clip(text: str) -> str:
    if len(text) <= TITLE_CHARACTERS:
        return text
    return text[:TITLE_CHARACTERS].rsplit(" ", 1)[0].rstrip(" ,;:-–—") + "…"
