from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from ingest.fake_fetch import FakeFetch
from ingest.http import FetchFailed, Response
from ingest.items import BadRow, Draft
from ingest.memory import Memory
from ingest.polite import Polite
from ingest.poll import Found, Polled, poll_feed
from ingest.sources import Feed
from processors.settings import IngestSettings
from tests.ingest.fakes import START, rss, rss_item

FEED = Feed(url="https://paper.example/feed", outlet="The Paper", licence="CC BY 4.0")
LONG = "The minister said a great deal about the harbour. " * 20
PAGE = "<html lang='en'><body><article><h1>Page</h1>" + "".join(
    f"<p>Paragraph {i}: the minister said that the harbour would open.</p>" for i in range(10)
) + "</article></body></html>"  # fmt: skip


class Desk:
    """One feed, polled against answers from memory; what it yields is remembered as the intake does."""

    def __init__(self, tmp_path, clock) -> None:
        self.fetch = FakeFetch()
        self.memory = Memory(tmp_path / "feeds.json", clock, 30)
        self.clock = clock
        self.polite = Polite(self.fetch, IngestSettings(), clock, threading.Event())

    def poll(self, feed: Feed = FEED) -> tuple[list[Draft | BadRow], Polled]:
        *found, end = poll_feed(feed, self.memory, self.polite, IngestSettings(), self.clock)
        assert isinstance(end, Polled)
        items = []
        for outcome in found:
            assert isinstance(outcome, Found)
            self.memory.note_item(feed.url, outcome.fingerprint, getattr(outcome.item, "id", ""), 0)
            items.append(outcome.item)
        if not end.reason and not end.unchanged and end.whole:
            self.memory.note_poll(feed.url, end.etag, end.last_modified, end.present, 0)
        self.memory.confirm(0)
        return items, end


@pytest.fixture
def desk(tmp_path, clock) -> Desk:
    return Desk(tmp_path, clock)


def test_a_feeds_own_long_content_is_the_article(desk):
    desk.fetch.put(FEED.url, rss(rss_item(1, LONG)))
    (draft,), end = desk.poll()
    assert isinstance(draft, Draft)
    assert draft.text == LONG.strip()
    assert (draft.outlet, draft.language, draft.licence) == ("The Paper", "en", "CC BY 4.0")
    assert draft.attribution == "The Paper, CC BY 4.0"
    assert draft.published_at == datetime(2026, 3, 17, 5, 1, tzinfo=UTC)
    assert end == Polled(FEED, present=end.present)
    assert "https://paper.example/1" not in desk.fetch.asked


@pytest.mark.parametrize("text", ["", "A teaser.", LONG + " […]", LONG + "<a>Continue reading</a>"])
def test_a_teaser_is_not_the_article_so_its_page_is_read(desk, text):
    desk.fetch.put(FEED.url, rss(rss_item(1, text)))
    desk.fetch.put("https://paper.example/1", PAGE, content_type="text/html; charset=utf-8")
    (draft,), _ = desk.poll()
    assert isinstance(draft, Draft)
    assert draft.text.count("\n\n") >= 8
    assert "Paragraph 9" in draft.text
    assert draft.title == "Item 1"


def test_items_seen_are_not_looked_at_again_and_edited_ones_are(desk):
    desk.fetch.put(FEED.url, rss(rss_item(1, LONG), rss_item(2, "")))
    desk.fetch.put("https://paper.example/2", PAGE)
    assert len(desk.poll()[0]) == 2
    desk.fetch.asked.clear()
    assert desk.poll()[0] == []
    assert desk.fetch.asked == [FEED.url]
    desk.fetch.put(FEED.url, rss(rss_item(1, LONG + " Amended."), rss_item(2, "")))
    (edited,), _ = desk.poll()
    assert edited.text.endswith("Amended.")


