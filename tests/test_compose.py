"""docker-compose.yml and the Dockerfile, checked without Docker: everything that they name exists in the project."""

from __future__ import annotations

import fnmatch
import json
import re
import shlex
import tomllib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml
from cyclopts import CycloptsError
from fastapi.testclient import TestClient

from processors.api.app import build_app
from processors.api.guard import known_hosts
from processors.api.token import token_path
from processors.clock import SystemClock
from processors.commands.main import app
from processors.errors import SettingsError
from processors.pipeline import STAGES
from processors.settings import PREFIX, Settings, load_settings

with warnings.catch_warnings():
    # kafka-python reads its schemas in a way that Python 3.11 calls deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    from processors.commands.work import work

ROOT = Path(__file__).resolve().parents[1]
STAGE_NAMES = {"store", "extract", "embed", "ingest", "dashboard"}
KAFKA = {
    "CLUSTER_ID", "KAFKA_NODE_ID", "KAFKA_PROCESS_ROLES", "KAFKA_CONTROLLER_QUORUM_VOTERS", "KAFKA_LISTENERS",
    "KAFKA_ADVERTISED_LISTENERS", "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "KAFKA_INTER_BROKER_LISTENER_NAME",
    "KAFKA_CONTROLLER_LISTENER_NAMES", "KAFKA_LOG_DIRS", "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR",
    "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR",
    "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR",
    "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "KAFKA_AUTO_CREATE_TOPICS_ENABLE",
}  # fmt: skip
"""What a single broker in KRaft mode needs, since one variable drops the image's whole configuration."""


class StrictLoader(yaml.SafeLoader):
    """Refuses a key that is given twice, of which YAML would silently keep the last."""


