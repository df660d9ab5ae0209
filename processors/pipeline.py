"""The pipeline at a glance: which stage reads which stream and writes which.

::

    ingest ──▶ articles ──extract──▶ statements ──embed──▶ embedded ──store──▶ DuckDB
                  └──────────────┴───────────────────┴──▶ dead-letters ──store──▶ DuckDB
"""

from __future__ import annotations

from dataclasses import dataclass

from processors.errors import RunError
from processors.messages import Article, DeadLetter, Embedded, Extracted
from processors.settings import KafkaSettings
from processors.streams import TopicSpec

ARTICLES, STATEMENTS, EMBEDDED, DEAD_LETTERS = "articles", "statements", "embedded", "dead-letters"
STREAMS = {ARTICLES: Article, STATEMENTS: Extracted, EMBEDDED: Embedded, DEAD_LETTERS: DeadLetter}
LIVE = "live"


@dataclass(frozen=True, slots=True)
class Stage:
    """A stateless stage: a consumer group that reads one stream and writes another."""

    name: str
    reads: str
    writes: str


EXTRACT = Stage("extract", ARTICLES, STATEMENTS)
EMBED = Stage("embed", STATEMENTS, EMBEDDED)
STAGES = {stage.name: stage for stage in (EXTRACT, EMBED)}


def topic(prefix: str, run: str, stream: str) -> str:
    """Kafka topic of a run's stream: ``onrecord.live.articles``."""
    return f"{prefix}.{run}.{stream}"


def group(prefix: str, run: str, stage: str) -> str:
    """Consumer group of a run's stage."""
    return f"{prefix}.{run}.{stage}"


def check_run_name(name: str) -> str:
    """The name, if it can name topics and files; else RunError."""
    if not (
        0 < len(name) <= 60 and name.isascii() and all(c.isalnum() or c in "-_" for c in name) and name[0].isalnum()
    ):
        raise RunError(
            f"a run cannot be called {name!r}: use up to 60 letters, digits, - and _, beginning with a letter or digit"
        )
    return name


def run_topics(settings: KafkaSettings, run: str) -> dict[str, TopicSpec]:
    """The topics of a run. Only live ones expire: a replay's articles may be years old when they are published."""
    retention = settings.retention_hours * 3_600_000 if run == LIVE else -1
    return {topic(settings.topic_prefix, run, stream): TopicSpec(settings.partitions, retention) for stream in STREAMS}
