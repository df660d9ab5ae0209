"""How near a statement is to a topic.

Three views are fused: the statement's own vector, the vector of its context (title, heading, lead of the article), and
weighted words with how rare they are: those of its article, of the passage around it, and its own. The two vectors are
added before they are compared, which halves memory and products; so are the three bags of words, and since that
compares the passage of one article with the whole of another, a briefing on many subjects is not only like briefings.
On the labelled week the passage raised F1 over pairs from different articles from .62 to .69 (docs/topics.md).

Everything that decides is computed in float64 on one pair at a time in a fixed order, so that the same stream gives the
same numbers however it is cut into batches; matrix products only choose what is looked at.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from processors.settings import ClusterSettings
from processors.steps.frequencies import DocumentFrequencies
from processors.steps.items import Item
from processors.steps.words import counted_words, slots_of

OWN_VECTOR = 0.5
"""Weight of the statement's own vector beside its context's."""
OWN_WORDS = 0.3
"""Weight of the statement's own words beside its article's."""
WINDOW_WORDS = 0.3
"""Weight of the words around the statement."""
DENSE = 0.65
"""What a cosine of vectors counts beside one of words: texts that have nothing in common are at .25 and .03."""
RICH = 32
"""An item with fewer words than this counts them less: two headlines seldom share words even on one story."""
CHUNK = 64
"""Values whose maximum says whether the highest of all may be among them."""
WIDTH = 96
"""Words that are kept of a topic; half as many cost .06 of cross-article F1, a third more bring nothing."""


Words = tuple[NDArray[np.int32], NDArray[np.float64]]
"""A sparse vector: slots in ascending order, without repetition, and their weights; both of shape (words,)."""


@dataclass(frozen=True, slots=True)
class Features:
    """An item's words, of unit length, and how much they count beside its vector (0 to 1)."""

    slots: NDArray[np.int32]
    weights: NDArray[np.float64]
    richness: float


def fused_vectors(items: Sequence[Item]) -> list[NDArray[np.float64]]:
    """Each item's two vectors as one of unit length, shape (dims,); what is not finite counts as zero."""
    if len({vector.size for item in items for vector in (item.context, item.vector)}) > 1:
        return [_fused(item.context[None], item.vector[None])[0] for item in items]
    return list(_fused(np.array([item.context for item in items]), np.array([item.vector for item in items])))


