from __future__ import annotations

import tarfile
import threading
from collections import Counter
from datetime import UTC, datetime

import msgspec
import pytest

from ingest import work
from ingest.fake_fetch import FakeFetch
from ingest.feeds import parse_feed
from ingest.http import FetchFailed, HttpFetch
from ingest.page import fragment_text
from ingest.polite import Polite
from ingest.poll import poll_feed
from ingest.sources import Feed
from ingest.work import Intake, poll_until
from processors.clock import ManualClock, SystemClock
from processors.errors import SourceError
from processors.ids import article_id
from processors.messages import Article, DeadLetter
from tests.ingest.fakes import ReadingStore, messages, rss, rss_item

LONG = "The minister said a great deal about the harbour. " * 20


def quick(settings):
    ingest = msgspec.structs.replace(settings.ingest, host_delay_seconds=0.0, poll_seconds=0.05, workers=4)
    return msgspec.structs.replace(settings, ingest=ingest)


def poll_for(seconds_or_test, feeds, settings, store, bus, fetch) -> None:
    """Run the stage for real, in this thread, until the test says that it has seen enough."""
    stop = threading.Event()

    def watch() -> None:
        for _ in range(1_000):
            if stop.wait(0.02) or seconds_or_test():
                break
        stop.set()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        poll_until(stop, feeds, "live", settings, SystemClock(), store, bus.reopen, fetch)
    finally:
        stop.set()
        watcher.join()


def articles(bus) -> list[Article]:
    return messages(bus, "live", "articles", Article)


def test_feeds_are_polled_and_one_that_fails_stops_no_other(settings, bus):
    fetch = FakeFetch()
    good, bad, broken = (Feed(url=f"https://{name}.example/feed", every=1) for name in ("good", "bad", "broken"))
    fetch.put(good.url, rss(*(rss_item(i, f"{LONG} {i}", "https://good.example") for i in range(1, 6))))
    fetch.put(broken.url, "<html>")
    fetch.answers[bad.url] = FetchFailed("refused")
    store = ReadingStore(bus)
    state = settings.data / "ingest" / "feeds.json"
    poll_for(
        lambda: state.exists() and fetch.asked.count(good.url) >= 2,
        (bad, broken, good),
        quick(settings),
        store,
        bus,
        fetch,
    )
    assert sorted(article.title for article in articles(bus)) == [f"Item {i}" for i in range(1, 6)]
    assert [article.position for article in articles(bus)] == list(range(5))
    assert len({article.origin for article in articles(bus)}) == 1
    assert fetch.asked.count(bad.url) >= 1


def test_a_defect_in_a_poller_ends_the_stage(settings, bus):
    def defect(headers):
        raise ZeroDivisionError

    fetch = FakeFetch()
    fetch.answers["https://a.example/feed"] = defect
    with pytest.raises(ZeroDivisionError):
        poll_for(
            lambda: False,
            (Feed(url="https://a.example/feed", every=1),),
            quick(settings),
            ReadingStore(bus),
            bus,
            fetch,
        )


