from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_fakes import NOON, FakeRun, FakeRuns

from processors.api.app import build_app
from processors.api.serve import ApiServer
from processors.api.tail import Listener, Pace
from processors.clock import ManualClock
from processors.errors import SettingsError
from processors.filters import Filters
from processors.settings import ApiSettings, Settings, StoreSettings

# No heartbeat and no second overview inside a test, unless it asks for them.
CALM = Pace(heartbeat=60, overview=60, queue=100, missed=3)


class Feed:
    """Reads one stream's events, in order."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()

    def next(self) -> tuple[str, int | None, Any]:
        """Kind, id and data of the next event; comments and retry hints are passed over."""
        kind, number = "", None
        for line in self._lines:
            if line.startswith("event: "):
                kind = line[7:]
            elif line.startswith("id: "):
                number = int(line[4:])
            elif line.startswith("data: "):
                data = json.loads(line[6:])
            elif not line and kind:
                return kind, number, data
        return "end", None, None

    def ids(self, count: int) -> list[str]:
        """Statements among the next events."""
        found: list[str] = []
        while len(found) < count:
            kind, number, data = self.next()
            assert kind in {"statement", "overview"}, (kind, data)
            if kind == "statement":
                assert number == data["seq"]
                found.append(data["id"])
        return found

    def comment(self) -> str:
        return next(line for line in self._lines if line.startswith(":"))


class Server:
    """The API on a port of its own."""

    def __init__(self, runs: FakeRuns, folder: Path, pace: Pace, listeners: int = 10) -> None:
        settings = Settings(store=StoreSettings(directory=str(folder)), api=ApiSettings(event_listeners=listeners))
        self.app = build_app(runs, settings, ManualClock(NOON), pace)
        self.server = ApiServer(self.app, "127.0.0.1", 0)
        self.server.start()

    @contextmanager
    def feed(self, headers: dict[str, str] | None = None, **params: Any) -> Iterator[Feed]:
        """An open feed that has joined: the overview after it has been read."""
        with httpx.stream(
            "GET", f"{self.server.url}/v1/events", params=params, headers=headers, timeout=10
        ) as response:
            yield Feed(response)

    def get(self, path: str, **params: Any) -> httpx.Response:
        return httpx.get(self.server.url + path, params=params, timeout=10)


@pytest.fixture
def serve(runs: FakeRuns, live: FakeRun, tmp_path: Path) -> Iterator[Any]:
    servers: list[Server] = []

    def start(pace: Pace = CALM, **more: Any) -> Server:
        servers.append(Server(runs, tmp_path, pace, **more))
        return servers[-1]

    yield start
    for server in servers:
        server.server.stop()
        assert not server.server._thread.is_alive()


def joined(feed: Feed) -> Feed:
    assert feed.response.status_code == 200
    assert feed.next()[0] == "overview"
    return feed


def test_what_is_stored_is_pushed_as_a_row(serve: Any, live: FakeRun) -> None:
    live.say("before")
    server = serve()
    with server.feed() as feed:
        assert feed.response.headers["content-type"].startswith("text/event-stream")
        kind, _, overview = feed.next()
        assert (kind, overview["statements"]) == ("overview", 1)
        live.say("s1", "with a\nline break")
        live.say("s2")
        live.commit()
        kind, number, row = feed.next()
        assert (kind, number, row["text"]) == ("statement", 2, "with a\nline break")
        assert feed.ids(1) == ["s2"]
        assert row == server.get("/v1/statements", limit=2).json()[1]


def test_a_listener_sees_what_its_filter_lets_through(serve: Any, live: FakeRun) -> None:
    live.topic("a", merged_into="b")
    live.topic("b")
    server = serve()
    with server.feed(outlet="Courier") as courier, server.feed(topic="a") as topic, server.feed() as everything:
        for feed in (courier, topic, everything):
            joined(feed)
        live.say("s1", outlet="PPA", topic_id="b")
        live.say("s2", topic_id="c")
        live.say("s3", copy_of="s1", topic_id="b")
        live.say("s4", copy_of="s1", topic_id="b")
        live.say("s5", topic_id="a")
        live.commit()
        # A copy is news where its first was not seen, and only once.
        assert courier.ids(3) == ["s2", "s3", "s5"]
        assert topic.ids(2) == ["s1", "s5"]
        assert everything.ids(3) == ["s1", "s2", "s5"]


@pytest.mark.parametrize("way", ["header", "parameter", "both"])
def test_a_feed_resumes_behind_the_last_id(serve: Any, live: FakeRun, way: str) -> None:
    for n in range(4):
        live.say(f"s{n}")
    header = {"Last-Event-ID": "2"} if way != "parameter" else {}
    params = {"header": {}, "parameter": {"after": 2}, "both": {"after": 0}}[way]
    with serve().feed(header, **params) as feed:
        assert [feed.next()[2]["id"] for _ in range(2)] == ["s2", "s3"]
        joined(feed)
        live.say("s4")
        live.commit()
        assert feed.ids(1) == ["s4"]


def test_a_long_absence_brings_the_newest_and_says_what_is_left_out(serve: Any, live: FakeRun) -> None:
    for n in range(8):
        live.say(f"s{n}", outlet="PPA" if n % 2 else "Courier")
    with serve().feed(after=1) as feed:
        assert feed.next() == ("skipped", None, {"after": 1, "before": 6})
        assert [feed.next()[2]["id"] for _ in range(3)] == ["s5", "s6", "s7"]
    with serve().feed(after=1, outlet="PPA") as feed:
        assert feed.next()[0] == "skipped"
    with serve().feed(after=1, outlet="Courier") as feed:
        assert [feed.next()[2]["id"] for _ in range(3)] == ["s2", "s4", "s6"]


def test_an_id_from_the_future_starts_afresh(serve: Any, live: FakeRun) -> None:
    live.say("s1")
    with serve().feed(after=999) as feed:
        joined(feed)
        live.say("s2")
        live.commit()
        assert feed.ids(1) == ["s2"]


def test_an_id_that_the_tail_has_not_reached_yet_is_not_sent_twice(serve: Any, live: FakeRun) -> None:
    server = serve()
    with server.feed() as first:
        joined(first)
        live.say("s1")
        live.say("s2")
        # Committed, and read by a page, but the feed has not been told yet.
        with server.feed(after=1) as second:
            joined(second)
            live.commit()
            assert second.ids(1) == ["s2"]
            assert first.ids(2) == ["s1", "s2"]


def test_more_than_one_batch_arrives_complete_and_in_order(serve: Any, runs: FakeRuns) -> None:
    big = runs.add("big", "replay")
    with serve(Pace(heartbeat=60, overview=60, queue=5_000)).feed(run="big") as feed:
        joined(feed)
        big.fill(1_500)
        big.commit()
        numbers = [feed.next()[1] for _ in range(1_350)]
    assert numbers == [n for n in range(1, 1_501) if n % 10]


def test_quiet_feeds_get_a_heartbeat(serve: Any) -> None:
    with serve(Pace(heartbeat=0.01)).feed() as feed:
        joined(feed)
        assert feed.comment() == ": still here"
        assert feed.comment() == ": still here"


def test_overviews_come_after_changes_and_not_more_often_than_allowed(serve: Any, live: FakeRun) -> None:
    with serve(Pace(heartbeat=60, overview=0.05)).feed() as feed:
        joined(feed)
        for n in range(5):
            live.say(f"s{n}")
            live.commit()
        counts: list[int] = []
        while not counts or counts[-1] < 5:
            kind, _, data = feed.next()
            if kind == "overview":
                counts.append(data["statements"])
        assert len(counts) <= 5
        # Nothing has changed since, so nothing follows: the next event is the next statement.
        live.say("last")
        live.commit()
        assert feed.next()[0] == "statement"


def test_too_many_listeners_are_refused(serve: Any) -> None:
    server = serve(listeners=1)
    with server.feed() as feed:
        joined(feed)
        refused = server.get("/v1/events")
        assert refused.status_code == 503
        assert "api.event_listeners" in refused.json()["error"]
        assert 'onrecord_event_listeners{run="live"} 1.0' in server.get("/metrics").text


def test_a_listener_that_left_makes_room_and_the_last_one_ends_the_tail(serve: Any, live: FakeRun) -> None:
    server = serve(Pace(heartbeat=0.01), listeners=1)
    gone = threading.Event()
    forget = live.unsubscribe

    def unsubscribe(notify: Callable[[int], None]) -> None:
        forget(notify)
        gone.set()

    live.unsubscribe = unsubscribe  # type: ignore[method-assign]
    with server.feed() as feed:
        joined(feed)
        assert len(live.subscribers) == 1
    assert gone.wait(10)
    assert live.subscribers == []
    with server.feed() as feed:
        joined(feed)


@pytest.mark.parametrize("value", ["x", "-1", "1e3", "9" * 30, "١"])
def test_a_bad_last_event_id_is_refused(serve: Any, value: str) -> None:
    with serve().feed({"Last-Event-ID": value.encode()}) as feed:
        assert feed.response.status_code == 422
        assert "Last-Event-ID" in json.loads(feed.response.read())["error"]


def test_stopping_the_server_ends_the_feeds_with_a_reason(serve: Any) -> None:
    server = serve()
    with server.feed() as feed:
        joined(feed)
        stopper = threading.Thread(target=server.server.stop)
        stopper.start()
        kind, _, data = feed.next()
        assert kind == "close"
        assert "stopping" in data["error"]
        assert feed.next()[0] == "end"
        stopper.join(10)


def test_a_feed_that_fails_says_so(serve: Any, live: FakeRun) -> None:
    with serve().feed() as feed:
        joined(feed)
        with live.cursor() as cursor:
            cursor.execute("DROP TABLE topics")
        live.seq += 1
        live.commit()
        kind, _, data = feed.next()
        assert kind == "close"
        assert "connect again" in data["error"]


async def _drain(listener: Listener) -> list[bytes | None]:
    found = [await listener.next(1)]
    while found[-1] is not None:
        found.append(await listener.next(1))
    return found


def test_a_slow_listener_is_closed_with_a_reason() -> None:
    import asyncio

    async def play() -> tuple[list[bool], list[bytes | None]]:
        listener = Listener(Filters(), 3)
        taken = [listener.put(b"x") for _ in range(5)]
        return taken, await _drain(listener)

    taken, sent = asyncio.run(play())
    assert taken == [True, True, True, False, True]
    assert len(sent) == 2
    assert b"event: close" in (sent[0] or b"")
    assert b"too slow" in (sent[0] or b"")


def test_a_client_that_does_not_read_is_dropped(serve: Any, runs: FakeRuns) -> None:
    big = runs.add("big", "replay")
    server = serve(Pace(heartbeat=60, overview=60, queue=50))
    with server.feed(run="big") as feed:
        joined(feed)
        big.fill(10_000)
        big.commit()
        kinds: list[str] = []
        while not kinds or kinds[-1] not in {"close", "end"}:
            kinds.append(feed.next()[0])
        assert kinds[-1] == "close"
        assert "onrecord_event_listeners_dropped_total 1.0" in server.get("/metrics").text


def test_a_port_in_use_is_one_sentence(serve: Any) -> None:
    server = serve()
    with pytest.raises(SettingsError, match=r"api\.port"):
        ApiServer(server.app, "127.0.0.1", server.server.port)
