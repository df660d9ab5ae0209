"""``onrecord bench``: how quick the parts are on this machine, each beside the bare work underneath it."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Literal

from processors.errors import BrokerUnavailable, SourceError
from processors.messages import Article
from processors.quality.floors import digest_of_files
from processors.settings import Settings, load_settings

if TYPE_CHECKING:
    from processors.quality.speed import Speed
    from processors.steps.embed import Embedder
    from processors.steps.extract.extractor import Extractor

PartName = Literal["extract", "bounds", "embed", "cluster", "store", "bus", "article"]
Row = dict[str, Any]

ROUNDS = 3
REAL = 150
"""Real articles that extraction is measured on, where they lie beside the checkout."""
_REAL_FILES = ("replay_2022-02_04", "replay_2022-10_11", "wikinews_2020")
_SEEDED = "made up, seeded"


class Tools:
    """The bundled articles and the models, each loaded when the first part needs it."""

    def __init__(self, settings: Settings, rounds: int) -> None:
        self.settings = settings
        self.rounds = rounds
        self.path = Path(str(resources.files("ingest"))) / "recorded" / "two_days.jsonl.gz"
        if not self.path.is_file():
            raise SourceError(f"the recorded stream {self.path} is missing; install onrecord again")
        self.data = digest_of_files([self.path])
        self.articles: Callable[[], Sequence[Article]] = cache(self._articles)
        self.extractor: Callable[[], Extractor] = cache(self._extractor)
        self.embedder: Callable[[], Embedder] = cache(self._embedder)

    def _articles(self) -> Sequence[Article]:
        from processors.commands.extract import read_articles

        return read_articles(self.path)

    def real_articles(self) -> tuple[Sequence[Article], str]:
        """Real articles, chosen by a hash of their ids, and a digest of their files; none where there are no files."""
        from processors.commands.extract import read_articles
        from processors.quality.bundled import checkout

        folder = checkout().parent / "shared" / "data" / "articles"
        files = [path for name in _REAL_FILES if (path := folder / f"{name}.jsonl.gz").is_file()]
        articles = [article for path in files for article in read_articles(path)]
        articles.sort(key=lambda article: hashlib.sha256(article.id.encode()).digest())
        return articles[:REAL], digest_of_files(files) if files else ""

    def _extractor(self) -> Extractor:
        from processors.steps.extract.extractor import build_extractor

        return build_extractor(self.settings.extract)

    def _embedder(self) -> Embedder:
        from processors.steps.embed import build_embedder

        return build_embedder(self.settings.embed)


def bench(*part: PartName, rounds: int = ROUNDS) -> None:
    """Print how quick the parts are on this machine, one JSON object a line, in about six minutes.

    "ratio" compares with bare work done in the same minute, so it can be compared between machines; "against" says
    with what, and above 1 is quicker than that.

    Parameters
    ----------
    part
        What to measure: extract, bounds (how the time of extraction grows with a text), embed, cluster, store, bus,
        article; all of them unless some are named.
    rounds
        How often each is measured; the median is printed.

    """
    tools = Tools(load_settings(), max(1, rounds))
    for name in part or tuple(MEASURES):
        for row in MEASURES[name](tools):
            print(json.dumps({**row, "command": f"onrecord bench {name}"}), flush=True)


def _extract(tools: Tools) -> Iterator[Row]:
    from processors.quality.speed import extract_speed

    bare = "spaCy's whole pipeline"
    # A round takes a second of ours, so that what else the machine does counts for more: there are more rounds.
    speed = extract_speed(tools.extractor(), tools.articles(), 2 * tools.rounds + 1)
    yield {**_row("extract", speed, "words per CPU second", bare, tools.data), "texts": "the recorded stream"}
    real, data = tools.real_articles()
    if not real:
        yield {"name": "extract.real", "skipped": "there are no real articles beside the checkout"}
        return
    speed = extract_speed(tools.extractor(), real, tools.rounds)
    yield {**_row("extract.real", speed, "words per CPU second", bare, data), "texts": f"{len(real)} real articles"}


def _bounds(tools: Tools) -> Iterator[Row]:
    from processors.quality.bounds import SHAPES, growth
    from processors.steps.extract.extractor import Extractor, find_with
    from processors.steps.extract.parse import load_parser

    # Most of these texts are in no language; what is measured is what reading them would cost.
    language = tools.settings.extract.languages[0]
    extractor = Extractor(tools.settings.extract, find_with(load_parser()), lambda text: language)
    for name in SHAPES:
        found = growth(extractor, name, min(2, tools.rounds))
        yield {
            "name": f"bounds.{name}", "value": round(found.seconds[-1], 3), "unit": "CPU seconds",
            "growth": round(found.exponent, 2), "characters": found.characters,
            "seconds": [round(one, 3) for one in found.seconds], "data": _SEEDED,
        }  # fmt: skip


def _embed(tools: Tools) -> Iterator[Row]:
    from processors.quality.bundled import extracted
    from processors.quality.speed import embed_speed
    from processors.steps.model import load_encoder

    batch = extracted(tools.articles()[:16], tools.extractor())
    speed = embed_speed(tools.embedder(), load_encoder(tools.settings.embed), batch, tools.rounds)
    yield _row("embed", speed, "texts per CPU second", "the encoder alone", tools.data)


def _cluster(tools: Tools) -> Iterator[Row]:
    from processors.quality.speed import cluster_speed

    for topics in (1_000, 5_000):
        speed = cluster_speed(topics, tools.rounds + 2, tools.settings.cluster)
        yield _row(f"cluster.{topics}", speed, "CPU ms per statement", "the bare product with all centres", _SEEDED, 3)


def _store(tools: Tools) -> Iterator[Row]:
    from processors.quality.speed import Speed
    from processors.quality.writes import measure_writes

    batch = 500
    with tempfile.TemporaryDirectory() as folder:
        times = measure_writes(Path(folder), 2 * batch * tools.rounds, batch)
    ratio = median(bare / own for own, bare in zip(times.store, times.bare, strict=True))
    speed = Speed(batch / median(times.store), ratio)
    yield _row("store", speed, "statements per second", "a bare append of the same rows", _SEEDED)


def _bus(tools: Tools) -> Iterator[Row]:
    from processors.quality.flow import bus_speed, embedded_broker

    try:
        with embedded_broker() as settings:
            produced, consumed = bus_speed(settings, 10_000, tools.rounds)
    except BrokerUnavailable as error:
        yield {"name": "bus", "skipped": str(error)}
        return
    for name, speed in (("bus.produce", produced), ("bus.consume", consumed)):
        yield _row(name, speed, "messages of 1.5 kB per second", "the bus in memory", _SEEDED)


def _article(tools: Tools) -> Iterator[Row]:
    from processors.quality.flow import article_seconds

    with tempfile.TemporaryDirectory() as folder:
        middle, worst = article_seconds(tools.articles(), tools.extractor(), tools.embedder(), Path(folder))
    for name, value in (("article.median", middle), ("article.worst", worst)):
        yield {"name": name, "value": round(value, 3), "unit": "seconds from the bus to the store", "data": tools.data}


def _row(name: str, speed: Speed, unit: str, against: str, data: str, digits: int = 0) -> Row:
    value = round(speed.value, digits) if digits else round(speed.value)
    return {
        "name": name, "value": value, "unit": unit, "ratio": float(f"{speed.ratio:.3g}"), "against": against,
        "data": data,
    }  # fmt: skip


MEASURES: dict[PartName, Callable[[Tools], Iterator[Row]]] = {
    "extract": _extract, "bounds": _bounds, "embed": _embed, "cluster": _cluster, "store": _store, "bus": _bus,
    "article": _article,
}  # fmt: skip
