"""What the tests of the dashboard share: the fake read API, the real server in a process of its own, a browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fake_api import FakeApi

_ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = Path("/usr/bin/chromium")


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """A read API over the invented world."""
    fake = FakeApi().start()
    yield fake
    fake.stop()


@pytest.fixture
def start() -> Iterator[Callable[[str], tuple[subprocess.Popen[str], str]]]:
    """Starts dashboards that do not outlive the test, also where it fails."""
    begun: list[subprocess.Popen[str]] = []

    def one(api_url: str) -> tuple[subprocess.Popen[str], str]:
        process, address = start_dashboard(api_url)
        begun.append(process)
        return process, address

    yield one
    for process in begun:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[FakeApi, str]]:
    """A read API and the address of a dashboard that reads from it; both live for a module."""
    fake = FakeApi().start()
    process, address = start_dashboard(fake.url)
    yield fake, address
    process.terminate()
    written = process.communicate(timeout=15)[0]
    fake.stop()
    assert process.returncode == 0
    assert "Traceback" not in written, written


def start_dashboard(api_url: str) -> tuple[subprocess.Popen[str], str]:
    """Start ``python -m dashboard`` on a free port and wait until it is healthy."""
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ONRECORD_", "STREAMLIT_"))}
    environ = {**clean, "ONRECORD_DASHBOARD_PORT": str(port), "ONRECORD_DASHBOARD_API_URL": api_url}
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard"],
        cwd=_ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    address = f"http://127.0.0.1:{port}"
    until(lambda: process.poll() is not None or _answers(address + "/_stcore/health"), "the dashboard did not start")
    assert process.poll() is None, process.communicate()[0]
    return process, address


def until(condition: Any, otherwise: str, seconds: float = 40.0) -> None:
    """Wait for something outside this process to become true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, otherwise
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2.0, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Debian's chromium; tests that need it are skipped where it is not installed."""
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}; “make test” installs it where it may")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield browser
        browser.close()
