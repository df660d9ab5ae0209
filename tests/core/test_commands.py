"""The command line: every command explains itself, and what a user can mend is one sentence and exit code 2."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.recording import recorded_stream
from processors.broker import free_port
from processors.commands import main as command_line
from processors.supervise.system import owning

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = [name for name in command_line.app if not name.startswith("-")]
SAMPLE = str(recorded_stream())


def onrecord(*arguments: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does, in a folder of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")}
    return subprocess.run(
        [sys.executable, "-m", "processors.commands.main", *arguments],
        env={**clean, "PYTHONPATH": str(ROOT), "COLUMNS": "100", **environ},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def run_here(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command in this process; its exit code."""
    monkeypatch.setattr(sys, "argv", ["onrecord", *arguments])
    try:
        command_line.main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def test_the_commands_are_those_that_are_documented() -> None:
    assert sorted(COMMANDS) == sorted(
        ["up", "demo", "status", "speakers", "replay", "work", "topics", "extract", "cluster", "quality", "bench"]
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_here(monkeypatch, command, "--help") == 0
    out, errors = capsys.readouterr()
    assert f"Usage: onrecord {command}" in out
    assert errors == ""


def test_help_lists_every_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_here(monkeypatch, "--help") == 0
    out = capsys.readouterr().out
    for command in COMMANDS:
        assert f"│ {command} " in out


def test_the_version_is_that_of_the_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_here(monkeypatch, "--version") == 0
    assert capsys.readouterr().out.strip() == importlib.metadata.version("onrecord")


def test_the_option_is_called_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    run_here(monkeypatch, "status", "--help")
    out = capsys.readouterr().out
    assert "--json" in out
    assert "--no-json" not in out


# Every error below is one line on standard error that begins so, nothing on standard output, exit code 2.
WRONG = {
    "unknown command": (["dance"], {}, 'Unknown command "dance"'),
    "unknown option": (["status", "--jsn"], {}, "Unknown option: --jsn. Did you mean --json?"),
    "no stage": (["work"], {}, 'Command "work" parameter --stage requires an argument'),
    "unknown stage": (["work", "paint"], {}, 'Invalid value "paint" for STAGE'),
    "no number": (["up", "--extract", "many"], {}, 'Invalid value for --extract: unable to convert "many" into int'),
    "no worker": (["up", "--embed", "0"], {}, "each stage needs at least one process"),
    "missing file": (["replay", "nothing.jsonl"], {}, "there is no file nothing.jsonl; name a file of articles"),
    "standard input": (["replay", "--", "-"], {}, "a replay reads its file again when it goes on after a stop; save"),
    "bad speed": (["replay", SAMPLE, "--speed", "fast"], {}, "the speed is 'fast'; write max, or how many times"),
    "no workers": (["replay", SAMPLE, "--workers", "0"], {}, "each stage needs at least one process"),
    "bad run name": (["replay", SAMPLE, "--run", "a/b"], {}, "a run cannot be called 'a/b': use up to 60 letters"),
    "run name live": (["replay", SAMPLE, "--run", "live"], {}, "a replay cannot be called live"),
    "unknown setting": (
        ["status"],
        {"ONRECORD_API_PROT": "1"},
        "the environment variable ONRECORD_API_PROT is no setting; did you mean ONRECORD_API_PORT?",
    ),
    "missing settings file": (
        ["up"],
        {"ONRECORD_CONFIG": "no.toml"},
        "cannot read the settings file no.toml: No such file or directory; correct ONRECORD_CONFIG",
    ),
    "no host of ours": (["up"], {"ONRECORD_API_HOST": "192.0.2.1"}, "cannot listen on '192.0.2.1' ("),
    "no folder": (["up"], {"ONRECORD_STORE_DIRECTORY": "/dev/null/x"}, "the folder /dev/null/x/ cannot hold data ("),
    "no system": (["status"], {}, "nothing runs over the data in data/, and no read API answers at http://127.0.0.1:"),
    "no broker named": (["topics"], {}, "there is no broker to create topics on: set ONRECORD_KAFKA_BOOTSTRAP_SERVERS"),
    "no broker named for a stage": (["work", "store"], {}, "no broker is set: give ONRECORD_KAFKA_BOOTSTRAP_SERVERS="),
    "no broker there": (
        ["topics"],
        {"ONRECORD_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:{port}"},
        "no Kafka broker answers at '127.0.0.1:",
    ),
    "run name of topics": (
        ["topics", "--run", "a b"],
        {"ONRECORD_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:{port}"},
        "a run cannot be called 'a b'",
    ),
    "no file of speakers": (
        ["work", "store"],
        {"ONRECORD_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:{port}", "ONRECORD_SPEAKERS_FILE": "who.toml"},
        "there is no file who.toml; correct speakers.file, or leave it empty",
    ),
    "nothing to play": (
        ["work", "playback"],
        {"ONRECORD_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:{port}"},
        "work playback needs a file: onrecord work playback --file ARTICLES.jsonl.gz",
    ),
}


# As a user sees it, to the last word of the interpreter; the others in this process, which is quicker. Stages set up
# the logs of their process and need one of their own.
IN_A_PROCESS = {"unknown option", "missing file", "unknown setting", "no broker there"}


@pytest.mark.parametrize("name", WRONG)
def test_what_a_user_can_mend_is_one_sentence_and_exit_code_2(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, environ, says = WRONG[name]
    port = str(free_port())
    known = {"ONRECORD_KAFKA_CONNECT_TIMEOUT_SECONDS": "0.3", "ONRECORD_API_PORT": port}
    changed = known | {key: value.format(port=port) for key, value in environ.items()}
    if arguments[0] == "work" or name in IN_A_PROCESS:
        ended = onrecord(*arguments, folder=tmp_path, **changed)
        code, out, errors = ended.returncode, ended.stdout, ended.stderr
    else:
        monkeypatch.chdir(tmp_path)
        for variable, value in changed.items():
            monkeypatch.setenv(variable, value)
        code = run_here(monkeypatch, *arguments)
        out, errors = capsys.readouterr()
    assert errors.startswith(f"onrecord: {says}"), errors
    assert errors.count("\n") == 1, "one sentence, no traceback"
    assert out == ""
    assert code == 2


def test_a_second_system_over_the_same_data_is_refused(tmp_path: Path) -> None:
    with owning(tmp_path / "data"):
        ended = onrecord("up", folder=tmp_path)
    assert ended.stderr.startswith("onrecord: a system runs over the data in data/ already; stop it, or give")
    assert (ended.stderr.count("\n"), ended.returncode) == (1, 2)


def test_status_as_json_is_json_even_without_a_read_api(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from processors.supervise.state import PartState, SystemState, write_state
    from tests.core.conftest import START

    monkeypatch.chdir(tmp_path)
    part = PartState(name="store", state="restarting", restarts=2, since=START)
    state = SystemState(
        pid=os.getpid(),
        run="live",
        started_at=START,
        bootstrap_servers="127.0.0.1:1",
        api_url=f"http://127.0.0.1:{free_port()}",
        dashboard_url="",
        parts=(part,),
    )
    with owning(Path("data")):
        write_state(Path("data"), state)
        assert run_here(monkeypatch, "status", "--json") == 0
        told = json.loads(capsys.readouterr().out)
        assert run_here(monkeypatch, "status") == 0
        shown = capsys.readouterr().out
    assert told["system"]["parts"][0]["restarts"] == 2
    assert told["runs"] == []
    assert told["problem"].startswith(f"the read API at {state.api_url} does not answer")
    assert "store" in shown
    assert "restarting" in shown


def test_a_defect_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("a defect")

    monkeypatch.setattr(command_line, "app", broken)
    with pytest.raises(KeyError, match="a defect"):
        command_line.main()


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt, 130), (BrokenPipeError, 0)])
def test_ctrl_c_and_a_reader_that_left_are_no_defects(
    error: type[BaseException], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ends(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(command_line, "app", ends)
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        monkeypatch.setattr(sys, "stderr", nowhere)
        assert run_here(monkeypatch) == code
