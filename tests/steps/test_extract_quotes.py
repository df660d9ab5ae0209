"""Quotation marks paired by paragraph."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.steps.extract.frame import build_frames
from processors.steps.extract.layout import paragraphs
from processors.steps.extract.quotes import CLOSERS, Quote, find_quotes


def _quotes(text: str) -> list[Quote]:
    return find_quotes(text, paragraphs(text))


def _inner(text: str) -> list[str]:
    return [text[one.inner[0] : one.inner[1]] for one in _quotes(text)]


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ('"One," he said, "two."', ["One,", "two."]),
        ("“One,” he said, “two.”", ["One,", "two."]),
        ('"One,” he said', ["One,"]),
        ("„Eins“, sagte er", ["Eins"]),
        ("«One», he said", ["One"]),
        ("“He said “no” to me,” she said", ["He said “no” to me,"]),
        ('"He said "no" to me," she said', ['He said "no" to me,']),
        ("‘Shut it,’ she said. It's shut.", ["Shut it,"]),
        ("It's the sailors' port", []),
        ('a 12" pipe and a 6" pipe', []),
        ("“never closed\nplain", ["never closed"]),
        ("'This is the end,' said she, 'And it's ours.'", ["This is the end,", "And it's ours."]),
        ("The boys' team and the girls' team won 'gold'.", []),
        ('"It is over, said Rosa Keller.', ["It is over,"]),
        ('"It is over, said Rosa Keller. "We go," she added.', ["It is over,", "We go,"]),
        ('"It is over, said Rosa Keller.\n"We go."', ["It is over, said Rosa Keller.", "We go."]),
    ],
)
def test_marks_are_paired(text: str, inner: list[str]) -> None:
    assert _inner(text) == inner


def test_a_reopened_mark_continues_the_quotation() -> None:
    found = _quotes("“One.\n“Two.\n“Three.”\n“Four.”")
    assert [one.chain for one in found] == [1, 1, 1, 2]
    assert [one.first for one in found] == [True, False, False, True]


def test_a_quotation_goes_on_without_marks_until_one_closes_it() -> None:
    assert _inner("He said, “One.\nTwo.\nThree.” He left.") == ["One.", "Two.", "Three."]


@given(st.text(alphabet="ab .,:\n\"'“”‘’«»„", max_size=200))
def test_quotations_lie_in_their_paragraphs_and_apart(text: str) -> None:
    lines = paragraphs(text)
    previous = 0
    for quote in find_quotes(text, lines):
        line = lines[quote.paragraph]
        assert line.start <= quote.outer[0] <= quote.inner[0] < quote.inner[1] <= quote.outer[1] <= line.end
        assert quote.outer[0] >= previous
        previous = quote.outer[1]


@given(st.text(alphabet="abC .,:\n\"“”'(R)-–", max_size=300))
def test_a_frame_leads_back_into_its_paragraph(text: str) -> None:
    lines = paragraphs(text)
    quotes = find_quotes(text, lines)
    for line in lines:
        for frame in build_frames(line, text, [one for one in quotes if one.paragraph == line.index]):
            for start in range(len(frame.text)):
                begin, end = frame.back(start, start + 1)
                assert line.start <= begin < end <= line.end
                if not any(a <= start < b for a, b, _ in frame.masks):
                    assert text[begin:end] == frame.text[start] or (text[begin] in CLOSERS and frame.text[start] == " ")
