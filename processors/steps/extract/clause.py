"""What a cue reports, in the tokens of a parsed frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from processors.steps.extract.syntax import Range

if TYPE_CHECKING:
    from spacy.tokens import Token


NOBODY = "the article says only that it was reported"


@dataclass(slots=True)
class Clause:
    """Indirect speech: its words (at least one range of tokens), its cue, who says it and who relays it.

    ``inner`` names whoever the speaker says has said it ("A said that B said …"). ``nobody`` is the reason where the
    article names no speaker.
    """

    content: list[Range]
    cue: Range
    verb: Token
    rule: str
    subject: Token | None = None
    mention: Range | None = None
    relay: Range | None = None
    inner: Range | None = None
    nobody: str = ""


def made(verb: Token, content: list[Range], rule: str, mention: Range | None = None) -> Clause | None:
    """A clause of these ranges, or nothing where they are empty."""
    doc = verb.doc
    content = [(a + 1 if doc[a].lower_ == "that" and doc[a].tag_ == "IN" else a, b) for a, b in content if a < b]
    content = [(a, b) for a, b in content if a < b]
    return Clause(content, (verb.i, verb.i + 1), verb, rule, mention=mention) if content else None
