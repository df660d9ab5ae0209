"""The documentation against the program: what exists is described, and what is described exists."""

from __future__ import annotations

import inspect
import re
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
import pytest

from dashboard import url, windows, wording
from processors import messages, pipeline
from processors.api.app import build_app
from processors.clock import SystemClock
from processors.filters import Filters
from processors.settings import PREFIX, Settings, StoreSettings
from processors.store.database import Database

with warnings.catch_warnings():
    # kafka-python reads its schemas in a way that Python 3.11 calls deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    import processors.bus  # noqa: F401
    from processors.commands.main import app as commands

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def text_of(page: str) -> str:
    return (ROOT / "docs" / page).read_text(encoding="utf-8")


def sections(page: str, mark: str = "## ") -> dict[str, str]:
    """Sections of a page by their headings of one level; the text before the first is under ''."""
    found = {"": ""}
    name = ""
    for line in text_of(page).splitlines(keepends=True):
        if line.startswith(mark):
            name = line.removeprefix(mark).strip()
            assert name not in found, f"{page}: {name} stands there twice"
            found[name] = ""
        else:
            found[name] += line
    return found


def rows(text: str) -> list[list[str]]:
    """Rows of the first table in a text, without its head; cells without their backticks."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("|"):
            lines.append(line)
        elif lines:
            break
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]
    return [[re.sub(r"^`(.*)`$", r"\1", cell) for cell in row] for row in cells]


def described(text: str) -> list[str]:
    """The names in the first column of a table, each with a meaning in the last."""
    table = rows(text)
    assert table, "there is no table"
    assert all(row[-1] for row in table), "a row has no meaning"
    return [row[0] for row in table]


# Settings


def test_every_setting_is_described_with_its_variable_and_default() -> None:
    pages = sections("settings.md")
    del pages[""]
    assert list(pages) == list(Settings.__struct_fields__)
    for section, text in pages.items():
        defaults = getattr(Settings(), section)
        wanted = []
        for key in defaults.__struct_fields__:
            value = getattr(defaults, key)
            shown = ",".join(value) if isinstance(value, tuple) else str(value)
            wanted.append([f"{section}.{key}", f"{PREFIX}{section}_{key}".upper(), shown or "(empty)"])
        assert [row[:3] for row in rows(text)] == wanted
        assert all(len(row[3]) > 10 for row in rows(text))


def test_every_variable_and_setting_that_a_page_names_exists() -> None:
    sections_known = Settings.__struct_fields__
    keys = {f"{section}.{key}" for section in sections_known for key in getattr(Settings(), section).__struct_fields__}
    variables = {f"{PREFIX}{name.replace('.', '_')}".upper() for name in keys} | {"ONRECORD_CONFIG", PREFIX}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert set(re.findall(r"ONRECORD_[A-Z_]*", text)) <= variables, page.name
        # Files (`ingest/sources.toml`) and columns (`topics.merged_into`) look alike, but stand in no section of ours.
        named = set(re.findall(rf"`((?:{'|'.join(sections_known)})\.[a-z_]+)`", text))
        assert named <= keys | {"speakers.toml"}, page.name


# Commands


def parameters(function: Any) -> dict[str, bool]:
    """Names of a command's parameters as they are written, and whether each has a default."""
    hints = get_type_hints(function, include_extras=True)
    found = {}
    for name, parameter in inspect.signature(function).parameters.items():
        named = []
        if get_origin(hints[name]) is Annotated:
            named = [one.name[0] for one in get_args(hints[name])[1:] if getattr(one, "name", None)]
        option = parameter.kind is inspect.Parameter.KEYWORD_ONLY
        plain = f"--{name.strip('_').replace('_', '-')}" if option else name.upper()
        found[named[0] if named else plain] = parameter.default is not inspect.Parameter.empty
    return found


COMMANDS = sorted(name for name in commands if not name.startswith("-"))


