"""Whatever comes in: bounded time, no crash, spans that hold, and a reason where nothing is read."""

from __future__ import annotations

import time
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processors.messages import Extracted, Rejected
from processors.settings import ExtractSettings
from processors.steps.extract.extractor import Extractor, find_with
from processors.steps.extract.language import language_of
from tests.steps.extract_support import article, extractor, statements

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


HOSTILE = {
    "straight marks": lambda n: '"' * n,
    "pairs": lambda n: "“a ” " * n,
    "opening marks": lambda n: "“" * n,
    "single marks": lambda n: "‘a’ b " * n,
    "one line": lambda n: "He said that the ship “sails today” and Mr. John Fox told Reuters so. " * (n // 10),
    "labels": lambda n: "MR. FOX: yes.\nQ no?\n" * (n // 10),
    "names": lambda n: "Ann Fox met Bob Fox. " * (n // 5),
    "right to left": lambda n: "\u200f“אבג” said Tom. " * (n // 10),
    "marks on lines": lambda n: '\n"' * n,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_with_the_text_and_no_faster(name: str) -> None:
    reader = Extractor(ExtractSettings(), extractor()._find, _always_english)

    def cpu(size: int) -> float:
        # The least of several: a collection of garbage in one of them is not what is looked for.
        return min(once(size) for _ in range(3))

    def once(size: int) -> float:
        begun = time.process_time()
        reader([article(HOSTILE[name](size))])
        return time.process_time() - begun

    cpu(500)
    small, large = cpu(2_500), cpu(10_000)
    # Four times the text; a quadratic step would take sixteen times as long.
    assert large < 0.3 + 9 * small
    assert large < 10


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


def test_an_oversized_text_is_refused_with_the_setting_that_says_so() -> None:
    reader = Extractor(ExtractSettings(max_characters=50), extractor()._find)
    (answer,) = reader([article("x" * 51)])
    assert answer == Rejected("the text has 51 characters, and extract.max_characters allows 50")


def test_answers_do_not_depend_on_the_batch() -> None:
    texts = [
        "Rosa Keller said that the gate was shut and that it would stay shut until Friday.",
        "“We will sail on Friday,” said Captain Ilse Marrin. “The tide is with us.”",
        "The talks, Nils Oberoi stressed, have never been broken off by anybody in Calder.",
    ]
    articles = [article(text, name=str(number)) for number, text in enumerate(texts)]
    together = extractor()(articles)
    assert together == [extractor()([one])[0] for one in articles]
    assert all(isinstance(one, Extracted) and one.statements for one in together)


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
    find = find_with(lambda texts: asked.extend(texts) or [])
    assert (
        find(
            "The harbour lies in the north.\n\n“A long sentence that stands all alone in its paragraph.”",
            "",
            "",
        )
        != []
    )
    assert asked == []


def test_no_warning_leaks_from_the_pipeline() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert statements("Rosa Keller said that the gate was shut until Friday morning.")
