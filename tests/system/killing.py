"""Replays a file, kills processes of the system while it runs, and compares what is stored with an undisturbed run.

    python tests/system/killing.py FILE [--speed max] [--into FOLDER]

kills every part in turn with SIGKILL (and the supervisor itself, after which the same command is given again), and
prints one JSON object with the figures; it exits with 1 where the two runs differ.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from processors.client import ReadClient
from processors.errors import OnRecordError
from processors.supervise.state import SystemState, is_alive, read_state

RUN = "killed"
PARTS = ("extract", "embed", "store", "playback", "broker")
SUPERVISOR = "supervisor"
# What must be equal: everything but when and where on the bus it happened.
QUERIES = {
    "statements": """
        SELECT seq, id, article_id, kind, text, spans, speaker_id, speaker, mention, role, relayed_by, heading,
               evidence, confidence, why_unknown, rule, extractor, topic_id, copy_of, outlet, language, published_at,
               reported_speaker
        FROM run.statements ORDER BY seq""",
    "articles": """
        SELECT id, url, outlet, title, text, origin, position, statements, skipped, published_at
        FROM run.articles ORDER BY seq""",
    "vectors": "SELECT statement_id, vector FROM run.vectors ORDER BY seq",
    "topics": "SELECT id, title, terms, merged_into, statements, articles FROM run.topics ORDER BY id",
    "topic_events": "SELECT seq, kind, topic_id, into_id, title FROM run.topic_events ORDER BY seq",
    "speakers": """
        SELECT id, name, kind, role, terms, aliases, merged_into, first_at, last_at, statements, state
        FROM run.speakers ORDER BY id""",
    "speaker_events": """
        SELECT seq, "at", kind, speaker_id, into_id, name, reason FROM run.speaker_events ORDER BY seq""",
    "speaker_state": "SELECT key, value FROM run.speaker_state ORDER BY key",
    "inputs": "SELECT origin, position, outcome, article_id FROM run.inputs ORDER BY origin, position",
    "dead_letters": "SELECT stage, reason, origin, position FROM run.dead_letters ORDER BY origin, position",
}

Tables = dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True, slots=True)
class Kill:
    """Kill ``part`` once this share of the file is accounted for by the store."""

    at: float
    part: str


class Replay:
    """One replay command over a data folder of its own, on free ports."""

    def __init__(self, file: Path, folder: Path, speed: str, articles: int) -> None:
        self._command = [sys.executable, "-m", "processors.commands.main", "replay", str(file), "--speed", speed]
        self._command += ["--run", RUN]
        self._environ = {
            **os.environ,
            "ONRECORD_STORE_DIRECTORY": str(folder / "data"),
            "ONRECORD_API_PORT": "0",
            "ONRECORD_DASHBOARD_PORT": "0",
        }
        self.data = folder / "data"
        self.output = folder / "output.txt"
        self.articles = articles
        self.restarts = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Give the command; a second time, it goes on."""
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=self._environ
            )

    def poll(self) -> int | None:
        """Exit status of the command, or None while it runs."""
        assert self._process is not None
        return self._process.poll()

    def accounted(self) -> int:
        """How many articles the store has accounted for; 0 while nothing answers."""
        state = read_state(self.data)
        if state is None:
            return 0
        client = ReadClient(state.api_url, seconds=5.0)
        try:
            account = client.overview(RUN)["accounting"]
        except OnRecordError:
            return 0
        finally:
            client.close()
        return int(account["stored"] + account["duplicates"] + account["dead_letters"])

    def kill(self, part: str) -> None:
        """SIGKILL one part; waits until it is gone, and for the supervisor until all its children are."""
        state = _state(self.data)
        pids = {found.name: found.pid for found in state.parts}
        if part != SUPERVISOR:
            pid = pids[part]
            assert pid is not None, f"{part} does not run: {state}"
            os.kill(pid, signal.SIGKILL)
            return
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        _wait(lambda: not any(pid and is_alive(pid) for pid in pids.values()), 60, "children outlive their supervisor")
        self.restarts += 1
        self.start()

    def finish(self, seconds: float) -> str:
        """Wait for the end; the command's whole output. Raises where it failed."""
        assert self._process is not None
        status = self._process.wait(seconds)
        said = self.output.read_text(encoding="utf-8")
        assert status == 0, f"exit status {status}: {said[-3000:]}"
        return said

    def end(self) -> None:
        """Leave nothing behind."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def tables(self) -> Tables:
        """What is stored."""
        connection = duckdb.connect()
        connection.execute(f"ATTACH '{self.data}/runs/{RUN}.duckdb' AS run (READ_ONLY)")
        found = {name: connection.execute(query).fetchall() for name, query in QUERIES.items()}
        connection.close()
        return found


def replay(file: Path, folder: Path, speed: str, articles: int, kills: tuple[Kill, ...], seconds: float) -> Replay:
    """Replay a file with these kills, in order; returns the finished replay."""
    folder.mkdir(parents=True, exist_ok=True)
    running = Replay(file, folder, speed, articles)
    running.start()
    try:
        done = 0
        for kill in kills:
            # At least one more than at the last kill: the system has to have recovered from it.
            wanted = max(int(kill.at * articles), done + 1)
            _wait(
                lambda wanted=wanted: running.poll() is not None or running.accounted() >= wanted,  # type: ignore[misc]
                seconds,
                f"{wanted} articles were not reached: {_tail(running.output)}",
            )
            assert running.poll() is None, f"the replay ended before {kill.part} was killed: {_tail(running.output)}"
            done = running.accounted()
            running.kill(kill.part)
        running.finish(seconds)
    finally:
        running.end()
    return running


def kills_in_turn(*, supervisor: bool = True) -> tuple[Kill, ...]:
    """One kill of each part, spread over the replay."""
    parts = (*PARTS, SUPERVISOR) if supervisor else PARTS
    return tuple(Kill((number + 1) / (len(parts) + 2), part) for number, part in enumerate(parts))


def differences(one: Tables, other: Tables) -> list[str]:
    """What differs, a line a table; empty where nothing does."""
    found = []
    for name in one:
        if one[name] != other[name]:
            unequal = [pair for pair in zip(one[name], other[name], strict=False) if pair[0] != pair[1]]
            first = f"; first: {unequal[0]!r}"[:1500] if unequal else ""
            found.append(f"{name}: {len(one[name])} and {len(other[name])} rows, {len(unequal)} unequal{first}")
    return found


def _state(data: Path) -> SystemState:
    _wait(lambda: read_state(data) is not None, 60, "no system runs")
    state = read_state(data)
    assert state is not None
    return state


def _wait(condition, seconds: float, otherwise: str) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.2)


def _tail(path: Path) -> str:
    return path.read_text(encoding="utf-8")[-2000:]


def main() -> int:
    """The command line."""
    from ingest.rows import read_rows
    from processors.clock import SystemClock

    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--speed", default="max")
    arguments.add_argument("--into", type=Path)
    arguments.add_argument("--undisturbed", type=Path, help="folder of an undisturbed run that exists already")
    given = arguments.parse_args()
    articles = len(read_rows(given.file, SystemClock().now()).rows)
    folder = given.into or Path(tempfile.mkdtemp(prefix="onrecord-kill-"))
    calm = Replay(given.file, given.undisturbed or folder / "calm", given.speed, articles)
    if given.undisturbed is None:
        shutil.rmtree(folder / "calm", ignore_errors=True)
        calm = replay(given.file, folder / "calm", given.speed, articles, (), 7200)
    shutil.rmtree(folder / "killed", ignore_errors=True)
    killed = replay(given.file, folder / "killed", given.speed, articles, kills_in_turn(), 7200)
    one, other = calm.tables(), killed.tables()
    found = differences(one, other)
    figures = {name: len(rows) for name, rows in one.items()}
    kills = [kill.part for kill in kills_in_turn()]
    print(json.dumps({"file": given.file.name, "killed": kills, "rows": figures, "differences": found}))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
