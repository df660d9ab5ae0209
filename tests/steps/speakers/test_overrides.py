"""What people say in speakers.toml goes before what the stream says."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors import ids
from processors.errors import SettingsError
from processors.steps.speakers.overrides import EMPTY, Overrides, read_overrides
from processors.steps.speakers.registry import SpeakerState, reconcile
from tests.steps.speakers.support import START, Stream


def written(tmp_path: Path, text: str) -> Overrides:
    path = tmp_path / "speakers.toml"
    path.write_text(text, encoding="utf-8")
    return read_overrides(path)


MERGE = '[[merge]]\nnames = ["Mira Castell", "Maria Stone-Castell"]\nreason = "her married name"\n'
SPLIT = '[[split]]\nnames = ["Joseph Veldman", "Joe Veldman"]\nreason = "uncle and nephew"\n'


def test_no_file_says_nothing(tmp_path: Path) -> None:
    assert read_overrides(tmp_path / "speakers.toml") is EMPTY


def test_an_alias_is_the_speaker(tmp_path: Path) -> None:
    text = '[[speaker]]\nname = "Mira Castell"\naliases = ["the Harbour Fox"]\nrole = "Harbour Minister"\n'
    stream = Stream(written(tmp_path, text))
    person = stream.say("Mira Castell", role="Mayor")
    assert stream.say("the Harbour Fox") == person
    (row,) = stream.state.rows([person])
    assert (row.name, row.role) == ("Mira Castell", "Harbour Minister")
    assert stream.reason("merged") == "speakers.toml"


def test_an_alias_may_come_first(tmp_path: Path) -> None:
    stream = Stream(written(tmp_path, MERGE))
    first = stream.say("Maria Stone-Castell")
    assert stream.same(first, stream.say("Mira Castell"))
    assert stream.state.speakers[first].name == "Mira Castell"


def test_a_split_keeps_two_names_apart(tmp_path: Path) -> None:
    stream = Stream(written(tmp_path, SPLIT))
    assert not stream.same(stream.say("Joseph Veldman"), stream.say("Joe Veldman"))


def test_an_outlet_may_mean_somebody_else(tmp_path: Path) -> None:
    text = '[[split]]\nname = "Ann Lee"\noutlets = ["b.example"]\nas = "Ann Lee (Calder)"\n'
    stream = Stream(written(tmp_path, text))
    ours, theirs = stream.say("Ann Lee", outlet="a.example"), stream.say("Ann Lee", outlet="b.example")
    assert ours != theirs
    assert stream.say("Ann Lee", outlet="b.example") == theirs
    assert stream.state.speakers[theirs].name == "Ann Lee (Calder)"
    assert stream.say("Lee", outlet="b.example") == theirs


def test_a_merge_reaches_those_who_are_there(tmp_path: Path) -> None:
    stream = Stream()
    one, other = stream.say("Mira Castell"), stream.say("Maria Stone-Castell")
    state = SpeakerState.restore(written(tmp_path, MERGE), stream.state.rows([one, other]), stream.state.global_rows())
    answer = reconcile(state, START)
    assert state.alive(other) == one
    (event,) = answer.events
    assert (event.kind, event.speaker, event.into) == ("merged", other, one)
    assert event.reason == "speakers.toml: her married name"
    assert {row.id: row.merged_into for row in state.rows(answer.changed)} == {one: "", other: one}
    assert reconcile(state, START).events == []


def test_a_split_reaches_those_who_are_one(tmp_path: Path) -> None:
    stream = Stream()
    one = stream.say("Joseph Veldman")
    stream.say("Joe Veldman")
    state = SpeakerState.restore(written(tmp_path, SPLIT), stream.state.rows([one]), stream.state.global_rows())
    answer = reconcile(state, START)
    (event,) = answer.events
    assert (event.kind, event.name, event.into) == ("parted", "Joe Veldman", one)
    assert event.speaker == ids.speaker_id("Joe Veldman")
    again = Stream()
    again.state = state
    assert again.say("Joe Veldman") == event.speaker
    assert again.say("Joseph Veldman") == one
    assert {row.id: row.merged_into for row in state.rows({one, event.speaker})} == {one: "", event.speaker: ""}
    assert reconcile(state, START).events == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[speaker]]\nnme = 'x'\n", "nme"),
        ("[[merge]]\nnames = ['Ann Lee']\n", "two names"),
        ("[[split]]\nnames = ['Ann Lee']\n", "two names"),
        ("[[split]]\nname = 'Ann Lee'\n", "either names, or name and outlets"),
        ("[[split]]\nnames = ['Ann Lee', 'ann lee']\n", "same name twice"),
        ("[[merge]]\nnames = ['A', 'B']\n[[split]]\nnames = ['B', 'A']\n", "both joined and split"),
        ("[[speaker]]\nname = '?'\n", "is no name"),
        ("[[speaker\n", "cannot be used"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(SettingsError, match=problem):
        written(tmp_path, text)


def test_entries_that_share_a_name_are_one(tmp_path: Path) -> None:
    found = written(tmp_path, MERGE + '[[speaker]]\nname = "M. Castell"\naliases = ["Mira Castell"]\n')
    assert {found.name_for(name, "") for name in ("M. Castell", "Maria Stone-Castell")} == {"Mira Castell"} or {
        found.name_for(name, "") for name in ("M. Castell", "Maria Stone-Castell")
    } == {"M. Castell"}
