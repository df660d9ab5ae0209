"""``onrecord speakers`` over the fake read API: tables, one speaker, and text that is never markup."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors.client_fake import FakeReadClient
from processors.commands import speakers as command
from processors.errors import RunError, StoreUnavailable


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeReadClient:
    fake = FakeReadClient()
    monkeypatch.setattr(command, "ReadClient", lambda _url: fake)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("ONRECORD_STORE_DIRECTORY", str(tmp_path))
    return fake


def test_all_speakers_are_a_table_most_first(client: FakeReadClient, capsys: pytest.CaptureFixture[str]) -> None:
    command.speakers(limit=3)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["name", "kind", "role", "statements", "names"]
    assert len(lines) == 4
    assert ["Lene", "Prasad", "person", "mayor", "2", "2"] in lines
    assert client.asked[-1][1]["limit"] == 3


def test_a_name_shows_everything_about_that_speaker(client: FakeReadClient, capsys: pytest.CaptureFixture[str]) -> None:
    command.speakers("prasad")
    shown = capsys.readouterr().out
    assert "Lene Prasad (person" in shown
    assert shown.splitlines()[1] == "mayor"
    assert "2 statements, 17 Mar 2026" in shown
    assert "mayor: 17 Mar 2026, 2 articles" in shown
    assert "Prasad: the same surname as Lene Prasad (17 Mar 2026)" in shown
    assert "courier.example (1)" in shown
    assert "Weavers' Bridge (2)" in shown


def test_others_of_the_name_are_told_and_an_exact_name_goes_first(
    client: FakeReadClient, capsys: pytest.CaptureFixture[str]
) -> None:
    for row in client.stored:
        row["speaker"] = {"Lene Prasad": "Jon Achterberg-Vale"}.get(row["speaker"], row["speaker"])
    command.speakers("jon achterberg")
    shown = capsys.readouterr().out
    assert shown.startswith("Jon Achterberg (person")
    assert "also found: Jon Achterberg-Vale" in shown


def test_an_id_is_as_good_as_a_name(client: FakeReadClient, capsys: pytest.CaptureFixture[str]) -> None:
    command.speakers(client.stored[0]["speaker_id"])
    assert capsys.readouterr().out.startswith("Ansel Dray (person")


def test_what_strangers_wrote_is_never_markup(client: FakeReadClient, capsys: pytest.CaptureFixture[str]) -> None:
    for row in client.stored:
        row["speaker"] = row["speaker"] and "[red]Bo[/red] [/]"
        row["role"] = "[link=http://x]mayor"
    command.speakers()
    command.speakers("bo")
    shown = capsys.readouterr().out
    assert shown.count("[red]Bo[/red] [/]") >= 3
    assert "[link=http://x]mayor" in shown


def test_long_lists_are_cut_and_say_so(client: FakeReadClient, capsys: pytest.CaptureFixture[str]) -> None:
    command.speakers("dray", limit=1)
    assert "and 1 more" in capsys.readouterr().out


def test_what_is_not_there_is_one_sentence(client: FakeReadClient, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RunError, match="nobody called 'nobody' has spoken in the run 'live'"):
        command.speakers("nobody")
    with pytest.raises(RunError, match="there is no run 'nope'"):
        command.speakers("dray", run="nope")
    client.stored.clear()
    command.speakers()
    assert "nobody with a name has spoken in the run live yet" in capsys.readouterr().out
    client.down = True
    with pytest.raises(StoreUnavailable):
        command.speakers()
