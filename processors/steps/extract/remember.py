"""Words' own vectors, computed once: the first of the parser's layers looks at each token by itself.

That layer, ``MultiHashEmbed``, turns a token's form (norm, prefix, suffix, shape, whether a blank follows) into a
vector. It is two fifths of tok2vec's work, for forms of which most come again and again. What it gives for a form does
not depend on what else is computed, to the last bit, so remembered vectors change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from spacy.tokens import Doc

Floats = NDArray[np.float32]


class WordVectors:
    """A table of forms' vectors, filled as they come, and emptied when it is full.

    ``most`` rows of 96 numbers are kept: 60,000 are 30 MB, and more than the forms of a thousand articles.
    """

    def __init__(self, embed: Any, most: int = 60_000) -> None:
        from thinc.api import chain

        self._features = embed.layers[0]
        self._vectors: Any = chain(*embed.layers[1:])
        self._most = most
        self._rows: dict[bytes, int] = {}
        self._table: Floats = np.empty((0, embed.get_dim("nO")), dtype=np.float32)

    def __call__(self, docs: Sequence[Doc]) -> list[Floats]:
        """The tokens' vectors, one array a document, as the layer itself gives them."""
        features = self._features.predict(docs)
        whole = np.ascontiguousarray(np.concatenate(features))
        forms: list[bytes] = whole.view(f"V{whole.strides[0]}").ravel().tolist()
        rows = self._rows
        if len(rows) + len(forms) > self._most:
            rows.clear()
        new: list[int] = []
        for at, form in enumerate(forms):
            if form not in rows:
                rows[form] = len(rows)
                new.append(at)
        if new:
            self._learn(whole[new])
        found = self._table[[rows[form] for form in forms]]
        return np.split(found, np.cumsum([len(one) for one in features[:-1]]))

    def _learn(self, features: NDArray[np.uint64]) -> None:
        """Append the vectors of forms that are not in the table."""
        (vectors,) = self._vectors.predict([features])
        first, last = len(self._rows) - len(features), len(self._rows)
        if last > len(self._table):
            larger = np.empty((max(last, 2 * len(self._table)), self._table.shape[1]), dtype=np.float32)
            larger[:first] = self._table[:first]
            self._table = larger
        self._table[first:last] = vectors


def remember_words(tok2vec: Any) -> None:
    """Put a table before the first layer of a tok2vec model; models of another build are left as they are."""
    from thinc.api import Model

    if not tok2vec.has_ref("embed") or tok2vec.layers[0] is not tok2vec.get_ref("embed"):
        return
    embed = tok2vec.get_ref("embed")
    if embed.layers[0].name != "extract_features":
        return
    vectors = WordVectors(embed)

    def forward(model: Model[Any, Any], docs: Sequence[Doc], is_train: bool) -> tuple[list[Floats], Callable[..., Any]]:
        return vectors(docs), _cannot_train

    tok2vec.layers[0] = Model("remembered_words", forward, dims={"nO": embed.get_dim("nO")})


def _cannot_train(*_: object) -> None:
    raise NotImplementedError("remembered vectors cannot be trained")
