"""Who somebody is, as the article says it beside the name."""

from __future__ import annotations

import pytest

from processors.steps.extract.people import People


def _roles(text: str) -> dict[str, str]:
    return {name: one.words for name, one in People.read(text, "").known.items() if one.words}


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("Reps. Ann Osei and Bob Ash spoke.", "Ann Osei", "Rep."),
        ("U.S. Senators Ann Osei and Bob Ash spoke.", "Ann Osei", "U.S. Senator"),
        ("Office of U.S. Senator Ann Osei", "Ann Osei", "U.S. Senator"),
        ("Speaker of the House of Pilots Ann Osei spoke.", "Ann Osei", "Speaker of the House of Pilots"),
        ("Dr. Ann Osei, director of the Straits Survey, said so.", "Ann Osei", "director of the Straits Survey"),
        ("Ann Osei, who is a pilot, spoke.", "Ann Osei", ""),
        ("Ann Osei, first, spoke.", "Ann Osei", ""),
        ("Ann Osei, Dr. Bob Ash, and others spoke.", "Ann Osei", ""),
        ("Head of the Trade and Defence Council Ann Osei", "Ann Osei", "Head of the Trade and Defence Council"),
        ("Assistant Secretary for Asian Affairs Ann Osei", "Ann Osei", "Assistant Secretary for Asian Affairs"),
        ("Energy and Commerce Committee Chair Ann Osei spoke.", "Ann Osei", "Energy and Commerce Committee Chair"),
        ("His Excellency President Ann Osei spoke.", "Ann Osei", "President"),
        ("Maria Osei, a 45-year-old nurse from Brannoch, spoke.", "Maria Osei", "45-year-old nurse from Brannoch"),
        ("Maria Osei, mother of two, spoke.", "Maria Osei", "mother of two"),
        ("Bob Ash, chair of the Survey, Ann Osei (R-AK), and others spoke.", "Ann Osei", ""),
        ("Claire Osei, Youth Mental Health Advocate, spoke.", "Claire Osei", "Youth Mental Health Advocate"),
        ("Ann Osei, head of the Andy Dell Foundation, spoke.", "Ann Osei", "head of the Andy Dell Foundation"),
    ],
)  # fmt: skip
def test_a_role_is_whole_and_no_more(text: str, name: str, role: str) -> None:
    assert _roles(text).get(name, "") == role


def test_a_role_is_never_that_of_the_person_before() -> None:
    roles = _roles(
        "Deputy Whip Tomas Idris (D-CA), chair of the Progressive Caucus, and Senator Carla Vennemann spoke."
    )
    assert roles["Carla Vennemann"] == "Senator"
    roles = _roles("President of Veldmark Ingrid Solvane and Secretary-General Tomas Idris met.")
    assert roles == {"Ingrid Solvane": "President of Veldmark", "Tomas Idris": "Secretary-General"}


def test_what_a_surname_is_called_later_is_known_of_the_full_name() -> None:
    people = People.read("Cory Osei spoke. Congresswoman Osei went on.", "")
    known = people.known["Cory Osei"]
    assert (known.words, known.gender) == ("Congresswoman", "f")


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("We were joined by Secretary Lee, Dr. Osei, and Dr. Ash. They spoke.", "Osei", ""),
        ("Joined by Reps. Ann Osei, Carla Renn (CO-03), and Bob Bishop (NC-09), he spoke.", "Carla Renn", ""),
        ("According to Ann Osei, Brannoch residents can go home at night.", "Ann Osei", ""),
        ("According to Ann Osei, Brannoch residents were told so.", "Ann Osei", ""),
        ("According to Ann Osei, a resident of Brannoch, it rains.", "Ann Osei", "resident of Brannoch"),
        ("His presence in Calder of Madam Vice President Ann Osei is proof.", "Ann Osei", "Vice President"),
        ("Ann Osei, director of the Robert R. Ash Museum, spoke.", "Ann Osei", "director of the Robert R. Ash Museum"),
        ("Ann Osei, chair of the Committee on Aging, spoke.", "Ann Osei", "chair of the Committee on Aging"),
        ("FOREIGN MINISTER OSEI: It rains.", "Osei", "Foreign Minister"),
        ("EPA ADMINISTRATOR OSEI: It rains.", "Osei", "EPA Administrator"),
        ("U. S. Senator Ann Osei spoke.", "Ann Osei", "U.S. Senator"),
        ("U.S Senator Ann Osei spoke.", "Ann Osei", "U.S. Senator"),
        ("First Lady Ann Osei spoke.", "Ann Osei", "First Lady"),
        ("Would President Osei come?", "Osei", "President"),
        ("Given Dr. Osei left, it rains.", "Osei", ""),
        ("My friend, Ann Osei, spoke.", "Ann Osei", ""),
        ("Ann Osei and Bob Ash, co-chairs of the Arctic Caucus, spoke.", "Bob Ash", "co-chair of the Arctic Caucus"),
        ("Calder Judge-Executive Ann Osei spoke.", "Ann Osei", "Calder Judge-Executive"),
        (
            "Assistant to the President for Sea Affairs Ann Osei spoke.", "Ann Osei",
            "Assistant to the President for Sea Affairs",
        ),
    ],
)  # fmt: skip
def test_a_role_is_not_what_stands_beside_it(text: str, name: str, role: str) -> None:
    assert _roles(text).get(name, "") == role


def test_the_words_before_a_headlines_name_are_the_whole_office() -> None:
    people = People.read("It rains in Calder.", "Statement by Head of the Office of the President Ann Osei")
    assert people.headline == [("Head of the Office of the President", "Ann Osei")]
