"""How likely a statement's words and speaker are both right.

Of the statements with confidence .8, about 80 in a hundred have the right words and the right speaker. The probability
is a logistic regression over what a reader could check too: the rule, the kind, what the mention beside the cue is, the
cue, the length. Its weights lie in ``confidence.toml`` and are fitted on annotated articles by
``processors.quality.calibration``, which also prints how well they hold on articles that they were not fitted on.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from processors.messages import Statement

BIAS = "bias"
PASSAGES = frozenset({"transcript", "question", "address"})
"""Kinds of whole passages, whose statements are all proved by one label, title or byline."""
_PLAIN_CUES = frozenset({"said", "says", "say", "told", "according", "added", "wrote", "stated"})
_PRONOUNS = frozenset({"he", "she", "it", "they", "his", "her", "him", "their", "who", "which", "that"})
_OPEN = '“«„"'
_CLOSE = '”»“"'
_FEW, _SOME, _MANY = 4, 8, 40


def features(statement: Statement, text: str, *, beside_passages: bool) -> list[str]:
    """What the confidence is read from, as names; ``beside_passages``: the article also holds a passage."""
    cue = next((text[one.start : one.end].lower() for one in statement.evidence if one.role == "cue"), "")
    words = len(statement.text.split())
    named = [f"rule:{statement.rule}", f"kind:{statement.kind}", f"mention:{_mention(statement, text)}"]
    if statement.kind in PASSAGES:
        return named
    named.append(
        f"words:{'few' if words < _FEW else 'some' if words < _SOME else 'many' if words > _MANY else 'usual'}"
    )
    if cue:
        named.append("cue:plain" if cue.split()[0] in _PLAIN_CUES else "cue:other")
    if len(statement.spans) > 1:
        named.append("spans:several")
    if not _closed(statement, text):
        named.append("marks:open")
    if statement.role:
        named.append("role")
    if beside_passages:
        named.append("beside passages")
    return named


def confidence(names: Iterable[str], weights: Mapping[str, float] | None = None) -> float:
    """The probability, between 0 and 1, for a statement with these features."""
    weights = _weights() if weights is None else weights
    score = weights[BIAS] + sum(weights.get(name, 0.0) for name in names)
    return round(1 / (1 + math.exp(-max(-30.0, min(30.0, score)))), 3)


@cache
def _weights() -> dict[str, float]:
    text = files(__package__).joinpath("confidence.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["weights"])


def _mention(statement: Statement, text: str) -> str:
    """What the words beside the cue are: a name, a pronoun, a name in other words, or nothing."""
    if not statement.speaker:
        return "unknown"
    if statement.mention is None:
        return "none"
    words = text[statement.mention[0] : statement.mention[1]].split()
    if len(words) == 1 and words[0].lower() in _PRONOUNS:
        return "pronoun"
    last = re.sub(r"\W", "", statement.speaker.split()[-1].lower())
    if any(last and last in word.lower() for word in words):
        return "name" if any(word[:1].isupper() for word in words) else "noun"
    return "inferred"


def _closed(statement: Statement, text: str) -> bool:
    """Whether a quotation mark that opens before the words closes after them."""
    start, end = statement.spans[0][0], statement.spans[-1][1]
    if not start or text[start - 1] not in _OPEN:
        return True
    return any(mark in text[end : end + 3] for mark in _CLOSE)
