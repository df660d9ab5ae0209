"""Which capitalised words are people, and how their names are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.steps.extract.forms import gender_of_name, gender_of_role, plain_case
from processors.steps.extract.mentions import is_heading
from processors.steps.extract.names import bare_name, find_people
from processors.steps.extract.same import same_person


def _names(text: str) -> list[str]:
    return [one.name for one in find_people(text)]


@pytest.mark.parametrize(
    "text",
    [
        "The Veldmark Grain Deal was signed.",
        "A Supreme Court Justice wrote it.",
        "The White House Press office closed.",
        "Best Practices and Related Issues",
        "The Straits Council and Northgate Energy met.",
        "Nominations Sent to the Senate",
        "Assistance Protects Human Rights",
        "The World Health Organization met in Brannoch.",
        "Ms. and Mr. and Jr.",
        "Q Karine went on.",
        "FY23 Budget Deal",
    ],
)
def test_headlines_bills_and_bodies_are_no_people(text: str) -> None:
    assert _names(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Yesterday Tomas Idris spoke.", ["Tomas Idris"]),
        ("In Kyiv Vitali Orlenko spoke.", ["Vitali Orlenko"]),
        ("On Monday Carla Vennemann left.", ["Carla Vennemann"]),
        ("President Solvane’s Bipartisan Harbour Law", ["Solvane"]),
        ("Bluewater's Tomas Idris left.", ["Tomas Idris"]),
        ("Tomas Idris's report", ["Tomas Idris"]),
        ("President Orla R. Dray, Jr. declared it. The President left.", ["Orla R. Dray Jr."]),
        ("Senator Angus King and Senator King", ["Angus King", "King"]),
        ("Representatives Virginia Osei and Mayra Dell", ["Virginia Osei", "Mayra Dell"]),
        ("President von der Lund and Mayor de Brannoch", ["von der Lund", "de Brannoch"]),
        ("Mohammed bin Rasil met Sultan Al Dabir.", ["Mohammed bin Rasil", "Al Dabir"]),
        ("ANTONY J. O'DRAY, Secretary of State", ["Antony J. O'Dray"]),
        ("Emmanuel OSEI spoke", ["Emmanuel Osei"]),
        ("Secretary of the Harbour Wally Adare spoke.", ["Wally Adare"]),
        ("Head of the Republic of Veldmark Sergei Orlov spoke.", ["Sergei Orlov"]),
        ("Minister of Foreign Affairs Najla Bourse spoke.", ["Najla Bourse"]),
        ("Chairman Robert C. “Bobby” Dell spoke.", ["Robert C. Dell"]),
        ("Sergei Orlov Orlov SergeiDefence Minister", ["Sergei Orlov"]),
        ("Rep. Dean Osei spoke.", ["Dean Osei"]),
    ],
)
def test_names_are_clean(text: str, names: list[str]) -> None:
    assert _names(text) == names


def test_a_span_covers_the_name_as_it_stands() -> None:
    text = "We met President Orla R. Dray, Jr. and Tomas Idris’s aunt."
    assert [text[one.span[0] : one.span[1]] for one in find_people(text)] == ["Orla R. Dray, Jr.", "Tomas Idris"]


def test_words_that_the_text_writes_small_are_no_name() -> None:
    filler = "The harbour was quiet, and the lamps burned along the quay until the morning came over the hills. " * 5
    assert _names(f"{filler}Quay Lamps met Vorrin Quessel.") == ["Vorrin Quessel"]
    assert _names("Quay Lamps met Vorrin Quessel.") == ["Quay Lamps", "Vorrin Quessel"]


@pytest.mark.parametrize(
    ("capitals", "name"),
    [
        ("JEAN-PIERRE", "Jean-Pierre"),
        ("MCDRAY", "McDray"),
        ("O’DRAY", "O’Dray"),
        ("ORLA R. DRAY JR.", "Orla R. Dray Jr."),
        ("DRAY III", "Dray III"),
        ("DRAY’S", "Dray’s"),
        ("Dray", "Dray"),
    ],
)
def test_capitals_become_a_name(capitals: str, name: str) -> None:
    assert plain_case(capitals) == name


@pytest.mark.parametrize(
    ("mention", "expected"),
    [
        ("Roger Dell(TX-25", ("Roger Dell", "")),
        ("Lydia Osei for Food Standards", ("Lydia Osei", "")),
        ("the report by Ann Lee", ("", "the report by Ann Lee")),
        ("the mayor of the District of Brannoch", ("", "the mayor of the District of Brannoch")),
        ("Director for Water Ann Lee", ("Ann Lee", "Director for Water")),
        ("de Brannoch", ("de Brannoch", "")),
        ("Hurricane Ian", ("", "Hurricane Ian")),
        ("NATO", ("", "NATO")),
    ],
)
def test_the_name_of_a_mention_is_its_head(mention: str, expected: tuple[str, str]) -> None:
    assert bare_name(mention) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Joe Dray", "Joseph R. Dray Jr.", True),
        ("Antony J. Dray", "Tony Dray", True),
        ("Blunt Dray", "Lisa Blunt Dray", True),
        ("Ketanji Dray", "Ketanji Brown Dray", True),
        ("Dray", "Lisa Dray", True),
        ("Boris Dray", "Ron Dray", False),
        ("Joseph Dray Jr.", "Joseph Dray Sr.", False),
        ("John A. Dray", "John B. Dray", False),
        ("Jo Dray", "Joaquin Dray", False),
    ],
)
def test_names_fit_each_other(one: str, other: str, same: bool) -> None:
    assert same_person(one, other) is same
    assert same_person(other, one) is same


def test_gender_is_that_of_the_given_name_or_of_the_noun_alone() -> None:
    assert gender_of_name("Orla James") == ""
    assert gender_of_name("Mary James") == "f"
    assert gender_of_role("spokeswoman for King Olav") == "f"
    assert gender_of_role("adviser to the Queen") == ""


@given(st.text(alphabet="Aa b.,’'“”()-&ofJrSenDean\n", max_size=200))
def test_every_name_stands_where_it_is_said_to(text: str) -> None:
    for person in find_people(text):
        start, end = person.span
        assert 0 <= start < end <= len(text)
        assert person.name.strip()
        if person.title is not None:
            assert 0 <= person.title[0] < person.title[1] <= start
    bare_name(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Vice President", []),
        ("the First Lady", []),
        ("Q Ann Osei left", ["Ann Osei"]),
        ("Jackson County Executive Frank White, Jr.", ["Frank White Jr."]),
        ("Reps. Ann Osei, Bob Good and Carla Parks", ["Ann Osei", "Bob Good", "Carla Parks"]),
        ("Congresswoman Doris Osei CongresswomanDoris", ["Doris Osei"]),
        ("Port Director Dean Osei", ["Dean Osei"]),
        ("Crown Prince Osei", ["Osei"]),
        ("the Vice President’s Engagements", []),
        ("Director FBI", []),
        ("DIRECTOR TAI", ["Tai"]),
    ],
)
def test_titles_labels_and_index_entries_are_no_names(text: str, names: list[str]) -> None:
    assert [person.name for person in find_people(text)] == names


@pytest.mark.parametrize(
    ("words", "heading"),
    [
        ("GOAL", True), ("GOAL 2", True), ("END", True), ("NOMINATIONS SENT", True), ("RELATED ISSUES", True),
        ("READ THE LETTER HERE", True), ("ACCELERATING GLOBAL CLIMATE ACTION", True), ("WASHINGTON", True),
        ("FBI", False), ("WHO", False), ("DPRK", False), ("MODERATOR", False), ("SECRETARY OSEI", False),
        ("OSEI", False), ("WATCH OFFICER", False), ("TREASURY", False),
    ],
)  # fmt: skip
def test_headings_in_capitals_are_nobody(words: str, heading: bool) -> None:
    assert is_heading(words) == heading
