"""Which sentences are parsed: those that can hold a statement, and no others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.commands.extract import read_articles
from processors.messages import Extracted
from processors.steps.extract import speech
from processors.steps.extract.frame import Frame, build_frames, leave_out
from processors.steps.extract.layout import paragraphs
from processors.steps.extract.quotes import find_quotes
from processors.steps.extract.screen import screened
from processors.steps.extract.sentences import sentences
from tests.steps.extract_support import extractor, shared


def _frames(text: str) -> list[Frame]:
    lines = paragraphs(text)
    quotes = find_quotes(text, lines)
    return [
        frame for line in lines
        for frame in build_frames(line, text, [one for one in quotes if one.paragraph == line.index])
    ]  # fmt: skip


def _parsed(text: str) -> list[str]:
    return [frame.text.strip() for frame in screened(_frames(text)) if frame.parsed]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It rained. The gate shut.", ["It rained. ", "The gate shut."]),
        (
            "Mr. Dray met Gov. Ann T. Fox on Sept. 4. It rained.",
            ["Mr. Dray met Gov. Ann T. Fox on Sept. 4. ", "It rained."],
        ),
        (
            "The U.S. Navy sailed at 6 a.m. Friday. It rained.",
            ["The U.S. Navy sailed at 6 a.m. Friday. ", "It rained."],
        ),
        ("“It rained.” The gate shut!", ["“It rained.” ", "The gate shut!"]),
        ("It cost 3.5 million. and so on", ["It cost 3.5 million. and so on"]),
        ("Was it No. 3? Élodie knew.", ["Was it No. 3? ", "Élodie knew."]),
        ("", []),
    ],
)
def test_sentences_end_where_they_do(text: str, wanted: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == wanted


@given(st.text(alphabet='aB. !?”“"’)\n1', max_size=80), st.integers(0, 80), st.integers(0, 80))
def test_sentences_cover_the_range(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    found = list(sentences(text, start, end))
    assert "".join(text[a:b] for a, b in found) == text[start:end]
    assert all(a < b for a, b in found)
    assert not found or (found[0][0], found[-1][1]) == (start, end)


@pytest.mark.parametrize(
    "sentence",
    [
        "The minister said that the gate was shut.", "The gate was shut, according to the port.",
        "She urged crews to stay.", "His claim that it was shut is wrong.", "The gate was reportedly shut.",
        "He described it as shut.", "They called for a new gate.", "It was “shut”, the report noted.",
        "Does the port state that it is shut?", "She was adamant that it was shut.", "He went on to say it was shut.",
    ],
)  # fmt: skip
def test_what_can_hold_a_statement_is_parsed(sentence: str) -> None:
    assert _parsed(f"It rained in Calder. {sentence} The sea was calm.") == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "The report was thick.", "The state of the gate is bad.", "I said that it was shut.", "I would say it is shut.",
        "They came to say farewell.", "We have announced a new gate.", "He described the gate.", "His claim is wrong.",
        "They continued along the quay.", "United States ships lay there.", "She did not say that it was shut.",
    ],
)  # fmt: skip
def test_what_cannot_is_not(sentence: str) -> None:
    assert _parsed(f"It rained in Calder. {sentence} The sea was calm.") == []


def test_a_hidden_quotation_keeps_its_sentence_and_the_next() -> None:
    text = "It rained. “The gate is shut for good.” Rosa Keller smiled. The sea was calm. The end."
    assert _parsed(text) == ["“Yes.” Rosa Keller smiled."]


def test_an_announcement_counts_only_where_a_quotation_follows() -> None:
    announcing = "The port issued a long statement on Friday."
    assert _parsed(f"{announcing}\n\nIt rained.") == []
    assert _parsed(f"{announcing}\n\n“The gate is shut for good, and we are sorry.”") == [announcing]
    assert _parsed("This is what he had for us:\n\n“The gate is shut for good.”") == ["This is what he had for us:"]


@given(st.text(alphabet="ab C.”“", max_size=120), st.data())
def test_what_is_left_leads_back_to_the_same_places(text: str, data: st.DataObject) -> None:
    for frame in _frames(text):
        free = [i for i in range(len(frame.text)) if not any(a <= i < b for a, b, _ in frame.masks)]
        cut = sorted(data.draw(st.sets(st.sampled_from(free)))) if free else []
        shorter = leave_out(frame, [(i, i + 1) for i in cut])
        left = [i for i in range(len(frame.text)) if i not in cut]
        assert shorter.text == "".join(frame.text[i] for i in left)
        assert [quote for _, _, quote in shorter.masks] == [quote for _, _, quote in frame.masks]
        for now, before in enumerate(left):
            assert shorter.back(now, now + 1) == frame.back(before, before + 1)


def test_a_relays_place_moves_with_the_text_and_goes_with_it() -> None:
    (frame,) = _frames("It rained. Rosa Keller said that it was shut, PPA reports. The sea was calm.")
    (_, outlet), *_ = frame.relays
    start = frame.text.index("Rosa")
    stop = frame.text.index("The sea")
    kept = leave_out(frame, [(0, start), (stop, len(frame.text))])
    assert kept.relays == [(len("Rosa Keller said that it was shut"), outlet)]
    assert leave_out(frame, [(start, stop)]).relays == []


def _all_parsed(frames: list[Frame]) -> list[Frame]:
    for frame in frames:
        frame.parsed = not frame.bare
        frame.announces = True
    return frames


def _found(path: Path) -> dict[tuple[str, tuple[tuple[int, int], ...]], str]:
    answers = extractor()(read_articles(path))
    return {
        (answer.article.id, one.spans): one.speaker
        for answer in answers if isinstance(answer, Extracted) for one in answer.statements
    }  # fmt: skip


def _compare(path: Path, monkeypatch: pytest.MonkeyPatch, most_lost: float) -> None:
    """The parse of a sentence depends a little on its neighbours, so that some doubtful finds come and go."""
    ours = _found(path)
    monkeypatch.setattr(speech, "screened", _all_parsed)
    every = _found(path)
    assert len(every) > 100
    lost = [key for key, speaker in every.items() if ours.get(key) != speaker]
    assert len(lost) <= most_lost * len(every), lost
    assert len(ours) >= (1 - most_lost) * len(every)


@pytest.mark.model
def test_parsing_every_sentence_finds_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that finds statements in sentences which ``screen`` drops fails here: teach ``screen`` its words."""
    path = Path(__file__).resolve().parents[2] / "ingest" / "recorded" / "two_days.jsonl.gz"
    _compare(path, monkeypatch, 0.01)


@pytest.mark.model
@pytest.mark.shared
def test_parsing_every_sentence_of_annotated_articles_finds_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    path = shared("data", "statements", "own", "develop", "docs.jsonl")
    assert json.loads(path.read_text(encoding="utf-8").splitlines()[0])
    _compare(path, monkeypatch, 0.01)
