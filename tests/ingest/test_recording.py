"""The bundled stream is what its sources say, and holds what the demo and the gold need."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from ingest.items import Draft
from ingest.recording import ATTRIBUTION, OUTLETS, recorded_stream
from ingest.rows import read_rows
from tests.ingest.fakes import START
from tests.recorded import build


@pytest.fixture(scope="module")
def rows() -> list[Draft]:
    found = read_rows(recorded_stream(), START)
    assert found.bad == 0
    return list(found.rows)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def annotated() -> list:
    return build.annotated.load(build.ARTICLES)


def test_the_bundled_file_is_compiled_from_its_sources():
    bundled = gzip.decompress(recorded_stream().read_bytes())
    assert bundled == gzip.decompress(build.compiled()), "run: python tests/recorded/build.py"


def test_compiling_is_deterministic_and_works_as_a_program(tmp_path):
    first = build.compiled()
    assert first[4:8] == b"\0\0\0\0", "the gzip header carries no time"
    target = tmp_path / "out.jsonl.gz"
    command = [sys.executable, build.__file__, str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert target.read_bytes() == first


def test_it_is_two_days_of_eight_outlets(rows):
    assert len(rows) >= 60
    assert {row.published_at.date().isoformat() for row in rows} == {"2026-03-17", "2026-03-18"}
    assert {row.outlet for row in rows} == set(OUTLETS.values())
    assert len(OUTLETS) == 8


def test_everything_says_that_it_is_fictional(rows):
    for row in rows:
        assert urlsplit(row.url).hostname.endswith(".example")
        assert OUTLETS[urlsplit(row.url).hostname] == row.outlet
        assert row.attribution == ATTRIBUTION
        assert row.licence == "Apache-2.0"
        assert row.language == "en"


def test_ids_and_urls_are_unique_and_ids_come_from_content(rows):
    stored = [json.loads(line) for line in gzip.decompress(recorded_stream().read_bytes()).splitlines()]
    assert [entry["id"] for entry in stored] == [row.id for row in sorted(rows, key=lambda row: row.line)]
    assert len({row.id for row in rows}) == len({row.url for row in rows}) == len(rows)


def test_gold_spans_lie_in_the_texts(rows, annotated):
    texts = {row.url: row.text for row in rows}
    spans = 0
    for article in annotated:
        text = texts[article.header["url"]]
        assert "⟦" not in text
        assert "⟧" not in text
        for statement in article.statements:
            for start, end in [*statement.spans, *statement.source, *statement.cue]:
                assert 0 <= start < end <= len(text)
                assert text[start:end].strip(), "a span holds words"
                spans += 1
        for turn in article.turns:
            assert text[turn.span[0] : turn.span[1]].strip()
    assert spans > 400


def test_the_talks_have_one_venue(rows):
    assert sum("Old Customs House" in row.text for row in rows) >= 8
    for row in rows:
        assert "Corn Hall" not in row.text
        assert "at the Exchange" not in row.text
