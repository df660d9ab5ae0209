"""How near a statement is to a topic.

Three views are fused: the statement's own vector, the vector of its context (title, heading, lead of the article), and
the article's weighted words with how rare they are. The two vectors are added before they are compared, which halves
memory and products. Measured on the labelled week with batch average link (BCubed F1, F1 over pairs from different
articles): context .795, .52; context + half the own vector .797, .55; words .815, .58; both in equal parts .820, .62.

Everything that decides is computed in float64 on one pair at a time in a fixed order, so that the same stream gives the
same numbers however it is cut into batches; matrix products only choose what is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from processors.settings import ClusterSettings
from processors.steps.items import Item
from processors.steps.words import DocumentFrequencies, slots_of, text_terms

OWN_VECTOR = 0.5
"""Weight of the statement's own vector beside its context's."""
OWN_WORDS = 0.5
"""Weight of the statement's own words beside its article's."""
RICH = 32
"""An item with fewer words than this counts them less: two headlines seldom share words even on one story."""
WIDTH = 128
"""Words that are kept of a topic."""


Words = tuple[NDArray[np.int32], NDArray[np.float64]]
"""A sparse vector: slots in ascending order, without repetition, and their weights; both of shape (words,)."""


@dataclass(frozen=True, slots=True)
class Features:
    """An item's words, of unit length, and how much they count beside its vector (0 to 1)."""

    slots: NDArray[np.int32]
    weights: NDArray[np.float64]
    richness: float


def fused_vector(item: Item) -> NDArray[np.float64]:
    """An item's two vectors as one of unit length, shape (dims,); what is not finite counts as zero."""
    return _unit(_unit(item.context) + OWN_VECTOR * _unit(item.vector))


def features(item: Item, frequencies: DocumentFrequencies) -> Features:
    """Weigh an item's words: those of its article, and again its own."""
    slots, weights = _weigh(item.terms, frequencies)
    own_slots, own_weights = _weigh(text_terms(f"{item.heading} {item.text}"), frequencies)
    together, sums = _add([slots, own_slots], [weights, OWN_WORDS * own_weights])
    length = float(np.sqrt((sums * sums).sum()))
    return Features(together, sums / length if length else sums, min(1.0, len(item.terms) / RICH))


def fuse(
    dense: NDArray[np.float64], sparse: NDArray[np.float64], richness: NDArray[np.float64], terms_weight: float
) -> NDArray[np.float64]:
    """Weighted mean of the two similarities; ``richness`` scales the weight of the words."""
    weight = terms_weight * richness
    return (1.0 - weight) * dense + weight * sparse


def word_vector(text: str, frequencies: DocumentFrequencies) -> Words:
    """A text's weighted words alone, of unit length."""
    return _weigh(text_terms(text), frequencies)


def top_words(slots: Sequence[NDArray[np.int32]], weights: Sequence[NDArray[np.float64]]) -> Words:
    """Sum of sparse vectors, cut to the WIDTH heaviest words."""
    together, sums = _add(slots, weights)
    if together.size > WIDTH:
        keep = np.sort(np.lexsort((together, -sums))[:WIDTH])
        together, sums = together[keep], sums[keep]
    return together, sums


def decay(gaps: NDArray[np.float64], settings: ClusterSettings) -> NDArray[np.float64]:
    """What is left of a similarity across a pause of so many seconds (negative: none); zero beyond the window."""
    hours = np.maximum(0.0, gaps) / 3600.0
    return np.where(hours <= settings.window_hours, np.exp2(-hours / settings.half_life_hours), 0.0)


def _add(slots: Sequence[NDArray[np.int32]], weights: Sequence[NDArray[np.float64]]) -> Words:
    together, where = np.unique(np.concatenate(slots), return_inverse=True)
    return together, np.bincount(where, np.concatenate(weights), together.size).astype(np.float64)


def _weigh(terms: Mapping[str, float], frequencies: DocumentFrequencies) -> Words:
    slots = slots_of(terms)
    weights = np.fromiter(terms.values(), dtype=np.float64) * frequencies.idf(slots)
    slots, weights = _add([slots], [weights])
    length = float(np.sqrt((weights * weights).sum()))
    return slots, weights / length if length else weights


def _unit(vector: NDArray[np.floating]) -> NDArray[np.float64]:
    clean = vector.astype(np.float64)
    length = float(np.sqrt((clean * clean).sum()))
    if not np.isfinite(length):
        clean = np.where(np.isfinite(clean), clean, 0.0)
        length = float(np.sqrt((clean * clean).sum()))
    return clean / length if length else clean
