from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.items import BadRow, Draft
from ingest.rows import STDIN, parse_lines, read_rows
from processors.errors import SourceError
from processors.ids import article_id
from tests.ingest.fakes import START


def write(path: Path, *rows: object) -> Path:
    path.write_text(
        "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows) + "\n", encoding="utf-8"
    )
    return path


def row(text: str = "He said no.", **fields: object) -> dict:
    return {"text": text, "url": "https://www.paper.example/a", "published_at": "2026-03-17T06:00:00Z"} | fields


def only(line: bytes) -> Draft | BadRow:
    (found,) = parse_lines([(1, line)])
    return found


def test_a_row_becomes_a_draft_with_an_id_of_its_own(tmp_path):
    path = write(
        tmp_path / "a.jsonl", row(id="taken", title="T", outlet="The Paper", license="CC0", author="A", language="en")
    )
    (draft,) = read_rows(path, START).rows
    assert isinstance(draft, Draft)
    assert draft.id == article_id("https://www.paper.example/a", "He said no.")
    assert (draft.title, draft.outlet, draft.licence, draft.author, draft.language) == (
        "T",
        "The Paper",
        "CC0",
        "A",
        "en",
    )
    assert draft.published_at == datetime(2026, 3, 17, 6, tzinfo=UTC)
    assert draft.line == 1


def test_only_text_is_required(tmp_path):
    path = write(tmp_path / "a.jsonl", {"text": "First line.\n\nSecond."}, row())
    rows = read_rows(path, START).rows
    assert [item.line for item in rows] == [1, 2]
    assert (rows[0].title, rows[0].outlet, rows[0].url) == ("First line.", "", "")
    assert rows[0].published_at == rows[1].published_at, "as new as the newest of its file"
    assert rows[0].published_precision == "day"
    assert rows[1].outlet == "paper.example"
    (alone,) = read_rows(write(tmp_path / "b.jsonl", {"text": "x"}), START).rows
    assert alone.published_at == START


def test_rows_come_in_event_time_then_by_line_and_unreadable_ones_first(tmp_path):
    path = write(
        tmp_path / "a.jsonl",
        row(published_at="2026-03-17T08:00:00Z"),
        row(published_at="2026-03-17T09:00:00+02:00"),
        "{",
        row(published_at="2026-03-17T08:00:00"),
        "",
        row(text=" "),
    )
    found = read_rows(path, START)
    assert [item.line for item in found.rows] == [3, 6, 2, 1, 4]
    assert found.bad == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"not json", "not JSON"),
        (b"[1, 2]", "wrong kind"),
        (b'{"text": 5}', "wrong kind"),
        (b'{"title": "no text"}', "no text"),
        (b'{"text": "\\n "}', "no text"),
        (b'{"text": "a", "published_at": "yesterday"}', "no time"),
        (b'{"text": "a", "published_at": 17}', "wrong kind"),
        (b'{"text": "a", "published_at": "0001-01-01T00:00:00+09:00"}', "no time"),
        (b'{"text": "a", "published_at": "0001-01-01T00:00:00Z"}', "no time"),
        (b'{"text": "a", "published_precision": "week"}', "wrong kind"),
        (b'{"text": "\xff"}', "JSON"),
        (b'{"text": "\\ud800"}', "JSON"),
        (b'{"x": ' + b"[" * 100_000, "JSON"),
        (b'{"text": "cut', "JSON"),
    ],
)
def test_a_bad_row_is_a_value_with_its_reason(line, reason):
    found = only(line)
    assert isinstance(found, BadRow)
    assert reason in found.reason
    assert found.line == 1
    assert len(found.excerpt) <= 300


def test_a_line_without_end_is_one_bad_row(monkeypatch, tmp_path):
    monkeypatch.setattr("ingest.rows.LONGEST_LINE", 1_000)
    path = write(tmp_path / "a.jsonl", row(text="x" * 5_000), row(), row(text="y" * 999))
    rows = read_rows(path, START).rows
    assert [item.line for item in rows if isinstance(item, BadRow)] == [1, 3]
    assert [item.line for item in rows if isinstance(item, Draft)] == [2]


def test_gzip_plain_and_stdin_give_the_same_rows(tmp_path, monkeypatch):
    plain = write(tmp_path / "a.jsonl", row(), row(text="Two."))
    zipped = tmp_path / "a.jsonl.gz"
    zipped.write_bytes(gzip.compress(plain.read_bytes()))
    wanted = read_rows(plain, START)
    assert read_rows(zipped, START).rows == wanted.rows
    for data in (plain.read_bytes(), zipped.read_bytes()):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        found = read_rows(STDIN, START)
        assert found.rows == wanted.rows
        assert found.origin.startswith("stdin@")


def test_the_origin_names_file_and_content(tmp_path):
    path = write(tmp_path / "a.jsonl", row())
    first = read_rows(path, START).origin
    assert first.startswith("a.jsonl@")
    assert read_rows(path, START).origin == first
    assert read_rows(write(path, row(text="Changed.")), START).origin != first


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("gone.jsonl", None, "there is no file"),
        ("empty.jsonl", b"", "is empty"),
        ("blank.jsonl", b"\n \n", "is empty"),
        ("empty.jsonl.gz", b"", "is empty"),
        ("plain.jsonl.gz", b'{"text": "a"}\n', "not gzipped"),
        ("cut.jsonl.gz", gzip.compress(b'{"text": "a"}\n' * 50)[:-12], "damaged or cut off"),
        ("broken.jsonl.gz", gzip.compress(b"x")[:10] + b"\xff" * 20, "damaged or cut off"),
    ],
)
def test_a_file_that_cannot_be_read_gives_one_sentence(tmp_path, name, content, says):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError, match=says) as raised:
        read_rows(path, START)
    assert "\n" not in str(raised.value)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(SourceError, match="is a folder"):
        read_rows(tmp_path, START)


@given(line=st.binary(max_size=200))
def test_no_line_is_an_error(line):
    for found in parse_lines([(1, line)]):
        assert isinstance(found, Draft | BadRow)


@pytest.mark.shared
def test_real_files_are_read_whole(shared):
    rows = read_rows(shared / "data/articles/wikinews_2020.jsonl.gz", START)
    assert (len(rows.rows), rows.bad) == (123, 0)
    times = [item.published_at for item in rows.rows]
    assert times == sorted(times)
    assert rows.rows[0].licence
