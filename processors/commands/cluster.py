"""``onrecord cluster``: topics of a stream of statements or headlines in a file, without Kafka or a database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from processors.errors import SourceError
from processors.messages import Article, Extracted, Rejected, Span, Statement
from processors.settings import Settings, load_settings

if TYPE_CHECKING:
    from processors.steps.cluster import Assigned, Item, TopicState
    from processors.steps.embed import Embedder

LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


class StreamRow(msgspec.Struct, frozen=True):
    """A statement or headline; ``timestamp`` in seconds since 1970, ``doc`` names its article."""

    id: str
    timestamp: float
    text: str
    doc: str = ""
    title: str = ""
    speaker: str = ""
    heading: str = ""
    outlet: str = ""


class ArticleRow(msgspec.Struct, frozen=True):
    """The article around statements."""

    doc: str
    text: str
    title: str = ""


Row = TypeVar("Row", StreamRow, ArticleRow)


def cluster(stream: Path, *, output: Path, articles: Path | None = None) -> None:
    """Put the statements of a file into topics, in order of time.

    Parameters
    ----------
    stream
        JSON lines {"id", "timestamp", "text"} and, where there are, "doc", "title", "speaker", "heading", "outlet".
    output
        Where to write {"id", "cluster", "final", "theme"}: the topic on arrival, and topic and theme at the end.
    articles
        JSON lines {"doc", "title", "text"} with the articles that the statements come from.

    """
    from rich.console import Console
    from rich.progress import Progress

    settings = load_settings()
    rows = read_stream(stream)
    texts = read_articles(articles) if articles is not None else {}
    check_writable(output)
    from processors.steps.embed import build_embedder

    embedder = build_embedder(settings.embed)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Embedding and clustering", total=len(rows))
        answers, topics = cluster_stream(rows, texts, embedder, settings, lambda n: progress.advance(task, n))
    try:
        with output.open("wb") as file:
            file.writelines(msgspec.json.encode(answer) + b"\n" for answer in answers)
    except OSError as error:
        raise SourceError(f"cannot write {output}: {error.strerror}; choose another --output") from error
    print(f"{len(rows)} statements, {topics} topics, written to {output}")


def read_stream(path: Path) -> list[StreamRow]:
    """Rows of a stream; raises SourceError with the line that is wrong."""
    rows = _read(path, StreamRow)
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        if row.id in seen:
            raise SourceError(f"{path} has the id {row.id!r} twice (row {number}); give every row an id of its own")
        if not 0 <= row.timestamp < LATEST:
            raise SourceError(f"{path}, row {number}: timestamp {row.timestamp:g} is not in seconds since 1970")
        seen.add(row.id)
    return rows


def read_articles(path: Path) -> dict[str, ArticleRow]:
    """Articles by ``doc``; raises SourceError with the line that is wrong."""
    return {row.doc: row for row in _read(path, ArticleRow)}


def check_writable(path: Path) -> None:
    """Refuse an output that cannot be written before the work is done; raises SourceError."""
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise SourceError(f"cannot write {path}: it is a folder, or its folder does not exist; choose another --output")


def cluster_stream(
    rows: Sequence[StreamRow],
    articles: Mapping[str, ArticleRow],
    embedder: Embedder,
    settings: Settings,
    tell: Callable[[int], object] = lambda done: None,
) -> tuple[list[dict[str, str]], int]:
    """Answers in the order of ``rows``, which are processed in order of time, and the count of topics in the end."""
    return cluster_items(rows, embed_stream(rows, articles, embedder, tell), settings)


def cluster_items(
    rows: Sequence[StreamRow], items: Mapping[str, Item], settings: Settings
) -> tuple[list[dict[str, str]], int]:
    """``cluster_stream`` where the rows are embedded already; ``items`` by id."""
    from processors.steps.cluster import TopicState, assign, build_themes

    order = sorted(range(len(rows)), key=lambda index: rows[index].timestamp)
    state = TopicState.empty(settings.cluster)
    done = assign(state, [items[rows[index].id] for index in order], settings.cluster)
    if rows:
        build_themes(state, done)
    arrival = {rows[index].id: topic for index, topic in zip(order, done.topics, strict=True)}
    final, themes = final_topics(arrival, done), _themes(state, done)
    answers = []
    for row in rows:
        end = final[row.id]
        answers.append({"id": row.id, "cluster": arrival[row.id], "final": end, "theme": themes.get(end) or end})
    return answers, len(set(final.values()))


def final_topics(arrival: Mapping[str, str], done: Assigned) -> dict[str, str]:
    """Where each statement is in the end: the last split that took it along, then what its topic was merged into."""
    moved = {move.statement: move.topic for move in done.moved}
    into = {event.topic: event.into for event in done.events if event.kind == "merged"}
    return {statement: _follow(moved.get(statement, topic), into) for statement, topic in arrival.items()}


def _themes(state: TopicState, done: Assigned) -> dict[str, str]:
    """Themes by topic, of topics that left memory as well."""
    return {row.id: row.theme for row in state.topic_rows(done.changed) if row.theme}


def embed_stream(
    rows: Sequence[StreamRow],
    articles: Mapping[str, ArticleRow],
    embedder: Embedder,
    tell: Callable[[int], object] = lambda done: None,
) -> dict[str, Item]:
    """Every row as clustering sees it, by id; an article at a time."""
    from processors.steps.items import items_from

    documents: dict[str, list[StreamRow]] = {}
    for row in rows:
        documents.setdefault(row.doc or f"row {row.id}", []).append(row)
    items: dict[str, Item] = {}
    for doc, members in documents.items():
        (embedded,) = embedder([_extracted(doc, members, articles.get(doc))])
        if isinstance(embedded, Rejected):
            raise SourceError(f"row {members[0].id!r} cannot be clustered: {embedded.reason}")
        items.update((item.id, item) for item in items_from(embedded))
        tell(len(members))
    return {row.id: _at(items[row.id], row) for row in rows}


def _extracted(doc: str, members: Sequence[StreamRow], article: ArticleRow | None) -> Extracted:
    """An article with its statements; without its text, what is known of it are the statements."""
    first = members[0]
    at = datetime.fromtimestamp(first.timestamp, UTC)
    whole = Article(
        id=doc,
        url="",
        outlet=first.outlet,
        title=first.title or (article.title if article else ""),
        text=article.text if article else "\n".join(row.text for row in members),
        published_at=at,
        observed_at=at,
        origin="file",
        position=0,
    )
    statements = tuple(
        Statement(
            id=row.id,
            kind="direct",
            spans=_spans(article, row),
            text=row.text,
            speaker=row.speaker,
            heading=row.heading,
        )
        for row in members
    )
    return Extracted(article=whole, statements=statements)


def _spans(article: ArticleRow | None, row: StreamRow) -> tuple[Span, ...]:
    """Where the statement's pieces stand in the article, as far as they are found there."""
    if article is None:
        return ()
    found: list[Span] = []
    for piece in re.split(r"\s*(?:…|\.\.\.)\s*", row.text):
        start = article.text.find(piece, found[-1][1] if found else 0)
        start = start if start >= 0 else article.text.find(piece)
        if piece and start >= 0:
            found.append((start, start + len(piece)))
    return tuple(sorted(found))


def _at(item: Item, row: StreamRow) -> Item:
    return replace(item, at=datetime.fromtimestamp(row.timestamp, UTC))


def _follow(topic: str, into: Mapping[str, str]) -> str:
    while topic in into:
        topic = into[topic]
    return topic


def _read(path: Path, kind: type[Row]) -> list[Row]:
    """Rows of a file of JSON lines; raises SourceError with the number of the line that is wrong."""
    rows: list[Row] = []
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    rows.append(_decode(line, kind, f"{path}, line {number}"))
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror}; give a file of JSON lines") from error
    return rows


def _decode(line: bytes, kind: type[Row], where: str) -> Row:
    """One row; by the standard library, since files in the wild have NaN in columns that do not matter here."""
    needs = ", ".join(field.name for field in msgspec.structs.fields(kind) if field.required)
    try:
        values = json.loads(line)
        if not isinstance(values, dict):
            raise SourceError(f"{where} is not a row with {needs}: it is no JSON object")
        return msgspec.convert({key: value for key, value in values.items() if value is not None}, kind)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{where} is not a row with {needs}: {error}") from error