def test_without_a_list_of_sources_it_idles_and_says_how_to_make_one(settings, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    stop = threading.Event()
    thread = threading.Thread(target=work.main, args=(settings, "live", stop))
    thread.start()
    thread.join(0.2)
    assert thread.is_alive(), "it must not end"
    stop.set()
    thread.join(5)
    said = capsys.readouterr()
    assert "there is no sources.toml" in said.out + said.err
    assert "ready" in said.out + said.err


def test_a_wrong_list_of_sources_is_told(settings, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sources.toml").write_text("[[feed]]\nuri = 'x'\n")
    with pytest.raises(SourceError, match="did you mean url"):
        work.main(settings, "live", threading.Event())


class Session:
    """One life of the stage, a step at a time, on a clock of its own."""

    def __init__(self, settings, clock, store, bus, fetch) -> None:
        self.stop = threading.Event()
        self.settings, self.clock = settings, clock
        self.intake = Intake(self.stop, "live", settings, clock, store, bus.reopen)
        self.polite = Polite(fetch, settings.ingest, clock, self.stop)

    def poll(self, *feeds: Feed, items: int = 1_000_000) -> None:
        for feed in feeds:
            for number, outcome in enumerate(
                poll_feed(feed, self.intake.memory, self.polite, self.settings.ingest, self.clock)
            ):
                if number == items:
                    return
                self.intake.take(outcome)

    def tend(self) -> None:
        self.clock.advance(1)
        self.intake.tend()


FEED = Feed(url="https://good.example/feed")


def five() -> FakeFetch:
    fetch = FakeFetch()
    items = (rss_item(i, f"{LONG} {i}", "https://good.example") for i in range(1, 6))
    fetch.put(FEED.url, rss(*items), etag='"v1"')
    return fetch


@pytest.mark.parametrize("published", range(6))
@pytest.mark.parametrize("lost", [False, True])
def test_killed_in_the_middle_of_a_poll_it_loses_and_repeats_nothing(settings, clock, bus, published, lost):
    """Killed after so many items; with ``lost`` the broker forgets them too, before the store has seen any."""
    store = ReadingStore(bus)
    Session(settings, clock, store, bus, five()).poll(FEED, items=published)
    if lost:
        bus.come_back_empty("cluster-2")
    clock.advance(60)
    second = Session(settings, clock, store, bus, five())
    second.poll(FEED)
    second.tend()
    stored = Counter(article.id for article in store.taken.values())
    old = Counter(article.id for article in articles(bus))
    assert len(stored | old) == 5
    clock.advance(60)
    third = Session(settings, clock, store, bus, five())
    before = len(articles(bus))
    third.poll(FEED)
    assert len(articles(bus)) == before, "all five are remembered now"


def test_a_broker_that_loses_everything_gets_what_the_store_has_not(settings, clock, bus):
    store = ReadingStore(bus)
    store.away = True
    session = Session(settings, clock, store, bus, five())
    session.poll(FEED)
    bus.come_back_empty("cluster-2")
    session.tend()
    store.away = False
    session.tend()
    assert [article.position for article in articles(bus)] == list(range(5))
    assert len(store.taken) == 5


def test_the_same_article_in_two_feeds_is_published_once(settings, clock, bus):
    fetch = five()
    other = Feed(url="https://good.example/other")
    fetch.answers[other.url] = fetch.answers[FEED.url]
    session = Session(settings, clock, ReadingStore(bus), bus, fetch)
    session.poll(FEED, other)
    assert len(articles(bus)) == 5
    assert session.intake.counts["items known already"] == 5


def test_an_unreadable_item_is_a_dead_letter_with_its_feed(settings, clock, bus):
    fetch = FakeFetch()
    fetch.put(FEED.url, rss(rss_item(1, LONG), rss_item(2)))
    session = Session(settings, clock, ReadingStore(bus), bus, fetch)
    session.poll(FEED)
    (letter,) = messages(bus, "live", "dead-letters", DeadLetter)
    assert (letter.source.topic, letter.source.offset, letter.position) == (FEED.url, 2, 1)
    assert letter.url == "https://paper.example/2"
    assert session.intake.counts["unreadable items"] == 1


@pytest.mark.shared
def test_two_weeks_of_real_polls_give_each_version_of_each_item_once(shared, settings, bus, server):
    """235 polls of two feeds through a server that answers as the originals did; restarted in the middle."""
    polls: dict[str, list[tuple[datetime, bytes]]] = {}
    with tarfile.open(shared / "data/feed_polls/polls_2022-03-14_27.tar.xz") as archive:
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            if member.isfile() and (file := archive.extractfile(member)) is not None:
                name, _, stamp = member.name.removesuffix(".rss").rpartition("/")
                time = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
                polls.setdefault(name.rpartition("/")[2], []).append((time, file.read()))
    assert sum(map(len, polls.values())) == 235
    versions, links = set(), set()
    for bodies in polls.values():
        for _, body in bodies:
            for entry in parse_feed(body, "https://x.example/", 200).entries:
                links.add(entry.link)
                versions.add(
                    (entry.link, entry.title, max(fragment_text(entry.content), fragment_text(entry.summary), key=len))
                )
    assert len(links) == 262

    clock = ManualClock(min(time for bodies in polls.values() for time, _ in bodies))
    ingest = msgspec.structs.replace(settings.ingest, full_text_characters=1, least_text_characters=1)
    settings = msgspec.structs.replace(settings, ingest=ingest)
    store = ReadingStore(bus)
    fetch = HttpFetch(settings.ingest, allow_private=True)
    session = Session(settings, clock, store, bus, fetch)
    events = sorted((time, name, body) for name, bodies in polls.items() for time, body in bodies)
    totals: Counter[str] = Counter()
    for number, (time, name, body) in enumerate(events):
        serve(server, f"/{name}", body)
        clock.advance((time - clock.now()).total_seconds())
        for _ in range(2):
            session.poll(Feed(url=server.url(f"/{name}")))
            session.tend()
        if number == len(events) // 2:
            totals += session.intake.counts
            session = Session(settings, clock, store, bus, fetch)
    totals += session.intake.counts
    published = articles(bus)
    texts = {(article.url, article.text) for article in published}
    assert len(published) == len(texts), "no version twice"
    assert {article.url for article in published} | {letter.url for letter in dead(bus)} == links
    assert totals["failed polls"] == 0
    assert totals["unchanged polls"] >= 235, "the second of each pair of polls was answered with 304"
    assert len(published) == len({article_id(link, text) for link, _, text in versions if text})
    edited = Counter(article.url for article in published)
    assert sum(count > 1 for count in edited.values()) <= 18
    assert max(edited.values()) <= 3


def dead(bus) -> list[DeadLetter]:
    return messages(bus, "live", "dead-letters", DeadLetter)


def serve(server, path: str, body: bytes) -> None:
    tag = f'"{hash(body):x}"'

    def page(request) -> None:
        if request.headers.get("If-None-Match") == tag:
            request.send_response(304)
            request.end_headers()
            return
        request.send_response(200)
        request.send_header("ETag", tag)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    server.pages[path] = page
