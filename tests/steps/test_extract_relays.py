"""Through whom words came, and whom a speaker only reports: about outlets and people who do not exist."""

from __future__ import annotations

import pytest

from tests.steps.extract_support import statements

pytestmark = pytest.mark.model

CHAINS = {
    "reports": ("TASS reports that Ansel Dray said the gate was shut.", "Ansel Dray", ("TASS",)),
    "citing": (
        "The Karsk News reported Monday that the gate was shut, citing two officials.",
        "two officials",
        ("The Karsk News",),
    ),
    "told and reported": (
        "Rosa Keller told Reuters the gate was shut, the BBC reported.",
        "Rosa Keller",
        ("Reuters", "BBC"),
    ),
    "said that … had told": (
        "The BBC said Rosa Keller had told CNN that the gate was shut.",
        "Rosa Keller",
        ("CNN", "BBC"),
    ),
    "quoted by": ("Rosa Keller was quoted by TASS as saying the gate was shut.", "Rosa Keller", ("TASS",)),
    "according to": (
        "According to the Karsk Observer, the mayor of Calder, Nils Oberoi, said the gate was shut.",
        "Nils Oberoi",
        ("Karsk Observer",),
    ),
    "interview": (
        "Rosa Keller said in an interview with Sky News that the gate was shut.",
        "Rosa Keller",
        ("Sky News",),
    ),
}


@pytest.mark.parametrize("name", CHAINS)
def test_the_chain_begins_with_whom_the_speaker_told(name: str) -> None:
    text, speaker, chain = CHAINS[name]
    (one,) = statements(text)
    assert (one.text, one.speaker, one.relayed_by) == ("the gate was shut", speaker, chain)
    proofs = [text[proof.start : proof.end] for proof in one.evidence if proof.role == "relay"]
    assert proofs == list(chain)


def test_who_is_quoted_speaks_and_not_who_quotes() -> None:
    (one,) = statements("“The gate is shut for good,” TASS quoted Rosa Keller as saying.")
    assert (one.text, one.speaker, one.relayed_by) == ("The gate is shut for good", "Rosa Keller", ("TASS",))


def test_an_outlet_that_reports_on_its_own_is_the_speaker() -> None:
    (one,) = statements("The Karsk News reported that the gate was shut.")
    assert (one.speaker, one.relayed_by) == ("Karsk News", ())


def test_whom_the_speaker_reports_is_remembered() -> None:
    text = "Dmitar Kessel said that Tobias Renn had claimed the corridor was closed."
    (one,) = statements(text)
    assert (one.speaker, one.reported_speaker) == ("Dmitar Kessel", "Tobias Renn")
    assert [text[proof.start : proof.end] for proof in one.evidence if proof.role == "inner"] == ["Tobias Renn"]


def test_who_is_quoted_inside_has_a_statement_too() -> None:
    outer, inner = statements("Dmitar Kessel said that Tobias Renn had called the corridor “a trap for fools”.")
    assert (outer.speaker, outer.reported_speaker) == ("Dmitar Kessel", "Tobias Renn")
    assert (inner.speaker, inner.reported_speaker) == ("Tobias Renn", "")


def test_a_thing_is_not_somebody_who_is_reported() -> None:
    (one,) = statements("Dmitar Kessel said that a lane declared clean is clean on that day.")
    assert (one.speaker, one.reported_speaker) == ("Dmitar Kessel", "")


def test_somebody_named_in_passing_is_not_reported() -> None:
    (one,) = statements("Dmitar Kessel said that the ship, which Tobias Renn says is old, had sailed.")
    assert one.reported_speaker == ""
