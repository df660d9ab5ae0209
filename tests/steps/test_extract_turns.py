"""Passages that are themselves somebody's words: transcripts, press questions, addresses, letters."""

from __future__ import annotations

import pytest

from processors.steps.extract.address import find_address
from processors.steps.extract.layout import paragraphs
from processors.steps.extract.passage import readable
from processors.steps.extract.turns import find_turns, turn_statements
from tests.steps.extract_support import statements

BRIEFING = (
    "Press Briefing by Press Secretary Corin Hallam\n\n2:07 P.M.\n\nMR. HALLAM: Good afternoon. "
    "The ships are ready.\n\nThey will sail.\n\nQ Is Friday still real?\n\n"
    "MR. HALLAM: Ansel Dray said that Friday is the day.\n\nEND\n\nPress office"
)


def _turns(text: str, title: str = "", outlet: str = "") -> list[tuple[str, str, str]]:
    found = turn_statements(text, find_turns(paragraphs(text), title, outlet))
    return [(one.kind, one.name, text[one.start : one.spans[-1][1]]) for one in found]


@pytest.mark.model
def test_a_briefing_has_turns_questions_and_what_others_are_reported_to_say() -> None:
    found = [(one.kind, one.speaker, one.text) for one in statements(BRIEFING)]
    assert found == [
        ("transcript", "Corin Hallam", "Good afternoon. The ships are ready."),
        ("transcript", "Corin Hallam", "They will sail."),
        ("question", "", "Is Friday still real?"),
        ("transcript", "Corin Hallam", "Ansel Dray said that Friday is the day."),
        ("indirect", "Ansel Dray", "Friday is the day"),
    ]


@pytest.mark.model
def test_an_answer_carries_the_question_that_it_answers() -> None:
    answer = statements(BRIEFING)[3]
    (question,) = [BRIEFING[one.start : one.end] for one in answer.evidence if one.role == "question"]
    assert question == "Is Friday still real?"


def test_an_interview_is_labelled_by_outlet_and_guest() -> None:
    text = (
        "The Lantern: How long have you sailed these waters, Captain?\n\n"
        "Ilse Marrin: Since I was nine, and mostly at night."
        "\n\nThe Lantern: And are you tired of the sea now?\n\nIlse Marrin: Only of the questions, if I may say so."
    )
    kinds = [(kind, name) for kind, name, _ in _turns(text, "Ilse Marrin at sea", "lantern-weekly.example")]
    assert kinds == [("question", "The Lantern"), ("transcript", "Ilse Marrin")] * 2


@pytest.mark.parametrize(
    "text",
    [
        "Background: The port was closed.\n\nContact: Press office, Calder\n\nBackground: It opened again later.",
        "WASHINGTON: ships sail.\n\nThe rest of the article is plain text without any labels at all.",
        "Coffman Cove: $4 million for the dock\n\nOld Harbour: $2 million for the quay",
    ],
)
def test_labels_that_name_nobody_make_no_transcript(text: str) -> None:
    assert _turns(text) == []


def test_labels_inside_a_paragraph_begin_turns_too() -> None:
    text = (
        "Meeting on ports President of Veldmark Ingrid Solvane: Good afternoon, colleagues. "
        + "We have met to speak about "
        "the ports, and there is a great deal to say about them. "
        * 6
        + "Minister Ansel Dray: Thank you, Madam President."
    )
    kinds = {(kind, name) for kind, name, _ in _turns(text)}
    assert kinds == {("transcript", "Ingrid Solvane"), ("transcript", "Ansel Dray")}


def _address(text: str, title: str) -> list[str]:
    return [one.name for one in find_address(text, title, paragraphs(text))]


def test_a_first_person_statement_is_an_address() -> None:
    text = "Today I signed the harbour act. We will build what we have promised, and we will build it soon, all of us."
    assert _address(text, "Statement by President Ingrid Solvane on the harbour") == ["Ingrid Solvane"]


def test_a_byline_names_the_speaker() -> None:
    text = (
        "Ingrid Solvane, President of Veldmark\n\nCalder\n\n"
        "I have today convened the council, and I have told its members "
        "that we will not wait for the ice to melt."
    )
    assert _address(text, "On the ice") == ["Ingrid Solvane"]


def test_a_third_person_release_is_no_address() -> None:
    text = (
        "President Solvane said on Monday that we are ready. Solvane told the press that our ports are open again now."
    )
    assert _address(text, "Statement by President Ingrid Solvane on the harbour") == []


def test_a_letter_is_its_signer_s() -> None:
    text = (
        "Sir,\n\n"
        + "I have crossed the bridge twice a day for nine years, and I count the planks as I go. " * 4
        + "\n\nYours etc.,\n\nAgnes Rollo, Tanner Street"
    )
    names = _address(text, "Letters: the planks")
    assert set(names) == {"Agnes Rollo"}


def test_long_passages_are_cut_between_sentences() -> None:
    text = "The tide was late and the pilots were early. " * 60
    spans = readable(text, [(0, len(text))])
    assert len(spans) > 2
    assert all(end - start <= 800 for start, end in spans)
    assert all(text[end - 1] == "." for _, end in spans)


SPOKESMAN = """Press Office

The below is attributable to Spokesman Nils Oberoi:

The secretary-general met the envoy."""
MINISTERS = """The text of the following statement was released by the ministers of Veldmark and Halvaria:

We, the ministers, have met in Brannoch."""
PROCLAMATION = """Salt has made this country, and salt will keep it. Now, therefore, I, INGRID SOLVANE, President of
Veldmark, proclaim the third of May the Day of Salt, and I call on all of us to keep it as our mothers did."""


@pytest.mark.parametrize(
    ("text", "title", "who"),
    [
        (SPOKESMAN, "The meeting in Brannoch", "Nils Oberoi"),
        (MINISTERS, "Joint statement on the strait", "ministers of Veldmark and Halvaria"),
        (PROCLAMATION, "A Proclamation on the Day of Salt", "Ingrid Solvane"),
    ],
)
def test_texts_say_whose_they_are(text: str, title: str, who: str) -> None:
    assert set(_address(text, title)) == {who}
