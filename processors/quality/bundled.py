"""The bundled stream with its gold: what is found in it, and whether its stories come together.

The gold lies in the source checkout beside the tests (tests/recorded), in the form that people annotate in.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from processors.commands.cluster import ArticleRow, StreamRow, cluster_stream
from processors.errors import SourceError
from processors.ids import article_id
from processors.messages import Article, Extracted, Rejected
from processors.quality.floors import digest_of
from processors.quality.statements import GoldDocument, StatementScore, score_statements
from processors.quality.topics import score as score_topics
from processors.settings import Settings
from processors.steps.embed import Embedder
from processors.steps.extract.extractor import Extractor

GOLD = Path("tests/recorded")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Bundled:
    """The annotated articles, and the digest of their texts and gold."""

    articles: Sequence[Any]
    data: str


def checkout() -> Path:
    """The source checkout that this program runs from; raises SourceError where it is installed without one."""
    root = Path(__file__).resolve().parents[2]
    if not (root / GOLD / "annotated.py").is_file():
        raise SourceError(
            "quality is measured against gold that lies in the source checkout (tests/recorded), and this is an "
            "installation without it; run the command in a clone of the project"
        )
    return root


def read_bundled(root: Path, most: int | None = None) -> Bundled:
    """The bundled stream's sources with their gold, the first ``most`` in order of time."""
    folder = root / GOLD / "articles"
    raw = [path.read_bytes() for path in sorted(folder.glob("*.txt"))]
    articles = _module(root / GOLD / "annotated.py").load(folder)[:most]
    return Bundled(articles, digest_of(*raw) if most is None else digest_of(*raw, str(most).encode()))


def statement_score(bundled: Bundled, extractor: Extractor) -> StatementScore:
    """What the extractor finds in the articles against their gold."""
    gold, articles = bundled_gold(bundled)
    return score_statements(gold, extract_rows(articles, extractor))


def bundled_gold(bundled: Bundled) -> tuple[list[GoldDocument], list[Article]]:
    """The gold, and the articles that it belongs to."""
    articles = [_article(one, position) for position, one in enumerate(bundled.articles)]
    return [_gold(one) for one in bundled.articles], articles


def topic_figures(bundled: Bundled, embedder: Embedder, settings: Settings) -> dict[str, float]:
    """How well the gold statements and turns come together by story, whatever the extractor finds."""
    stream, labels, texts = [], [], {}
    for one in bundled.articles:
        name = _name(one)
        at = datetime.fromisoformat(one.header["published_at"]).timestamp()
        texts[name] = ArticleRow(name, one.text, one.header["title"])
        said = [(f"{name}-{each.number}", each.spans, each) for each in one.statements]
        said += [(f"{name}-t{each.number}", [each.span], each) for each in one.turns]
        for number, spans, each in said:
            text = " … ".join(one.text[start:end] for start, end in spans)
            heading = getattr(each, "heading", "")
            stream.append(StreamRow(number, at, text, name, one.header["title"], each.speaker, heading))
            labels.append({"id": number, "doc": name, "label": each.story})
    answers, _ = cluster_stream(stream, texts, embedder, settings)
    return score_topics(labels, answers)


def extract_rows(articles: Sequence[Article], extractor: Extractor) -> dict[str, list[dict[str, Any]]]:
    """Statements by article as ``onrecord extract`` writes them; raises SourceError where an article is refused."""
    from processors.commands.extract import rows_of

    found: dict[str, list[dict[str, Any]]] = {}
    for answer, article in zip(extractor(articles), articles, strict=True):
        if isinstance(answer, Rejected):
            raise SourceError(f"the evaluation article {article.id} is refused: {answer.reason}")
        found[article.id] = [msgspec.structs.asdict(row) for row in rows_of(answer)]
    return found


def extracted(articles: Sequence[Article], extractor: Extractor) -> list[Extracted]:
    """The answers for articles that are not refused."""
    return [answer for answer in extractor(articles) if isinstance(answer, Extracted)]


def _name(one: Any) -> str:
    return article_id(one.header["url"], one.text)


def _article(one: Any, position: int) -> Article:
    return Article(
        id=_name(one), url=one.header["url"], outlet=one.header["outlet"], title=one.header["title"], text=one.text,
        published_at=datetime.fromisoformat(one.header["published_at"]), observed_at=_EPOCH, origin="bundled",
        position=position,
    )  # fmt: skip


def _gold(one: Any) -> GoldDocument:
    statements = [
        {"spans": each.spans, "kind": each.kind, "source": each.source, "speaker": each.speaker}
        for each in one.statements
    ]
    turns = [
        {"kind": each.kind, "start": each.span[0], "end": each.span[1], "speaker": each.speaker} for each in one.turns
    ]
    return GoldDocument(_name(one), one.text, statements, turns)


def _module(path: Path) -> ModuleType:
    """The reader of the annotated form, which belongs to the tests and is not installed."""
    name = "onrecord_annotated"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise SourceError(f"cannot read {path}; restore it from the repository")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module
