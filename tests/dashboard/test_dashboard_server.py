from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import httpx
import pytest

import dashboard
from dashboard import server
from processors.errors import SettingsError

_PACKAGE = Path(dashboard.__file__).parent


def test_a_port_that_is_taken_is_one_sentence_and_exit_code_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environ = {**os.environ, "ONRECORD_DASHBOARD_PORT": str(port)}
        done = subprocess.run(
            [sys.executable, "-m", "dashboard"],
            cwd=_PACKAGE.parent,
            env=environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert re.fullmatch(
        rf"error: the dashboard cannot listen on 127\.0\.0\.1:{port} \(.+\); set dashboard\.port .+\n", done.stderr
    )


def test_an_address_that_is_not_ours_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"cannot listen on 192\.0\.2\.1:0"):
        server._listen("192.0.2.1", 0)


def test_streamlit_is_set_so_that_many_readers_can_watch_and_nothing_is_told_to_others() -> None:
    config = tomllib.loads((_PACKAGE / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["runner"]["postScriptGC"] is False
    assert config["server"]["fileWatcherType"] == "none"
    assert config["server"]["enableXsrfProtection"] is True
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"] == {"toolbarMode": "minimal", "showErrorDetails": "none", "showErrorLinks": False}
    assert set(config["theme"]["light"]) == set(config["theme"]["dark"])
    assert "http" not in (_PACKAGE / ".streamlit" / "config.toml").read_text("utf-8")


def test_no_script_of_ours_parses_text_as_markup() -> None:
    scripts = sorted((_PACKAGE / "static").glob("*.js"))
    assert len(scripts) > 5
    for script in scripts:
        text = script.read_text("utf-8")
        found = re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|srcdoc", text)
        assert not found, script.name


def test_it_serves_health_modules_and_headers_and_stops_cleanly(start: Any) -> None:
    process, address = start("http://127.0.0.1:9")
    with httpx.Client(base_url=address, trust_env=False) as page:
        assert page.get("/healthz").json() == {"status": "ok", "read_api": "unreachable"}
        assert page.get("/live/events").status_code == 503
        module = page.get("/live/static/feed.js")
        assert "javascript" in module.headers["content-type"]
        assert page.get("/").headers["x-frame-options"] == "SAMEORIGIN"
        for path in ("/live/static/../server.py", "/live/static/%2e%2e/server.py", "/live/static/..%2fserver.py"):
            assert "SettingsError" not in page.get(path).text
    process.terminate()
    written = process.communicate(timeout=15)[0]
    assert process.returncode == 0
    assert address in written
    assert "Traceback" not in written
