"""How likely a statement's words and speaker are both right.

A simple score, to be replaced by a calibrated one: the share of right finds of each rule on hand-annotated articles,
lowered where the speaker had to be inferred. The table is what such a measurement gave, rounded; it is no probability
in the strict sense yet.
"""

from __future__ import annotations

from processors.steps.extract.found import Found

_BY_RULE = {
    "quote said name": 0.96, "quote name said": 0.93, "name said quote": 0.88, "according to": 0.85, "announced": 0.85,
    "colon": 0.8, "utterance": 0.75, "signature": 0.75, "it was said": 0.6, "floating": 0.6, "quote": 0.3,
    "clause": 0.8, "clause before": 0.85, "that clause": 0.75, "parenthesis": 0.75, "as clause": 0.75, "rest": 0.65,
    "order": 0.65, "label": 0.6, "quoted part": 0.5,
    "preposition": 0.5, "thing": 0.45, "infinitive": 0.55, "noun": 0.55, "reportedly": 0.65,
    "nested": 0.75, "turn": 0.95, "title": 0.85, "byline": 0.9, "letter": 0.6, "outline": 0.9,
}  # fmt: skip
_INFERRED = 0.85
_UNCLOSED = 0.85
_FINDING_SHORT = 0.8


def confidence(found: Found, *, named: bool, sure: bool) -> float:
    """Between 0 and 1. ``named``: a speaker was found; ``sure``: it was a name, not a pronoun or a role noun."""
    score = _BY_RULE.get(found.rule, 0.5)
    if named and not sure:
        score *= _INFERRED
    if (
        not named
        and found.rule not in {"reportedly", "it was said", "clause", "infinitive"}
        and found.kind != "question"
    ):
        score *= 0.5
    if not found.closed and found.kind != "briefing":
        score *= _UNCLOSED
    if found.kind == "indirect" and sum(end - start for start, end in found.spans) < 20:
        score *= _FINDING_SHORT
    return round(score, 3)
