"""Messages: what was ever recorded decodes, and nothing else does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from processors.errors import MessageError
from processors.ids import article_id
from processors.messages import (
    Article,
    DeadLetter,
    Embedded,
    Extracted,
    decode,
    encode,
    pack_vectors,
    unpack_vectors,
)

SAMPLES = Path(__file__).resolve().parents[1] / "messages"
KINDS: dict[str, type] = {
    "article": Article,
    "extracted": Extracted,
    "embedded": Embedded,
    "dead_letter": DeadLetter,
}
FILES = sorted(SAMPLES.glob("*.json"))
names = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


def kind_of(file: Path) -> type:
    return KINDS[file.name.split(".")[0]]


def version_of(file: Path) -> int:
    return int(file.name.split(".")[1].removeprefix("v"))


def test_each_kind_has_its_samples() -> None:
    found = {tuple(file.name.split(".")[::2]) for file in FILES}
    assert {(kind, what) for kind in KINDS for what in ("full", "required", "unknown_field")} <= found


@names
def test_a_recorded_sample_decodes_to_what_it_says(file: Path) -> None:
    message = decode(file.read_bytes(), kind_of(file))
    told = json.loads(file.read_bytes())
    assert_told(told, json.loads(encode(message)), at=file.name)


def assert_told(told: Any, kept: Any, at: str) -> None:
    """Everything in the sample is in what was decoded; later versions' fields, and only those, are left out."""
    if isinstance(told, dict):
        for key, value in told.items():
            if key not in {"from_a_later_version", "mood", "tags"}:
                assert_told(value, kept[key], f"{at}.{key}")
    elif isinstance(told, list):
        assert len(told) == len(kept), at
        for number, (left, right) in enumerate(zip(told, kept, strict=True)):
            assert_told(left, right, f"{at}[{number}]")
    else:
        assert told == kept, at


@names
def test_encoding_again_keeps_a_message(file: Path) -> None:
    message = decode(file.read_bytes(), kind_of(file))
    again = encode(message)
    assert decode(again, kind_of(file)) == message
    if "full" in file.name and version_of(file) == max(version_of(f) for f in FILES if kind_of(f) is kind_of(file)):
        assert again == file.read_bytes(), "the encoding has changed: add a sample of the next version"


@names
def test_a_required_field_that_is_missing_is_named(file: Path) -> None:
    kind = kind_of(file)
    for field in msgspec.structs.fields(kind):
        told = json.loads(file.read_bytes())
        if field.required:
            del told[field.name]
            with pytest.raises(MessageError, match=f"this is not an? {kind.__name__}: .*{field.name}"):
                decode(json.dumps(told).encode(), kind)


def test_the_required_fields_are_those_of_version_1() -> None:
    """A field that is added has a default, or the samples above stop decoding; one taken away breaks old readers."""
    required = {kind.__name__: {f.name for f in msgspec.structs.fields(kind) if f.required} for kind in KINDS.values()}
    assert required == {
        "Article": {
            "id",
            "url",
            "outlet",
            "title",
            "text",
            "published_at",
            "observed_at",
            "origin",
            "position",
        },
        "Extracted": {"article", "statements"},
        "Embedded": {"article", "statements", "model", "dims", "vectors", "contexts"},
        "DeadLetter": {"stage", "reason", "source", "at"},
    }


def test_a_message_of_a_later_version_is_read_by_this_one_and_the_other_way_round() -> None:
    class Later(Article, frozen=True, kw_only=True):
        mood: str = "calm"

    old = (SAMPLES / "article.v1.full.json").read_bytes()
    later = msgspec.json.decode(old, type=Later)
    assert later.mood == "calm"
    assert encode(decode(encode(later), Article)) == old


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (None, "an empty record is not an Article"),
        (b"", "this is not an Article: Input data was truncated"),
        (b"\x00\x01", "this is not an Article: JSON is malformed"),
        (b'{"id": "\xff"}', "this is not an Article: .*utf-8"),
        (b'{"id": "\\ud800"}', "this is not an Article"),
        (b"[]", "Expected `object`, got `array`"),
        (b'{"id": 7}', r"Expected `str`, got `int` - at `\$.id`"),
        (b'{"more": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "this is not an Article: .*recursion"),
    ],
    ids=["none", "empty", "binary", "not utf-8", "half a character", "array", "wrong kind", "deep"],
)
def test_malformed_bytes_are_a_sentence(data: bytes | None, says: str) -> None:
    with pytest.raises(MessageError, match=says) as error:
        decode(data, Article)
    assert "\n" not in str(error.value)


@given(st.binary(max_size=200))
def test_no_bytes_whatever_raise_anything_else(data: bytes) -> None:
    for kind in KINDS.values():
        with pytest.raises(MessageError):
            decode(data, kind)


def test_identifiers_are_made_as_they_were() -> None:
    article = decode((SAMPLES / "article.v1.full.json").read_bytes(), Article)
    assert article.id == article_id(article.url, article.text)


def test_spans_and_times_come_back_as_they_were() -> None:
    extracted = decode((SAMPLES / "extracted.v1.full.json").read_bytes(), Extracted)
    text = extracted.article.text
    first, second = extracted.statements
    assert [text[start:end] for start, end in first.spans] == ["Delays will end in May"]
    assert text[slice(*first.mention or ())] == "Mira Tolvan"
    assert [(e.role, text[e.start : e.end]) for e in second.evidence] == [("relay", "Karsk Observer")]
    assert second.mention is None
    assert extracted.article.observed_at.isoformat() == "2026-03-17T09:31:02.123456+00:00"


rows = hnp.arrays(
    np.float32,
    st.tuples(st.integers(0, 5), st.integers(1, 9)),
    elements=st.floats(-1, 1, width=16),
)


@given(rows)
def test_vectors_that_fit_16_bits_come_back_exactly(vectors: np.ndarray) -> None:
    data = pack_vectors(vectors)
    assert len(data) == 2 * vectors.size
    back = unpack_vectors(data, vectors.shape[1])
    assert back.dtype == np.float32
    np.testing.assert_array_equal(back, vectors)


@given(hnp.arrays(np.float64, (3, 4), elements=st.floats(-1, 1)))
def test_other_vectors_come_back_as_near_as_16_bits_allow(vectors: np.ndarray) -> None:
    np.testing.assert_allclose(unpack_vectors(pack_vectors(vectors), 4), vectors, atol=2**-11)


def test_packing_does_not_depend_on_how_an_array_lies_in_memory() -> None:
    vectors = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert pack_vectors(np.asfortranarray(vectors)) == pack_vectors(vectors) == pack_vectors(vectors.astype(">f4"))
    assert pack_vectors(np.array([[1.0]])) == b"\x00\x3c", "little-endian"


@pytest.mark.parametrize(("length", "dims"), [(3, 1), (8, 3), (8, 0), (8, -4)])
def test_bytes_that_are_no_rows_are_a_sentence(length: int, dims: int) -> None:
    with pytest.raises(MessageError, match=f"{length} bytes are no rows of {dims} numbers in 16 bits"):
        unpack_vectors(bytes(length), dims)
