"""``onrecord quality``: how good statements, speakers and topics are, against floors."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from processors.errors import SourceError
from processors.quality.floors import FLOORS, Figure, Skipped, digest_of_files, judged, read_floors
from processors.settings import Settings, load_settings

if TYPE_CHECKING:
    from processors.quality.statements import GoldDocument, Row
    from processors.steps.embed import Embedder
    from processors.steps.extract.extractor import Extractor

PartName = Literal["seed", "bundled", "own", "gum", "topics", "speakers"]
BROKEN = 1
"""Exit code when a floor is broken."""

_GUM = ("gum_statements_news", "gum_statements_interview")
_STATEMENTS = Path("data/statements")


@dataclass(frozen=True, slots=True)
class Annotated:
    """A folder's gold, what is found in its articles, and the digest of its files."""

    gold: Sequence[GoldDocument]
    found: Mapping[str, Sequence[Row]]
    data: str


class Tools:
    """What the parts measure with; each model is loaded when the first part needs it."""

    def __init__(self, shared: Path, settings: Settings) -> None:
        self.shared = shared
        self.settings = settings
        self.extractor: Callable[[], Extractor] = cache(self._extractor)
        self.embedder: Callable[[], Embedder] = cache(self._embedder)
        self.annotated: Callable[[Path], Annotated] = cache(self._annotated)

    def _extractor(self) -> Extractor:
        from processors.steps.extract.extractor import build_extractor

        return build_extractor(self.settings.extract)

    def _embedder(self) -> Embedder:
        from processors.steps.embed import build_embedder

        return build_embedder(self.settings.embed)

    def _annotated(self, folder: Path) -> Annotated:
        from processors.commands.extract import read_articles
        from processors.quality.bundled import extract_rows
        from processors.quality.statements import read_gold

        found = extract_rows(read_articles(folder / "docs.jsonl"), self.extractor())
        return Annotated(read_gold(folder), found, digest_of_files(sorted(folder.glob("*.jsonl"))))


Measure = Callable[[Tools, str], Iterator[Figure | Skipped]]


def quality(*part: PartName, shared: Path | None = None, floors: Path = FLOORS) -> None:
    """Print how good the steps are, one JSON object a line; ends with exit code 1 where a floor is broken.

    Parameters
    ----------
    part
        What to measure: seed (the project's first article), bundled (the recorded stream), own (articles annotated for
        this project), gum (annotated Wikinews), topics (labelled streams), speakers (labelled
        mentions; extracts 5,134 articles, which takes minutes); all of them unless some are named.
    shared
        The folder with evaluation data; by default the folder shared beside the checkout. What is not there is skipped.
    floors
        A TOML file with the least that each figure may be.

    """
    from processors.quality.bundled import checkout

    folder = shared if shared is not None else checkout().parent / "shared"
    if shared is not None and not shared.is_dir():
        raise SourceError(f"there is no folder {shared}; give the folder of evaluation data with --shared, or leave it")
    limits = read_floors(floors)
    tools = Tools(folder, load_settings())
    broken: list[str] = []
    for name in part or tuple(MEASURES):
        for result in MEASURES[name](tools, f"onrecord quality {name}"):
            row = judged(result, limits)
            print(json.dumps(row), flush=True)
            if not row.get("ok", True):
                broken.append(row["name"])
    if broken:
        print(f"onrecord: below their floors, or measured on other data: {', '.join(broken)}", file=sys.stderr)
        sys.exit(BROKEN)


def _seed(tools: Tools, command: str) -> Iterator[Figure | Skipped]:
    from processors.quality.seed import files, seed_figures

    if len(files(tools.shared)) != 2:
        yield _absent("seed", tools.shared / "seed", command)
        return
    right, wrong, data = seed_figures(tools.shared, tools.extractor())
    yield Figure("seed.right", right, "statements of 8", data, command)
    yield Figure("seed.wrong", wrong, "statements", data, command)


def _bundled(tools: Tools, command: str) -> Iterator[Figure | Skipped]:
    from processors.quality.bundled import checkout, read_bundled, statement_score, topic_figures

    bundled = read_bundled(checkout())
    figures = statement_score(bundled, tools.extractor()).as_row()
    yield from _statement_figures("bundled", figures, bundled.data, command)
    topics = topic_figures(bundled, tools.embedder(), tools.settings)
    yield from _topic_figures("bundled", topics, bundled.data, command)


