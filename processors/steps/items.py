"""A statement as clustering sees it, and how it is made from what is on the bus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from processors.errors import MessageError
from processors.messages import Embedded, Span, unpack_vectors

AROUND = 400
"""Characters on either side of a statement that say what this part of its article is about."""


LONGEST = 4_000
"""Characters that are looked at in all: a passage may be as long as its article."""


@dataclass(frozen=True, slots=True)
class Item:
    """A statement as clustering sees it.

    ``vector`` and ``context`` are unit vectors of shape (dims,); ``terms`` the article's words by weight; ``around`` is
    the statement with AROUND characters of the article on either side, empty where its place is not known; ``at`` is
    when the article was published.
    """

    id: str
    at: datetime
    title: str
    text: str
    heading: str
    speaker: str
    vector: NDArray[np.float32]
    context: NDArray[np.float32]
    terms: dict[str, float]
    article_id: str
    outlet: str = ""
    around: str = ""


def items_from(embedded: Embedded) -> list[Item]:
    """The statements of an article, in order; raises MessageError where their vectors do not fit."""
    article = embedded.article
    vectors = unpack_vectors(embedded.vectors, embedded.dims)
    contexts = unpack_vectors(embedded.contexts, embedded.dims)
    if not len(vectors) == len(contexts) == len(embedded.statements):
        raise MessageError(
            f"{len(embedded.statements)} statements came with {len(vectors)} vectors and {len(contexts)} contexts"
        )
    return [
        Item(
            id=statement.id,
            at=article.published_at,
            title=article.title,
            text=statement.text,
            heading=statement.heading,
            speaker=statement.speaker,
            vector=vector,
            context=context,
            terms=embedded.terms,
            article_id=article.id,
            outlet=article.outlet,
            around=around(article.text, statement.spans),
        )
        for statement, vector, context in zip(embedded.statements, vectors, contexts, strict=True)
    ]


def around(text: str, spans: Sequence[Span]) -> str:
    """The statement with what stands before and after it, from word to word; empty without spans inside the text."""
    if not spans:
        return ""
    start, end = max(0, spans[0][0] - AROUND), min(len(text), spans[-1][1] + AROUND)
    end = min(end, start + LONGEST)
    if start > 0:
        start = text.find(" ", start, start + AROUND) + 1 or start
    if end < len(text):
        end = max(text.rfind(" ", start, end), start)
    return text[start:end]
