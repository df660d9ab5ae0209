"""Statements and what they stand in, as vectors.

Each article is computed by itself, so its vectors are the same to the last bit whatever else is in the batch: what a
model gives for a text depends a little on the texts that it is padded with.

The context of a statement is the title, the heading it stands under and the lead of its article. On the labelled week
(batch average link) that gives BCubed F1 .795 and cross-article F1 .52, title and a window of 300 characters around
the statement .792 and .49, title, short lead and window .798 and .45. The lead is the same for all statements of an
article, so it costs one text where windows cost one each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from processors.messages import Article, Embedded, Extracted, Rejected, pack_vectors
from processors.settings import EmbedSettings
from processors.steps.model import Encoder, load_encoder
from processors.steps.words import article_terms

LEAD = 700
"""Characters of an article that give its context; the model reads about 1,000 in all."""
LONGEST = 4_000
"""Characters of a text that are shown to the model, which reads 256 tokens at most: tokenising more is wasted."""


class Embedder:
    """The embed step: ``Extracted`` in, ``Embedded`` out, one for one."""

    def __init__(self, encoder: Encoder, settings: EmbedSettings) -> None:
        self.model = encoder.name
        self.dims = encoder.dims
        self._encoder = encoder
        self._settings = settings

    def __call__(self, batch: Sequence[Extracted]) -> list[Embedded | Rejected]:
        """Embed each article; Rejected where the model gives no usable vector. ``source`` is left to the worker."""
        return [self._embed(extracted) for extracted in batch]

    def _embed(self, extracted: Extracted) -> Embedded | Rejected:
        article, statements = extracted.article, extracted.statements
        own = [statement.text[:LONGEST] for statement in statements]
        around = [context_text(article, statement.heading) for statement in statements]
        vectors = self._vectors(list(dict.fromkeys([*own, *around])))
        for statement, texts in zip(statements, zip(own, around, strict=True), strict=True):
            if not all(text in vectors for text in texts):
                return Rejected(f"the model {self.model} gives no usable vector for statement {statement.id}")
        terms = article_terms(article.title, article.text, self._settings.terms) if statements else {}
        return Embedded(
            article=article,
            statements=statements,
            model=self.model,
            dims=self.dims,
            vectors=self._pack(vectors, own),
            contexts=self._pack(vectors, around),
            terms=terms,
            skipped=extracted.skipped,
        )

    def _vectors(self, texts: list[str]) -> dict[str, NDArray[np.float32]]:
        """Unit vectors of an article's texts; texts without a usable vector are left out."""
        found: dict[str, NDArray[np.float32]] = {}
        for chunk in chunks(texts, self._settings.batch_statements):
            vectors = self._encoder.encode(chunk)
            lengths = np.sqrt((vectors.astype(np.float64) ** 2).sum(axis=1))
            for text, vector, length in zip(chunk, vectors, lengths.tolist(), strict=True):
                if np.isfinite(length) and length > 0.0:
                    found[text] = (vector / length).astype(np.float32)
        return found

    def _pack(self, vectors: dict[str, NDArray[np.float32]], texts: list[str]) -> bytes:
        rows = [vectors[text] for text in texts]
        return pack_vectors(np.array(rows, dtype=np.float32).reshape(len(rows), self.dims))


def chunks(texts: Sequence[str], most: int) -> Iterator[list[str]]:
    """Texts of like length together, in chunks of 1, 2, 4, 8 … texts and at most ``most``.

    Sizes are few because what is kept for each shape of a batch would fill the memory (see ``model.LENGTHS``); short
    chunks cost nothing, since their texts need less padding.
    """
    ranked = sorted(texts, key=len)
    start = 0
    while start < len(ranked):
        size = 1 << (min(most, len(ranked) - start).bit_length() - 1)
        yield ranked[start : start + size]
        start += size


def build_embedder(settings: EmbedSettings) -> Embedder:
    """The step with its model loaded; raises ModelError where the model cannot be used."""
    return Embedder(load_encoder(settings), settings)


def context_text(article: Article, heading: str = "") -> str:
    """What a statement stands in: title, heading and lead of the article, those that there are."""
    parts = (article.title.strip(), heading.strip().rstrip(":"), article.text[:LEAD].strip())
    return ". ".join(part for part in parts if part)
