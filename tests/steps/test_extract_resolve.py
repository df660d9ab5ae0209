"""Who a mention means inside its article."""

from __future__ import annotations

import pytest

from processors.steps.extract.names import bare_name, find_people
from processors.steps.extract.people import People
from tests.steps.extract_support import statements


def _speakers(text: str) -> list[str]:
    return [one.speaker for one in statements(text)]


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Marguerite Osei-Lund spoke in Calder. Osei-Lund said that talks would go on.", "Marguerite Osei-Lund"),
        ("Rosa Keller, the union's secretary, came late. She said that the gate was shut.", "Rosa Keller"),
        ("Petra Vinn, a police spokeswoman, came. The spokeswoman said that two were hurt.", "Petra Vinn"),
        ("Minister Ansel Dray arrived. Mr. Dray said that the tugs were booked.", "Ansel Dray"),
        (
            "The Tamarin Geological Survey (TGS) watches the cone. The TGS said that it was calm.",
            "Tamarin Geological Survey",
        ),
        ("A police spokesman said that two people were hurt.", "A police spokesman"),
    ],
)
def test_mention_becomes_the_fullest_name(text: str, speaker: str) -> None:
    assert _speakers(text) == [speaker]


@pytest.mark.model
def test_a_pronoun_that_fits_nobody_names_nobody() -> None:
    (one,) = statements("Rosa Keller, the spokeswoman, left early. He said that the gate was shut.")
    assert one.speaker == ""
    assert one.why_unknown == "no person before the pronoun fits it"


@pytest.mark.model
def test_two_people_of_one_surname_stay_two() -> None:
    text = "Tobias Renn spoke first. Renn said that it was late. Ilse Renn spoke next. Renn said that it was early."
    assert _speakers(text) == ["Tobias Renn", "Ilse Renn"]


@pytest.mark.model
def test_a_role_noun_does_not_take_another_office() -> None:
    text = "Pavel Dresner, the finance minister, left. The health minister said that the ward was full."
    assert _speakers(text) == ["health minister"]


@pytest.mark.parametrize(
    ("mention", "expected"),
    [
        ("Chancellor Maeve Tierney", ("Maeve Tierney", "Chancellor")),
        ("Calder Port Authority Director Ann Lee", ("Ann Lee", "Calder Port Authority Director")),
        ("the director of the Straits Council", ("", "the director of the Straits Council")),
        ("Sen. Ron Ash (R-Wis.)", ("Ron Ash", "Sen.")),
    ],
)
def test_a_name_is_taken_out_of_its_title(mention: str, expected: tuple[str, str]) -> None:
    assert bare_name(mention) == expected


def test_organisations_are_no_people() -> None:
    names = [one.name for one in find_people("The Straits Council and Northgate Energy met Carla Vennemann on Monday.")]
    assert names == ["Carla Vennemann"]


def test_roles_come_from_appositions_and_titles() -> None:
    text = (
        "Nils Oberoi, spokesman of the Straits Council, said so. Foreign minister Irena Volkanova agreed. "
        "The mayor of Brannoch, Siobhan Dell, did not."
    )
    known = People.read(text, "").known
    roles = {name: text[one.role[0] : one.role[1]] for name, one in known.items() if one.role}
    assert roles == {
        "Nils Oberoi": "spokesman of the Straits Council",
        "Irena Volkanova": "Foreign minister",
        "Siobhan Dell": "mayor of Brannoch",
    }


@pytest.mark.model
def test_an_office_before_a_colon_is_whom_the_title_gives_it_to() -> None:
    text = (
        "THE PRESIDENT: Good afternoon, and thank you all for coming out in this rain, which has not stopped since "
        "I was sworn in and which I have been asked, twice today, to do something about.\n\n"
        "President Morovin has asked me for a call, and President Wells would have said no."
    )
    (first, _) = statements(text, title="Remarks by President Solvane Welcoming the Harbour Pilots")
    assert first.speaker == "Solvane"
    (first, _) = statements(text, title="Remarks by Vice President Solvane in the Harbour")
    assert first.speaker == "The president"


def test_a_name_after_an_office_of_somewhere_is_whole() -> None:
    people = find_people("President of Veldmark Ingrid Solvane met Secretary of State Antony J. Lund.")
    assert [one.name for one in people] == ["Ingrid Solvane", "Antony J. Lund"]
