"""``onrecord quality``: figures of the bundled stream, the gate, and what happens where there is nothing to measure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from processors.commands import quality as command
from processors.commands.quality import BROKEN, Tools, quality
from processors.errors import SourceError
from processors.quality import bundled as bundled_module
from processors.quality.bundled import checkout, read_bundled, statement_score
from processors.quality.floors import Figure, Skipped


def _rows(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def seed(tools: Tools, name: str) -> Iterator[Figure | Skipped]:
        yield Figure("seed.right", 7, "statements of 8", "d1", name)

    monkeypatch.setitem(command.MEASURES, "seed", seed)


def _floors(folder: Path, floor: float, data: str = "d1") -> Path:
    path = folder / "floors.toml"
    path.write_text(f'["seed.right"]\nfloor = {floor}\ndata = "{data}"\n', encoding="utf-8")
    return path


@pytest.mark.usefixtures("measured")
def test_a_broken_floor_ends_with_1_after_everything_was_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        quality("seed", shared=tmp_path, floors=_floors(tmp_path, 8))
    assert ended.value.code == BROKEN == 1
    captured = capsys.readouterr()
    (row,) = map(json.loads, captured.out.splitlines())
    assert (row["value"], row["floor"], row["ok"]) == (7, 8, False)
    assert "seed.right" in captured.err


@pytest.mark.usefixtures("measured")
def test_a_floor_that_holds_ends_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    quality("seed", shared=tmp_path, floors=_floors(tmp_path, 7))
    (row,) = _rows(capsys)
    assert row["ok"] is True
    assert row["command"] == "onrecord quality seed"


@pytest.mark.usefixtures("measured")
def test_a_floor_of_other_data_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        quality("seed", shared=tmp_path, floors=_floors(tmp_path, 1, "d0"))
    (row,) = _rows(capsys)
    assert "data changed" in str(row["problem"])


def test_absent_data_is_skipped_with_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    quality("seed", "own", "gum", shared=tmp_path)
    rows = _rows(capsys)
    assert {row["name"] for row in rows} == {"seed", "own.develop", "own.report", "gum.news", "gum.interview"}
    assert all(str(tmp_path) in str(row["skipped"]) for row in rows)


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="--shared"):
        quality("seed", shared=tmp_path / "absent")


def test_outside_a_checkout_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled_module, "__file__", str(tmp_path / "a" / "b" / "bundled.py"))
    with pytest.raises(SourceError, match="clone of the project"):
        checkout()


def test_the_digest_of_the_bundled_gold_says_how_much_of_it_was_read() -> None:
    root = checkout()
    assert read_bundled(root).data == read_bundled(root).data != read_bundled(root, 3).data
    assert len(read_bundled(root, 3).articles) == 3


@pytest.mark.model
def test_statements_of_the_first_bundled_articles_are_found() -> None:
    from processors.settings import ExtractSettings
    from processors.steps.extract.extractor import build_extractor

    score = statement_score(read_bundled(checkout(), 6), build_extractor(ExtractSettings()))
    figures = score.as_row()
    assert figures["gold"] > 20
    assert figures["joint_f1"] > 60
