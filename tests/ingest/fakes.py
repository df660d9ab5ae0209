"""Fakes of the tests of ingest: a store that reads the memory bus, and rows to publish."""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ingest.confirmations import FakeConfirmations
from ingest.items import Draft
from processors.memory_bus import MemoryBus
from processors.messages import Article, DeadLetter, decode

START = datetime(2026, 3, 17, 6, 0, tzinfo=UTC)
SHARED = Path(__file__).resolve().parents[3] / "shared"


class ReadingStore(FakeConfirmations):
    """Accounts for what lies on a memory bus, ``most`` inputs at each question; keeps what it took, once each."""

    def __init__(self, bus: MemoryBus, most: int = 1_000_000) -> None:
        super().__init__()
        self.bus = bus
        self.most = most
        self.taken: dict[tuple[str, int], Article | DeadLetter] = {}

    def positions(self, run: str, origin: str):
        if not self.away:
            for message in itertools.islice(self._new(run), self.most):
                self.taken[message.origin, message.position] = message
                self.account(run, message.origin, message.position)
        return super().positions(run, origin)

    def _new(self, run: str):
        for stream, kind in (("articles", Article), ("dead-letters", DeadLetter)):
            for record in messages(self.bus, run, stream, kind):
                if (record.origin, record.position) not in self.taken:
                    yield record


def messages(bus: MemoryBus, run: str, stream: str, kind: type) -> list:
    name = f"onrecord.{run}.{stream}"
    if not bus.partitions([name]):
        return []
    return sorted((decode(record.value, kind) for record in bus.records(name)), key=lambda message: message.position)


def draft(number: int, text: str = "", **fields: object) -> Draft:
    values: dict = {
        "url": f"https://paper.example/{number}",
        "outlet": "The Paper",
        "title": f"Article {number}",
        "text": text or f"The minister said number {number}.",
        "published_at": START,
        "line": number + 1,
    }
    return Draft(**values | fields)


class Server:
    """A web server on the loopback interface whose answers are functions of the request."""

    def __init__(self) -> None:
        self.pages: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[str] = []
        self._ending = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                page = outer.pages.get(self.path)
                # A test that hangs up in the middle is no news.
                with contextlib.suppress(OSError):
                    if page is None:
                        self.send_error(404)
                    else:
                        page(self)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self._http.server_port}{path}"

    def put(self, path: str, body: bytes, status: int = 200, **headers: str) -> None:
        def page(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            for name, value in headers.items():
                request.send_header(name.replace("_", "-"), value)
            if "Content_Length" not in headers:
                request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)

        self.pages[path] = page

    def drip(self, path: str, before: bytes, seconds: float = 0.02) -> None:
        """Send ``before``, then a byte now and then, for ever."""

        def page(request: BaseHTTPRequestHandler) -> None:
            request.wfile.write(before)
            while not self._ending.wait(seconds):
                request.wfile.write(b"x")

        self.pages[path] = page

    def close(self) -> None:
        self._ending.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


def rss(*items: str, title: str = "News", language: str = "en") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{title}</title><language>{language}</language>{''.join(items)}</channel></rss>"
    ).encode()


def rss_item(number: int, text: str = "", host: str = "https://paper.example") -> str:
    content = f"<content:encoded><![CDATA[<p>{text}</p>]]></content:encoded>" if text else ""
    return (
        f"<item><title>Item {number}</title><link>{host}/{number}</link><guid>{number}</guid>"
        f"<pubDate>Tue, 17 Mar 2026 05:0{number % 10}:00 +0000</pubDate>"
        f"<description>In short.</description>{content}</item>"
    )
