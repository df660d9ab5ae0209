from __future__ import annotations

import io
from datetime import UTC, datetime

import feedparser
import pytest

from ingest.feeds import parse_feed
from processors.errors import SourceError
from tests.ingest.fakes import rss, rss_item

URL = "https://paper.example/feed"
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>A</title>
<entry><id>urn:1</id><title type="html">Two &amp;amp; &amp;lt;i&amp;gt;three&amp;lt;/i&amp;gt;</title><link href="/x"/>
<updated>2026-03-17T08:00:00+02:00</updated><author><name>Ann</name></author>
<content type="html">&lt;p&gt;Text.&lt;/p&gt;</content></entry></feed>"""


def test_rss_entries():
    feed = parse_feed(rss(rss_item(1, "Whole text."), rss_item(2), language="en-GB"), URL, 100)
    assert (feed.title, feed.language, len(feed.entries)) == ("News", "en", 2)
    first = feed.entries[0]
    assert (first.key, first.link, first.title) == ("1", "https://paper.example/1", "Item 1")
    assert first.content == "<p>Whole text.</p>"
    assert first.summary == "In short."
    assert first.published == datetime(2026, 3, 17, 5, 1, tzinfo=UTC)


def test_atom_entries_with_relative_links_and_zones():
    (entry,) = parse_feed(ATOM.encode(), URL, 100).entries
    assert entry.link == "https://paper.example/x"
    assert entry.published == datetime(2026, 3, 17, 6, 0, tzinfo=UTC)
    assert entry.title == "Two & three"
    assert entry.author == "Ann"
    assert entry.content == "<p>Text.</p>"


def test_a_feed_without_end_is_cut():
    assert len(parse_feed(rss(*(rss_item(i) for i in range(50))), URL, 7).entries) == 7


def test_utf8_that_declares_another_charset_is_read_as_what_it_is():
    body = rss(rss_item(1, "“Nächste” Woche")).replace(b'"UTF-8"', b'"iso-8859-1"')
    assert "“Nächste”" in parse_feed(body, URL, 9).entries[0].content
    latin = body.decode().replace("“Nächste”", "Nächste").encode("latin-1")
    assert "Nächste" in parse_feed(latin, URL, 9).entries[0].content


@pytest.mark.parametrize(
    "body", [b"", b"  \n", b"<html><body>Error</body></html>", b"\x00\x01", b"not a feed", b"/etc/passwd"]
)
def test_what_is_no_feed_has_a_reason(body):
    with pytest.raises(SourceError):
        parse_feed(body, URL, 100)


def test_links_are_only_http():
    item = "<item><title>x</title><link>{}</link><description>d</description></item>"
    feed = parse_feed(rss(item.format("javascript:alert(1)"), item.format("file:///etc/passwd")), URL, 9)
    assert [entry.link for entry in feed.entries] == ["", ""]


def test_entities_are_not_expanded():
    layers = "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    declared = f'<!ENTITY a "aaaaaaaaaa">{layers}<!ENTITY x SYSTEM "file:///etc/passwd">'
    item = "<item><title>&j;&x;</title><link>https://a.example/1</link></item>"
    document = f'<!DOCTYPE r [{declared}]><rss version="2.0"><channel><title>t</title>{item}</channel></rss>'
    bomb = f'<?xml version="1.0"?>{document}'.encode()
    try:
        feed = parse_feed(bomb, URL, 9)
    except SourceError:
        return
    assert all(len(entry.title) < 1_000 and "root:" not in entry.title for entry in feed.entries)


@pytest.mark.shared
def test_every_real_and_malformed_feed_gives_entries_or_a_reason(shared):
    """Where feedparser finds entries with something in them, so do we."""
    reasons, entries = {}, {}
    files = [file for file in sorted((shared / "data/feeds").iterdir()) if file.name != "index.json"]
    assert len(files) == 41
    for file in files:
        body = file.read_bytes()
        try:
            entries[file.name] = len(parse_feed(body, URL, 200).entries)
        except SourceError as error:
            reasons[file.name] = str(error)
            continue
        lenient = [
            e
            for e in feedparser.parse(io.BytesIO(body)).entries
            if e.get("link", "").startswith("http") or e.get("summary") or e.get("content")
        ]
        assert entries[file.name] >= len(lenient), file.name
    assert set(reasons) == {"derived_html_error_200.rss", "fp_rss_empty_document.xml", "reader_invalid.json"}
    assert all("no feed" in reason for reason in reasons.values())
    assert sum(entries.values()) == 139
    assert entries["whitehouse_2022-03-22.rss"] == entries["derived_bom_leading_space.rss"] == 10
