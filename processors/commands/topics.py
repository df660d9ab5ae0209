"""``onrecord topics``: create the streams of a run on the broker and end; what docker-compose runs once."""

from __future__ import annotations

from contextlib import closing

from processors.bus import KafkaBus
from processors.errors import SettingsError
from processors.pipeline import LIVE, check_run_name, run_topics
from processors.settings import load_settings


def topics(*, run: str = LIVE) -> None:
    """Create the streams of a run with the partitions and retention that the settings say.

    Parameters
    ----------
    run
        Name of the run.

    """
    settings = load_settings()
    if not settings.kafka.bootstrap_servers:
        raise SettingsError("there is no broker to create topics on: set ONRECORD_KAFKA_BOOTSTRAP_SERVERS to host:port")
    wanted = run_topics(settings.kafka, check_run_name(run))
    with closing(KafkaBus(settings.kafka)) as bus:
        bus.ensure_topics(wanted)
    for name, spec in wanted.items():
        kept = "for ever" if spec.retention_ms < 0 else f"for {spec.retention_ms // 3_600_000} hours"
        print(f"{name}: {spec.partitions} partitions, kept {kept}")
