"""The store's process: the runs of one data folder, written by a thread each, and the read API over them."""

from __future__ import annotations

import threading

import structlog

from processors.api.app import build_app
from processors.api.serve import ApiServer
from processors.bus import check_named, connect
from processors.clock import SystemClock
from processors.logs import READY
from processors.pipeline import LIVE
from processors.settings import Settings
from processors.store.registry import RunRegistry

log = structlog.get_logger()


def serve(settings: Settings, run: str, stop: threading.Event) -> None:
    """Keep and serve all runs until ``stop`` is set; ``live`` is begun here, other runs begin when they are asked for.

    Raises StoreLocked where another process owns a run's file, SettingsError where the API's port is taken or no broker
    is named. A defect in a run's thread ends the process with that error, so that it is started again on what is on
    disk.
    """
    check_named(settings.kafka)
    failures: list[BaseException] = []

    def on_failure(_run: str, error: BaseException) -> None:
        failures.append(error)
        stop.set()

    clock = SystemClock()
    registry = RunRegistry(settings, lambda: connect(settings.kafka), clock, on_failure=on_failure)
    server: ApiServer | None = None
    try:
        registry.open()
        if run == LIVE:
            registry.start(LIVE, "live")
        server = ApiServer(build_app(registry, settings, clock), settings.api.host, settings.api.port)
        server.start()
        log.info(READY, stage="store", api=server.url, runs=len(registry.manifests()))
        stop.wait()
    finally:
        if server is not None:
            server.stop()
        registry.stop()
    if failures:
        raise failures[0]
