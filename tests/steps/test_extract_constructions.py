"""One construction a case, about people who do not exist."""

from __future__ import annotations

import pytest

from tests.steps.extract_support import statements

pytestmark = pytest.mark.model

CASES = {
    "said that": (
        "Ansel Dray, the harbour minister, said that six ships would sail by Friday.",
        [("indirect", "six ships would sail by Friday", "Ansel Dray")],
    ),
    "clause, name said": (
        "The port will reopen on Monday, harbour minister Ansel Dray said.",
        [("indirect", "The port will reopen on Monday", "Ansel Dray")],
    ),
    "quote said name": (
        "“We will sail on Friday,” said Captain Ilse Marrin.",
        [("direct", "We will sail on Friday", "Ilse Marrin")],
    ),
    "split quotation": (
        "“We will go,” Ilse Marrin said, “and we will stay.”",
        [("direct", "We will go … and we will stay.", "Ilse Marrin")],
    ),
    "quotation after a colon": (
        "Tobias Renn told the chamber: “The budget is closed and it stays closed.”",
        [("direct", "The budget is closed and it stays closed.", "Tobias Renn")],
    ),
    "mixed": (
        "Petra Vinn said the crash was “likely” an accident.",
        [("mixed", "the crash was “likely” an accident", "Petra Vinn")],
    ),
    "according to": (
        "Two ships left the port overnight, according to Nils Oberoi.",
        [("indirect", "Two ships left the port overnight", "Nils Oberoi")],
    ),
    "parenthesis": (
        "The talks, Nils Oberoi stressed, have never been broken off.",
        [("indirect", "The talks … have never been broken off", "Nils Oberoi")],
    ),
    "noun cue": (
        "Tobias Renn's claim that the budget is closed was met with laughter.",
        [("indirect", "the budget is closed", "Tobias Renn")],
    ),
    "order": (
        "Rosa Keller urged the ministry to open the gate.",
        [("indirect", "the ministry to open the gate", "Rosa Keller")],
    ),
    "label": (
        "Rosa Keller called the offer “an insult”.",
        [("mixed", "the offer “an insult”", "Rosa Keller")],
    ),
    "two cues of one speaker": (
        "Dmitar Kessel told journalists that the post had opened fire and promised that a recording would follow.",
        [
            ("indirect", "the post had opened fire", "Dmitar Kessel"),
            ("indirect", "a recording would follow", "Dmitar Kessel"),
        ],
    ),
    "the outer speaker speaks": (
        "Dmitar Kessel said that Tobias Renn had claimed the corridor was closed.",
        [("indirect", "Tobias Renn had claimed the corridor was closed", "Dmitar Kessel")],
    ),
    "another's words inside the speaker's": (
        "Dmitar Kessel said that the corridor was closed, adding that it would open in May.",
        [
            ("indirect", "the corridor was closed", "Dmitar Kessel"),
            ("indirect", "it would open in May", "Dmitar Kessel"),
        ],
    ),
    "what the inner subject goes on to say stays inside": (
        "Rosa Keller said Tobias Renn had left the talks, insisting they were a farce.",
        [("indirect", "Tobias Renn had left the talks, insisting they were a farce", "Rosa Keller")],
    ),
    "and so on": (
        "Ansel Dray said the gate was shut, and ships would have to wait.",
        [("indirect", "the gate was shut, and ships would have to wait", "Ansel Dray")],
    ),
    "and something else": (
        "Ansel Dray said the gate was shut, and two ships left for Karsk.",
        [("indirect", "the gate was shut", "Ansel Dray")],
    ),
    "quotation and quotation": (
        "Petra Vinn said “the harbour has an important role in the valley” and “if there is a storm, it must act”.",
        [
            (
                "mixed",
                "the harbour has an important role in the valley” and “if there is a storm, it must act",
                "Petra Vinn",
            )
        ],
    ),
    "name between commas after its verb": (
        "Large ships, said Nils Oberoi, are required to wait outside the port.",
        [("indirect", "Large ships … are required to wait outside the port", "Nils Oberoi")],
    ),
    "pointed out": (
        "Many of the piers, the report pointed out, have no lights.",
        [("indirect", "Many of the piers … have no lights", "report")],
    ),
    "as somebody put it": (
        "“We are done,” as Rosa Keller put it.",
        [("direct", "We are done", "Rosa Keller")],
    ),
    "somebody's reply": (
        "“I am not going anywhere,” was Rosa Keller's reply.",
        [("direct", "I am not going anywhere", "Rosa Keller")],
    ),
    "no blank after the mark": (
        "“This is only the beginning,”said Rosa Keller.",
        [("direct", "This is only the beginning", "Rosa Keller")],
    ),
    "according to, before a quotation": (
        "According to Nils Oberoi, “the ships will not come back before the summer”.",
        [("direct", "the ships will not come back before the summer", "Nils Oberoi")],
    ),
    "adjective": (
        "Tobias Renn made it clear that he would not resign.",
        [("indirect", "he would not resign", "Tobias Renn")],
    ),
    "noun to": (
        "Tobias Renn's pledge to open the gate was kept.",
        [("indirect", "to open the gate", "Tobias Renn")],
    ),
    "noun is": (
        "Tobias Renn's argument is that the gate belongs to nobody.",
        [("indirect", "the gate belongs to nobody", "Tobias Renn")],
    ),
    "no speaker for reports": (
        "There were reports that the gate would close.",
        [("indirect", "the gate would close", "")],
    ),
    "reportedly": (
        "Reportedly, the pilots walk home along the pier.",
        [("indirect", "the pilots walk home along the pier", "")],
    ),
    "denied doing": (
        "Tobias Renn denied hiding the figures.",
        [("indirect", "hiding the figures", "Tobias Renn")],
    ),
    "accused": (
        "Rosa Keller accused the ministry of hiding the figures.",
        [("indirect", "the ministry of hiding the figures", "Rosa Keller")],
    ),
    "was accused": (
        "The ministry was accused by Rosa Keller of hiding the figures.",
        [("indirect", "The ministry … of hiding the figures", "Rosa Keller")],
    ),
    "rejected claims": (
        "The ministry rejected accusations that it had hidden the figures.",
        [("indirect", "accusations that it had hidden the figures", "ministry")],
    ),
    "label with as": (
        "Rosa Keller dismissed the claims as “nonsense”.",
        [("mixed", "the claims as “nonsense”", "Rosa Keller")],
    ),
    "what somebody described": (
        "Ansel Dray resigned over what he described as a pattern of neglect.",
        [("indirect", "a pattern of neglect", "Ansel Dray")],
    ),
    "questioned whether": (
        "Petra Vinn questioned whether the gate was safe.",
        [("indirect", "whether the gate was safe", "Petra Vinn")],
    ),
    "outlines how": (
        "The letter outlines how the gate could be mended.",
        [("indirect", "how the gate could be mended", "letter")],
    ),
    "no complementizer, misread subject": (
        "Nils Oberoi remarked paper is a bulky thing.",
        [("indirect", "paper is a bulky thing", "Nils Oberoi")],
    ),
    "statement announcing": (
        "The city issued a statement announcing the leak had been contained by its engineers.",
        [("indirect", "the leak had been contained by its engineers", "city")],
    ),
    "who sent the letter, not who got it": (
        "Rosa Keller led a letter to Minister Ansel Dray urging the ministry to open the gate.",
        [("indirect", "the ministry to open the gate", "Rosa Keller")],
    ),
    "an order ends where a finite verb goes on": (
        "Rosa Keller has called on the ministry to open the gate and has paid for a new lock.",
        [("indirect", "the ministry to open the gate", "Rosa Keller")],
    ),
    "an aside is left out": (
        "Rosa Keller called for an inquiry into the strike, which began in May.",
        [("indirect", "an inquiry into the strike", "Rosa Keller")],
    ),
    "passive": (
        "It was reported on Tuesday that the delegation would return.",
        [("indirect", "the delegation would return", "")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_construction(name: str) -> None:
    text, expected = CASES[name]
    found = [(one.kind, one.text, one.speaker) for one in statements(text)]
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        "Tobias Renn did not say that the budget was closed.",
        "Tobias Renn could say that the budget is closed.",
        "I would say that the budget is closed.",
        "Tobias Renn believes that the budget is closed.",
        "The so-called “Salt Bridge” was opened on Monday by Ansel Dray.",
        "The ship, named “Valeria”, left the port of Calder in the night.",
        "Petra Vinn was adamant.",
        "They went to what they call a reading room.",
        "The bill would tell the port why it must close.",
        "The ministry denied the application for a permit from Karsk.",
        "The storm claimed four lives on the coast near Calder.",
        "The list ranks the ports according to size and age.",
        "The lack of pilots suggests that the port is poor.",
    ],
)
def test_what_nobody_is_reported_to_have_said_is_no_statement(text: str) -> None:
    assert statements(text) == ()


def test_a_correction_is_no_statement_but_a_report_is_a_source() -> None:
    amended = "This article was amended. An earlier version said that two ships had sailed; it was one."
    assert statements(amended) == ()
    (found,) = statements("The report said that two ships had sailed before the strike began.")
    assert (found.text, found.speaker) == ("two ships had sailed before the strike began", "report")


def test_an_outlet_that_relays_is_not_the_speaker() -> None:
    text = "The corridor stays shut, Dmitar Kessel said, PPA reports. Nils Oberoi told the Courier that talks go on."
    first, second = statements(text)
    assert (first.speaker, first.relayed_by) == ("Dmitar Kessel", ("PPA",))
    assert (second.speaker, second.relayed_by) == ("Nils Oberoi", ("Courier",))


def test_an_outlet_cited_before_the_speaker_relays() -> None:
    (one,) = statements("According to the Karsk Observer, Dmitar Kessel said that the port was closed.")
    assert (one.speaker, one.text, one.relayed_by) == ("Dmitar Kessel", "the port was closed", ("Karsk Observer",))


def test_a_quotation_over_paragraphs_is_one_statement() -> None:
    text = (
        "Prime Minister Tobias Renn issued the following statement.\n\n"
        "“The harbour is open again, and it will stay open.\n\n“We thank the pilots for their patience.”"
    )
    (one,) = statements(text)
    assert one.speaker == "Tobias Renn"
    assert one.text == "The harbour is open again, and it will stay open. … We thank the pilots for their patience."


def test_a_quotation_that_never_closes_ends_with_its_paragraph() -> None:
    text = "Ansel Dray said: “The pilots are on their way and the tugs are booked.\n\nThe weather was fine in Calder."
    (one,) = statements(text)
    assert one.text == "The pilots are on their way and the tugs are booked."


def test_evidence_points_at_the_words() -> None:
    text = "Dmitar Kessel, an official representative for the Palace, spoke in Karsk. Ships will wait, Kessel said."
    (one,) = statements(text)
    proofs = {proof.role: text[proof.start : proof.end] for proof in one.evidence}
    assert proofs == {
        "speaker": "Kessel",
        "name": "Dmitar Kessel",
        "role": "official representative for the Palace",
        "cue": "said",
    }
    assert one.role == "official representative for the Palace"


def test_an_outline_belongs_to_the_speaker_of_its_briefing() -> None:
    text = (
        "Dmitar Kessel, an official representative for the Palace, met the press.\n\n"
        "Below is a brief outline of Kessel's most recent press briefing:\n\n"
        "About the talks in Brannoch:\n\nNobody closed the corridor.\n\nIt closed itself.\n\n"
        'About the oil:\n\n"Oil finds a buyer. Everybody says so.\n\nAuthor`s name\nEditorial Team'
    )
    found = statements(text)
    assert [(one.kind, one.text, one.speaker, one.heading) for one in found] == [
        (
            "briefing",
            "Nobody closed the corridor. … It closed itself.",
            "Dmitar Kessel",
            "About the talks in Brannoch:",
        ),
        ("briefing", "Oil finds a buyer. Everybody says so.", "Dmitar Kessel", "About the oil:"),
    ]
