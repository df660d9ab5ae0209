"""When a topic gets its name, and from which of its members."""

from __future__ import annotations

from datetime import datetime

from processors.steps.items import Item
from processors.steps.label import SAMPLES, choose_chips, choose_title, headline
from processors.steps.similarity import word_vector
from processors.steps.topic import Sample, Topic, TopicEvent
from processors.steps.topics import TopicState

SAMPLE_CHARACTERS = 200
GROWTH = 1.5
"""A topic is named again when it has grown by this factor, so a large one is not named at every statement."""


def sample_of(item: Item) -> Sample:
    """What of a statement may name its topic."""
    return Sample(headline(item.heading, item.title, item.text, item.outlet), item.text[:SAMPLE_CHARACTERS])


def keep_sample(topic: Topic, sample: Sample) -> None:
    """Remember a member: the first half of the places go to the earliest, the rest to the newest."""
    if sample in topic.samples:
        return
    if len(topic.samples) >= SAMPLES:
        del topic.samples[SAMPLES // 2]
    topic.samples = [*topic.samples, sample]  # append makes room for four


def name_topic(state: TopicState, row: int, at: datetime, *, merged: bool = False) -> list[TopicEvent]:
    """Look for a better title and better words where the topic has grown enough or was ``merged``."""
    topic, count = state.topics[row], int(state.cells().counts[row])
    if not merged and count < GROWTH * topic.named_at:
        return []
    topic.named_at = count
    topic.chips = choose_chips(topic.samples, state.frequencies)
    taken = {sample.headline for sample in topic.samples if _is_taken(state, topic, sample.headline)}
    title = choose_title(topic.title, topic.samples, lambda text: _fit(state, row, text), taken)
    if title == topic.title:
        return []
    state.retitle(row, title)
    return [TopicEvent("renamed", topic.id, "", at, title)]


def _is_taken(state: TopicState, topic: Topic, title: str) -> bool:
    """Whether another active topic has the title."""
    return state.titles[title] > (title == topic.title)


def _fit(state: TopicState, row: int, text: str) -> float:
    """How well a headline's words stand for the topic's: their cosine."""
    columns = state.cells()
    slots, weights = word_vector(text, state.frequencies)
    state.scratch[slots] = weights
    fit = float((state.scratch[columns.slots[row]] * columns.weights[row]).sum() / columns.word_lengths[row])
    state.scratch[slots] = 0.0
    return round(fit, 9)
