"""Settings: where they come from, and that a wrong one is refused with what to write instead."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from processors.errors import SettingsError
from processors.settings import Settings, load_settings, to_environ, web_address

SECTIONS = {name: type(getattr(Settings(), name)) for name in Settings.__struct_fields__}
KEYS = [(section, key) for section, kind in SECTIONS.items() for key in kind.__struct_fields__]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_without_anything_the_defaults_hold() -> None:
    assert load_settings(environ={}) == Settings()


def test_the_environment_counts_more_than_the_file_and_the_file_more_than_the_default(here: Path) -> None:
    write(here / "onrecord.toml", '[kafka]\npartitions = 7\nlinger_ms = 5\n[store]\ndirectory = "elsewhere"\n')
    settings = load_settings(environ={"ONRECORD_KAFKA_PARTITIONS": "9", "HOME": "/"})
    assert (settings.kafka.partitions, settings.kafka.linger_ms) == (9, 5)
    assert settings.data == Path("elsewhere")
    assert settings.kafka.topic_prefix == Settings().kafka.topic_prefix


def test_a_named_file_is_read_instead_of_the_one_here(here: Path) -> None:
    write(here / "onrecord.toml", "[api]\nport = 1\n")
    other = write(here / "other.toml", "[api]\nport = 2\n")
    third = write(here / "third.toml", "[api]\nport = 3\n")
    assert load_settings(environ={}).api.port == 1
    assert load_settings(environ={"ONRECORD_CONFIG": str(other)}).api.port == 2
    assert load_settings(third, environ={"ONRECORD_CONFIG": str(other)}).api.port == 3


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_EXTRACT_LANGUAGES", " en, de ,")
    assert load_settings().extract.languages == ("en", "de")


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("ONRECORD_KAFKA_PARTITION", "4", "no setting; did you mean ONRECORD_KAFKA_PARTITIONS?"),
        ("ONRECORD_XYZZY", "4", "the environment variable ONRECORD_XYZZY is no setting"),
        ("ONRECORD_KAFKA_PARTITIONS", "four", "ONRECORD_KAFKA_PARTITIONS is 'four'; it must be a whole number"),
        ("ONRECORD_KAFKA_PARTITIONS", "", "must be a whole number"),
        ("ONRECORD_KAFKA_PARTITIONS", "4.0", "must be a whole number"),
        ("ONRECORD_STORE_BATCH_SECONDS", "soon", "it must be a number"),
        ("ONRECORD_KAFKA_PARTITIONS", "0", "kafka.partitions must be above zero"),
        ("ONRECORD_INGEST_POLL_SECONDS", "-1", "ingest.poll_seconds must be above zero"),
        ("ONRECORD_KAFKA_CONNECT_TIMEOUT_SECONDS", "0", "kafka.connect_timeout_seconds must be above zero"),
        ("ONRECORD_KAFKA_LINGER_MS", "-1", "kafka.linger_ms .* must not be below zero"),
        ("ONRECORD_STORE_BATCH_SECONDS", "nan", "store.batch_seconds is nan; it must be a number with an end"),
        ("ONRECORD_CLUSTER_WINDOW_HOURS", "inf", "cluster.window_hours is inf"),
        ("ONRECORD_API_PORT", "65536", r"api.port must lie between 0 \(any free port\) and 65535"),
        ("ONRECORD_DASHBOARD_PORT", "-1", "dashboard.port must lie between"),
        ("ONRECORD_EMBED_PRECISION", "int8", "embed.precision must be auto, float32 or bfloat16"),
        ("ONRECORD_CONFIG", "missing.toml", "cannot read the settings file missing.toml: No such file .*CONFIG"),
        ("ONRECORD_CONFIG", ".", r"cannot read the settings file \.: Is a directory"),
    ],
)
def test_a_wrong_variable_is_refused_in_one_sentence(variable: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as error:
        load_settings(environ={variable: value})
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[kafka]\npartition = 4", r"onrecord.toml: there is no setting kafka.partition; did you mean partitions\?"),
        ("[kafak]\npartitions = 4", r"there is no section \[kafak\]; did you mean kafka\?"),
        ("[store]\nqqqq = 4", "there is no setting store.qqqq; known are directory, "),
        ("kafka = 4", r"kafka is a section; write its settings under \[kafka\]"),
        ('[kafka]\npartitions = "4"', r"wrong kind: Expected `int`, got `str` - at `\$.kafka.partitions`"),
        ("[kafka]\npartitions = 0", "kafka.partitions must be above zero"),
        ("[store]\nbatch_seconds = nan", "store.batch_seconds is nan"),
        ('[ingest]\nallow_hosts = ["a,b"]', "ingest.allow_hosts: a value is empty, holds a comma"),
        ('[extract]\nlanguages = [""]', "extract.languages: a value is empty"),
        ("[kafka", "onrecord.toml is not valid TOML"),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(here: Path, text: str, says: str) -> None:
    write(here / "onrecord.toml", text)
    with pytest.raises(SettingsError, match=says) as error:
        load_settings(environ={})
    assert "\n" not in str(error.value)


def test_a_file_that_is_no_text_is_refused(here: Path) -> None:
    (here / "onrecord.toml").write_bytes(b"[kafka]\ntopic_prefix = '\xff'\n")
    with pytest.raises(SettingsError, match="not valid TOML"):
        load_settings(environ={})


def test_a_whole_number_does_for_a_number(here: Path) -> None:
    write(here / "onrecord.toml", "[store]\nbatch_seconds = 1\n")
    assert load_settings(environ={}).store.batch_seconds == 1.0


# -- what a supervisor hands on -----------------------------------------------------------------------------------

words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
part = words.map(lambda text: text.replace(",", "").strip()).filter(bool)


def values(section: str, key: str) -> st.SearchStrategy[object]:
    if key == "port":
        return st.integers(0, 65535)
    if key == "precision":
        return st.sampled_from(["auto", "float32", "bfloat16"])
    default = getattr(getattr(Settings(), section), key)
    if isinstance(default, tuple):
        return st.lists(part, max_size=3).map(tuple)
    return {
        int: st.integers(1, 2**40),
        float: st.floats(0, 1e9, exclude_min=True),
        str: words,
    }[type(default)]


everything = st.fixed_dictionaries(
    {},
    optional={
        section: st.fixed_dictionaries({}, optional={key: values(section, key) for key in kind.__struct_fields__})
        for section, kind in SECTIONS.items()
    },
).map(lambda found: msgspec.convert(found, Settings))


@given(everything)
@profile(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_settings_reach_a_child_process_as_they_are(settings: Settings) -> None:
    environ = to_environ(settings)
    assert load_settings(environ=environ) == settings
    for name, value in environ.items():
        os.fsencode(f"{name}={value}")


def test_a_child_is_told_the_defaults_too(here: Path) -> None:
    """The file here says something else than its parent found in the environment."""
    write(here / "onrecord.toml", "[api]\nport = 9999\n[extract]\nlanguages = ['de']\n[kafka]\ntopic_prefix = 'x'\n")
    assert load_settings(environ=to_environ(Settings())) == Settings()


def test_every_setting_is_a_variable() -> None:
    assert set(to_environ(Settings())) == {f"ONRECORD_{section}_{key}".upper() for section, key in KEYS}
    assert len(KEYS) > 50


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("store", "http://store:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("fe80::1", "http://[fe80::1]:80"),
    ],
)
def test_a_server_is_reached_where_it_listens(host: str, address: str) -> None:
    assert web_address(host, 80) == address


def test_the_read_api_is_where_the_dashboard_is_told_or_where_it_listens() -> None:
    assert load_settings(environ={"ONRECORD_API_HOST": "0.0.0.0"}).api_url == "http://127.0.0.1:8600"
    assert load_settings(environ={"ONRECORD_DASHBOARD_API_URL": "http://far:1"}).api_url == "http://far:1"
