"""Every setting, its default and its reason.

Settings come from defaults, then a TOML file (``onrecord.toml`` here, or the one that ``ONRECORD_CONFIG`` names),
then environment variables ``ONRECORD_SECTION_KEY`` (``ONRECORD_KAFKA_BOOTSTRAP_SERVERS``). A name that is not known
is refused with the nearest one that is: a misspelt setting that is silently ignored costs a day. docs/settings.md
describes each of them, and a test holds that it does.
"""

from __future__ import annotations

import difflib
import math
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from processors.errors import SettingsError

PREFIX = "ONRECORD_"
# Set by the supervisor or by tools for other purposes than settings.
_NOT_SETTINGS = {"ONRECORD_CONFIG"}


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A group of settings."""


class KafkaSettings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The bus."""

    bootstrap_servers: str = ""
    """``host:port,…``; empty starts the embedded broker."""
    topic_prefix: str = "onrecord"
    """Streams are named ``<prefix>.<run>.<stage>``, so that several installations can share a cluster."""
    partitions: int = 4
    """For each stream; extract and embed scale out to this many processes each."""
    replication_factor: int = 1
    retention_hours: int = 168
    """How long live streams are kept by brokers that keep anything; replay streams are never expired by time."""
    max_message_bytes: int = 8_000_000
    """The longest real article is 160,000 characters; with its statements and vectors it stays below this."""
    linger_ms: int = 20
    """Wait to fill a batch: 0 costs 2.5 times in throughput, and 20 ms are not seen on a page."""
    batch_bytes: int = 262_144
    heartbeat_ms: int = 1_000
    """A sixth of the session's time, so that a busy worker is not taken for a dead one."""
    session_timeout_ms: int = 6_000
    """The embedded broker waits half of this before it first divides a group: 3 s with this, 23 s with the client's
    default of 45 s. It is the least that Apache Kafka takes."""
    max_poll_interval_ms: int = 600_000
    """A long transcript takes seconds to read, and a busy machine longer."""
    connect_timeout_seconds: float = 20.0


class ExtractSettings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Statements and speakers inside an article."""

    batch_articles: int = 16
    max_characters: int = 400_000
    """A longer article becomes a dead letter; the longest seen in real news has 162,512."""
    languages: tuple[str, ...] = ("en",)
    """Articles in other languages are kept, marked as skipped, and counted."""


class EmbedSettings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Vectors."""

    model: str = "packaged"
    """``packaged`` is all-MiniLM-L6-v2 from its wheel; else a folder that sentence-transformers can read."""
    precision: str = "auto"
    """``auto`` takes bfloat16 where the processor computes in it (3 times as quick); or ``float32``, ``bfloat16``."""
    threads: int = 1
    """Two workers with one thread each beat one worker with two."""
    batch_articles: int = 8
    batch_statements: int = 64
    terms: int = 64
    """How many weighted words of an article travel with it."""


class ClusterSettings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Topics."""

    similarity: float = 0.23
    """Fused similarity from which a statement joins a topic; measured, like the others, on a week and on headlines."""
    terms_weight: float = 0.85
    """How much an article's words count beside the vectors, where it has enough of them."""
    merge_similarity: float = 0.23
    """Similarity of two topics' centres from which they may be merged."""
    merge_average: float = 0.16
    """Average similarity between the members of two topics from which they are merged."""
    merge_every: int = 100
    """Statements between two passes that look for topics to merge."""
    window_hours: float = 168.0
    """A topic without news for this long takes no further statements."""
    half_life_hours: float = 168.0
    """After this long without news a topic counts half as near; two days split stories that pause over a weekend."""
    most_topics: int = 20_000
    """Topics that can take statements at once: beyond it the longest silent leave, so that memory is bounded."""


class SpeakersSettings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is who across articles."""

    file: str = ""
    """Names, roles, merges and splits given by hand; empty is ``speakers.toml`` in ``store.directory``, if there."""


class StoreSettings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The database."""

    directory: str = "data"
    """One DuckDB file a run lies under ``<directory>/runs``."""
    batch_statements: int = 500
    batch_seconds: float = 0.3
    """A batch is written when it is full or this old: the page shows it seconds after the article came in."""
    reorder_seconds: float = 10.0
    """Live only: how long an article that overtook another waits for it. A replay always waits."""
    memory_limit: str = "1GB"
    """DuckDB's own limit in one file; raise it for millions of statements."""
    threads: int = 2
    checkpoint_mb: int = 64
    """Smaller checkpoints made the worst batch take 25 s instead of 0.6 s."""


