"""Confidence: what it is read from, how its weights are fitted, and how its truth is measured."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from processors.messages import Evidence, Statement
from processors.quality.calibration import (
    SEEN,
    Judged,
    calibration_error,
    cross_fitted,
    fit,
    reliability,
    table,
    write_weights,
)
from processors.quality.statements import GoldDocument, which_are_right
from processors.steps.extract.confidence import BIAS, confidence, features

TEXT = "Ann Lee said that ships sail on Friday. “It rained, she told the council."


def _judged(name: str, right: bool, doc: str = "d", *more: str) -> Judged:
    return Judged(doc, (name, *more), "indirect", 0.5, right)


def _statement(**changes: object) -> Statement:
    values: dict[str, object] = {
        "id": "s", "kind": "indirect", "spans": ((18, 38),), "text": "ships sail on Friday", "speaker": "Ann Lee",
        "mention": (0, 7), "rule": "clause", "evidence": (Evidence("cue", 8, 12),),
    }  # fmt: skip
    return Statement(**{**values, **changes})  # type: ignore[arg-type]


def test_fitted_weights_give_back_the_shares_that_were_right() -> None:
    judged = [_judged("rule:a", n % 10 != 0) for n in range(400)] + [_judged("rule:b", n % 2 == 0) for n in range(400)]
    weights = fit(judged, ridge=0.01)
    assert confidence(["rule:a"], weights) == pytest.approx(0.9, abs=0.01)
    assert confidence(["rule:b"], weights) == pytest.approx(0.5, abs=0.01)


def test_what_was_read_while_building_does_not_raise_the_confidence_elsewhere() -> None:
    seen = [_judged("rule:a", True, "old", SEEN) for _ in range(300)]
    unseen = [_judged("rule:a", n % 5 != 0, "new") for n in range(300)]
    weights = fit([*seen, *unseen])
    assert SEEN not in weights
    assert confidence(["rule:a"], weights) == pytest.approx(0.8, abs=0.02)


def test_a_rare_feature_and_an_unknown_one_change_nothing() -> None:
    weights = fit([*(_judged("rule:a", True) for _ in range(20)), _judged("rule:odd", False)])
    assert "rule:odd" not in weights
    assert confidence(["rule:odd"], weights) == confidence([], weights)


def test_an_article_is_judged_by_weights_that_do_not_know_it() -> None:
    # The words of each article are marked with a feature of its own, which says everything about it.
    unseen = [_judged(f"only:{doc}", doc % 2 == 0, f"d{doc}") for doc in range(10) for _ in range(20)]
    answers = cross_fitted([], unseen)
    assert len(answers) == len(unseen)
    assert all(0.3 < p < 0.7 for _, p in answers)
    assert confidence(["only:0"], fit(unseen)) > 0.8


def test_reliability_bins_and_their_error() -> None:
    judged = [(0.95, True), (0.95, True), (0.95, False), (0.95, True), (0.25, False), (1.0, True)]
    low, high = reliability(judged)
    assert (low.count, low.right) == (1, 0.0)
    assert (high.count, high.right) == (5, 0.8)
    assert calibration_error([low, high]) == pytest.approx((0.25 + 5 * 0.16) / 6)
    assert calibration_error([]) == 0
    assert table([low]).splitlines()[-1] == "| 1 | 0.25 | 0.00 |"


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, "mention:name"),
        ({"speaker": ""}, "mention:unknown"),
        ({"mention": None}, "mention:none"),
        ({"mention": (52, 55)}, "mention:pronoun"),
        ({"mention": (60, 71)}, "mention:inferred"),
        ({"spans": ((41, 50),)}, "marks:open"),
        ({"role": "mayor"}, "role"),
        ({}, "cue:plain"),
        ({"text": "ships sail"}, "words:few"),
    ],
)  # fmt: skip
def test_a_confidence_is_read_from_what_a_reader_can_check(changes: dict[str, object], wanted: str) -> None:
    assert wanted in features(_statement(**changes), TEXT, beside_passages=False)


def test_every_weight_that_is_shipped_is_a_number_and_confidence_stays_between_0_and_1(tmp_path: Path) -> None:
    write_weights({BIAS: 50.0, "rule:a b": -200.0}, tmp_path / "w.toml")
    weights = tomllib.loads((tmp_path / "w.toml").read_text(encoding="utf-8"))["weights"]
    assert confidence([], weights) <= 1
    assert confidence(["rule:a b"], weights) >= 0
    assert 0 < confidence(features(_statement(), TEXT, beside_passages=True)) < 1


def test_which_statements_are_right() -> None:
    gold = [{"spans": [[18, 38]], "kind": "indirect", "source": [[0, 7]], "speaker": "Ann Lee"}]
    turns = [{"kind": "transcript", "start": 40, "end": 73, "speaker": "Ann Lee"}]
    rows = [
        {"spans": [[18, 38]], "kind": "indirect", "speaker": "Bob Ash"},
        {"spans": [[41, 50]], "kind": "transcript", "speaker": "Lee"},
        {"spans": [[18, 24]], "kind": "question", "speaker": ""},
    ]
    assert which_are_right(GoldDocument("d", TEXT, gold, turns), rows) == [False, True, False]
    rows[0]["speaker"] = "Lee"
    assert which_are_right(GoldDocument("d", TEXT, gold, turns), rows)[0]
