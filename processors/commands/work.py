"""``onrecord work STAGE``: one stage in the foreground, as the supervisor and docker-compose run it."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import structlog

from processors.bus import connect
from processors.clock import SystemClock
from processors.errors import SettingsError
from processors.logs import READY, configure_logs
from processors.pipeline import EMBED, EXTRACT, LIVE, check_run_name, run_topics
from processors.process import end_this_process, stopping_on_signals, watch_supervisor
from processors.settings import Settings, load_settings
from processors.worker import Step, Worker

StageName = Literal["ingest", "playback", "extract", "embed", "store", "dashboard"]

log = structlog.get_logger()


def work(
    stage: StageName,
    *,
    run: str = LIVE,
    file: Path | None = None,
    speed: str = "max",
    ahead_until: str = "",
    supervised: bool = False,
) -> None:
    """Run one stage in the foreground until Ctrl-C or SIGTERM.

    extract and embed can run several times, on as many machines as there are partitions; the store runs once.

    Parameters
    ----------
    stage
        ingest polls the feeds of sources.toml; playback publishes a file; extract and embed work on what is
        published; store keeps it and answers questions; dashboard shows it.
    run
        Name of the run whose streams are worked on.
    file
        playback only: the file of articles, JSON Lines, may be gzipped.
    speed
        playback only: how many times faster than it happened, or max.
    ahead_until
        playback only: articles up to this time are published without waiting.
    supervised
        Also stop when standard input ends.

    """
    configure_logs()
    settings = load_settings()
    check_run_name(run)
    if stage == "dashboard":
        # It has an event loop, and handles signals there.
        if supervised:
            watch_supervisor(end_this_process)
        _entry("dashboard.server:run")(settings)
        return
    with stopping_on_signals(supervised=supervised) as stop:
        match stage:
            case "extract" | "embed":
                _transform(stage, settings, run, stop)
            case "store":
                from processors.serve import serve

                serve(settings, run, stop)
            case "ingest":
                _entry("ingest.work:main")(settings, run, stop)
            case "playback":
                if file is None:
                    raise SettingsError("work playback needs a file: onrecord work playback --file ARTICLES.jsonl.gz")
                sys.exit(_entry("ingest.playback:main")(settings, run, file, speed, ahead_until, stop))


def _transform(stage: str, settings: Settings, run: str, stop: threading.Event) -> None:
    # The model is loaded first: a member that joins its group and then is silent for seconds is thrown out of it.
    step, batch = _step(stage, settings)
    bus = connect(settings.kafka)
    bus.ensure_topics(run_topics(settings.kafka, run))
    which = {"extract": EXTRACT, "embed": EMBED}[stage]
    worker = Worker(
        bus,
        which,
        run,
        settings.kafka.topic_prefix,
        step,
        SystemClock(),
        batch,
        settings.kafka.max_message_bytes,
    )
    log.info(READY, stage=stage, run=run, cluster=bus.cluster_id)
    try:
        worker.run(stop)
    finally:
        bus.close()


def _step(stage: str, settings: Settings) -> tuple[Step, int]:  # type: ignore[type-arg]
    if stage == "extract":
        from processors.steps.extract.extractor import build_extractor

        return build_extractor(settings.extract), settings.extract.batch_articles
    from processors.steps.embed import build_embedder

    return build_embedder(settings.embed), settings.embed.batch_articles


def _entry(target: str) -> Callable[..., int | None]:
    """A stage's function by name: the edges import the core, so the core must not import them."""
    module, _, name = target.partition(":")
    function: Callable[..., int | None] = getattr(importlib.import_module(module), name)
    return function
