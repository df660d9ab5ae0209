"""The article that the project was created from: all eight statements, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.steps.extract_support import shared, statements

pytestmark = [pytest.mark.shared, pytest.mark.model]


def _text(folder: Path) -> str:
    return (folder / "000_484c0c9ec9110936.txt").read_bytes().decode("utf-8")


def _bare(text: str, spans: list[list[int]]) -> str:
    """The words of spans; whether marks and the last full stop are inside is a matter of taste."""
    return " ".join(text[start:end] for start, end in spans).strip('"“” .,')


def test_the_seed_article_is_read_exactly() -> None:
    folder = shared("seed")
    text = _text(folder)
    gold = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines() if line]
    found = statements(text, title="", outlet="")
    assert len(found) == len(gold) == 8
    for statement, truth in zip(found, gold, strict=True):
        assert _bare(text, [list(span) for span in statement.spans]) == _bare(text, truth["spans"])
        assert statement.kind == truth["kind"]
        assert statement.speaker == truth["identity"]
        assert statement.role == truth["role"]
        assert statement.heading.removeprefix("About ").rstrip(":") == (truth["topic"] or "")
        assert statement.relayed_by == ((truth["outlet"],) if truth["outlet"] else ())


def test_the_report_without_a_source_says_why_nobody_is_named() -> None:
    (report,) = [one for one in statements(_text(shared("seed")), outlet="") if not one.speaker]
    assert report.mention is None
    assert report.why_unknown == "the article says only that it was reported"
