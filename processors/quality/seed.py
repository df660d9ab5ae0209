"""The article that the project began with: how many of its statements are read exactly as a reader would."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from processors.messages import Article, Extracted, Statement
from processors.quality.floors import digest_of_files
from processors.steps.extract.extractor import Extractor

FOLDER = Path("seed")
_DAY = datetime(2022, 3, 1, tzinfo=UTC)


def files(shared: Path) -> list[Path]:
    """The article and its gold; none where the folder is not there."""
    return sorted([*(shared / FOLDER).glob("000_*.txt"), *(shared / FOLDER).glob("gold.jsonl")])


def seed_figures(shared: Path, extractor: Extractor) -> tuple[int, int, str]:
    """Statements that are right in span, kind, speaker, role, heading and relay; those that are not; data's digest."""
    paths = files(shared)
    text_path, gold_path = paths
    text = text_path.read_bytes().decode("utf-8")
    gold = [json.loads(line) for line in gold_path.read_text(encoding="utf-8").splitlines() if line.strip()]
    article = Article(
        id=text_path.stem, url="", outlet="", title="", text=text, published_at=_DAY, observed_at=_DAY, origin="seed",
        position=0,
    )  # fmt: skip
    found = [answer for answer in extractor([article]) if isinstance(answer, Extracted)]
    answers = [_of_statement(text, said) for answer in found for said in answer.statements]
    truths = [_of_gold(text, row) for row in gold]
    right = sum(answer in truths for answer in answers)
    return right, len(answers) - right, digest_of_files(paths)


def _of_statement(text: str, said: Statement) -> tuple[object, ...]:
    heading = said.heading.removeprefix("About ").rstrip(":")
    return (_bare(text, said.spans), said.kind, said.speaker, said.role, heading, said.relayed_by)


def _of_gold(text: str, row: Mapping[str, Any]) -> tuple[object, ...]:
    relayed = (row["outlet"],) if row["outlet"] else ()
    return (_bare(text, row["spans"]), row["kind"], row["identity"], row["role"], row["topic"] or "", relayed)


def _bare(text: str, spans: Sequence[Sequence[int]]) -> str:
    """The words of spans; whether marks and the last full stop are inside is a matter of taste."""
    return " ".join(text[start:end] for start, end in spans).strip('"“” .,')
