"""``onrecord demo``: the whole system on the recorded stream that comes with it."""

from __future__ import annotations

from ingest.recording import recorded_stream
from processors.clock import SystemClock
from processors.process import stopping_on_signals
from processors.settings import load_settings
from processors.supervise.launch import core_parts, run_until_stopped
from processors.supervise.parts import Workers, dashboard_part, playback_part, with_addresses
from processors.supervise.system import System, Voice, owning

RUN = "demo"
# The first of the two recorded days is there at once; the second goes by in minutes, while one watches.
AHEAD_UNTIL = "2026-03-18T05:00:00Z"
SPEED = "300"


def demo() -> None:
    """Show the whole system on a recorded stream about fictional people; each start plays it anew."""
    given = load_settings()
    with owning(given.data), stopping_on_signals() as stop:
        for old in (given.data / "runs").glob(f"{RUN}.*"):
            old.unlink()
        placed, voice = with_addresses(given), Voice()
        parts = core_parts(given, placed, RUN, Workers())
        # Playing begins when everything works, so that the lag on the page is that of the pipeline, not of its start.
        ready = tuple(part.name for part in parts)
        parts += [dashboard_part(placed), playback_part(placed, RUN, str(recorded_stream()), SPEED, AHEAD_UNTIL, ready)]
        run_until_stopped(System(placed, RUN, parts, SystemClock(), voice), voice, stop, first_run=RUN)