def test_a_feed_is_asked_conditionally(desk):
    sent = []

    def answer(headers):
        sent.append(dict(headers))
        if headers.get("If-None-Match") == '"v1"':
            return Response(304, FEED.url, {}, b"")
        return Response(200, FEED.url, {"etag": '"v1"', "last-modified": "Tue"}, rss(rss_item(1, LONG)))

    desk.fetch.answers[FEED.url] = answer
    assert len(desk.poll()[0]) == 1
    items, end = desk.poll()
    assert (items, end.unchanged, end.reason) == ([], True, "")
    assert sent[1]["If-None-Match"] == '"v1"'
    assert sent[1]["If-Modified-Since"] == "Tue"


def test_a_page_that_fails_for_now_is_tried_at_the_next_polls_and_then_given_up(desk):
    desk.fetch.put(FEED.url, rss(rss_item(1), rss_item(2, LONG)), etag='"v1"')
    desk.fetch.put("https://paper.example/1", "", status=503)
    items, end = desk.poll()
    assert [item.title for item in items] == ["Item 2"], "one bad item does not stop the others"
    assert not end.whole
    assert desk.memory.validators(FEED.url) == {}, "a 304 would hide the item that is still to be had"
    assert desk.poll()[0] == []
    (given_up,), _ = desk.poll()
    assert isinstance(given_up, BadRow)
    assert (given_up.url, given_up.line) == ("https://paper.example/1", 1)
    assert "503" in given_up.reason
    items, end = desk.poll()
    assert items == []
    assert end.whole


@pytest.mark.parametrize(
    ("status", "body", "kind", "says"),
    [
        (404, "", "text/html", "404"),
        (200, "%PDF", "application/pdf", "application/pdf, not HTML"),
        (200, "<p>Short.</p>", "text/html", "200 characters"),
    ],
)
def test_an_item_without_text_is_unreadable_with_its_reason(desk, status, body, kind, says):
    desk.fetch.put(FEED.url, rss(rss_item(3)))
    desk.fetch.put("https://paper.example/3", body, status=status, content_type=kind)
    (bad,), end = desk.poll()
    assert isinstance(bad, BadRow)
    assert says in bad.reason
    assert bad.excerpt == "Item 3"
    assert end.whole
    assert desk.poll()[0] == [], "and is told once"


def test_a_page_that_robots_txt_forbids_leaves_what_the_feed_itself_gives(desk):
    some = "The feed's own words about the harbour and its ships. " * 6
    desk.fetch.put("https://paper.example/robots.txt", "User-agent: *\nDisallow: /4")
    desk.fetch.put(FEED.url, rss(rss_item(4, some), rss_item(5)))
    desk.fetch.put("https://paper.example/5", PAGE)
    first, second = desk.poll()[0]
    assert isinstance(first, Draft)
    assert first.text == some.strip()
    assert isinstance(second, Draft)


@pytest.mark.parametrize(
    "answer",
    [
        Response(500, FEED.url, {}, b""),
        Response(200, FEED.url, {}, b"<html>Error</html>"),
        Response(200, FEED.url, {}, b""),
        FetchFailed("no complete answer within 15 s"),
    ],
)
def test_a_feed_that_fails_gives_a_reason(desk, answer):
    desk.fetch.answers[FEED.url] = answer
    items, end = desk.poll()
    assert items == []
    assert end.reason


def test_a_busy_feed_says_when_to_come_back(desk):
    desk.fetch.put(FEED.url, "", status=429, retry_after="600")
    assert desk.poll()[1].retry_after == 600


def test_times_are_never_in_the_future(desk):
    item = rss_item(1, LONG).replace("17 Mar 2026", "17 Mar 2036")
    desk.fetch.put(FEED.url, rss(item, rss_item(2, LONG).replace("Tue, 17 Mar", "no date")))
    for draft in desk.poll()[0]:
        assert START <= draft.published_at <= desk.clock.now()
        assert draft.published_precision == "day"