def _mapping(loader: StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    # Before flattening, which puts the keys of merged mappings (<<) among a mapping's own.
    keys = [key.value for key, _ in node.value]
    for key in keys:
        if keys.count(key) > 1:
            raise yaml.constructor.ConstructorError(None, None, f"{key!r} is given twice", node.start_mark)
    made: dict[Any, Any] = yaml.SafeLoader.construct_mapping(loader, node, deep=True)
    return made


StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def filled(value: Any) -> Any:
    """What compose makes of ``${NAME:-default}`` where NAME is not set."""
    if isinstance(value, dict):
        return {key: filled(part) for key, part in value.items()}
    if isinstance(value, list):
        return [filled(part) for part in value]
    return re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", value) if isinstance(value, str) else value


def read(text: str) -> Any:
    # A subclass of the safe loader.
    return filled(yaml.load(text, Loader=StrictLoader))  # noqa: S506


COMPOSE: dict[str, Any] = read((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if name != "kafka"}


def environ(service: Mapping[str, Any]) -> dict[str, str]:
    """The variables that are set; those without a value are handed on from the shell."""
    return {name: str(value) for name, value in service["environment"].items() if value is not None}


@pytest.fixture
def settings_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.chdir(tmp_path)  # an onrecord.toml of whoever runs the tests is none of the image's

    def load(name: str) -> Settings:
        return load_settings(environ=environ(OURS[name]))

    return load


@dataclass
class Stage:
    """One build stage of the Dockerfile: instructions as (name, arguments)."""

    base: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def all(self, name: str) -> list[str]:
        return [arguments for step, arguments in self.steps if step == name]


def dockerfile() -> tuple[list[tuple[str, str]], list[Stage]]:
    """What stands before the first FROM, and the stages."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    before: list[tuple[str, str]] = []
    stages: list[Stage] = []
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if not line.strip():
            continue
        name, _, arguments = line.strip().partition(" ")
        if name == "FROM":
            base, _, alias = arguments.partition(" AS ")
            stages.append(Stage(base, alias))
        else:
            (stages[-1].steps if stages else before).append((name, arguments.strip()))
    return before, stages


def in_context(path: str) -> bool:
    """Whether .dockerignore lets a path of the project into the build; the last pattern that fits decides."""
    kept = True
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.strip()
        if pattern and not pattern.startswith("#"):
            bare = pattern.removeprefix("!")
            top = PurePosixPath(path).parts[0]
            if fnmatch.fnmatch(path, bare) or fnmatch.fnmatch(top, bare):
                kept = pattern.startswith("!")
    return kept


def test_a_key_that_is_given_twice_is_refused() -> None:
    with pytest.raises(yaml.constructor.ConstructorError, match="given twice"):
        read("a: {b: 1, b: 2}")


def test_there_is_kafka_the_init_service_and_one_service_a_stage() -> None:
    assert set(SERVICES) == {"kafka", "topics"} | STAGE_NAMES
    assert set(STAGES) <= STAGE_NAMES
    for name in STAGE_NAMES:
        assert SERVICES[name]["command"][:2] == ["work", name]


@pytest.mark.parametrize("name", sorted(OURS))
def test_commands_are_in_exec_form_and_understood(name: str) -> None:
    command = OURS[name]["command"]
    assert isinstance(command, list)
    function, _, _ = app.parse_args(command, exit_on_error=False, print_error=False)
    assert callable(function)


def test_a_misspelt_stage_would_be_seen() -> None:
    with pytest.raises(CycloptsError):
        app.parse_args(["work", "stoer"], exit_on_error=False, print_error=False)
    assert app.parse_args(["work", "store"], exit_on_error=False, print_error=False)[0] is work


@pytest.mark.parametrize("name", sorted(OURS))
def test_variables_are_settings_with_usable_values(name: str, settings_of: Any) -> None:
    settings = settings_of(name)
    assert settings.kafka.bootstrap_servers == "kafka:19092"
    handed_on = {key for key, value in OURS[name]["environment"].items() if value is None}
    known = {f"{PREFIX}{section}_{key}".upper() for section in Settings.__struct_fields__
             for key in getattr(Settings(), section).__struct_fields__}  # fmt: skip
    assert handed_on <= known


def test_a_misspelt_variable_would_be_seen() -> None:
    with pytest.raises(SettingsError, match="ONRECORD_API_HOST"):
        load_settings(environ={**environ(OURS["store"]), "ONRECORD_API_HOTS": "0.0.0.0"})


def test_nothing_but_loopback_is_published_and_ports_are_those_of_the_settings(settings_of: Any) -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    store, dashboard = settings_of("store"), settings_of("dashboard")
    listening = {"kafka": 9092, "store": store.api.port, "dashboard": dashboard.dashboard.port}
    assert published == {name: [f"127.0.0.1:{port}:{port}"] for name, port in listening.items()}
    assert store.api.host == dashboard.dashboard.host == "0.0.0.0"


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_stage_finds_the_read_api_and_the_store_answers_to_its_name(name: str, settings_of: Any) -> None:
    assert settings_of(name).api_url == f"http://store:{settings_of('store').api.port}"
    known = known_hosts(settings_of("store"))
    assert all(host in known for host in ("store", "127.0.0.1", "localhost"))
    assert "news.example" not in known


def test_the_read_api_answers_to_the_host_name_store_over_http(settings_of: Any, tmp_path: Path) -> None:
    class NoRuns:
        def not_ready(self) -> str:
            return ""

    store = load_settings(environ={**environ(OURS["store"]), "ONRECORD_STORE_DIRECTORY": str(tmp_path)})
    asked = TestClient(build_app(NoRuns(), store, SystemClock()), base_url=store.api_url)  # type: ignore[arg-type]
    assert asked.get("/readyz").status_code == 200
    assert asked.get("/readyz", headers={"Host": "news.example"}).status_code == 421


def test_kafka_has_its_whole_configuration() -> None:
    image, _, version = SERVICES["kafka"]["image"].partition(":")
    assert image == "apache/kafka"
    assert re.fullmatch(r"4\.\d+\.\d+", version)
    given = environ(SERVICES["kafka"])
    assert set(given) == KAFKA
    listeners = dict(part.split("://") for part in given["KAFKA_LISTENERS"].split(","))
    advertised = dict(part.split("://") for part in given["KAFKA_ADVERTISED_LISTENERS"].split(","))
    protocols = dict(part.split(":") for part in given["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(","))
    controller, between = given["KAFKA_CONTROLLER_LISTENER_NAMES"], given["KAFKA_INTER_BROKER_LISTENER_NAME"]
    assert set(listeners) == set(protocols) == set(advertised) | {controller}
    assert advertised[between] == "kafka:19092"
    assert set(advertised.values()) == {"kafka:19092", "127.0.0.1:9092"}
    assert {address.rpartition(":")[2] for address in advertised.values()} | {"9093"} == {
        address.rpartition(":")[2] for address in listeners.values()
    }
    voter = f"{given['KAFKA_NODE_ID']}@kafka{listeners[controller]}"
    assert given["KAFKA_CONTROLLER_QUORUM_VOTERS"] == voter
    assert given["KAFKA_PROCESS_ROLES"] == "broker,controller"
    assert {value for key, value in given.items() if "REPLICATION_FACTOR" in key or "MIN_ISR" in key} == {"1"}
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", given["CLUSTER_ID"])


def test_kafkas_log_lies_on_a_volume() -> None:
    mounted = [volume.split(":") for volume in SERVICES["kafka"]["volumes"]]
    assert [environ(SERVICES["kafka"])["KAFKA_LOG_DIRS"]] == [target for _, target in mounted]


def test_volumes_are_declared_used_and_their_sources_exist() -> None:
    used: set[str] = set()
    for service in SERVICES.values():
        for volume in service.get("volumes", ()):
            if isinstance(volume, str):
                used.add(volume.split(":")[0])
            else:
                assert volume["type"] == "bind"
                assert (ROOT / volume["source"]).is_file()
                assert volume["read_only"] is True
                # A missing file would else become a folder of that name.
                assert volume["bind"]["create_host_path"] is False
    assert used == set(COMPOSE["volumes"])


def test_store_and_ingest_share_the_folder_with_the_token(settings_of: Any) -> None:
    for name in ("store", "ingest"):
        folder = str(token_path(settings_of(name).data).parent)
        assert f"data:{folder}" in OURS[name]["volumes"]
    (sources,) = (volume for volume in OURS["ingest"]["volumes"] if isinstance(volume, dict))
    assert sources["target"] == settings_of("ingest").ingest.sources


def test_services_wait_for_what_they_need() -> None:
    for service in SERVICES.values():
        for target, wanted in service.get("depends_on", {}).items():
            if wanted["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[target]
            else:
                assert wanted["condition"] == "service_completed_successfully"
                assert SERVICES[target]["restart"] == "no"
    assert set(SERVICES["topics"]["depends_on"]) == {"kafka"}
    for name in ("store", "extract", "embed"):
        assert set(SERVICES[name]["depends_on"]) == {"topics"}


def _seconds(text: str) -> int:
    return int(text.removesuffix("s"))


@pytest.mark.parametrize("name", ["kafka", "store", "dashboard"])
def test_health_checks_are_in_exec_form_and_patient(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] == "CMD"
    assert _seconds(check["interval"]) >= 10
    assert _seconds(check["timeout"]) <= _seconds(check["interval"])
    assert _seconds(check["start_period"]) >= 20
    assert check["retries"] >= 3


def test_health_checks_ask_what_exists(settings_of: Any) -> None:
    assert SERVICES["kafka"]["healthcheck"]["test"][1:] == [
        "/opt/kafka/bin/kafka-broker-api-versions.sh", "--bootstrap-server", "kafka:19092",
    ]  # fmt: skip
    parts = (ROOT / "processors" / "supervise" / "parts.py").read_text(encoding="utf-8")
    for name, port in (("store", settings_of("store").api.port), ("dashboard", 8501)):
        code = SERVICES[name]["healthcheck"]["test"][-1]
        compile(code, "healthcheck", "exec")
        found = re.search(r"http://127\.0\.0\.1:(\d+)(/\S+?)'", code)
        assert found is not None
        assert int(found[1]) == port
        # The supervisor asks the same.
        assert found[2] in parts


def test_extract_and_embed_can_run_several_times() -> None:
    for name in ("extract", "embed"):
        assert not {"ports", "container_name", "hostname", "volumes"} & set(SERVICES[name])
        assert environ(SERVICES[name])["OMP_NUM_THREADS"] == "1"


def test_stages_run_one_image_without_privileges() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    for service in OURS.values():
        assert service["image"] == f"onrecord:{version}"
        assert service["build"]["context"] == "."
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "privileged" not in service


def test_the_dockerfile_has_stages_and_does_not_run_as_root() -> None:
    _, stages = dockerfile()
    assert len(stages) >= 2
    (user,) = stages[-1].all("USER")
    assert user.split(":")[0] not in {"0", "root"}
    # Commands that need root come before it.
    names = [name for name, _ in stages[-1].steps]
    assert "RUN" not in names[names.index("USER") :]
    assert "uv pip install" in " ".join(stages[0].all("RUN"))


def test_what_is_copied_exists_and_is_let_in() -> None:
    _, stages = dockerfile()
    known = {stage.name for stage in stages if stage.name}
    copied: set[str] = set()
    for stage in stages:
        for arguments in stage.all("COPY"):
            words = shlex.split(arguments)
            origin = [word.removeprefix("--from=") for word in words if word.startswith("--from=")]
            if origin:
                assert set(origin) <= known
                continue
            for source in words[:-1]:
                assert (ROOT / source).exists()
                assert in_context(source)
                copied.add(source)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = {name.rstrip("*") for name in project["tool"]["setuptools"]["packages"]["find"]["include"]}
    assert packages | {"pyproject.toml", project["project"]["readme"], *project["project"]["license-files"]} <= copied


def test_the_build_context_has_nothing_else() -> None:
    assert not any(in_context(name) for name in ("tests/test_compose.py", ".git/config", "data/control.token", ".venv"))
    assert in_context("ingest/sources.toml")


def test_entry_point_and_command_are_in_exec_form_and_exist() -> None:
    _, stages = dockerfile()
    (entry,), (command,) = stages[-1].all("ENTRYPOINT"), stages[-1].all("CMD")
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert json.loads(entry) == ["onrecord"]
    assert "onrecord" in scripts
    assert json.loads(command) == ["--help"]


def test_build_arguments_are_declared_and_the_index_has_no_default() -> None:
    before, stages = dockerfile()
    declared = [arguments for name, arguments in before if name == "ARG"]
    declared += [arguments for stage in stages for arguments in stage.all("ARG")]
    assert "TORCH_INDEX" in declared
    assert {name for service in OURS.values() for name in service["build"]["args"]} <= {
        argument.split("=")[0] for argument in declared
    }
    names = {argument.split("=")[0] for argument in declared}
    used = {name for _, arguments in [*before, *((stage.base, stage.base) for stage in stages)]
            for name in re.findall(r"\$\{(\w+)\}", arguments)}  # fmt: skip
    assert used <= names


def test_the_images_variables_are_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    _, stages = dockerfile()
    given = dict(pair.split("=", 1) for arguments in stages[-1].all("ENV") for pair in shlex.split(arguments))
    assert load_settings(environ=given).store.directory == "/data"
