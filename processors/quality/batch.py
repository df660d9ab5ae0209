"""Clusterings that see a whole stream at once, on the similarity of the online ones: what it would give in hindsight.

Louvain communities: Blondel et al. 2008, where networkx is installed; Leiden
(Traag et al. 2019), which differs little in score, needs a package that this project does not use.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array  # type: ignore[import-untyped]

from processors.settings import ClusterSettings
from processors.steps.average_link import AverageLink
from processors.steps.frequencies import DocumentFrequencies
from processors.steps.items import Item
from processors.steps.similarity import ArticleWords, features, fuse, fused_vectors
from processors.steps.words import SLOTS

THRESHOLDS = np.round(np.arange(0.10, 0.46, 0.02), 2)


def baselines(items: Sequence[Item], settings: ClusterSettings) -> dict[str, list[list[int]]]:
    """Clusterings by method, one for each threshold; the words are weighed by the documents of the whole stream."""
    similar = similarities(items, settings)
    found = {"batch_average_link": _average_link(similar)}
    if importlib.util.find_spec("networkx") is not None and len(items) <= LARGEST:
        found["batch_louvain"] = _louvain(similar)
    return found


LARGEST = 1_000
"""Items up to which communities are looked for: networkx is slow."""


def similarities(items: Sequence[Item], settings: ClusterSettings) -> NDArray[np.float64]:
    """Fused similarity of each item with each other, shape (items, items)."""
    frequencies, words = DocumentFrequencies(), ArticleWords()
    seen: set[str] = set()
    for item in items:
        if item.article_id not in seen:
            frequencies.add(item.terms, item.article_id)
            seen.add(item.article_id)
    found = [features(item, frequencies, words) for item in items]
    vectors = np.array(fused_vectors(items))
    ends = np.cumsum([0, *(one.slots.size for one in found)])
    weights, slots = (np.concatenate(part) for part in zip(*((one.weights, one.slots) for one in found), strict=True))
    table = csr_array((weights, slots, ends), shape=(len(items), SLOTS))
    rich = np.array([one.richness for one in found])
    return fuse(vectors @ vectors.T, (table @ table.T).toarray(), np.minimum.outer(rich, rich), settings.terms_weight)


def _average_link(similar: NDArray[np.float64]) -> list[list[int]]:
    tree = AverageLink(similar)
    return [tree.groups(threshold).tolist() for threshold in THRESHOLDS.tolist()]


def _louvain(similar: NDArray[np.float64]) -> list[list[int]]:
    import networkx as nx  # type: ignore[import-untyped]

    clusterings = []
    for threshold in THRESHOLDS.tolist():
        graph = nx.Graph()
        graph.add_nodes_from(range(len(similar)))
        first, second = np.nonzero(np.triu(similar, 1) > threshold)
        weights = similar[first, second] - threshold
        graph.add_weighted_edges_from(zip(first.tolist(), second.tolist(), weights.tolist(), strict=True))
        groups = np.zeros(len(similar), dtype=np.intp)
        for number, community in enumerate(nx.community.louvain_communities(graph, seed=1)):
            groups[list(community)] = number
        clusterings.append(groups.tolist())
    return clusterings
