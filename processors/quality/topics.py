"""How good topics are against labels: BCubed, pair and cross-article F1, and whether items stay where they were put.

BCubed: Bagga and Baldwin 1998; extrinsic clustering metrics compared: Amigó et al. 2009.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processors.settings import Settings

if TYPE_CHECKING:
    from processors.steps.embed import Embedder

Labels = Sequence[Hashable]
DATA = Path("data/topics")


def bcubed(true: Labels, found: Labels) -> tuple[float, float, float]:
    """Precision, recall and F1, averaged over items; raises ValueError where the lengths differ."""
    cells, truth, clusters = _counts(true, found)
    total = len(true)
    precision = sum(both * both / clusters[cluster] for (_, cluster), both in cells.items()) / max(1, total)
    recall = sum(both * both / truth[label] for (label, _), both in cells.items()) / max(1, total)
    return precision, recall, _f1(precision, recall)


def pair_f1(true: Labels, found: Labels) -> float:
    """F1 over pairs of items: is a pair together, and should it be; 1 where no pair is or should be."""
    cells, truth, clusters = _counts(true, found)
    together = sum(map(_pairs, cells.values()))
    either = sum(map(_pairs, truth.values())) + sum(map(_pairs, clusters.values()))
    return 2 * together / either if either else 1.0


def cross_article_f1(articles: Labels, true: Labels, found: Labels) -> float:
    """F1 over the pairs of items from different articles; an article a cluster of its own scores nothing here."""
    cells, truth, clusters = _counts(true, found)
    within, true_within, found_within = Counter(), Counter(), Counter()  # type: ignore[var-annotated]
    for article, label, cluster in zip(articles, true, found, strict=True):
        within[article, label, cluster] += 1
        true_within[article, label] += 1
        found_within[article, cluster] += 1
    together = sum(map(_pairs, cells.values())) - sum(map(_pairs, within.values()))
    true_pairs = sum(map(_pairs, truth.values())) - sum(map(_pairs, true_within.values()))
    found_pairs = sum(map(_pairs, clusters.values())) - sum(map(_pairs, found_within.values()))
    return 2 * together / max(1, true_pairs + found_pairs)


def moved(arrival: Labels, final: Labels) -> float:
    """Share of items that left the topic they arrived in without the rest of it: what a reader calls jumping."""
    ends: dict[Hashable, Counter[Hashable]] = {}
    for before, after in zip(arrival, final, strict=True):
        ends.setdefault(before, Counter())[after] += 1
    return sum(count.total() - max(count.values()) for count in ends.values()) / max(1, len(arrival))


def ami(true: Labels, found: Labels) -> float:
    """Adjusted mutual information, by scikit-learn."""
    from sklearn.metrics import adjusted_mutual_info_score  # type: ignore[import-untyped]

    numbers = [_numbers(labels) for labels in (true, found)]
    return float(adjusted_mutual_info_score(*numbers))


def score(stream: Sequence[Mapping[str, Any]], answers: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """All figures of a clustered stream; rows as ``onrecord cluster`` reads and writes them, with ``label``."""
    by_id = {answer["id"]: answer for answer in answers}
    label = [row["label"] for row in stream]
    arrival = [by_id[row["id"]]["cluster"] for row in stream]
    final = [by_id[row["id"]]["final"] for row in stream]
    precision, recall, f1 = bcubed(label, final)
    figures = {
        "bcubed_precision": precision,
        "bcubed_recall": recall,
        "bcubed_f1": f1,
        "ami": ami(label, final),
        "pair_f1": pair_f1(label, final),
        "arrival_bcubed_f1": bcubed(label, arrival)[2],
        "moved": moved(arrival, final),
    }
    if stream and all("doc" in row for row in stream):
        docs = [row["doc"] for row in stream]
        figures["cross_article_f1"] = cross_article_f1(docs, label, final)
        figures["arrival_cross_article_f1"] = cross_article_f1(docs, label, arrival)
    if stream and all("theme" in row for row in stream) and all("theme" in answer for answer in answers):
        themes = [row["theme"] for row in stream]
        found = [by_id[row["id"]]["theme"] for row in stream]
        figures |= {"theme_bcubed_f1": bcubed(themes, found)[2], "theme_ami": ami(themes, found)}
    return {name: round(value, 4) for name, value in figures.items()}


def measure(shared: Path, settings: Settings, embedder: Embedder) -> list[dict[str, Any]]:
    """Cluster the labelled streams that lie under ``shared`` with the real model; one row of figures a stream.

    ``batch_…`` are the figures of clusterings that see the whole stream at once, on the same similarity.
    """
    from processors.commands.cluster import cluster_items, embed_stream, read_articles, read_stream
    from processors.quality.batch import baselines

    rows: list[dict[str, Any]] = []
    for name, articles in (("week", "week_articles"), ("tune", ""), ("test", "")):
        path = shared / DATA / f"{name}.jsonl"
        if not path.is_file():
            continue
        stream = read_stream(path)
        texts = read_articles(shared / DATA / f"{articles}.jsonl") if articles else {}
        items = embed_stream(stream, texts, embedder)
        answers, _ = cluster_items(stream, items, settings)
        with path.open(encoding="utf-8") as lines:
            labelled = [json.loads(line) for line in lines]
        figures = score(labelled, answers)
        for method, groups in baselines([items[row.id] for row in stream], settings.cluster).items():
            figures |= _best(method, labelled, groups)
        rows.append({"measure": "topics", "stream": name, "items": len(stream), **figures})
    return rows


def _best(method: str, stream: Sequence[Mapping[str, Any]], groups: Iterable[Sequence[int]]) -> dict[str, float]:
    """Figures of the best of a method's clusterings, chosen with the labels, which flatters it."""
    ids = [row["id"] for row in stream]
    scored = [score(stream, [{"id": id_, "cluster": n, "final": n} for id_, n in zip(ids, one)]) for one in groups]  # noqa: B905
    best = max(scored, key=lambda one: one["bcubed_f1"])
    return {f"{method}_{name}": best[name] for name in ("bcubed_f1", "ami", "cross_article_f1") if name in best}


def _counts(
    true: Labels, found: Labels
) -> tuple[Counter[tuple[Hashable, Hashable]], Counter[Hashable], Counter[Hashable]]:
    return Counter(zip(true, found, strict=True)), Counter(true), Counter(found)


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _numbers(labels: Labels) -> list[int]:
    known: dict[Hashable, int] = {}
    return [known.setdefault(label, len(known)) for label in labels]
