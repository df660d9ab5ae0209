"""Speakers across articles, with fictional people."""

from __future__ import annotations

import pytest

from processors import ids
from processors.steps.speakers.items import Said
from tests.steps.speakers.support import START, Stream, said


def test_one_person_under_every_spelling() -> None:
    stream = Stream()
    first = stream.say("Dmitry Marensky", role="Palace spokesman")
    others = [
        stream.say("Dmitri Marensky"),
        stream.say("D. Marenskyy", role="Palace spokesman"),
        stream.say("Dmitriy Marenskiy"),
        stream.say("Marensky", role="Palace spokesman"),
    ]
    assert stream.same(first, *others)
    assert first == ids.speaker_id("Dmitry Marensky")
    (speaker,) = stream.state.speakers.values()
    assert speaker.name == "Dmitry Marensky"
    assert stream.state.rows([first])[0].kind == "person"


def test_every_form_that_joins_says_why() -> None:
    stream = Stream()
    person = stream.say("Joseph Veldman")
    assert stream.say("Joe Veldman") == person
    (event,) = stream.answers[-1].events
    assert (event.kind, event.speaker, event.into) == ("merged", ids.speaker_id("Joe Veldman"), person)
    assert event.reason == "the same surname, and Joe and Joseph are forms of one given name"
    (row,) = [row for row in stream.state.rows(stream.answers[-1].changed) if row.id != person]
    assert (row.merged_into, row.state) == (person, b"")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Boris Holmgren", "Ron Holmgren"),
        ("Edward Holmgren", "Theodore Holmgren"),
        ("George W. Holmgren", "George H. W. Holmgren"),
        ("Ann Holmgren", "Anton Holmgren"),
        ("Donald Holmgren", "Donald Holmgren Jr."),
        ("Tom Holmgren Jr.", "Tom Holmgren Sr."),
    ],
)
def test_two_people_with_one_surname_stay_two(one: str, other: str) -> None:
    stream = Stream()
    ours, theirs = stream.say(one), stream.say(other)
    both = stream.say("Holmgren"), stream.say("Holmgren", outlet="other.example")
    assert not stream.same(ours, theirs)
    assert not stream.same(ours, both[0])
    assert not stream.same(theirs, both[0])
    assert not stream.same(*both)  # ambiguous: each article's own


def test_a_form_that_agrees_with_both_joins_neither() -> None:
    stream = Stream()
    edward, theodore = stream.say("Edward Holmgren"), stream.say("Theodore Holmgren")
    ted = stream.say("Ted Holmgren")
    assert not stream.same(edward, ted)
    assert not stream.same(theodore, ted)


def test_a_formal_name_with_suffix_is_the_short_one() -> None:
    stream = Stream()
    assert stream.same(stream.say("Joe Castell", role="President"), stream.say("Joseph R. Castell Jr"))


def test_middle_initials_do_not_part() -> None:
    stream = Stream()
    assert stream.same(stream.say("Mark R. Veldman"), stream.say("Mark Veldman"), stream.say("Mark Robin Veldman"))


def test_a_surname_goes_to_the_only_one() -> None:
    stream = Stream()
    person = stream.say("Andriy Yermolak")
    assert stream.say("Yermolak", outlet="other.example") == person
    assert stream.say("Iermolak", outlet="other.example") != person or stream.same(person)


def test_a_common_surname_needs_outlet_or_role() -> None:
    stream = Stream()
    person = stream.say("Mira Johnson", role="Harbour Minister")
    assert stream.say("Johnson") == person
    assert stream.say("Johnson", role="Harbour Minister", outlet="b.example") == person
    assert stream.say("Johnson", outlet="c.example") != person
    assert stream.say("Johnson", role="Senator", outlet="c.example") != person


def test_a_surname_goes_to_who_is_heard_in_the_outlet() -> None:
    stream = Stream()
    ann, bob = stream.say("Ann Holmgren", outlet="a.example"), stream.say("Bob Holmgren", outlet="b.example")
    assert stream.say("Holmgren", outlet="a.example") == ann
    assert stream.say("Holmgren", outlet="b.example") == bob
    assert stream.say("Holmgren", outlet="c.example") not in {ann, bob}


