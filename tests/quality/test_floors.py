"""Floors: what breaks the build, what only says that it could not be measured, and that data is pinned."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.errors import SourceError
from processors.quality.floors import (
    FLOORS,
    Figure,
    Floor,
    Skipped,
    digest_of,
    digest_of_files,
    judged,
    read_floors,
)

FIGURE = Figure("a.f1", 80.0, "per cent", "d1", "onrecord quality a")


def test_a_figure_on_its_floor_is_good_and_one_below_is_not() -> None:
    assert judged(FIGURE, {"a.f1": Floor("d1", floor=80.0)})["ok"] is True
    assert judged(FIGURE, {"a.f1": Floor("d1", floor=80.1)})["ok"] is False
    assert judged(FIGURE, {"a.f1": Floor("d1", ceiling=80.0)})["ok"] is True
    assert judged(FIGURE, {"a.f1": Floor("d1", ceiling=79.9)})["ok"] is False


def test_a_figure_without_a_floor_has_no_verdict() -> None:
    row = judged(FIGURE, {"b.f1": Floor("d1", floor=90.0)})
    assert "ok" not in row
    assert row["value"] == 80.0


def test_data_that_changed_is_said_and_breaks_the_build_even_when_the_figure_is_high() -> None:
    row = judged(FIGURE, {"a.f1": Floor("other", floor=10.0)})
    assert row["ok"] is False
    assert "data changed" in row["problem"]
    assert row["data"] == "d1"


def test_what_is_absent_has_a_reason_and_no_verdict() -> None:
    row = judged(Skipped("a", "there is no folder", "onrecord quality a"), {"a": Floor("d", floor=1.0)})
    assert row == {"name": "a", "skipped": "there is no folder", "command": "onrecord quality a"}


def test_a_broken_file_of_floors_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "floors.toml"
    for text in ("[a\n", '["a.f1"]\nfloor = 1.0\n', '["a.f1"]\ndata = "d"\nflor = 1.0\n', '["a.f1"]\ndata = 5\n'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(SourceError, match=r"floors\.toml"):
            read_floors(path)
    with pytest.raises(SourceError, match="cannot read"):
        read_floors(tmp_path / "absent.toml")


def test_the_pinned_floors_limit_something_and_name_their_data() -> None:
    floors = read_floors()
    assert FLOORS.is_file()
    assert {name.split(".")[0] for name in floors} == {"seed", "bundled", "own", "gum", "topics", "speakers"}
    for floor in floors.values():
        assert len(floor.data) == 16
        assert (floor.floor is None) != (floor.ceiling is None)


@given(st.lists(st.binary(max_size=5), max_size=4), st.lists(st.binary(max_size=5), max_size=4))
def test_different_data_has_a_different_digest(one: list[bytes], other: list[bytes]) -> None:
    assert (digest_of(*one) == digest_of(*other)) == (one == other)


def test_a_changed_byte_changes_the_digest_of_files(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_bytes(b"one")
    before = digest_of_files([path])
    path.write_bytes(b"two")
    assert digest_of_files([path]) != before
    with pytest.raises(SourceError, match="cannot read"):
        digest_of_files([tmp_path / "absent"])
