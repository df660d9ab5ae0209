"""Who asks and who answers, by labels of every form and without any."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.steps.extract.labels import name_in
from processors.steps.extract.layout import paragraphs
from processors.steps.extract.turns import find_turns, turn_statements


def _turns(text: str, title: str = "", outlet: str = "courier.example") -> list[tuple[str, str, str]]:
    found = turn_statements(text, find_turns(paragraphs(text), title, outlet))
    return [(one.kind, one.name, text[one.start : one.spans[-1][1]]) for one in found]


def _who(text: str, title: str = "", outlet: str = "courier.example") -> list[tuple[str, str]]:
    return [(kind, name) for kind, name, _ in _turns(text, title, outlet)]


HARBOUR = "The harbour will be open before the ice is gone, and we mean to keep it open, whatever the winter brings."


@pytest.mark.parametrize(
    ("label", "name", "role"),
    [
        ("President of Veldmark Ingrid Solvane", "Ingrid Solvane", "President of Veldmark"),
        ("Mayor Ilse Marrin Marrin IlseMayor of Calder", "Ilse Marrin", "Mayor"),
        ("Minister for Veterans Affairs", "Minister for Veterans Affairs", ""),
        ("MR. HALLAM", "MR. HALLAM", ""),
        ("Ilse Marrin", "Ilse Marrin", ""),
    ],
)
def test_a_label_is_a_name_and_an_office(label: str, name: str, role: str) -> None:
    assert name_in(label) == (name, role)


def test_a_transcript_run_together_is_parted_at_labels_of_those_who_were_introduced() -> None:
    text = (
        f"* * * President of Veldmark Ingrid Solvane: Good day. {HARBOUR} Question: And the ferries? "
        "Ingrid Solvane: They sail already. Minister Ansel Dray Dray AnselMinister of Ports: Yes, they do."
    )
    assert _turns(text) == [
        ("transcript", "Ingrid Solvane", f"Good day. {HARBOUR}"),
        ("question", "", "And the ferries?"),
        ("transcript", "Ingrid Solvane", "They sail already."),
        ("transcript", "Ansel Dray", "Yes, they do."),
    ]


def test_the_roles_of_labels_are_kept() -> None:
    text = f"President of Veldmark Ingrid Solvane: {HARBOUR} {HARBOUR}"
    (found,) = turn_statements(text, find_turns(paragraphs(text), "", ""))
    assert found.role == "President of Veldmark"


def test_labels_may_end_with_a_full_stop_where_remarks_are_announced() -> None:
    text = (
        "Speaker Ingrid Solvane joined Nils Oberoi on the evening news. Below are the Speaker's remarks:\n\n"
        f"Nils Oberoi. Madam Speaker, welcome.\n\nSpeaker Solvane. Thank you. {HARBOUR}\n\n[Applause]\n\n"
        "Nils Oberoi. When?\n\nSpeaker Solvane. Soon, I hope.\n\n# # #"
    )
    assert _who(text) == [
        ("transcript", "Nils Oberoi"),
        ("transcript", "Speaker Solvane"),
        ("transcript", "Nils Oberoi"),
        ("transcript", "Speaker Solvane"),
    ]


def test_a_paragraph_that_begins_with_a_name_and_a_full_stop_is_no_turn() -> None:
    assert _who(f"Ilse Marrin. {HARBOUR}\n\nShe said so to Ansel Dray.") == []


def test_who_nearly_always_asks_is_the_interviewer_and_keeps_the_name() -> None:
    pairs = "Nils Oberoi: And how deep is the water, would you say?\n\nIlse Marrin: Deep enough for the boats we have."
    kinds = _who("\n\n".join([pairs] * 4), "Ilse Marrin on the harbour")
    assert kinds == [("question", "Nils Oberoi"), ("transcript", "Ilse Marrin")] * 4


def test_the_member_who_questions_a_witness_is_no_interviewer() -> None:
    pairs = "SOLVANE: And how deep is the water, would you say?\n\nMARRIN: Deep enough for the boats we have."
    kinds = _who("\n\n".join([pairs] * 4), "Solvane questions the harbour mistress", "solvane.senate.example")
    assert {kind for kind, _ in kinds} == {"transcript"}


def test_initials_stand_for_the_one_name_that_begins_so() -> None:
    text = (
        "Reporter Nils Oberoi met the harbour mistress Ilse Marrin.\n\n((NO)) How deep is the water?\n\n"
        f"((IM)) {HARBOUR}\n\n((NO)) And then?\n\n((IM)) Then we sail.\n\n((NO)) Where?\n\n((IM)) South, as ever."
    )
    assert _who(text, "An interview at sea") == [("question", "Nils Oberoi"), ("transcript", "Ilse Marrin")] * 3


def test_the_first_question_may_have_lost_its_label() -> None:
    text = (
        "The Courier met her on the quay.\n\nThank you for your time. How deep is the water?\n\n"
        "((Ilse Marrin)) Deep enough for our boats.\n\n((Question)) And then?\n\n((Ilse Marrin)) Then we sail."
    )
    assert _who(text) == [("question", ""), ("transcript", "Ilse Marrin")] * 2


def test_an_interview_may_have_no_labels_at_all() -> None:
    text = (
        "The Courier interviewed her on the quay.\n\nHow deep is the water?\n\nI would say that it is deep enough.\n\n"
        "You have sailed for nine winters.\n\nWe sail as long as my boats hold.\n\nWhere to?\n\nI never know."
    )
    assert (
        _who(text, "Ilse Marrin, harbour mistress, interviewed")
        == [
            ("question", ""),
            ("transcript", "Ilse Marrin"),
        ]
        * 3
    )


def test_only_the_questions_may_be_labelled() -> None:
    text = (
        "((Question)) How deep is the water?\n\nI would say that it is deep enough for our boats.\n\n((Question)) And?"
    )
    assert _who(text, "Ilse Marrin interviewed") == [("question", ""), ("transcript", "Ilse Marrin"), ("question", "")]


NOMINATIONS = """NOMINATIONS SENT:

