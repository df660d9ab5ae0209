from __future__ import annotations

import json

import pytest

from ingest.memory import Memory

FEED = "https://paper.example/feed"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ingest" / "feeds.json"


@pytest.fixture
def memory(path, clock) -> Memory:
    return Memory(path, clock, 30)


def test_an_item_counts_as_seen_at_once_and_is_written_when_the_store_has_it(memory, path, clock):
    memory.note_item(FEED, "f1", "a1", after=5)
    memory.note_poll(FEED, '"e"', "yesterday", ("f1",), after=5)
    assert memory.has_item(FEED, "f1")
    assert memory.has_article("a1")
    memory.confirm(4)
    assert not path.exists()
    assert memory.validators(FEED) == {}
    memory.confirm(5)
    again = Memory(path, clock, 30)
    assert again.has_item(FEED, "f1")
    assert again.has_article("a1")
    assert not again.has_item("https://other.example/", "f1")
    assert again.validators(FEED) == {"If-None-Match": '"e"', "If-Modified-Since": "yesterday"}


def test_a_poll_is_confirmed_only_after_all_its_items(memory, path, clock):
    memory.note_item(FEED, "f1", "a1", after=1)
    memory.note_item(FEED, "f2", "a2", after=2)
    memory.note_poll(FEED, '"e"', "", ("f1", "f2"), after=2)
    memory.confirm(1)
    again = Memory(path, clock, 30)
    assert again.has_item(FEED, "f1")
    assert not again.has_item(FEED, "f2")
    assert again.validators(FEED) == {}


def test_what_left_its_feed_long_ago_is_forgotten_and_what_is_in_it_is_not(memory, path, clock):
    for name in ("old", "kept"):
        memory.note_item(FEED, name, f"article {name}", after=0)
    memory.confirm(0)
    for _ in range(4):
        clock.advance(86_400 * 10)
        memory.note_poll(FEED, "", "", ("kept",), after=0)
        memory.confirm(0)
    assert not memory.has_item(FEED, "old")
    assert memory.has_item(FEED, "kept")
    assert "old" not in path.read_text()


def test_a_file_that_cannot_be_read_is_begun_anew(path, clock):
    path.parent.mkdir()
    for content in ("{", '{"feeds": 5}', ""):
        path.write_text(content)
        memory = Memory(path, clock, 30)
        assert not memory.has_item(FEED, "f1")
    memory.note_item(FEED, "f1", "", after=0)
    memory.confirm(0)
    assert "f1" in json.loads(path.read_text())["feeds"][FEED]["seen"]
    assert list(path.parent.iterdir()) == [path], "nothing half-written is left"


def test_failed_attempts_are_counted_until_the_item_is_dealt_with(memory):
    assert [memory.failed("f1"), memory.failed("f1"), memory.failed("f2")] == [1, 2, 1]
    memory.note_item(FEED, "f1", "", after=0)
    assert memory.failed("f1") == 1