class ApiSettings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The read API, in the store's process."""

    host: str = "127.0.0.1"
    port: int = 8600
    max_rows: int = 5_000
    """No answer has more rows than this; pages follow."""
    query_seconds: float = 10.0
    """A query that takes longer is stopped and says so."""
    event_listeners: int = 200


class DashboardSettings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The pages."""

    host: str = "127.0.0.1"
    port: int = 8501
    api_url: str = ""
    """Where the read API answers; empty takes the API's own settings."""
    allow_hosts: tuple[str, ...] = ()
    """Host names that the pages answer to besides this machine's own, such as that of a proxy in front of them."""
    refresh_seconds: float = 2.0
    """How often the panels beside the pushed feed ask again."""


class IngestSettings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The edge where news comes in."""

    sources: str = "sources.toml"
    """The file that lists the feeds."""
    user_agent: str = "onrecord/0.1 (news monitor; set ingest.user_agent to say who asks)"
    """Sent with every request, and what robots.txt is read for (its first word)."""
    poll_seconds: float = 300.0
    """Between two polls of a feed that does not say how often it wants to be asked."""
    timeout_seconds: float = 15.0
    """For a whole request, to its last byte: a server that sends a byte a second is cut off too."""
    max_bytes: int = 5_000_000
    """The longest feed or page that is read, before and after decompression; the longest real feed seen has 0.2 MB."""
    max_redirects: int = 5
    allow_hosts: tuple[str, ...] = ()
    """Hosts that may have a private or loopback address. Others are refused: a feed must not make ingest ask this
    network's own services."""
    host_delay_seconds: float = 2.0
    """Between two requests to one host; a longer Crawl-delay of its robots.txt counts, up to a minute."""
    workers: int = 8
    """How many feeds are asked at a time: a slow one holds up nobody else."""
    max_items: int = 200
    """The items of one poll that are looked at; a feed without end is cut here."""
    full_text_characters: int = 500
    """A feed's own content of at least this length is the article; a shorter one is taken for a teaser, and its page
    is fetched."""
    least_text_characters: int = 200
    """A page with less text than this is no article."""
    longest_backoff_seconds: float = 21_600.0
    """A feed that fails is asked half as often after each failure, but at least this often."""
    seen_days: float = 30.0
    """An item that has been out of its feed for this long is forgotten; should it return, the store knows it."""
    max_unconfirmed: int = 2_000
    """How many articles may be on their way before ingest waits for the store."""


class Settings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings, one section a subject."""

    kafka: KafkaSettings = KafkaSettings()
    extract: ExtractSettings = ExtractSettings()
    embed: EmbedSettings = EmbedSettings()
    cluster: ClusterSettings = ClusterSettings()
    speakers: SpeakersSettings = SpeakersSettings()
    store: StoreSettings = StoreSettings()
    api: ApiSettings = ApiSettings()
    dashboard: DashboardSettings = DashboardSettings()
    ingest: IngestSettings = IngestSettings()

    @property
    def data(self) -> Path:
        """The folder that holds everything that is kept."""
        return Path(self.store.directory)

    @property
    def speakers_file(self) -> Path:
        """What is known of speakers by hand; need not be there where ``speakers.file`` names none."""
        return Path(self.speakers.file) if self.speakers.file else self.data / "speakers.toml"

    @property
    def api_url(self) -> str:
        """Where the read API answers."""
        return self.dashboard.api_url or web_address(self.api.host, self.api.port)


def web_address(host: str, port: int) -> str:
    """Where this machine reaches a server that listens there; on all addresses includes the loopback one."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def load_settings(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises SettingsError with the file or variable that is wrong and what to write instead."""
    environ = os.environ if environ is None else environ
    named = path or (Path(environ["ONRECORD_CONFIG"]) if environ.get("ONRECORD_CONFIG") else None)
    values: dict[str, dict[str, Any]] = {}
    if named is not None or Path("onrecord.toml").is_file():
        values = _read_file(named or Path("onrecord.toml"))
    for name, text in sorted(environ.items()):
        if name.startswith(PREFIX) and name not in _NOT_SETTINGS:
            section, key = _split_variable(name)
            values.setdefault(section, {})[key] = _from_text(section, key, text, name)
    try:
        settings = msgspec.convert(values, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"a setting has a value of the wrong kind: {error}") from error
    _check_ranges(settings)
    return settings


