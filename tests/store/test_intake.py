from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_fakes import DIMS, NOON, bundle, letter

from processors.messages import DeadLetter, Embedded, Source, encode, pack_vectors
from processors.store.intake import read_dead_letter, read_embedded
from processors.streams import Record


def record(value: bytes | None, offset: int = 7) -> Record:
    return Record("onrecord.r.embedded", 3, offset, b"key", value)


def read(value: bytes | None) -> Embedded | DeadLetter:
    return read_embedded(record(value), "c", NOON)


def changed(change: Callable[[dict[str, Any]], None]) -> bytes:
    """A good bundle with something wrong in its JSON."""
    data = json.loads(encode(bundle(4)))
    change(data)
    return json.dumps(data).encode()


def packed(rows: Any) -> str:
    import base64

    return base64.b64encode(pack_vectors(np.array(rows, dtype=np.float32))).decode()


def setter(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        *way, last = path.split(".")
        target: Any = data
        for step in way:
            target = target[int(step)] if step.isdigit() else target[step]
        target[int(last) if last.isdigit() else last] = value

    return change


def test_a_good_bundle_passes_unchanged() -> None:
    assert read(encode(bundle(4))) == bundle(4)
    assert read(encode(bundle(4, said=()))) == bundle(4, said=())


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "an empty record is not an Embedded"),
        (b"", "this is not an Embedded"),
        (b"\xff\xfe", "this is not an Embedded"),
        (b'{"article": 1}', "this is not an Embedded"),
        (b"[" * 100_000, "this is not an Embedded"),
    ],
)
def test_bytes_that_are_no_bundle_say_where_they_stood(value: bytes | None, reason: str) -> None:
    found = read(value)
    assert isinstance(found, DeadLetter)
    assert reason in found.reason
    assert found.source == Source("c", "onrecord.r.embedded", 3, 7)
    assert (found.stage, found.origin, found.position) == ("store", "", -1)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("statements.0.spans.0", [0, 5000], "lies outside the article's text"),
        ("statements.0.spans.0", [-1, 3], "lies outside the article's text"),
        ("statements.0.spans.0", [3, 3], "lies outside the article's text"),
        ("statements.0.spans", [], "no id, or no span"),
        ("statements.0.id", "", "no id, or no span"),
        ("statements.0.mention", [0, 5000], "lies outside"),
        ("statements.0.evidence.0.end", 2**40, "lies outside"),
        ("statements.0.confidence", 1.5, "not between 0 and 1"),
        ("article.published_at", "2026-03-01T12:00:00", "published_at is no time in UTC"),
        ("article.observed_at", "0001-01-01T00:00:00+14:00", "observed_at is no time in UTC"),
        ("source.partition", 2**31, "no place on a bus"),
        ("dims", 5, "are no rows of 5 numbers"),
        ("dims", 0, "are no rows of 0 numbers"),
        ("dims", 2, "4 vectors came with 2 statements"),
        ("contexts", packed([[1.0] * DIMS]), "1 contexts came with 2 statements"),
        ("vectors", packed([[np.nan] * DIMS] * 2), "something that is no number"),
        ("vectors", packed([[np.inf] * DIMS] * 2), "something that is no number"),
        ("article.text", 5, "this is not an Embedded"),
        ("model", None, "this is not an Embedded"),
    ],
)
def test_an_impossible_bundle_is_accounted_under_its_own_position(path: str, value: Any, reason: str) -> None:
    found = read(changed(setter(path, value)))
    assert isinstance(found, DeadLetter)
    assert reason in found.reason
    assert (found.origin, found.position) == ("o", 4)
    assert found.excerpt


@pytest.mark.parametrize(
    ("path", "value"), [("article.position", -1), ("article.position", 2**60), ("article.origin", "")]
)
def test_a_position_that_counts_nothing_is_nobodys(path: str, value: Any) -> None:
    found = read(changed(setter(path, value)))
    assert isinstance(found, DeadLetter)
    assert (found.origin, found.position) == ("", -1)
    assert "no origin and position" in found.reason


def test_two_statements_with_one_id_are_refused() -> None:
    data = json.loads(encode(bundle(4)))
    data["statements"][1]["id"] = data["statements"][0]["id"]
    found = read(json.dumps(data).encode())
    assert isinstance(found, DeadLetter)
    assert "same id" in found.reason


def test_dead_letters_pass_and_broken_ones_become_dead_letters_about_themselves() -> None:
    good = letter(3, "o")
    assert read_dead_letter(record(encode(good)), "c", NOON) == good
    broken = read_dead_letter(record(b"{"), "c", NOON)
    assert "this is not a DeadLetter" in broken.reason
    assert broken.source.offset == 7
    nobody = read_dead_letter(record(encode(letter(2**60, "o"))), "c", NOON)
    assert (nobody.origin, nobody.position) == ("", -1)


@given(st.binary(max_size=200))
def test_no_bytes_raise(value: bytes) -> None:
    assert isinstance(read(value), DeadLetter)
    read_dead_letter(record(value), "c", NOON)


SCALARS = st.none() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False, allow_infinity=False)
ANY_JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
)
PATHS = (
    "article article.text article.position article.published_at statements statements.0.spans statements.0.confidence "
    "vectors terms source dims"
)


@given(ANY_JSON, st.sampled_from(PATHS.split()))
def test_no_json_raises(value: Any, path: str) -> None:
    found = read(changed(setter(path, value)))
    assert isinstance(found, Embedded | DeadLetter)
