"""Who a mention means inside its article."""

from __future__ import annotations

import pytest

from processors.steps.extract.names import bare_name, find_people
from processors.steps.extract.people import People
from processors.steps.extract.resolve import Resolver
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
    assert first.speaker == "President"


def test_a_name_after_an_office_of_somewhere_is_whole() -> None:
    people = find_people("President of Veldmark Ingrid Solvane met Secretary of State Antony J. Lund.")
    assert [one.name for one in people] == ["Ingrid Solvane", "Antony J. Lund"]


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Sen. Ann Osei (R-Iowa) came. The senator said that it was late.", "Ann Osei"),
        ("Ann Osei (D-Iowa) met Bob Ash (R-Ohio). The Democrat said that it was late.", "Ann Osei"),
        ("Ann Osei, 45, came with Bob Ash, 39. The 45-year-old said that it was late.", "Ann Osei"),
        ("Ann Osei, the mother of two, came. The mother said that it was late.", "Ann Osei"),
        ("President of Veldmark Ann Osei came. The Head of State said that it was late.", "Ann Osei"),
        ("Vice President Bob Ash and President Ann Osei came. The president said that it was late.", "Ann Osei"),
        ("Finance Minister Ann Osei came. The deputy minister said that it was late.", "deputy minister"),
        ("President Ann Osei came. The president of Veldmark said that it was late.", "president of Veldmark"),
        ("Ann Osei, adviser to the president, came. The president said that it was late.", "president"),
        ("The Ministry of Harbours met. The ministry said that it was late.", "Ministry of Harbours"),
        ("Northgate Holdings met. The company said that it was late.", "Northgate Holdings"),
        ("The Harbour Ministry met the Trade Ministry. The ministry said that it was late.", "ministry"),
        ("Senators Ann Osei (R-ME) and Bob Ash (I-ME) said that it was late.", "Ann Osei and Bob Ash"),
        ("Ann Osei and her colleagues said that it was late.", "Ann Osei and her colleagues"),
        ("A statement from Ann Osei said that it was late.", "Ann Osei"),
        ("Ann Osei came. Osei’s remarks said that it was late.", "Ann Osei"),
        ("Luiz Lula da Osei came. Lula said that it was late.", "Luiz Lula da Osei"),
        ("Guardian reporter Oleg Dray came. Dray said that it was late.", "Oleg Dray"),
    ],
)
def test_role_nouns_bodies_and_several(text: str, speaker: str) -> None:
    assert _speakers(text) == [speaker]


@pytest.mark.model
def test_the_owner_of_a_site_is_its_senator() -> None:
    text = "Senator Ann Osei met Senator Bob Ash. Ash left with Ash’s aide. The senator said that it was late."
    (one,) = statements(text, outlet="osei.senate.example")
    assert one.speaker == "Ann Osei"


@pytest.mark.model
def test_a_role_is_shown_of_one_person_and_proved() -> None:
    text = "Reps. Ann Osei and Bob Ash came. Osei said that it was late."
    (one,) = statements(text)
    assert (one.speaker, one.role) == ("Ann Osei", "Rep.")
    proved = {e.role: text[e.start : e.end] for e in one.evidence}
    assert (proved["name"], proved["role"]) == ("Ann Osei", "Reps.")


@pytest.mark.model
@pytest.mark.parametrize("mention", ["Everyone", "No one", "Someone"])
def test_an_indefinite_word_names_nobody(mention: str) -> None:
    (one,) = statements(f"{mention} said that the harbour would be closed on Sunday.")
    assert one.speaker == ""
    assert one.why_unknown == f"“{mention}” names nobody"


def test_the_fullest_form_of_a_name_speaks_for_all() -> None:
    people = People.read("Joe Dray spoke. President Joseph R. Dray Jr. left. Then Dray came back.", "")
    assert people.full_name("Joe Dray", 0) == "Joseph R. Dray Jr."
    assert people.full_name("Dray", 60) == "Joseph R. Dray Jr."


def test_many_people_and_role_nouns_take_time_that_grows_with_the_text() -> None:
    names = " ".join(f"Minister Ann Osei{chr(97 + i % 26)}{chr(97 + i // 26 % 26)} met." for i in range(5_000))
    people = People.read(names, "")
    assert len(people.known) <= 400
    for at in range(2_000):
        people.by_role("the minister", at * 10)


@pytest.mark.parametrize(
    ("mention", "text"),
    [
        ("the Brazilian president", "President Osei came. President Osei spoke."),
        ("Poland's foreign minister", "Foreign Minister Ann Osei came. Foreign Minister Osei spoke."),
        ("The President of Colombia", "President Osei came. President Osei spoke."),
        ("the former president", "President Ann Osei came. President Osei spoke."),
        ("the President and First Lady", "President Ann Osei came. President Osei spoke."),
        ("the vice president", "President Ann Osei came. President Osei spoke."),
    ],
)
def test_an_office_of_somewhere_else_is_another_persons(mention: str, text: str) -> None:
    assert People.read(text, "").by_role(mention, len(text)) is None


def test_an_adjective_fits_the_country_of_a_role() -> None:
    text = "Ann Osei, president of the Republic of Poland, came. Bob Ash, president of France, came."
    assert People.read(text, "").by_role("the Polish president", len(text)) == "Ann Osei"


def test_whoever_has_the_floor_means_the_own_president() -> None:
    text = "President Morovin spoke. President Morovin left. President Morovin wrote. President Osei called."
    people = People.read(text, "")
    assert people.by_role("the President", len(text), "Bob Ash") is None
    assert People.read(text, "Statement by Bob Ash on President Osei").by_role("the President", 9, "Bob Ash") == "Osei"
    more = f"{text} The Osei administration waits, the Osei Administration says."
    assert People.read(more, "").by_role("the President", 9, "Bob Ash") == "Osei"
    assert people.by_role("the President", len(text)) == "Morovin"


def test_a_surname_with_an_office_is_not_the_wife_who_bears_it_too() -> None:
    text = "First Lady Jill Osei came. President Osei spoke. The Oseis left. Osei said so."
    people = People.read(text, "")
    assert people.full_name("Osei", 0, "President") == "Osei"
    assert people.full_name("Osei", 0, "First Lady") == "Jill Osei"
    assert people.full_name("Osei", 0) == "Osei"
    assert people.known["Osei"].words == "President"
    assert people.known["Jill Osei"].words == "First Lady"


def test_a_title_chooses_among_two_of_one_surname() -> None:
    people = People.read("Senator Tobias Renn came. Mayor Ilse Renn came after him.", "")
    assert people.full_name("Renn", 60, "Senator") == "Tobias Renn"
    assert people.full_name("Renn", 60, "Mayor") == "Ilse Renn"
    assert people.full_name("Renn", 60) == "Ilse Renn"


def test_a_surname_with_an_office_is_the_full_name_that_has_none() -> None:
    assert People.read("President Solvane spoke. Ingrid Solvane left.", "").full_name("Solvane", 0) == "Ingrid Solvane"


@pytest.mark.parametrize(
    ("label", "name"),
    [("THE FIRST LADY", "First Lady"), ("THE VICE PRESIDENT", "Vice President"), ("POLICE AIDE", "Police aide")],
)
def test_an_office_without_a_name_is_shown_as_an_office(label: str, name: str) -> None:
    text = "The harbour stays shut."
    assert Resolver(text, People.read(text, "")).by_label(label).name == name
