"""Decides what a batch of arrivals, taken in order, becomes: rows, and what the ledger has to know.

Everything is decided here and written once by the writer. ``Lookup`` is the few questions to the store that it takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Protocol

from processors.ids import name_key
from processors.messages import DeadLetter, Embedded, Source, unpack_vectors
from processors.steps.cluster import Item
from processors.store import rows as to_rows
from processors.store.copies import Original, Originals, text_key
from processors.store.intake import STAGE
from processors.store.ledger import DEAD, DUPLICATE, STORED
from processors.store.rows import Rows, naive
from processors.store.sequencer import Arrival
from processors.store.speakers import Resolved, SpeakerEngine, Tally, add_up, said_in
from processors.store.topics import TopicEngine


@dataclass(slots=True)
class Counters:
    """The running numbers, and which model the run's vectors come from ('' before the first)."""

    article: int = 1
    statement: int = 1
    dead_letter: int = 1
    event: int = 1
    speaker_event: int = 1
    model: str = ""
    dims: int = 0

    def copy(self) -> Counters:
        """One that changes by itself."""
        return replace(self)


class Lookup(Protocol):
    """What is in the store already."""

    def articles(self, ids: Sequence[str]) -> set[str]:
        """Those of the ids that are stored."""
        ...

    def statements(self, ids: Sequence[str]) -> set[str]:
        """Those of the ids that are stored."""
        ...

    def originals(
        self, keys: Sequence[int], since: datetime, until: datetime
    ) -> Iterable[tuple[int, str, datetime, str]]:
        """(key, id, published, topic) of statements that are no copies, in order of seq; times naive UTC."""
        ...

    def tallies(self, speakers: Sequence[str]) -> Mapping[str, Tally]:
        """What is counted of those that are known."""
        ...

    def dead_letters(self, sources: Sequence[Source]) -> set[tuple[str, Source]]:
        """(stage, source) of the unattributed dead letters from these places."""
        ...


@dataclass(slots=True)
class Batch:
    """What is to be written, and what the memory has to remember once it is."""

    rows: Rows
    counters: Counters
    inputs: list[tuple[str, int, str]] = field(default_factory=list)
    unattributed: int = 0
    topics: list[str] = field(default_factory=list)
    speakers: list[str] = field(default_factory=list)
    shared: dict[str, bytes] = field(default_factory=dict)
    shared_speakers: dict[str, bytes] = field(default_factory=dict)
    articles: int = 0


@dataclass(slots=True)
class _Said:
    """A statement on its way, with the original whose topic it takes."""

    bundle: Embedded
    index: int
    speaker: str
    key: int
    original: Original
    copied: bool


def decide(
    arrivals: Sequence[Arrival],
    lookup: Lookup,
    topics: TopicEngine,
    speakers: SpeakerEngine,
    counters: Counters,
    now: datetime,
) -> Batch:
    """Everything that these arrivals become; ``counters`` are left as they are, the engines move on."""
    batch = Batch(Rows(), counters.copy())
    bundles = _sort_out(arrivals, lookup, batch, now)
    fresh = _fresh(bundles, lookup)
    resolved = _speak(fresh, speakers)
    said = _fold(fresh, resolved.ids, lookup)
    _assign(said, topics, batch)
    _write_said(bundles, said, batch, now)
    spoken = [(one.speaker, naive(one.bundle.article.published_at), one.copied) for one in said if one.speaker]
    _write_speakers(resolved, spoken, lookup, batch)
    return batch


def reconcile(lookup: Lookup, speakers: SpeakerEngine, counters: Counters, at: datetime) -> Batch:
    """What ``speakers.toml`` newly says about the speakers that are there; no rows where that is nothing."""
    batch = Batch(Rows(), counters.copy())
    _write_speakers(speakers.reconcile(at), (), lookup, batch)
    return batch


def _sort_out(arrivals: Sequence[Arrival], lookup: Lookup, batch: Batch, now: datetime) -> list[Embedded]:
    """Write the ledger and the dead letters; the bundles that are new."""
    messages = [arrival.message for arrival in arrivals]
    stored = lookup.articles([one.article.id for one in messages if isinstance(one, Embedded)])
    letters = [one for one in messages if isinstance(one, DeadLetter) and not one.origin]
    buried = lookup.dead_letters([one.source for one in letters])
    new: list[Embedded] = []
    for arrival in arrivals:
        message = _refused(arrival, batch.counters, now)
        if isinstance(message, DeadLetter):
            if message.origin:
                _enter(batch, message.origin, message.position, DEAD, message.article_id, now)
            elif (message.stage, message.source) in buried:
                continue
            else:
                buried.add((message.stage, message.source))
                batch.unattributed += 1
            to_rows.add_dead_letter(batch.rows, batch.counters.dead_letter, message)
            batch.counters.dead_letter += 1
            continue
        article = message.article
        outcome = DUPLICATE if article.id in stored else STORED
        _enter(batch, article.origin, article.position, outcome, article.id, now)
        if outcome == STORED:
            stored.add(article.id)
            new.append(message)
    return new


def _refused(arrival: Arrival, counters: Counters, now: datetime) -> Embedded | DeadLetter:
    """The message, or a dead letter where its vectors and the run's (the first set the model) cannot be compared."""
    message = arrival.message
    if isinstance(message, DeadLetter) or not message.statements:
        return message
    if not counters.model:
        counters.model, counters.dims = message.model, message.dims
    if (message.model, message.dims) == (counters.model, counters.dims):
        return message
    article = message.article
    return DeadLetter(
        stage=STAGE,
        reason=(
            f"its vectors come from {message.model} ({message.dims} numbers), those of this run from {counters.model} "
            f"({counters.dims}); start a new run for another model"
        ),
        source=message.source or Source("", arrival.at[0], arrival.at[1], arrival.offset),
        at=now,
        origin=article.origin,
        position=article.position,
        article_id=article.id,
        url=article.url,
        excerpt=article.title,
    )