def test_every_command_is_described() -> None:
    pages = sections("commands.md")
    assert sorted(name for name in pages if name) == [f"onrecord {name}" for name in COMMANDS]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_parameters_are_described(name: str) -> None:
    text = sections("commands.md")[f"onrecord {name}"]
    # Commands are loaded when they are asked for; one whose module is missing fails here.
    wanted = parameters(commands[name].default_command)
    assert [row[0] for row in rows(text)] == list(wanted)
    for row in rows(text):
        assert row[2]
        if row[1]:
            assert wanted[row[0]], f"{row[0]} has no default"


def test_the_readme_lists_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `onrecord (\w+)", readme, re.MULTILINE)) == COMMANDS


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_commands_that_a_page_shows_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    shown = re.findall(r"(?:`|bin/|or )onrecord ([a-z]+)", text)
    shown += re.findall(r"docker compose run --rm (?:--\w+ \S+ )*ingest ([a-z]+)", text)
    assert set(shown) <= set(COMMANDS)


def test_make_targets_and_programs_that_a_page_shows_exist() -> None:
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert set(re.findall(r"(?:^|`|  |\w )make ([a-z]+)(?=`|$|\s{2}| TORCH)", text, re.MULTILINE)) <= made, page
        for path in re.findall(r"(?:python|pytest|-m pytest) ((?:tests|ingest|processors)/[\w/]+\.py)", text):
            assert (ROOT / path).is_file(), f"{page.name} names {path}"


def test_compose_commands_name_services_and_variables_that_exist() -> None:
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    services = set(re.findall(r"^  (\w+):$", compose, re.MULTILINE))
    scaled = re.findall(r"--scale (\w+)=", readme + compose)
    assert scaled
    assert set(scaled) <= services
    used = set(re.findall(r"\$\{(\w+):-", compose))
    assert used == {"TORCH_INDEX", "KAFKA_CLUSTER_ID", "SOURCES_FILE"}
    assert all(name in readme for name in used)


# Streams and messages


def structs() -> dict[str, type[msgspec.Struct]]:
    kinds = (value for value in vars(messages).values() if isinstance(value, type))
    found = {kind.__name__: kind for kind in kinds if issubclass(kind, msgspec.Struct) and kind is not msgspec.Struct}
    del found["Rejected"]  # a step's answer, which never travels
    return found


def test_every_message_and_field_is_described() -> None:
    pages = sections("streams.md")
    assert {name for name in pages if name} == set(structs())
    for name, kind in structs().items():
        assert described(pages[name]) == list(kind.__struct_fields__), name


def test_every_stream_is_described_with_its_message_and_stages() -> None:
    table = {row[0]: row[1:] for row in rows(sections("streams.md")[""])}
    assert {name: row[0] for name, row in table.items()} == {
        name: kind.__name__ for name, kind in pipeline.STREAMS.items()
    }
    for stage in pipeline.STAGES.values():
        assert stage.name in table[stage.reads][2]
        assert stage.name in table[stage.writes][1]


def test_kinds_and_roles_of_messages_are_all_named() -> None:
    text = text_of("streams.md")
    for kind in (messages.Kind, messages.EvidenceRole, messages.Precision):
        assert all(f"`{value}`" in text for value in get_args(kind))


# The store


def columns(tmp_path: Path) -> dict[str, list[tuple[str, str]]]:
    database = Database(tmp_path / "docs.duckdb", StoreSettings())
    try:
        with database.cursor() as cursor:
            found = cursor.execute(
                "SELECT table_name, column_name, data_type FROM duckdb_columns() "
                "WHERE database_name = current_catalog() AND NOT internal ORDER BY table_name, column_index"
            ).fetchall()
    finally:
        database.close()
    tables: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in found:
        tables.setdefault(table, []).append((column, kind))
    return tables


def _type(text: str) -> str:
    return text.replace('"', "").replace(" ", "").upper()


def test_every_table_and_column_is_described(tmp_path: Path) -> None:
    tables = columns(tmp_path)
    pages = sections("store.md")
    assert {name for name in pages if name} == set(tables)
    for name, wanted in tables.items():
        described(pages[name])
        found = [(row[0], _type(row[1])) for row in rows(pages[name])]
        assert found == [(column, _type(kind)) for column, kind in wanted], name


