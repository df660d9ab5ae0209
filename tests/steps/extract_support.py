"""The extractor, loaded once, and short ways to ask it."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from pathlib import Path

import pytest

from processors.messages import Article, Extracted, Statement
from processors.settings import ExtractSettings
from processors.steps.extract.extractor import Extractor, build_extractor

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
NOON = datetime(2026, 3, 17, 12, tzinfo=UTC)


@functools.cache
def extractor() -> Extractor:
    return build_extractor(ExtractSettings())


def article(text: str, title: str = "", outlet: str = "veldmark-courier.example", name: str = "a") -> Article:
    return Article(
        id=name, url="", outlet=outlet, title=title, text=text, published_at=NOON, observed_at=NOON, origin="test",
        position=0,
    )  # fmt: skip


def statements(text: str, title: str = "", outlet: str = "veldmark-courier.example") -> tuple[Statement, ...]:
    (answer,) = extractor()([article(text, title, outlet)])
    assert isinstance(answer, Extracted)
    assert answer.skipped == ""
    return answer.statements


def shared(*parts: str) -> Path:
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"evaluation data is not beside this checkout: {path}")
    return path
