"""The score of resolved speakers against labelled mentions."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from processors.commands.quality import quality
from processors.errors import SourceError
from processors.messages import Article
from processors.quality.speakers import Labelled, listing, read_labelled, resolve_all, said_in, score_speakers
from tests.steps.speakers.support import START, said

GOLD = [
    Labelled("a1", "Dmitry Marensky", "Dmitry Marensky", "person"),
    Labelled("a2", "MR. MARENSKY", "Dmitry Marensky", "person"),
    Labelled("a3", "Castell", "Joe Castell", "person"),
    Labelled("a4", "Castell", "Jill Castell", "person"),
    Labelled("a9", "Nobody Found", "Nobody Found", "person"),
]


def test_a_right_resolution_scores_one() -> None:
    resolved = resolve_all([said(1, "Dmitry Marensky"), said(2, "Marensky", "MR. MARENSKY")])
    score = score_speakers(GOLD, resolved)
    assert (score.gold, score.matched, score.f1) == (5, 2, 1.0)
    assert score.merged == score.split == ()


def test_wrong_merges_and_splits_are_named() -> None:
    stream = [said(1, "Dmitry Marensky"), said(2, "officials", "MR. MARENSKY"), said(3, "Castell"), said(4, "Castell")]
    score = score_speakers(GOLD, resolve_all(stream))
    assert score.merged == (("Jill Castell", "Joe Castell"),)
    assert score.split == (("Dmitry Marensky", 2),)
    assert (score.precision, score.recall) == (0.75, 0.75)


def test_a_mention_counts_with_the_one_that_contains_it() -> None:
    score = score_speakers(GOLD[:1], resolve_all([said(1, "Dmitry Marensky", "spokesman dmitry marensky of Calder")]))
    assert score.matched == 1


def test_what_is_said_comes_in_the_order_of_publication() -> None:
    def article(name: str, day: int) -> Article:
        at = datetime(2024, 3, day, tzinfo=UTC)
        return Article(
            id=name, url="", outlet="o", title="", text="Ann Lee spoke.", published_at=at, observed_at=START, origin="",
            position=0,
        )  # fmt: skip

    rows = {
        name: [
            {"speaker": speaker, "speaker_start": start, "speaker_end": end, "role": ""}
            for speaker, start, end in (("Ann Lee", 0, 7), ("Ann Lee", None, None), ("", 0, 3))
        ]
        for name in ("late", "early")
    }
    found = said_in([article("late", 9), article("early", 2)], rows)
    assert [(one.article_id, one.mention) for one in found] == [
        ("early", "Ann Lee"), ("early", ""), ("late", "Ann Lee"), ("late", ""),
    ]  # fmt: skip


def test_the_listing_has_everybody_by_statements() -> None:
    resolved = resolve_all(
        [said(1, "Ann Veldman"), said(1, "Mira Castell"), said(2, "Mira Castell"), said(3, "people")]
    )
    assert [row["name"] for row in listing(resolved, 5)] == ["Mira Castell", "Ann Veldman"]


def test_gold_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot read"):
        read_labelled(tmp_path / "gold.jsonl")
    (tmp_path / "gold.jsonl").write_text("{}\n")
    with pytest.raises(SourceError, match="no file of labelled mentions"):
        read_labelled(tmp_path / "gold.jsonl")


def test_the_part_is_skipped_where_its_data_are_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    quality("speakers", shared=tmp_path)
    row = json.loads(capsys.readouterr().out)
    assert row["name"] == "speakers"
    assert "skipped" in row
