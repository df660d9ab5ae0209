from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.page import fragment_text, read_page


def test_paragraphs_of_a_fragment_are_kept_apart():
    markup = "<p>One <b>bold</b>\n word.</p><p>Two<br>lines.</p><ul><li>a</li><li>b</li></ul>tail"
    assert fragment_text(markup) == "One bold word.\n\nTwo\nlines.\n\na\n\nb\n\ntail"


def test_scripts_and_their_like_are_left_out():
    silent = "<script>jQuery('p')</script><style>p {}</style> <!-- no -->"
    markup = f"<p>Kept.</p>{silent}<p>Also <svg><text>x</text></svg>kept.</p>"
    assert fragment_text(markup) == "Kept.\n\nAlso kept."


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain words", "plain words"),
        ("first\n\nsecond\nline", "first\n\nsecond line"),
        ("AT&amp;T &ldquo;said&rdquo;&nbsp;no", "AT&T “said” no"),
        ("", ""),
        ("<p></p>", ""),
        ("a\x00b<p>c\x1e</p>", "ab\n\nc"),
        ("\ud800<i>x</i>", "x"),
        ("<div>" * 200 + "deep", "deep"),
        ("before<div>" + "<div>" * 100_000 + "deep", "before"),
        ("<p>unclosed <b>mark", "unclosed mark"),
    ],
)
def test_whatever_feeds_carry(markup, text):
    assert fragment_text(markup) == text


@given(markup=st.text(alphabet=st.characters(), max_size=300))
def test_no_fragment_breaks_it(markup):
    text = fragment_text(markup)
    assert "\n\n\n" not in text
    assert text == text.strip()


def test_an_article_page_gives_its_text_in_paragraphs():
    story = "".join(
        f"<p>Paragraph {i} says that the minister spoke at some length about the harbour.</p>" for i in range(6)
    )
    head = "<html lang='en'><head><title>The harbour</title></head>"
    body = f"{head}<body><nav>Menu</nav><article><h1>The harbour</h1>{story}</article></body></html>"
    page = read_page(body.encode(), "https://paper.example/a")
    assert page.title == "The harbour"
    assert page.text.count("\n\n") >= 5
    assert "Menu" not in page.text


def test_what_is_no_page_has_no_text():
    for body in (b"", b"\x00\x01\x02", b"%PDF-1.7", b"<html></html>"):
        assert read_page(body, "https://paper.example/a").text == ""


def token_f1(found: str, wanted: str) -> float:
    ours, theirs = Counter(found.split()), Counter(wanted.split())
    both = sum((ours & theirs).values())
    return 2 * both / (sum(ours.values()) + sum(theirs.values())) if both else 0.0


@pytest.mark.shared
def test_real_pages_are_read_as_well_as_trafilatura_reads_them(shared):
    folder = shared / "data/html"
    scores = [
        token_f1(read_page((folder / entry["file"]).read_bytes(), entry["url"]).text, entry["expected_text"])
        for entry in json.loads((folder / "expected.json").read_text(encoding="utf-8"))
        if entry.get("expected_text") and entry["file"].startswith("gv_")
    ]
    assert len(scores) >= 15
    assert sum(scores) / len(scores) >= 0.90, scores
