"""A made-up stream of statements with known topics, for tests of clustering."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from processors.steps.items import Item

START = datetime(2026, 3, 1, tzinfo=UTC)
DIMS = 64


def item(number: int, topic: int, *, hours: float | None = None, noise: float = 0.35, words: int = 12) -> Item:
    """Statement ``number`` of a topic: a noisy copy of the topic's direction and words."""
    centre = np.random.default_rng(topic).normal(size=DIMS)
    random = np.random.default_rng([number, topic])
    own, around = (centre / np.linalg.norm(centre) + noise * random.normal(size=(2, DIMS)) / np.sqrt(DIMS)).astype(
        np.float32
    )
    terms = {f"topic{topic}word{index}": 1.0 + index % 3 for index in range(words)}
    return Item(
        id=f"s{number}",
        at=START + timedelta(hours=number / 4 if hours is None else hours),
        title=f"Headline number {topic} about subject {topic}",
        text=f"Statement {number} says topic{topic}word{number % words} matters",
        heading="",
        speaker="",
        vector=own / np.linalg.norm(own),
        context=around / np.linalg.norm(around),
        terms={**terms, f"extra{number // 3}": 1.0},
        article_id=f"a{number // 3}",
        outlet="The Courier",
    )


def stream(count: int, topics: int, seed: int = 0) -> list[Item]:
    """A stream in which the topics mix; noisy enough that some topics split and are merged again."""
    order = np.random.default_rng(seed).integers(topics, size=count)
    return [item(number, int(topic), noise=1.5) for number, topic in enumerate(order)]