def test_mr_and_ms_tell_people_apart() -> None:
    stream = Stream()
    ann, bob = stream.say("Ann Holmgren"), stream.say("Bob Holmgren")
    assert stream.say("Holmgren", "MS. HOLMGREN") == ann
    assert stream.say("Holmgren", "MR. HOLMGREN") == bob


def test_a_role_tells_people_apart() -> None:
    stream = Stream()
    ann, bob = stream.say("Ann Holmgren", role="Senator"), stream.say("Bob Holmgren", role="Prime Minister")
    assert stream.say("Holmgren", "PRIME MINISTER HOLMGREN") == bob
    assert stream.say("Holmgren", "Senator Holmgren") == ann
    assert stream.say("Holmgren", "Mayor Holmgren") not in {ann, bob}


def test_within_an_article_the_surname_is_the_one_who_spoke() -> None:
    stream = Stream()
    stream.say("Ann Holmgren"), stream.say("Bob Holmgren")
    bob, again = stream.feed([said(9, "Bob Holmgren"), said(9, "Holmgren")])
    assert bob == again


def test_a_given_name_alone_is_the_one_of_the_article() -> None:
    stream = Stream()
    jake, again = stream.feed([said(1, "Jake Veldman"), said(1, "Jake")])
    assert jake == again
    assert stream.feed([said(2, "Jake")]) != [jake]


def test_a_surname_is_adopted_by_the_full_name_later() -> None:
    stream = Stream()
    alone = stream.say("Rau", "FOREIGN MINISTER RAU")
    assert alone == ids.speaker_id("Rau")
    full = stream.say("Zbyszek Rau", role="Foreign Minister of Poland")
    assert full != alone
    assert stream.same(alone, full)
    assert ("merged", "Rau") in stream.events
    assert "the same role" in stream.reason("merged")
    assert stream.say("Rau", "MR. RAU") == full


def test_a_surname_with_another_office_is_not_adopted() -> None:
    stream = Stream()
    president = stream.say("Castell", "PRESIDENT CASTELL")
    wife = stream.say("Jill Castell", role="First Lady")
    assert not stream.same(president, wife)
    husband = stream.say("Joe Castell", role="President")
    assert stream.same(president, husband)


def test_a_title_corrects_the_given_name() -> None:
    stream = Stream()
    joe, jill = stream.say("Joe Castell", role="President"), stream.say("Jill Castell", role="First Lady")
    assert stream.say("Jill Castell", "PRESIDENT CASTELL") == joe
    assert stream.say("Jill Castell", "THE FIRST LADY") == jill


def test_two_with_one_surname_in_one_article_are_told_by_their_titles() -> None:
    stream = Stream()
    joe, jill = stream.say("Joe Castell", role="President"), stream.say("Jill Castell", role="First Lady")
    answers = stream.feed([said(9, "Castell", "THE PRESIDENT"), said(9, "Castell", "THE FIRST LADY")])
    assert answers == [joe, jill]


def test_an_office_is_who_holds_it_by_then() -> None:
    stream = Stream()
    palace = "palace.example"
    for _ in range(2):
        joe = stream.say("Joe Castell", role="President of Poland", outlet=palace)
    assert stream.say("The president", "THE PRESIDENT", outlet=palace) == joe
    stream.say("Emil Marron", role="President of Norland", outlet=palace)
    assert stream.say("The president", "THE PRESIDENT", outlet="other.example") != joe
    assert stream.say("The vice president", outlet=palace) != joe


def test_an_office_of_a_country_is_known_in_every_outlet() -> None:
    stream = Stream()
    for _ in range(2):
        vera = stream.say("Vera Holmgren", role="President of Poland")
    assert stream.say("Polish President", outlet="b.example") == vera
    assert stream.say("President of Spain", outlet="calder.example") != vera
    assert stream.say("former President of Poland", outlet="b.example") != vera


def test_an_office_that_two_hold_is_nobody() -> None:
    stream = Stream()
    people = [stream.say(name, role="Harbour Minister") for name in ("Ann Holmgren", "Bob Veldman") for _ in range(3)]
    assert stream.say("The harbour minister") not in people


