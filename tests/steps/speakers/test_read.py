"""What a name says by itself."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.steps.speakers.read import read
from processors.steps.speakers.roles import role_in


@pytest.mark.parametrize(
    ("name", "mention", "shown"),
    [
        ("Mira Castell", "she", "Mira Castell"),
        ("Congressmember Juan Veldmar", "", "Juan Veldmar"),
        ("CongresswomanDoris Veldmar", "", "Doris Veldmar"),
        ("Q Anita Lindqvist", "", "Anita Lindqvist"),
        ("Tom Idris, M.D.", "", "Tom Idris"),
        ("Brigitte Idris, Health Policy Analyst for the Harbour Trust", "", "Brigitte Idris"),
        ("European Integration Valeria Holm", "", "Valeria Holm"),
        ("Ports Committee Chairman Frank Idris", "", "Frank Idris"),
        ("Vern Idris of Calder", "", "Vern Idris"),
        ("Ann Holm Holm AnnHarbour Minister", "", "Ann Holm"),
        ("MIRA CASTELL", "", "Mira Castell"),
        ("Glenn", "Glenn “GT” Idris", "Glenn Idris"),
        ("Idris", "MR. IDRIS", "Idris"),
        ("Senator King", "Senator King", "King"),
        ("Rau", "FOREIGN MINISTER RAU", "Rau"),
    ],
)
def test_people(name: str, mention: str, shown: str) -> None:
    reading = read(name, mention)
    assert (reading.kind, reading.name) == ("person", shown)


def test_the_title_is_the_role() -> None:
    assert read("Rau", "FOREIGN MINISTER RAU").called == "Foreign Minister"
    assert read("Castell", "THE PRESIDENT").title == role_in("President")
    assert read("Jill Castell", "PRESIDENT CASTELL").aside


@pytest.mark.parametrize(
    "name",
    [
        "officials", "a police spokesman", "Senior administration official", "Moderator", "Q", "lawmakers", "Senators",
        "Ann Lee and Bob Ash", "Senator Ann Lee and Representative Bob Ash", "his commanding officer",
        "Nominations Sent",
        "False and misleading words do damage when it comes to issues like these, which are many",
        "people", "Harris Aboard", "two leaders", "’s", "4 of the Charter", "President Castell and Barbara Holm",
        "Accelerating Global Climate Action", "some ministry", "Governments",
    ],
)  # fmt: skip
def test_nobody_in_particular(name: str) -> None:
    reading = read(name, name)
    assert (reading.kind, reading.key) == ("unnamed", "")


@pytest.mark.parametrize("name", ["the report", "The legislation", "a new poll", "data from the Harbour Board"])
def test_documents_without_a_name(name: str) -> None:
    reading = read(name, name)
    assert (reading.kind, reading.key) == ("document", "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the Safe Harbours Act of 2023", "Safe Harbours Act"),
        ("H.R. 1234, the Safe Harbours Act", "H.R. 1234"),
    ],
)
def test_documents_by_name(one: str, other: str) -> None:
    assert read(one, one).kind == read(other, other).kind == "document"
    assert read(one, one).key == read(other, other).key != ""


@pytest.mark.parametrize(
    "names",
    [
        ("US Department of State", "the State Department", "State Department", "U.S. Department of State"),
        ("Ministry of Defence of Ukraine", "Ukraine's Ministry of Defence", "Ukrainian Defence Ministry",
         "Ukrainian Defense Ministry"),
        ("the Russian government", "Government of Russia", "Russia", "the Russian Federation"),
        ("U.S. Census Bureau", "United States Census Bureau", "US Census Bureau"),
        ("Harbour Workers & Crews Union", "Harbour Workers and Crews Union"),
    ],
)  # fmt: skip
def test_forms_of_one_organisation(names: tuple[str, ...]) -> None:
    readings = [read(name, name) for name in names]
    assert {reading.kind for reading in readings} == {"organisation"}
    assert len({reading.key for reading in readings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Russian Defence Ministry", "Ukrainian Defence Ministry"),
        ("Ministry of Finance of Poland", "Ministry of Defence of Poland"),
        ("Bank of America", "U.S. Bank"),
        ("Department of Energy", "Department of Education"),
        ("Government of Russia", "Government of Ukraine"),
    ],
)
def test_two_organisations(one: str, other: str) -> None:
    assert read(one, one).kind == read(other, other).kind == "organisation"
    assert read(one, one).key != read(other, other).key


@pytest.mark.parametrize("name", ["The president", "President of Ukraine", "the White House press secretary"])
def test_offices(name: str) -> None:
    assert read(name, name).kind == "office"


def test_an_acronym_keeps_its_capitals() -> None:
    assert read("Nahl", "NAHL").name == "NAHL"
    assert read("Nahl", "NAHL").kind == "organisation"
    assert read("Harbour Lines League", "HLL").short == "HLL"


@given(st.text(max_size=400), st.text(max_size=400))
def test_anything_can_be_read(name: str, mention: str) -> None:
    reading = read(name, mention)
    assert reading.kind != "person" or reading.parts is not None
    assert read(name, mention) == reading


@pytest.mark.parametrize("piece", ["(", "A ", "Ann and ", "ab ab ", "‘x’ ", "U.S.", "the ", "é", "Aa", "of "])
def test_a_hostile_name_takes_no_longer_than_its_length(piece: str) -> None:
    began = time.perf_counter()
    for size in (5_000, 50_000):
        read(piece * size, piece * size)
    assert time.perf_counter() - began < 1
