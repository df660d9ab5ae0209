from __future__ import annotations

import contextlib
import threading

import pytest

from ingest.fake_fetch import FakeFetch
from ingest.http import FetchFailed
from ingest.polite import Polite
from processors.settings import IngestSettings

HOST = "https://paper.example"


@pytest.fixture
def fetch() -> FakeFetch:
    fake = FakeFetch()
    fake.put(f"{HOST}/a", "A")
    fake.put(f"{HOST}/b", "B")
    return fake


@pytest.fixture
def polite(fetch, clock) -> Polite:
    return Polite(fetch, IngestSettings(), clock, threading.Event())


def test_robots_txt_is_asked_first_and_once_a_day(fetch, polite, clock):
    polite.get(f"{HOST}/a")
    polite.get(f"{HOST}/b")
    assert fetch.asked == [f"{HOST}/robots.txt", f"{HOST}/a", f"{HOST}/b"]
    clock.advance(90_000)
    polite.get(f"{HOST}/a")
    assert fetch.asked[3:] == [f"{HOST}/robots.txt", f"{HOST}/a"]


def test_what_robots_txt_forbids_is_not_asked(fetch, polite):
    fetch.put(f"{HOST}/robots.txt", "User-agent: onrecord\nDisallow: /b\n\nUser-agent: *\nDisallow: /a\n")
    assert polite.get(f"{HOST}/a").body == b"A"
    with pytest.raises(FetchFailed, match="does not allow") as raised:
        polite.get(f"{HOST}/b")
    assert not raised.value.retriable
    assert f"{HOST}/b" not in fetch.asked


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_robots_txt_that_cannot_be_read_means_keep_away_for_now(fetch, polite, clock, status):
    fetch.put(f"{HOST}/robots.txt", "", status=status)
    with pytest.raises(FetchFailed, match="cannot be read") as raised:
        polite.get(f"{HOST}/a")
    assert raised.value.retriable
    fetch.put(f"{HOST}/robots.txt", "")
    with pytest.raises(FetchFailed):
        polite.get(f"{HOST}/a")
    clock.advance(601)
    assert polite.get(f"{HOST}/a").body == b"A"


def test_one_host_is_asked_every_two_seconds_and_hosts_do_not_wait_for_each_other(fetch, polite, clock):
    fetch.put("https://other.example/a", "A")
    polite.get(f"{HOST}/a")
    assert clock.monotonic() == pytest.approx(2)
    polite.get("https://other.example/a")
    assert clock.monotonic() == pytest.approx(4)
    polite.get(f"{HOST}/b")
    assert clock.monotonic() == pytest.approx(4)


def test_a_longer_crawl_delay_counts_up_to_a_minute(fetch, polite, clock):
    fetch.put(f"{HOST}/robots.txt", "User-agent: *\nCrawl-delay: 7")
    polite.get(f"{HOST}/a")
    before = clock.monotonic()
    polite.get(f"{HOST}/b")
    assert clock.monotonic() - before == pytest.approx(7)
    fetch.put("https://slow.example/robots.txt", "User-agent: *\nCrawl-delay: 90000")
    fetch.put("https://slow.example/a", "A")
    polite.get("https://slow.example/a")
    before = clock.monotonic()
    polite.get("https://slow.example/a")
    assert clock.monotonic() - before == pytest.approx(60)


def test_redirects_are_followed_with_the_manners_of_each_host(fetch, polite):
    fetch.put(f"{HOST}/old", "", status=301, location="https://new.example/x")
    fetch.put("https://new.example/x", "", status=302, location="y?z=1")
    fetch.put("https://new.example/y?z=1", "new")
    answer = polite.get(f"{HOST}/old")
    assert (answer.url, answer.body) == ("https://new.example/y?z=1", b"new")
    assert "https://new.example/robots.txt" in fetch.asked
    fetch.put("https://closed.example/robots.txt", "User-agent: *\nDisallow: /")
    fetch.put(f"{HOST}/trap", "", status=307, location="https://closed.example/")
    with pytest.raises(FetchFailed, match=r"closed\.example does not allow"):
        polite.get(f"{HOST}/trap")


def test_redirects_have_an_end(fetch, polite):
    fetch.put(f"{HOST}/loop", "", status=302, location="/loop")
    with pytest.raises(FetchFailed, match="more than 5 redirects"):
        polite.get(f"{HOST}/loop")
    assert fetch.asked.count(f"{HOST}/loop") == 6


def test_a_redirect_does_not_lead_to_a_private_address_or_a_file(server, clock):
    """The real fetch is called for each hop, so each hop is checked."""
    from ingest.http import HttpFetch

    real = HttpFetch(IngestSettings())
    fake = FakeFetch()

    def mixed(url, headers):
        return fake(url, headers) if url.startswith(HOST) else real(url, headers)

    server.put("/secret", b"secret")
    polite = Polite(mixed, IngestSettings(), clock, threading.Event())
    for target in (server.url("/secret"), "file:///etc/passwd", "http://[bad"):
        fake.put(f"{HOST}/r", "", status=302, location=target)
        with pytest.raises(FetchFailed):
            polite.get(f"{HOST}/r")
    assert server.asked == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120), ("Tue, 17 Mar 2026 06:10:02 GMT", 600), ("Tue, 17 Mar 2026 05:00:00 GMT", 0),
        ("999999999", 86_400), ("soon", None), ("", None), ("-5", None),
    ],
)  # fmt: skip
def test_retry_after_is_read(fetch, polite, header, seconds):
    fetch.put(f"{HOST}/busy", "", status=429, retry_after=header)
    with pytest.raises(FetchFailed) as raised:
        polite.get(f"{HOST}/busy")
    assert raised.value.retry_after == (None if seconds is None else pytest.approx(seconds, abs=3))
    assert raised.value.status == 429
    assert raised.value.retriable


def test_what_is_gone_is_not_tried_again(fetch, polite):
    for status, retriable in ((404, False), (410, False), (403, False), (408, True), (500, True), (204, True)):
        fetch.put(f"{HOST}/x", "", status=status)
        with pytest.raises(FetchFailed) as raised:
            polite.get(f"{HOST}/x")
        assert raised.value.retriable is retriable, status


def test_nothing_is_asked_after_stop(fetch, clock):
    stop = threading.Event()
    stop.set()
    with pytest.raises(FetchFailed, match="stopped"):
        Polite(fetch, IngestSettings(), clock, stop).get(f"{HOST}/a")
    assert fetch.asked == []


@pytest.mark.shared
def test_real_robots_files_are_understood(shared, fetch, polite):
    files = sorted((shared / "data/robots_sitemaps").glob("*.robots.txt"))
    assert len(files) == 18
    for file in files:
        host = f"https://{file.name.removesuffix('.robots.txt')}"
        fetch.put(f"{host}/robots.txt", file.read_bytes())
        fetch.put(f"{host}/", "front")
        with contextlib.suppress(FetchFailed):
            assert polite.get(f"{host}/").body == b"front"
        assert fetch.asked.count(f"{host}/robots.txt") == 1
    fronts = [url for url in fetch.asked if url.endswith("/")]
    assert len(fronts) >= 12, "most front pages may be read"