# The read API


@pytest.fixture(scope="module")
def openapi(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = str(tmp_path_factory.mktemp("api"))
    app = build_app(None, Settings(store=StoreSettings(directory=folder)), SystemClock())  # type: ignore[arg-type]
    described: dict[str, Any] = app.openapi()
    return described


def operations(openapi: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def endpoints() -> dict[str, str]:
    found = sections("read-api.md", "### ")
    del found[""]
    return found


def test_every_endpoint_is_described(openapi: dict[str, Any]) -> None:
    assert set(endpoints()) == {name for name, _ in operations(openapi)}


def test_every_parameter_is_described(openapi: dict[str, Any]) -> None:
    filters = set(Filters.__struct_fields__)
    assert set(described(sections("read-api.md")["Filters"])) == filters
    for name, operation in operations(openapi):
        taken = {one["name"]: one for one in operation.get("parameters", ()) if one["in"] == "query"}
        line = next((one for one in endpoints()[name].splitlines() if one.startswith("Parameters: ")), "")
        assert ("*filters*" in line) == (filters <= set(taken)), name
        named = dict(re.findall(r"`(\w+)`(?: \(([^)]*)\))?", line))
        assert set(named) == set(taken) - (filters if "*filters*" in line else set()), name
        for parameter, shown in named.items():
            default = taken[parameter]["schema"].get("default")
            wanted = "required" if taken[parameter].get("required") else "" if default is None else str(default)
            assert shown == wanted, f"{name}: {parameter}"


def _resolved(openapi: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    for choice in (schema, *schema.get("anyOf", ())):
        found = choice
        while "$ref" in found or found.get("type") == "array":
            name = found.get("$ref", "").rpartition("/")[2]
            found = openapi["components"]["schemas"][name] if name else found["items"]
        if found.get("properties"):
            return found
    return {}


def test_every_field_of_an_answer_is_described(openapi: dict[str, Any]) -> None:
    for name, operation in operations(openapi):
        text = endpoints()[name]
        for status in {"200", "201"} & set(operation["responses"]):
            schema = operation["responses"][status].get("content", {}).get("application/json", {}).get("schema", {})
            answer = _resolved(openapi, schema).get("properties", {})
            line = next((one for one in text.splitlines() if one.startswith(("Answer: ", "Rows: "))), "")
            assert re.findall(r"`(\w+)`", line) == list(answer), name
            for field, inner in answer.items():
                parts = _resolved(openapi, inner).get("properties", {})
                inside = next((one for one in text.splitlines() if one.startswith(f"`{field}`: ")), "")
                assert set(re.findall(r"`(\w+)`", inside)) >= set(parts), f"{name}: {field}"


def test_every_form_refusal_event_and_metric_is_described(openapi: dict[str, Any]) -> None:
    pages = sections("read-api.md")
    forms = {form for _, operation in operations(openapi) for one in operation.get("parameters", ())
             if one["name"] == "format" for form in one["schema"]["enum"]}  # fmt: skip
    assert forms
    assert all(f"`{form}`" in pages["Forms"] for form in forms)
    statuses = {status for _, operation in operations(openapi) for status in operation["responses"]}
    assert statuses - {"200", "201"} <= set(described(pages["Refusals"]))
    source = "".join((ROOT / "processors" / "api" / name).read_text() for name in ("tail.py", "events.py"))
    assert set(described(pages["The live feed"])) == set(re.findall(r'\bevent\("(\w+)"', source))
    metrics = (ROOT / "processors" / "api" / "metrics.py").read_text(encoding="utf-8")
    named = set(re.findall(r"`(onrecord_\w+)`", text_of("read-api.md")))
    assert {name.removesuffix("_total") for name in named} == set(re.findall(r'"(onrecord_\w+)"', metrics))


# The dashboard


def test_every_page_is_described() -> None:
    titles = re.findall(r'st\.Page\([^)]*title="(\w+)"', (ROOT / "dashboard" / "app.py").read_text(encoding="utf-8"))
    assert titles
    pages = re.findall(r"^### (.+)$", sections("dashboard.md")["Pages"], re.MULTILINE)
    assert set(pages) == {*titles, "A statement"}


def test_every_key_is_described() -> None:
    script = (ROOT / "dashboard" / "static" / "keys.js").read_text(encoding="utf-8")
    deeds = script.partition("const deeds = {")[2].partition("\n}")[0]
    keys = re.findall(r'^  "?(.+?)"?: ', deeds, re.MULTILINE)
    assert len(keys) > 5
    assert set(described(sections("dashboard.md")["Keys"])) == {"Space" if key == " " else key for key in keys}


def test_the_address_is_described() -> None:
    source = (ROOT / "dashboard" / "url.py").read_text(encoding="utf-8")
    read = {*url.FIELDS, *re.findall(r'_read\("(\w+)"', source)}
    assert set(described(sections("dashboard.md")["The address"])) == read
    text = sections("dashboard.md")["The address"]
    assert all(f"`{one.name}`" in text for one in windows.WINDOWS)


def test_every_kind_is_described_in_the_readers_words() -> None:
    marks = sections("dashboard.md")["Marks"]
    for kind, words in wording.KINDS.items():
        assert f"{words} (`{kind}`)" in marks or (kind == words and f"`{kind}`" in marks)


def test_routes_beside_the_pages_are_described() -> None:
    routes = re.findall(r'Route\("(/[^"]+)"', (ROOT / "dashboard" / "proxy.py").read_text(encoding="utf-8"))
    assert routes
    assert all(f"`{route}`" in sections("dashboard.md")["Beside the pages"] for route in routes)


# All pages


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_relative_links_resolve(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?:", target):
            continue
        path, _, anchor = target.partition("#")
        file = document.parent / path if path else document
        assert file.is_file(), f"{document.name} links to {target}"
        if anchor:
            heads = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", head).strip().lower().replace(" ", "-") for head in heads}
            assert anchor in anchors, f"{document.name} links to {target}"


def test_every_page_is_reached_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"(docs/{page.name})" in readme for page in PAGES if page.parent.name == "docs")


def tracked() -> list[tuple[str, str]]:
    """Names and texts of the files that belong to the project."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        found = subprocess.run(asked, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("which files are the project's is asked of git, and this is no clone")
    texts = []
    for name in filter(None, found):
        try:
            texts.append((name, (ROOT / name).read_text(encoding="utf-8")))
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # a picture, or a file that was just removed
    return texts


REGISTRIES = re.compile(
    r"pypi\.org|pythonhosted\.org|pytorch\.org|ghcr\.io|quay\.io|docker\.io|gcr\.io|npmjs\.|anaconda\.|crates\.io"
)
MACHINE = re.compile(r"(?<![\w.<~*:-])/(?:home|Users|root|work|tmp|private|mnt)/[A-Za-z0-9_]")


def test_no_file_names_a_package_registry_or_a_path_of_somebodys_machine() -> None:
    files = tracked()
    assert len(files) > 100
    for name, text in files:
        for number, line in enumerate(text.splitlines(), start=1):
            assert not REGISTRIES.search(line), f"{name}, line {number} names a package registry"
            assert not MACHINE.search(line), f"{name}, line {number} names a path of one machine"


@pytest.mark.parametrize("line", ["index-url https://download.pytorch" + ".org/whl", "COPY --from=ghcr" + ".io/x"])
def test_a_registry_would_be_seen(line: str) -> None:
    assert REGISTRIES.search(line)


@pytest.mark.parametrize("line", ["see /home" + "/me/file", "('/work" + "/main')", "cd /tmp" + "/x"])
def test_a_machines_path_would_be_seen(line: str) -> None:
    assert MACHINE.search(line)


def test_the_licence_is_the_one_that_the_project_names() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in licence
    assert "Version 2.0, January 2004" in licence
    assert licence.rstrip().endswith("limitations under the License.")
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
