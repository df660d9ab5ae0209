"""docs/extraction.md against the step: every rule is described, and every example is read as the page says."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from typing import get_args

import pytest

from processors.commands.extract import read_articles
from processors.messages import Extracted, Kind
from processors.quality.bounds import SHAPES
from tests.steps.extract_support import extractor, statements

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "extraction.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| `([a-z ]+)` \| (.+?) \| ?(.*?) ?\|$", PAGE, re.MULTILINE)


@pytest.mark.model
@pytest.mark.parametrize(("rule", "example", "speaker"), EXAMPLES, ids=[rule for rule, _, _ in EXAMPLES])
def test_an_example_is_read_as_the_page_says(rule: str, example: str, speaker: str) -> None:
    found = [(one.rule, one.speaker) for one in statements(example.replace(" / ", "\n\n"))]
    assert (rule, speaker) in found


@pytest.mark.model
def test_every_rule_of_the_recorded_stream_is_described() -> None:
    articles = read_articles(Path(str(resources.files("ingest"))) / "recorded" / "two_days.jsonl.gz")
    rules = {one.rule for answer in extractor()(articles) if isinstance(answer, Extracted) for one in answer.statements}
    assert len(rules) > 15
    assert rules <= set(re.findall(r"`([a-z ]+)`", PAGE))


def test_every_kind_and_shape_is_described() -> None:
    kinds = PAGE.partition("## Kinds")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)`", kinds, re.MULTILINE)) == set(get_args(Kind))
    bounds = PAGE.partition("## Bounded time")[2]
    assert re.findall(r"^\| ([^|]+?) \| \d", bounds, re.MULTILINE) == list(SHAPES)