Ilse Marrin, of Calder, to be mistress of the harbour, for the remainder of the term that ends with the year.

WITHDRAWALS SENT:

Nils Oberoi, of Brannoch, to be keeper of the light, for the remainder of the term that ends with the year."""
ACHIEVEMENTS = """Clean Water: The ministry has laid nine miles of pipe in the old town and on the hill.

Safe Harbours: The ministry has built two moles and a light, and it has dredged the channel.

Clean Water: It has bought pumps for the old town.

Safe Harbours: It has dredged the channel twice this year."""
EXCLUSIVE = """FIRST ON AIR: The harbour is closed. We have learned that it will be closed until the ice is gone, and
that you may not enter it with anything larger than a skiff before the pilots have been heard by the council."""


@pytest.mark.parametrize("text", [NOMINATIONS, ACHIEVEMENTS, EXCLUSIVE])
def test_headings_and_lists_are_no_turns(text: str) -> None:
    assert _who(text) == []


def test_a_collection_of_reactions_is_no_transcript() -> None:
    names = ("Ilse Marrin", "Nils Oberoi", "Ansel Dray")
    text = "\n\n".join(
        f"Senator {name}: “{HARBOUR} I thank you all, and I say to you: let us begin.”" for name in names
    )
    assert _who(text + "\n\n" + " ".join(names)) == []


def test_a_long_speech_is_not_ended_by_what_it_tells() -> None:
    text = (
        f"MS. MARRIN: {HARBOUR}\n\nI was speaking with the pilots, and they said:\n\nWait for the thaw.\n\n"
        f"END 5:31 P.M.\n\n{HARBOUR}"
    )
    assert _turns(text)[-1] == ("transcript", "MS. MARRIN", "Wait for the thaw.")


@given(st.lists(st.sampled_from(["MS. MARRIN: ", "Q ", "((WN)) ", ": ", "Why? ", HARBOUR, "\n\n", "Ann Lee. ", "“"])))
def test_turns_never_overlap(parts: list[str]) -> None:
    text = "".join(parts)
    spans = [span for one in turn_statements(text, find_turns(paragraphs(text), "", "")) for span in one.spans]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
