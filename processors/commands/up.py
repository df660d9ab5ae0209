"""``onrecord up``: the whole system on one machine, under supervision."""

from __future__ import annotations

from processors.clock import SystemClock
from processors.pipeline import LIVE
from processors.process import stopping_on_signals
from processors.settings import load_settings
from processors.supervise.launch import core_parts, run_until_stopped
from processors.supervise.parts import Workers, dashboard_part, ingest_part, with_addresses
from processors.supervise.system import System, Voice, owning


def up(*, extract: int = 1, embed: int = 1) -> None:
    """Start broker, ingest, extract, embed, store and dashboard, and keep them running until Ctrl-C.

    The broker is started here unless ONRECORD_KAFKA_BOOTSTRAP_SERVERS points to one.

    Parameters
    ----------
    extract
        How many extract processes.
    embed
        How many embed processes.

    """
    given = load_settings()
    with owning(given.data), stopping_on_signals() as stop:
        placed, voice = with_addresses(given), Voice()
        parts = core_parts(given, placed, LIVE, Workers(extract, embed))
        parts += [dashboard_part(placed), ingest_part(placed, LIVE)]
        run_until_stopped(System(placed, LIVE, parts, SystemClock(), voice), voice, stop)
