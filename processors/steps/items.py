"""A statement as clustering sees it, and how it is made from what is on the bus."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from processors.errors import MessageError
from processors.messages import Embedded, unpack_vectors


@dataclass(frozen=True, slots=True)
class Item:
    """A statement as clustering sees it.

    ``vector`` and ``context`` are unit vectors of shape (dims,); ``terms`` the article's words by weight; ``at`` is
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
        )
        for statement, vector, context in zip(embedded.statements, vectors, contexts, strict=True)
    ]