def test_an_office_changes_hands() -> None:
    stream = Stream()
    for _ in range(3):
        ann = stream.say("Ann Holmgren", role="Harbour Minister")
    assert stream.say("the harbour minister") == ann
    late = START.replace(year=2027)
    for number in range(3):
        (bob,) = stream.feed([Said(f"b{number}", "calder.example", late, "Bob Veldman", "", "Harbour Minister")])
    assert stream.feed([Said("b9", "calder.example", late, "the harbour minister", "", "")]) == [bob]


def test_somebody_without_a_name_ends_with_the_article() -> None:
    stream = Stream()
    one, again, document = stream.feed([said(1, "officials"), said(1, "officials"), said(1, "the report")])
    (other,) = stream.feed([said(2, "officials")])
    assert one == again == ids.digest("unnamed", "a1", "officials", size=12)
    assert one != other
    rows = {row.id: row for answer in stream.answers for row in stream.state.rows(answer.changed)}
    assert (rows[one].kind, rows[one].aliases, rows[one].state) == ("unnamed", (("officials", 2),), b"")
    assert rows[document].kind == "document"


def test_organisations_by_every_form_of_their_name() -> None:
    stream = Stream()
    assert stream.same(*map(stream.say, ("the State Department", "US Department of State", "State Department")))
    ours = stream.say("Ministry of Defence of Ukraine")
    assert stream.say("Ukrainian Defence Ministry", outlet="b.example") == ours
    assert stream.say("Russian Defence Ministry") != ours


def test_a_ministry_without_its_country_is_the_outlets_or_nobody() -> None:
    stream = Stream()
    ours = stream.say("Ministry of Defence of Ukraine", outlet="kyiv.example")
    theirs = stream.say("Russian Defence Ministry", outlet="moscow.example")
    assert stream.say("Defence Ministry", outlet="kyiv.example") == ours
    assert stream.say("Defence Ministry", outlet="moscow.example") == theirs
    wire = stream.say("Defence Ministry", outlet="wire.example"), stream.say("Defence Ministry", outlet="wire.example")
    assert len({ours, theirs, *wire}) == 4


def test_an_acronym_is_what_an_article_explains() -> None:
    stream = Stream()
    short = stream.say("NAHL")
    full = stream.say("Northern Association of Harbour Lines", "NAHL")
    assert stream.same(short, full)
    assert stream.reason("merged") == "NAHL stands for Northern Association of Harbour Lines"
    assert stream.say("NAHL", outlet="b.example") == full


def test_namesakes_of_other_walks_of_life_are_two() -> None:
    stream = Stream()
    for _ in range(3):
        senator = stream.say("Mike Veldman", role="Senator", outlet="a.example")
    striker = stream.say("Mike Veldman", role="striker", outlet="sport.example")
    assert striker != senator
    assert striker.startswith(ids.speaker_id("Mike Veldman"))
    assert stream.say("Mike Veldman", role="Senator", outlet="b.example") == senator
    assert stream.say("Mike Veldman", role="striker", outlet="sport.example") == striker


def test_roles_have_their_dates_and_the_most_frequent_is_shown() -> None:
    stream = Stream()
    person = [stream.say("Mira Veldman", role=role) for role in ("Mayor", "Senator", "Senator", "")][-1]
    (row,) = stream.state.rows([person])
    assert row.role == "Senator"
    assert [(term.role, term.articles) for term in row.terms] == [("Senator", 2), ("Mayor", 1)]
    assert row.terms[0].first_at < row.terms[0].last_at


def test_an_article_counts_a_role_once() -> None:
    stream = Stream()
    person = stream.feed([said(1, "Mira Veldman", role="Mayor")] * 5)[0]
    (row,) = stream.state.rows([person])
    assert row.terms[0].articles == 1
    assert row.aliases == (("Mira Veldman", 5),)


def test_the_name_that_is_used_most_is_shown() -> None:
    stream = Stream()
    person = stream.say("Joseph R. Veldman")
    for _ in range(8):
        stream.say("Joe Veldman")
    assert stream.state.speakers[person].name == "Joe Veldman"
    assert ("renamed", "Joe Veldman") in stream.events


def test_a_given_name_is_a_surname_only_where_the_outlet_knows_it() -> None:
    stream = Stream()
    senator = stream.say("Rand Paul", role="Senator", outlet="a.example")
    assert stream.say("Paul", outlet="a.example") == senator
    assert stream.say("Paul", outlet="b.example") != senator
