"""``onrecord``: one command for the whole system.

Commands are loaded when they are used, so that ``onrecord status`` does not wait for a language model. An expected
error is one sentence on standard error and exit code 2.
"""

from __future__ import annotations

import importlib.metadata
import sys

from cyclopts import App, CycloptsError

from processors.errors import OnRecordError

USER_ERROR = 2
INTERRUPTED = 130

app = App(
    name="onrecord",
    help="A streaming news monitor: who said what, about what, when, and where is it written.",
    version=lambda: importlib.metadata.version("onrecord"),
    version_flags=["--version"],
)
app.command(
    "processors.commands.up:up",
    name="up",
    help="Start the whole system on the feeds of sources.toml, and keep it running.",
)
app.command("ingest.demo:demo", name="demo", help="Show the whole system on a recorded stream about fictional people.")
app.command(
    "processors.commands.status:status",
    name="status",
    help="Tell of the running system: addresses, processes, counts, lag, accounting.",
)
app.command(
    "processors.commands.speakers:speakers",
    name="speakers",
    help="Show who spoke in a run, under which names and in which roles, and why names were joined.",
)
app.command("ingest.replay:replay", name="replay", help="Play a file of articles as a run of its own.")
app.command("processors.commands.work:work", name="work", help="Run one stage in the foreground.")
app.command("processors.commands.topics:topics", name="topics", help="Create the streams of a run on the broker.")
app.command(
    "processors.commands.extract:extract",
    name="extract",
    help="Find the statements of the articles in a file, without Kafka.",
)
app.command(
    "processors.commands.cluster:cluster",
    name="cluster",
    help="Give the statements in a file their topics, without Kafka.",
)
app.command(
    "processors.commands.quality:quality", name="quality", help="Print the measured quality, one JSON object a line."
)
app.command("processors.commands.bench:bench", name="bench", help="Print the measured speed, one JSON object a line.")


def main() -> None:
    """Run one command and exit: 0 when it worked, 2 with one sentence when the user can mend it."""
    try:
        app(sys.argv[1:], exit_on_error=False, print_error=False)
    except CycloptsError as error:
        print(f"onrecord: {error}", file=sys.stderr)
        sys.exit(USER_ERROR)
    except OnRecordError as error:
        print(f"onrecord: {error}", file=sys.stderr)
        sys.exit(USER_ERROR)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output went away (``onrecord … | head``): not an error of ours.
        sys.stderr.close()


if __name__ == "__main__":
    main()
