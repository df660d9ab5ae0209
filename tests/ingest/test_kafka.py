"""Ingest on a real broker: it is killed, comes back empty, and playback itself is killed with -9."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from ingest.recording import recorded_stream
from ingest.rows import read_rows
from processors.errors import BrokerUnavailable
from processors.messages import Article, decode
from processors.settings import KafkaSettings
from tests.core.brokers import Broker
from tests.ingest.fakes import START

with warnings.catch_warnings():
    # kafka-python reads its schemas in a way that Python 3.11 calls deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    from processors.bus import KafkaBus

ROOT = Path(__file__).resolve().parents[2]
TOPIC = "onrecord.r1.articles"

# A client whose broker was killed leaves its socket to the garbage collector.
pytestmark = [pytest.mark.broker, pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")]


class Store:
    """Takes articles off the broker, at most ``most`` in all, and answers for them over HTTP like the read API."""

    def __init__(self, port: int) -> None:
        self.most = 0
        self.taken: dict[int, list[str]] = {}
        self._settings = KafkaSettings(bootstrap_servers=f"127.0.0.1:{port}", connect_timeout_seconds=2)
        self._ending = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                assert "origin" in parse_qs(urlsplit(self.path).query)
                seen = set(outer.taken)
                following = next(i for i in range(len(seen) + 1) if i not in seen)
                self._answer({"next": following, "accounted": len(seen)})

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                now = "2026-03-17T12:00:00Z"
                self._answer(
                    {"name": "r1", "kind": "demo", "state": "running", "statements": 0, "articles": 0,
                     "first_at": None, "last_at": None, "created_at": now}
                )  # fmt: skip

            def _answer(self, body: dict) -> None:
                data = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._threads = [
            threading.Thread(target=self.http.serve_forever, args=(0.05,)),
            threading.Thread(target=self._read),
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        self._ending.set()
        self.http.shutdown()
        for thread in self._threads:
            thread.join()
        self.http.server_close()

    def _read(self) -> None:
        while not self._ending.is_set():
            try:
                bus = KafkaBus(self._settings)
                try:
                    self._read_cluster(bus)
                finally:
                    bus.close()
            except BrokerUnavailable:
                self._ending.wait(0.1)

    def _read_cluster(self, bus) -> None:
        at = bus.partitions([TOPIC])
        if not at:
            self._ending.wait(0.1)
            return
        consumer = bus.consumer(dict.fromkeys(at, 0))
        try:
            while not self._ending.is_set():
                if len(self.taken) >= self.most:
                    bus.check_cluster()
                    self._ending.wait(0.05)
                    continue
                for record in consumer.poll(5, 0.1):
                    article = decode(record.value, Article)
                    self.taken.setdefault(article.position, []).append(article.id)
        finally:
            consumer.close()


@pytest.fixture
def broker():
    one = Broker()
    yield one
    one.kill()


@pytest.fixture
def store(broker):
    one = Store(broker.port)
    yield one
    one.close()
    gc.collect()


@pytest.fixture
def playback(broker, store, tmp_path):
    """Starts playback as a process of its own; whatever still runs at the end is killed."""
    (tmp_path / "control.token").write_text("secret")
    started = []

    def start() -> subprocess.Popen[bytes]:
        started.append(start_playback(broker, store, tmp_path))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def start_playback(broker: Broker, store: Store, data: Path) -> subprocess.Popen[bytes]:
    code = (
        "import sys, threading; from pathlib import Path; from ingest.playback import main; "
        "from processors.settings import load_settings; "
        "sys.exit(main(load_settings(), 'r1', Path(sys.argv[1]), 'max', '', threading.Event()))"
    )
    environ = {
        **os.environ,
        "ONRECORD_KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{broker.port}",
        "ONRECORD_KAFKA_CONNECT_TIMEOUT_SECONDS": "3",
        "ONRECORD_API_PORT": str(store.http.server_port),
        "ONRECORD_STORE_DIRECTORY": str(data),
        "ONRECORD_INGEST_MAX_UNCONFIRMED": "20",
    }
    return subprocess.Popen([sys.executable, "-c", code, str(recorded_stream())], cwd=ROOT, env=environ)


def wait_until(condition, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)


def test_kill_9_of_playback_and_broker_loses_and_repeats_nothing(broker, store, playback):
    wanted = [row.id for row in read_rows(recorded_stream(), START).rows]
    first = playback()
    store.most = 10
    wait_until(lambda: len(store.taken) >= 10)
    first.send_signal(signal.SIGKILL)
    assert first.wait(10) == -signal.SIGKILL
    second = playback()
    store.most = 30
    wait_until(lambda: len(store.taken) >= 30)
    broker.kill()
    broker.start()
    store.most = 1_000
    assert second.wait(60) == 0
    assert sorted(store.taken) == list(range(len(wanted)))
    # The store knows by position what it gets again; what it gets must be the same.
    assert [set(store.taken[position]) for position in sorted(store.taken)] == [{one} for one in wanted]
