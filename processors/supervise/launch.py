"""Starting a whole system and saying where it is."""

from __future__ import annotations

import threading

from processors.client import ReadClient
from processors.errors import OnRecordError
from processors.settings import Settings
from processors.supervise.part import Part
from processors.supervise.parts import Workers, broker_part, stage_parts, store_part
from processors.supervise.system import System, Voice


def core_parts(given: Settings, placed: Settings, run: str, workers: Workers) -> list[Part]:
    """Broker (where ``given`` names none), store and stages of a run; ``placed`` has the addresses."""
    broker = [] if given.kafka.bootstrap_servers else [broker_part(placed)]
    needs = tuple(part.name for part in broker)
    return [*broker, store_part(placed, run, needs), *stage_parts(placed, run, needs, workers)]


def run_until_stopped(system: System, voice: Voice, stop: threading.Event, first_run: str = "") -> None:
    """Start the system, say where it is once it works (and ``first_run`` has statements), and supervise it."""
    settings = system.settings
    voice("onrecord", f"data in {settings.data.resolve()}, broker at {settings.kafka.bootstrap_servers}")
    client = ReadClient(settings.api_url)
    try:
        if system.until_ready(stop, lambda: not first_run or _has_statements(client, first_run)):
            voice.plain(
                f"\n  On the Record is running: {system.dashboard_url}\n"
                f"  Questions by program:     {settings.api_url}/docs\n"
                "  Stop it with Ctrl-C.\n"
            )
        system.supervisor.run(stop)
        voice("onrecord", "stopped; nothing is lost")
    finally:
        system.supervisor.stop_all()
        client.close()


def _has_statements(client: ReadClient, run: str) -> bool:
    try:
        return int(client.overview(run)["statements"]) > 0
    except OnRecordError:
        return False
