from __future__ import annotations

import gzip
import socket
import time
import zlib

import pytest

from ingest.http import FetchFailed, HttpFetch, is_public
from processors.settings import IngestSettings

SMALL = IngestSettings(max_bytes=100_000, timeout_seconds=0.5, user_agent="tester/1 (who asks)")


@pytest.fixture
def fetch() -> HttpFetch:
    return HttpFetch(SMALL, allow_private=True)


def resolving(*addresses: str):
    def resolve(host: str, port: int):
        return [
            (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in addresses
        ]

    return resolve


def test_an_answer_with_its_headers_and_who_asked(server, fetch):
    seen = {}

    def page(request):
        seen.update(request.headers)
        request.send_response(200)
        request.send_header("ETag", '"1"')
        request.end_headers()
        request.wfile.write(b"hello")

    server.pages["/a"] = page
    answer = fetch(server.url("/a"), {"If-None-Match": '"0"'})
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, b"hello", '"1"')
    assert seen["User-Agent"] == "tester/1 (who asks)"
    assert seen["If-None-Match"] == '"0"'


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)]
)
def test_packed_answers_are_unpacked(server, fetch, encoding, pack):
    server.put("/a", pack(b"hello" * 1_000), Content_Encoding=encoding)
    assert fetch(server.url("/a"), {}).body == b"hello" * 1_000


def test_chunked_answers_are_read(server, fetch):
    def page(request):
        request.protocol_version = "HTTP/1.1"
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        request.wfile.write(b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")

    server.pages["/a"] = page
    assert fetch(server.url("/a"), {}).body == b"hello world"


@pytest.mark.parametrize("status", [301, 304, 404, 503])
def test_every_status_is_an_answer_and_redirects_are_not_followed(server, fetch, status):
    server.put("/a", b"", status=status, Location="/b")
    assert fetch(server.url("/a"), {}).status == status
    assert server.asked == ["/a"]


BOMB = gzip.compress(bytes(20_000_000))


@pytest.mark.parametrize(
    ("body", "headers", "says"),
    [
        (b"x" * 100_001, {}, "more than 100,000 bytes"),
        (b"x", {"Content_Length": "100001"}, "more than 100,000 bytes"),
        (BOMB, {"Content_Encoding": "gzip"}, "more than 100,000 bytes"),
        (b"plain", {"Content_Encoding": "gzip"}, "not what its Content-Encoding says"),
        (gzip.compress(b"hello" * 99)[:-9], {"Content_Encoding": "gzip"}, "ended too early"),
        (b"x", {"Content_Encoding": "br"}, "not asked for"),
        (b"short", {"Content_Length": "500"}, "IncompleteRead"),
    ],
)
def test_answers_that_are_too_much_or_broken(server, fetch, body, headers, says):
    server.put("/a", body, **headers)
    with pytest.raises(FetchFailed, match=says):
        fetch(server.url("/a"), {})


def test_a_stream_without_end_is_cut_at_the_size(server):
    def page(request):
        request.send_response(200)
        request.end_headers()
        while True:
            request.wfile.write(b"x" * 10_000)

    server.pages["/a"] = page
    with pytest.raises(FetchFailed, match="more than"):
        HttpFetch(SMALL, allow_private=True)(server.url("/a"), {})


@pytest.mark.parametrize("before", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Slow: ", b""])
def test_a_server_that_drips_is_cut_at_the_deadline(server, fetch, before):
    server.drip("/a", before)
    began = time.monotonic()
    with pytest.raises(FetchFailed, match=r"within 0\.5 s"):
        fetch(server.url("/a"), {})
    assert time.monotonic() - began < 3


def test_nobody_listens(fetch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(FetchFailed) as raised:
            fetch(f"http://127.0.0.1:{taken.getsockname()[1]}/", {})
    assert raised.value.retriable


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://a.example/x", "gopher://a/", "data:,x", "http://", "//a/b", "", "http://[::1", "/x"],
)
def test_only_http_and_https(fetch, url):
    with pytest.raises(FetchFailed, match="no http or https address") as raised:
        fetch(url, {})
    assert not raised.value.retriable


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::", "fe80::1%eth0"],
)  # fmt: skip
def test_private_addresses_are_refused_whatever_they_are_called(address):
    fetch = HttpFetch(SMALL, resolve=resolving(address))
    with pytest.raises(FetchFailed, match="private address"):
        fetch("http://innocent.example/", {})


def test_public_addresses_are_public():
    assert is_public("93.184.215.14")
    assert is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")
    assert is_public("64:ff9b::5db8:d70e")


def test_the_loopback_interface_is_refused_also_by_number(server):
    server.put("/a", b"secret")
    for url in (
        server.url("/a"),
        server.url("/a", "localhost"),
        server.url("/a", "0x7f.1"),
        server.url("/a", "2130706433"),
    ):
        with pytest.raises(FetchFailed):
            HttpFetch(SMALL)(url, {})
    assert server.asked == []


def test_a_host_that_is_allowed_by_name_may_be_private(server):
    server.put("/a", b"ours")
    allowed = IngestSettings(allow_hosts=("News.Internal",))
    fetch = HttpFetch(allowed, resolve=resolving("127.0.0.1"))
    assert fetch(server.url("/a", "news.internal"), {}).body == b"ours"
    with pytest.raises(FetchFailed, match="private address"):
        fetch(server.url("/a", "other.internal"), {})


def test_one_private_answer_among_public_ones_is_enough_to_refuse():
    fetch = HttpFetch(SMALL, resolve=resolving("127.0.0.1", "93.184.215.14"))
    with pytest.raises(FetchFailed, match="private address"):
        fetch("http://rebinding.example/", {})


def test_a_name_that_is_not_known_or_is_no_name(fetch):
    def unknown(host: str, port: int):
        raise socket.gaierror(-2, "Name or service not known")

    for url in ("http://unknown.example/", f"http://{'a' * 70}.example/", "http://a..b/"):
        with pytest.raises(FetchFailed):
            HttpFetch(SMALL, resolve=unknown)(url, {})


def test_no_line_break_gets_into_a_request(server, fetch):
    server.put("/a", b"x")
    with pytest.raises(FetchFailed):
        fetch(server.url("/a"), {"If-None-Match": "x\r\nX-Evil: 1"})
    assert server.asked == []