def _fused(contexts: NDArray[np.floating], vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    return _units(_units(contexts) + OWN_VECTOR * _units(vectors))


class ArticleWords:
    """The words of the article that was weighed last: its statements come together and share them."""

    def __init__(self) -> None:
        self._terms: Mapping[str, float] | None = None
        self._documents = -1
        self._weighed: Words = (np.zeros(0, dtype=np.int32), np.zeros(0))

    def weigh(self, terms: Mapping[str, float], frequencies: DocumentFrequencies) -> Words:
        """Weights of unit length; nothing is computed for the same terms while no other article was counted."""
        if self._terms is not terms or self._documents != frequencies.documents:
            self._weighed = _weigh(_bag(terms, np.fromiter(terms.values(), dtype=np.float64)), frequencies)
            self._terms, self._documents = terms, frequencies.documents
        return self._weighed


def features(item: Item, frequencies: DocumentFrequencies, article: ArticleWords) -> Features:
    """Weigh an item's words: those of its article, again its own, and again those around it."""
    slots, weights = article.weigh(item.terms, frequencies)
    own_slots, own_weights = _weigh(_text_bag(f"{item.heading} {item.text}"), frequencies)
    found, parts = [slots, own_slots], [weights, OWN_WORDS * own_weights]
    if item.around:
        near_slots, near_weights = _weigh(_text_bag(item.around), frequencies)
        found.append(near_slots)
        parts.append(WINDOW_WORDS * near_weights)
    together, sums = _add(found, parts)
    length = float(np.sqrt((sums * sums).sum()))
    return Features(together, sums / length if length else sums, min(1.0, len(item.terms) / RICH))


def fuse(
    dense: NDArray[np.float64], sparse: NDArray[np.float64], richness: NDArray[np.float64], terms_weight: float
) -> NDArray[np.float64]:
    """Weighted mean of the two similarities, on the words' scale; ``richness`` scales the weight of the words."""
    weight = terms_weight * richness
    return DENSE * (1.0 - weight) * dense + weight * sparse


def word_vector(text: str, frequencies: DocumentFrequencies) -> Words:
    """A text's weighted words alone, of unit length."""
    return _weigh(_short_bag(text), frequencies)


def top_words(slots: Sequence[NDArray[np.int32]], weights: Sequence[NDArray[np.float64]]) -> Words:
    """Sum of sparse vectors, cut to the WIDTH heaviest words."""
    together, sums = _add(slots, weights)
    if together.size > WIDTH:
        keep = np.sort(np.argsort(-sums, kind="stable")[:WIDTH])
        together, sums = together[keep], sums[keep]
    if not sums.all():  # a word without weight would stand for padding
        together, sums = together[sums != 0], sums[sums != 0]
    return together, sums


def decay(gaps: NDArray[np.float64], settings: ClusterSettings) -> NDArray[np.float64]:
    """What is left of a similarity across a pause of so many seconds (negative: none); zero beyond the window."""
    hours = np.maximum(0.0, gaps) / 3600.0
    return np.where(hours <= settings.window_hours, np.exp2(-hours / settings.half_life_hours), 0.0)


def highest(values: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """Places of the ``count`` highest values, in no order; several times as quick as ``argpartition`` over all of them.

    Every one of them stands in one of the ``count`` chunks with the highest maxima.
    """
    whole = values.size // CHUNK * CHUNK
    if whole <= 2 * count * CHUNK:
        return np.argpartition(values, -count)[-count:]
    maxima = values[:whole].reshape(-1, CHUNK).max(axis=1)
    chunks = np.argpartition(maxima, -count)[-count:]
    places = np.concatenate([(chunks[:, None] * CHUNK + np.arange(CHUNK)).ravel(), np.arange(whole, values.size)])
    return places[np.argpartition(values.take(places), -count)[-count:]]


def rough_decay(gaps: NDArray[np.float64], settings: ClusterSettings) -> NDArray[np.float32]:
    """``decay`` in single precision, four times as quick: good enough to choose what is looked at."""
    hours = np.maximum(0.0, gaps).astype(np.float32)
    hours *= np.float32(-1.0 / 3600.0 / settings.half_life_hours)
    left: NDArray[np.float32] = np.exp2(hours)
    left[hours < -settings.window_hours / settings.half_life_hours] = 0.0
    return left


@dataclass(frozen=True, slots=True)
class _Bag:
    """Words with their term frequencies, in ascending order of their slots; ``where`` numbers slots if any repeats."""

    slots: NDArray[np.int32]
    weights: NDArray[np.float64]
    distinct: NDArray[np.int32]
    where: NDArray[np.intp] | None


def _bag(words: Iterable[str], weights: NDArray[np.float64]) -> _Bag:
    slots = slots_of(words)
    order = slots.argsort(kind="stable")
    slots = slots[order]
    distinct, where = _distinct(slots)
    return _Bag(slots, weights[order], distinct, where)


def _text_bag(text: str) -> _Bag:
    """All words of a text with sublinear weights 1 + ln(count)."""
    counts = counted_words(text)
    return _bag(counts, np.fromiter(map(_sublinear, counts.values()), dtype=np.float64, count=len(counts)))


@lru_cache(maxsize=1_024)
def _sublinear(count: int) -> float:
    return 1.0 + math.log(count)


@lru_cache(maxsize=4_096)
def _short_bag(text: str) -> _Bag:
    """Of a headline, which is looked at again whenever its topic is named."""
    return _text_bag(text)


def _distinct(slots: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.intp] | None]:
    """Ascending slots without repetition, and which of them each was; None where none repeats, which is the rule."""
    fresh = np.empty(slots.size, dtype=np.bool_)
    fresh[:1] = True
    np.not_equal(slots[1:], slots[:-1], out=fresh[1:])
    if fresh.all():
        return slots, None
    return slots[fresh], fresh.cumsum() - 1


def _add(slots: Sequence[NDArray[np.int32]], weights: Sequence[NDArray[np.float64]]) -> Words:
    joined = np.concatenate(slots)
    order = joined.argsort(kind="stable")
    distinct, where = _distinct(joined[order])
    return distinct, _sum(np.concatenate(weights)[order], where)


def _sum(weights: NDArray[np.float64], where: NDArray[np.intp] | None) -> NDArray[np.float64]:
    # In a stable order equal slots are added up in the order in which they came.
    return weights if where is None else np.bincount(where, weights).astype(np.float64)


def _weigh(bag: _Bag, frequencies: DocumentFrequencies) -> Words:
    weights = _sum(bag.weights * frequencies.idf(bag.slots), bag.where)
    length = math.sqrt((weights * weights).sum())
    return bag.distinct, weights / length if length else weights


def _units(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    """Rows of unit length; numbers that are not finite, and rows without length, become zeros."""
    clean = vectors.astype(np.float64)
    lengths = np.sqrt((clean * clean).sum(axis=1))
    if not np.isfinite(lengths).all():
        bad = ~np.isfinite(lengths)
        clean[bad] = np.where(np.isfinite(clean[bad]), clean[bad], 0.0)
        lengths = np.sqrt((clean * clean).sum(axis=1))
    lengths[lengths == 0.0] = 1.0
    clean /= lengths[:, None]
    return clean