def _enter(batch: Batch, origin: str, position: int, outcome: str, article_id: str, now: datetime) -> None:
    batch.rows.add("inputs", origin, position, outcome, article_id, naive(now))
    batch.inputs.append((origin, position, outcome))


def _fresh(bundles: Sequence[Embedded], lookup: Lookup) -> list[tuple[Embedded, int]]:
    """The statements that are new, as articles and indices in them."""
    known = lookup.statements([said.id for bundle in bundles for said in bundle.statements])
    fresh: list[tuple[Embedded, int]] = []
    for bundle in bundles:
        for index, said in enumerate(bundle.statements):
            if said.id not in known:
                known.add(said.id)
                fresh.append((bundle, index))
    return fresh


def _speak(fresh: Sequence[tuple[Embedded, int]], engine: SpeakerEngine) -> Resolved:
    """The speakers of the statements, an empty id where nobody is proved to have said it."""
    named = [name_key(bundle.statements[index].speaker) != "" for bundle, index in fresh]
    spoken = [said_in(*one) for one, has_name in zip(fresh, named, strict=True) if has_name]
    if not spoken:
        return Resolved([""] * len(fresh), (), (), {})
    resolved = engine.resolve(spoken)
    following = iter(resolved.ids)
    return replace(resolved, ids=[next(following) if has_name else "" for has_name in named])


def _fold(fresh: Sequence[tuple[Embedded, int]], speakers: Sequence[str], lookup: Lookup) -> list[_Said]:
    """The statements, each with its original (itself, or the one that it copies)."""
    keys = [
        text_key(bundle.statements[index].text, speaker)
        for (bundle, index), speaker in zip(fresh, speakers, strict=True)
    ]
    times = [naive(bundle.article.published_at) for bundle, _ in fresh]
    originals = Originals(lookup.originals(keys, min(times), max(times)) if fresh else ())
    folded: list[_Said] = []
    for (bundle, index), speaker, key, at in zip(fresh, speakers, keys, times, strict=True):
        original, copied = originals.match(key, bundle.statements[index].id, at)
        folded.append(_Said(bundle, index, speaker, key, original, copied))
    return folded


def _assign(said: Sequence[_Said], engine: TopicEngine, batch: Batch) -> None:
    """Give the originals among the statements their topics."""
    firsts = [one for one in said if not one.copied]
    if not firsts:
        return
    assigned = engine.assign(list(chain.from_iterable(_items(firsts))))
    for one, topic in zip(firsts, assigned.topics, strict=True):
        one.original.topic = topic
    to_rows.add_topics(batch.rows, assigned.rows)
    to_rows.add_events(batch.rows, batch.counters.event, assigned.events)
    batch.counters.event += len(assigned.events)
    batch.topics = [row.id for row in assigned.rows]
    batch.shared = dict(assigned.shared)


def _items(firsts: Sequence[_Said]) -> Iterable[list[Item]]:
    """Items for the engine, one list an article (its vectors are unpacked once)."""
    by_article: dict[str, list[_Said]] = {}
    for one in firsts:
        by_article.setdefault(one.bundle.article.id, []).append(one)
    for group in by_article.values():
        bundle = group[0].bundle
        vectors = unpack_vectors(bundle.vectors, bundle.dims)
        contexts = unpack_vectors(bundle.contexts, bundle.dims)
        article = bundle.article
        yield [
            Item(
                id=said.id, at=article.published_at, title=article.title, text=said.text, heading=said.heading,
                speaker=said.speaker, vector=vectors[one.index], context=contexts[one.index], terms=bundle.terms,
                article_id=article.id, outlet=article.outlet,
            )
            for one in group
            for said in (bundle.statements[one.index],)
        ]  # fmt: skip


def _write_said(bundles: Sequence[Embedded], said: Sequence[_Said], batch: Batch, now: datetime) -> None:
    """Articles, statements and vectors."""
    counters = batch.counters
    times = {bundle.article.id: to_rows.times_of(bundle, now) for bundle in bundles}
    stored: dict[str, int] = {}
    for one in said:
        to_rows.add_statement(
            batch.rows, counters.statement, one.bundle, one.index,
            speaker_id=one.speaker, topic=one.original.topic, copy_of=one.original.id if one.copied else "",
            key=one.key, times=times[one.bundle.article.id],
        )  # fmt: skip
        counters.statement += 1
        article = one.bundle.article.id
        stored[article] = stored.get(article, 0) + 1
    for bundle in bundles:
        to_rows.add_article(batch.rows, counters.article, bundle, stored.get(bundle.article.id, 0), now)
        counters.article += 1
    batch.articles = len(bundles)


def _write_speakers(
    resolved: Resolved, spoken: Sequence[tuple[str, datetime, bool]], lookup: Lookup, batch: Batch
) -> None:
    """The speakers that are different now, with their counts, and what happened to them."""
    changed = [row.id for row in resolved.rows]
    # Times of the stream, never of the clock: a replay has to write the same.
    happened = [(event.speaker, naive(event.at)) for event in resolved.events]
    tallies = add_up(lookup.tallies(changed), spoken, happened)
    to_rows.add_speakers(batch.rows, resolved.rows, tallies)
    to_rows.add_speaker_events(batch.rows, batch.counters.speaker_event, resolved.events)
    batch.counters.speaker_event += len(resolved.events)
    batch.speakers = changed
    batch.shared_speakers = dict(resolved.shared)
