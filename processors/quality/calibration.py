"""How far the statements' confidence can be believed, and the fit of the weights that it is made of.

A confidence is calibrated where, of the statements with confidence p, a share p is right (words and speaker both). The
reliability table shows it in bins; the expected calibration error is the mean distance between confidence and share,
weighted by the bins' sizes (Naeini et al. 2015). The weights are those of a logistic regression with a ridge penalty,
found by Newton's method.

The rules were built while reading some of the annotated articles, and there they are right more often than elsewhere.
So statements from those articles carry the feature ``seen``, whose weight is fitted with the others and then left out:
what remains holds for articles that nobody has read before.

``python -m processors.quality.calibration FOLDER`` fits the weights on the annotated articles in FOLDER
(``data/statements/own``) and the bundled ones. The reliability that it prints is of the report part, each article by
weights that were fitted without it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from processors.messages import Article, Extracted
from processors.quality.statements import GoldDocument, which_are_right
from processors.steps.extract.confidence import BIAS, PASSAGES, confidence, features
from processors.steps.extract.extractor import Extractor

WEIGHTS = Path(__file__).parents[1] / "steps" / "extract" / "confidence.toml"
_BINS = 10
_RIDGE = 1.0
_RARE = 4
_FOLDS = 5
SEEN = "seen"
"""A feature of fewer statements gets no weight of its own."""
_STEPS = 30
_HEADER = """\
# Weights of the confidence of statements, in log odds, by feature. Made by `make calibrate`; do not edit.
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement that was found, what its confidence is read from, and whether it is right."""

    doc: str
    names: tuple[str, ...]
    kind: str
    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Statements of like confidence: how many, their mean confidence and the share that is right."""

    count: int
    confidence: float
    right: float


def judge(
    gold: Iterable[GoldDocument], articles: Sequence[Article], extractor: Extractor, *, seen: bool
) -> list[Judged]:
    """The statements found in annotated articles, in order; ``seen``: the rules were built while reading these."""
    from processors.commands.extract import rows_of

    by_doc = {document.doc: document for document in gold}
    judged: list[Judged] = []
    for answer in extractor(articles):
        if not isinstance(answer, Extracted) or answer.article.id not in by_doc:
            continue
        rows = [msgspec.structs.asdict(row) for row in rows_of(answer)]
        passages = any(one.kind in PASSAGES for one in answer.statements)
        for one, right in zip(answer.statements, which_are_right(by_doc[answer.article.id], rows), strict=True):
            names = features(one, answer.article.text, beside_passages=passages)
            names += [SEEN] * seen
            judged.append(Judged(answer.article.id, tuple(names), one.kind, one.confidence, right))
    return judged


def fit(judged: Sequence[Judged], ridge: float = _RIDGE) -> dict[str, float]:
    """Weights by feature, in log odds, rounded to hundredths; frequent features only."""
    counts = Counter(name for one in judged for name in one.names)
    columns = [name for name, count in sorted(counts.items()) if count >= _RARE]
    at = {name: index + 1 for index, name in enumerate(columns)}
    rows = np.zeros((len(judged), len(columns) + 1))
    rows[:, 0] = 1
    for row, one in zip(rows, judged, strict=True):
        row[[at[name] for name in one.names if name in at]] = 1
    right = np.array([one.right for one in judged], dtype=float)
    penalty = np.full(rows.shape[1], ridge)
    penalty[0] = 1e-6  # how many are right at all is not to be pulled to a half
    if SEEN in at:
        penalty[at[SEEN]] = 1e-6
    weights = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (right - chance) - penalty * weights
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        weights += step
        if np.abs(step).max() < 1e-6:
            break
    return {BIAS: round(float(weights[0]), 2)} | {
        name: round(float(weights[index]), 2)
        for name, index in at.items()
        if name != SEEN and abs(weights[index]) >= 0.005
    }


def cross_fitted(seen: Sequence[Judged], unseen: Sequence[Judged], folds: int = _FOLDS) -> list[tuple[Judged, float]]:
    """Each of the unseen with its confidence by weights that were fitted without its article."""
    documents = sorted({one.doc for one in unseen})
    fold_of = {doc: number % folds for number, doc in enumerate(documents)}
    answers: list[tuple[Judged, float]] = []
    for fold in range(folds):
        weights = fit([*seen, *(one for one in unseen if fold_of[one.doc] != fold)])
        answers += [(one, confidence(one.names, weights)) for one in unseen if fold_of[one.doc] == fold]
    return answers


def reliability(judged: Sequence[tuple[float, bool]], bins: int = _BINS) -> list[Bin]:
    """Bins of equal width that hold statements, from the least confident up."""
    grouped: dict[int, list[tuple[float, bool]]] = {}
    for one in judged:
        grouped.setdefault(min(int(one[0] * bins), bins - 1), []).append(one)
    return [
        Bin(len(group), sum(p for p, _ in group) / len(group), sum(ok for _, ok in group) / len(group))
        for _, group in sorted(grouped.items())
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error of a reliability table; 0 for an empty one."""
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.confidence - one.right) for one in bins) / total if total else 0.0


def table(bins: Sequence[Bin]) -> str:
    """A reliability table in Markdown."""
    lines = ["| statements | mean confidence | right |", "|---|---|---|"]
    lines += [f"| {one.count} | {one.confidence:.2f} | {one.right:.2f} |" for one in bins]
    return "\n".join(lines)


def write_weights(weights: Mapping[str, float], path: Path) -> None:
    """Write the weights as the extraction step reads them."""
    lines = [f'"{name}" = {value}' for name, value in weights.items()]
    path.write_text(_HEADER + "\n[weights]\n" + "\n".join(lines) + "\n", encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> None:
    """Fit on what the rules were built on, print how it holds on what they were not, and write the weights."""
    from processors.commands.extract import read_articles
    from processors.quality.bundled import bundled_gold, checkout, read_bundled
    from processors.quality.statements import read_gold
    from processors.settings import load_settings
    from processors.steps.extract.extractor import build_extractor

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path, help="annotated articles, with the parts develop and report")
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    chosen = parser.parse_args(argv)
    extractor = build_extractor(load_settings().extract)
    parts = {
        part: judge(
            read_gold(chosen.folder / part),
            read_articles(chosen.folder / part / "docs.jsonl"),
            extractor,
            seen=part == "develop",
        )
        for part in ("develop", "report")
    }
    seen = [*parts["develop"], *judge(*bundled_gold(read_bundled(checkout())), extractor, seen=True)]
    answers = cross_fitted(seen, parts["report"])
    for label, passages in (("all", True), ("running text", False)):
        bins = reliability([(p, one.right) for one, p in answers if passages or one.kind not in PASSAGES])
        print(f"\n{label}: calibration error {calibration_error(bins):.3f}\n\n{table(bins)}")
    weights = fit([*seen, *parts["report"]])
    write_weights(weights, chosen.output)
    print(f"\n{len(weights)} weights → {chosen.output}", file=sys.stderr)


if __name__ == "__main__":
    main()
