"""Identifiers: the same content gives the same one, other content another."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from processors.ids import article_id, digest, name_key, normalise_url, speaker_id, statement_id

anything = st.text(st.characters(), max_size=60)
_PIECES = (
    *(
        "http://",
        "HTTPS://",
        "//",
        "/",
        "?",
        "#",
        "&",
        "=",
        "a",
        "B.example",
        ":80",
        ":443",
        ":x",
        "@",
        "[",
        "]",
        "::1",
    ),
    *(".", "%", "%20", "+", "utm_source=x", "ref=1", ";", " ", "\t", "\x1f", "\x00", "ü", "İ", "\ud800"),
)
urlish = st.lists(st.sampled_from(_PIECES), max_size=9).map("".join)


def test_identifiers_are_the_same_in_every_process_and_version() -> None:
    assert digest("a", "b") == "cfb9cbd0aeeea44e"
    text = "import processors.ids as i; print(i.digest('a', 'b'), i.speaker_id('Ann Lee'))"
    environ = {"PYTHONHASHSEED": "7"}
    other = subprocess.run([sys.executable, "-c", text], env=environ, capture_output=True, text=True, check=True)
    assert other.stdout.split() == [digest("a", "b"), speaker_id("Ann Lee")]


@given(st.lists(anything, max_size=4), st.lists(anything, max_size=4))
@example(["ab", "c"], ["a", "bc"])
@example([], [""])
@example(["", "a"], ["a", ""])
@example(["a\x00b"], ["a", "b"])
def test_the_digest_depends_on_the_parts_and_where_they_end(one: list[str], other: list[str]) -> None:
    assert (digest(*one) == digest(*other)) == (one == other)


@pytest.mark.parametrize("size", [2, 12, 16, 64])
def test_the_digest_has_the_size_that_was_asked(size: int) -> None:
    assert len(digest("a", size=size)) == size


@pytest.mark.parametrize(
    "same",
    [
        ["https://Paper.Example/a", "https://paper.example:443/a/", " https://paper.example./a#top\n"],
        ["http://paper.example/", "http://paper.example", "HTTP://paper.example:80?utm_source=mail&fbclid=1"],
        ["http://p.example/a?x=1&y=2", "http://p.example/a?y=2&gclid=z&x=1"],
        ["http://p.example/a?q=a%20b", "http://p.example/a?q=a+b"],
        ["http://[::1]:8080/a", "http://[::1]:8080/a/"],
        ["http://reader:secret@p.example/a", "http://p.example/a"],
    ],
)
def test_spellings_of_one_page_are_one(same: list[str]) -> None:
    assert len({normalise_url(url) for url in same}) == 1
    assert len({article_id(url, "text") for url in same}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://p.example/a", "http://p.example/A"),
        ("http://p.example/a", "https://p.example/a"),
        ("http://p.example/a?id=1", "http://p.example/a?id=2"),
        ("http://p.example/a?id=", "http://p.example/a"),
        ("http://p.example/a?x=1&x=2", "http://p.example/a?x=1"),
        ("http://p.example:8080/a", "http://p.example/a"),
        ("http://p.example/a?reference=1", "http://p.example/a?reference=2"),
        ("urn:a#1", "urn:a#2"),
    ],
)
def test_other_pages_stay_apart(one: str, other: str) -> None:
    assert normalise_url(one) != normalise_url(other)


@given(anything | urlish)
@example("http://a/b\x1f#")
@example("http://a/?q=\ud800")
@example("http://a:99999/")
@example("http://[/")
@example("http://a/ /")
def test_normalising_never_raises_and_twice_is_once(url: str) -> None:
    once = normalise_url(url)
    assert normalise_url(once) == once
    assert article_id(url, "") == article_id(once, "")


@given(urlish, anything, anything)
def test_another_text_is_another_article(url: str, one: str, other: str) -> None:
    assert (article_id(url, one) == article_id(url, other)) == (one == other)


spans = st.lists(st.tuples(st.integers(0, 999), st.integers(0, 999)), max_size=3).map(tuple)


@given(spans, spans)
@example(((1, 23),), ((12, 3),))
@example(((1, 2), (3, 4)), ((1, 2),))
def test_statements_are_told_apart_by_their_spans(one: tuple, other: tuple) -> None:
    assert (statement_id("a", one, "v1") == statement_id("a", other, "v1")) == (one == other)


def test_statements_are_told_apart_by_article_and_version() -> None:
    found = {statement_id(article, ((0, 5),), version) for article in "ab" for version in ("v1", "v2")}
    assert len(found) == 4


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("José Díaz's", "jose diaz"),
        ("  JOSÉ   DÍAZ ", "jose diaz"),
        ("Jose\u0301 Diaz’s", "jose diaz"),
        ("Anne-Marie O'Neill", "anne marie o neill"),
        ("J. K. Straße", "j k strasse"),
        ("“—”", ""),
        ("", ""),
        ("李明", "李明"),
    ],
)
def test_names_are_compared_without_what_varies(name: str, key: str) -> None:
    assert name_key(name) == key


@given(anything)
def test_a_name_key_is_its_own_key_and_names_one_speaker(name: str) -> None:
    key = name_key(name)
    assert name_key(key) == key
    assert speaker_id(name) == speaker_id(key)
    assert (speaker_id(name) == "") == (key == "")


def test_speakers_are_told_apart() -> None:
    assert len({speaker_id(name) for name in ("Ann Lee", "Anna Lee", "Ann Leed")}) == 3
    assert len(speaker_id("Ann Lee")) == 12
