"""``onrecord extract``: files in, files out, and one sentence where a file is wrong."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from processors.commands.extract import extract, read_articles
from processors.errors import OnRecordError

TEXT = "Ansel Dray, the harbour minister, said that six ships would sail by Friday. It rained in Calder."
ROW = {"doc": "a1", "text": TEXT, "title": "Ships", "outlet": "x.example", "published_at": "2026-03-17T06:12:00Z"}


def _write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.model
def test_statements_are_written_one_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = _write(tmp_path / "in.jsonl", ROW, {"id": "a2", "text": "", "title": None})
    extract(source, output=tmp_path / "out.jsonl")
    (row,) = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert row["doc"] == "a1"
    assert [TEXT[start:end] for start, end in row["spans"]] == ["six ships would sail by Friday"]
    assert (row["start"], row["end"]) == (row["spans"][0][0], row["spans"][-1][1])
    assert TEXT[row["speaker_start"] : row["speaker_end"]] == "Ansel Dray"
    assert (row["speaker"], row["role"], row["kind"]) == ("Ansel Dray", "harbour minister", "indirect")
    assert {"relayed_by", "heading", "evidence", "confidence", "text"} <= row.keys()
    assert "2 articles, 1 statements, 1 articles skipped, 0 refused" in capsys.readouterr().out


def test_gzipped_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(ROW).encode() + b"\n\n"))
    (article,) = read_articles(path)
    assert (article.id, article.outlet, article.published_at.isoformat()) == (
        "a1",
        "x.example",
        "2026-03-17T06:12:00+00:00",
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 2 cannot be read as an article"),
        ("[1]", "line 2 is no JSON object"),
        ('{"doc": "b"}', "line 2 cannot be read as an article"),
        ('{"text": "words"}', "line 2 has neither an id nor a doc"),
        ('{"doc": "b", "text": "words", "published_at": "soon"}', "line 2 cannot be read as an article"),
        ('{"doc": "a1", "text": "words"}', "line 2: the id 'a1' was on line 1 already"),
        ('{"doc": "b", "text": 3}', "line 2 cannot be read as an article"),
    ],
)
def test_a_bad_row_is_one_sentence_with_file_and_line(tmp_path: Path, line: str, words: str) -> None:
    path = _write(tmp_path / "in.jsonl", ROW)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(OnRecordError, match=r"in\.jsonl") as caught:
        read_articles(path)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_and_damaged_files_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(OnRecordError, match=r"cannot read .*none\.jsonl"):
        read_articles(tmp_path / "none.jsonl")
    whole = gzip.compress(json.dumps(ROW).encode() * 50)
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[:-20])
    with pytest.raises(OnRecordError, match=r"cut\.jsonl\.gz is damaged"):
        read_articles(tmp_path / "cut.jsonl.gz")
    (tmp_path / "plain.jsonl.gz").write_text("{}")
    with pytest.raises(OnRecordError, match=r"plain\.jsonl\.gz is damaged"):
        read_articles(tmp_path / "plain.jsonl.gz")


def test_an_output_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    source = _write(tmp_path / "in.jsonl", ROW)
    with pytest.raises(OnRecordError, match="choose another --output"):
        extract(source, output=tmp_path / "no" / "out.jsonl")