def to_environ(settings: Settings) -> dict[str, str]:
    """All settings, as the environment variables that give them to a child process.

    Those at their defaults too: the child may find another value in a file, or in the environment that it inherits.
    """
    variables: dict[str, str] = {}
    for section in _sections():
        for key in _keys(section):
            value = getattr(getattr(settings, section), key)
            text = ",".join(value) if isinstance(value, tuple) else str(value)
            variables[f"{PREFIX}{section.upper()}_{key.upper()}"] = text
    return variables


def _sections() -> tuple[str, ...]:
    return Settings.__struct_fields__


def _keys(section: str) -> tuple[str, ...]:
    return tuple(getattr(Settings(), section).__struct_fields__)


def _read_file(path: Path) -> dict[str, dict[str, Any]]:
    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
    except OSError as error:
        raise SettingsError(
            f"cannot read the settings file {path}: {error.strerror}; correct ONRECORD_CONFIG"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the settings file {path} is not valid TOML: {error}") from error
    for section, table in values.items():
        if section in _sections() and not isinstance(table, dict):
            raise SettingsError(f"{path}: {section} is a section; write its settings under [{section}]")
        if section not in _sections():
            raise SettingsError(f"{path}: there is no section [{section}]{_nearest(section, _sections())}")
        for key in table:
            if key not in _keys(section):
                raise SettingsError(f"{path}: there is no setting {section}.{key}{_nearest(key, _keys(section))}")
    return values


def _split_variable(name: str) -> tuple[str, str]:
    known = {
        f"{PREFIX}{section.upper()}_{key.upper()}": (section, key) for section in _sections() for key in _keys(section)
    }
    if name not in known:
        raise SettingsError(f"the environment variable {name} is no setting{_nearest(name, tuple(known))}")
    return known[name]


def _from_text(section: str, key: str, text: str, name: str) -> Any:
    default = getattr(getattr(Settings(), section), key)
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    try:
        return type(default)(text)
    except ValueError as error:
        wanted = {int: "a whole number", float: "a number"}[type(default)]
        raise SettingsError(f"{name} is {text!r}; it must be {wanted}") from error


def _nearest(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; known are {', '.join(known)}" if len(known) < 20 else ""


def _check_ranges(settings: Settings) -> None:
    _check_values(settings)
    positive = {
        "kafka": (
            "partitions",
            "replication_factor",
            "retention_hours",
            "max_message_bytes",
            "batch_bytes",
            "heartbeat_ms",
            "session_timeout_ms",
            "max_poll_interval_ms",
            "connect_timeout_seconds",
        ),
        "extract": ("batch_articles", "max_characters"),
        "embed": ("threads", "batch_articles", "batch_statements", "terms"),
        "cluster": ("merge_every", "window_hours", "half_life_hours", "most_topics"),
        "store": ("batch_statements", "batch_seconds", "threads", "checkpoint_mb"),
        "api": ("max_rows", "query_seconds", "event_listeners"),
        "dashboard": ("refresh_seconds",),
        "ingest": (
            "poll_seconds",
            "timeout_seconds",
            "max_bytes",
            "workers",
            "max_items",
            "longest_backoff_seconds",
            "seen_days",
            "max_unconfirmed",
        ),
    }
    for section, keys in positive.items():
        for key in keys:
            if getattr(getattr(settings, section), key) <= 0:
                raise SettingsError(f"{section}.{key} must be above zero")
    for section in ("api", "dashboard"):
        if not 0 <= getattr(settings, section).port <= 65535:
            raise SettingsError(f"{section}.port must lie between 0 (any free port) and 65535")
    if settings.kafka.linger_ms < 0 or settings.ingest.max_redirects < 0:
        raise SettingsError("kafka.linger_ms and ingest.max_redirects must not be below zero")
    if settings.embed.precision not in {"auto", "float32", "bfloat16"}:
        raise SettingsError("embed.precision must be auto, float32 or bfloat16")


def _check_values(settings: Settings) -> None:
    """What no setting may be, whichever it is."""
    for section in _sections():
        for key in _keys(section):
            value = getattr(getattr(settings, section), key)
            if isinstance(value, float) and not math.isfinite(value):
                raise SettingsError(f"{section}.{key} is {value}; it must be a number with an end")
            if isinstance(value, tuple) and any("," in part or not part or part != part.strip() for part in value):
                raise SettingsError(f"{section}.{key}: a value is empty, holds a comma or has a space at its ends")