def _own(tools: Tools, command: str) -> Iterator[Figure | Skipped]:
    from processors.quality.calibration import calibration_error, reliability
    from processors.quality.statements import which_are_right

    folder = tools.shared / _STATEMENTS / "own"
    for name in ("develop", "report"):
        yield from _folder(tools, f"own.{name}", folder / name, command)
    if (folder / "report").is_dir():  # its absence has been said
        report = tools.annotated(folder / "report")
        said = [(document, report.found.get(document.doc, ())) for document in report.gold]
        right = [
            (row["confidence"], ok)
            for document, rows in said
            for row, ok in zip(rows, which_are_right(document, rows), strict=True)
        ]
        error = calibration_error(reliability(right))
        yield Figure("own.report.calibration_error", round(error, 3), "share", report.data, command)


def _gum(tools: Tools, command: str) -> Iterator[Figure | Skipped]:
    for name in _GUM:
        short, folder = name.replace("gum_statements_", "gum."), tools.shared / _STATEMENTS / name
        # Its gold is right but not complete, so that precision would say little.
        for result in _folder(tools, short, folder, command):
            if isinstance(result, Skipped) or result.name.endswith(("joint_recall", "speaker")):
                yield result
        if folder.is_dir():
            yield from _spoken(tools.annotated(folder), short, command)


def _spoken(annotated: Annotated, name: str, command: str) -> Iterator[Figure]:
    """The same on what was said aloud or written, without what was thought, and how many names are resolved."""
    from processors.quality.statements import name_share, score_statements, spoken

    gold = [spoken(document) for document in annotated.gold]
    recall = score_statements(gold, annotated.found).as_row()["joint_recall"]
    yield Figure(f"{name}.speech_joint_recall", recall, "per cent", annotated.data, command)
    yield Figure(f"{name}.speech_name", name_share(gold, annotated.found), "per cent", annotated.data, command)


def _topics(tools: Tools, command: str) -> Iterator[Figure | Skipped]:
    from processors.quality.topics import DATA, measure

    rows = {row["stream"]: row for row in measure(tools.shared, tools.settings, tools.embedder())}
    for name in ("week", "tune", "test"):
        path = tools.shared / DATA / f"{name}.jsonl"
        if name in rows:
            yield from _topic_figures(f"topics.{name}", rows[name], digest_of_files([path]), command)
        else:
            yield _absent(f"topics.{name}", path, command)


def _speakers(tools: Tools, command: str) -> Iterator[Figure | Skipped]:
    from processors.commands.extract import read_articles
    from processors.quality.bundled import extract_rows
    from processors.quality.speakers import GOLD, REPLAYS, read_labelled, resolve_all, said_in, score_speakers

    files = [tools.shared / path for path in (GOLD, *REPLAYS)]
    absent = next((path for path in files if not path.is_file()), None)
    if absent is not None:
        yield _absent("speakers", absent, command)
        return
    said = []
    for path in files[1:]:
        articles = read_articles(path)
        said += said_in(articles, extract_rows(articles, tools.extractor()))
    resolved = resolve_all(sorted(said, key=lambda one: (one.at, one.article_id)))
    score, data = score_speakers(read_labelled(files[0]), resolved), digest_of_files(files)
    yield Figure("speakers.matched", score.matched, f"mentions of {score.gold}", data, command)
    for name in ("precision", "recall", "f1"):
        yield Figure(f"speakers.bcubed_{name}", round(getattr(score, name), 4), "share", data, command)


def _folder(tools: Tools, name: str, folder: Path, command: str) -> Iterator[Figure | Skipped]:
    from processors.quality.statements import score_statements

    if not folder.is_dir():
        yield _absent(name, folder, command)
        return
    annotated = tools.annotated(folder)
    figures = score_statements(annotated.gold, annotated.found).as_row()
    yield from _statement_figures(name, figures, annotated.data, command)


def _statement_figures(name: str, figures: Mapping[str, float], data: str, command: str) -> Iterator[Figure]:
    for key, value in figures.items():
        if key in {"gold", "found"}:
            yield Figure(f"{name}.{key}", value, "statements", data, command)
        elif value or not key.startswith("turn"):  # not every collection has turns
            yield Figure(f"{name}.{key}", value, "per cent", data, command)


def _topic_figures(name: str, figures: Mapping[str, float], data: str, command: str) -> Iterator[Figure]:
    for key in ("bcubed_f1", "pair_f1", "cross_article_f1", "ami", "moved"):
        if key in figures:
            yield Figure(f"{name}.{key}", figures[key], "share", data, command)


def _absent(name: str, path: Path, command: str) -> Skipped:
    return Skipped(name, f"there is no {path}", command)


MEASURES: dict[PartName, Measure] = {
    "seed": _seed, "bundled": _bundled, "own": _own, "gum": _gum, "topics": _topics,
    "speakers": _speakers,
}  # fmt: skip
