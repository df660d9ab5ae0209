"""Which processes make up the system, and how to see that each works."""

from __future__ import annotations

import sys
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from processors.broker import broker_binary, broker_command, free_port, usable_port, wait_for_port
from processors.errors import SettingsError
from processors.settings import Settings, to_environ, web_address
from processors.supervise.part import Part

_PROBE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Workers:
    """How many processes of each stateless stage."""

    extract: int = 1
    embed: int = 1

    def __post_init__(self) -> None:
        if min(self.extract, self.embed) < 1:
            raise SettingsError("each stage needs at least one process")


def with_addresses(settings: Settings) -> Settings:
    """The settings with an address for everything: a free port for what has none, or whose port is taken."""
    kafka = settings.kafka
    if not kafka.bootstrap_servers:
        kafka = msgspec.structs.replace(kafka, bootstrap_servers=f"127.0.0.1:{free_port()}")
    api = msgspec.structs.replace(settings.api, port=usable_port(settings.api.port, settings.api.host))
    port = usable_port(settings.dashboard.port, settings.dashboard.host)
    dashboard = msgspec.structs.replace(settings.dashboard, port=port)
    return msgspec.structs.replace(settings, kafka=kafka, api=api, dashboard=dashboard)


def broker_part(settings: Settings) -> Part:
    """The embedded broker, on the loopback port that the settings name."""
    port = int(settings.kafka.bootstrap_servers.rpartition(":")[2])

    def command() -> tuple[str, ...]:
        # At every start anew: another log must not answer under the id of the one that was lost.
        return tuple(broker_command(port))

    broker_binary()  # where there is none, that is said now and not by a part that fails
    return Part("broker", command, probe=lambda: wait_for_port(port, 0.01), foreign=True)


def store_part(settings: Settings, run: str, needs: tuple[str, ...]) -> Part:
    """The store and the read API."""
    probe = http_probe(f"{settings.api_url}/readyz")
    return Part("store", _work("store", run), needs, probe, to_environ(settings), grace_seconds=30.0)


def stage_parts(settings: Settings, run: str, needs: tuple[str, ...], workers: Workers) -> list[Part]:
    """The stateless stages of a run."""
    environ = to_environ(settings)
    found = []
    for stage, count in (("extract", workers.extract), ("embed", workers.embed)):
        for number in range(1, count + 1):
            name = stage if count == 1 else f"{stage}-{number}"
            found.append(Part(name, _work(stage, run), needs, environ=_single_thread(environ)))
    return found


def dashboard_part(settings: Settings) -> Part:
    """The pages."""
    address = web_address(settings.dashboard.host, settings.dashboard.port)
    probe = http_probe(f"{address}/_stcore/health")
    return Part("dashboard", _work("dashboard"), (), probe, to_environ(settings))


def ingest_part(settings: Settings, run: str) -> Part:
    """The feeds."""
    return Part("ingest", _work("ingest", run), ("store",), environ=to_environ(settings))


def playback_part(
    settings: Settings,
    run: str,
    file: str,
    speed: str,
    ahead_until: str = "",
    needs: tuple[str, ...] = ("store",),
) -> Part:
    """A file that is played once."""
    command = (*_work("playback", run), "--file", file, "--speed", speed)
    if ahead_until:
        command += ("--ahead-until", ahead_until)
    return Part("playback", command, needs, environ=to_environ(settings), once=True)


def http_probe(url: str) -> Callable[[], bool]:
    """Whether the address answers 200."""

    def answers() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=_PROBE_SECONDS) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    return answers


def _work(stage: str, run: str = "") -> tuple[str, ...]:
    command = (sys.executable, "-m", "processors.commands.main", "work", stage, "--supervised")
    return (*command, "--run", run) if run else command


def _single_thread(environ: Mapping[str, str]) -> dict[str, str]:
    # Stages scale by processes: several that each use all cores hold each other up.
    return {**environ, "OMP_NUM_THREADS": environ["ONRECORD_EMBED_THREADS"]}
