"""Who relays and who speaks in one sentence: "according to X", "X, citing Y, …", "TASS reports that X said …"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from processors.steps.extract.clause import Clause
from processors.steps.extract.lexicon import WORDS
from processors.steps.extract.relay import is_outlet
from processors.steps.extract.syntax import Range, can_speak, clause_range, is_finite_free, noun_phrase, without

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_NEAR = 4
_NO_REPORT = frozenset({"noun", "noun is", "noun to", "noun of", "reportedly", "in words"})
_NO_SOURCES = WORDS["no_sources"]


def citing(verb: Token, clause: Clause) -> Clause:
    """``X, citing Y, reported that …`` and ``X reported that …, citing Y``: Y says it, X, an outlet, relays it."""
    if clause.mention is None:
        return clause
    last = max(b for _, b in clause.content)
    near = verb.doc[max(verb.sent.start, verb.i - 12) : min(verb.sent.end, last + 6)]
    word = next((t for t in near if t.lower_ in {"citing", "quoting"} and t.i > clause.mention[0]), None)
    source = next((c for c in word.children if c.dep_ == "dobj"), None) if word is not None else None
    if word is None or source is None or not can_speak(source):
        return clause
    if is_outlet(_text(clause, clause.mention)) or abs(word.i - verb.i) < _NEAR:
        clause.relay, clause.mention, clause.subject = clause.mention, noun_phrase(source), source
        clause.content = [part for whole in clause.content for part in without(whole, clause_range(word))]
    return clause


def according(sentence: Span) -> Iterator[Clause]:
    """``According to X, …`` and ``…, according to X``."""
    for token in sentence:
        if token.lower_ != "according" or token.i + 1 >= sentence.end or token.nbor().lower_ != "to":
            continue
        source = next((c for c in token.nbor().children if c.dep_ == "pobj"), None)
        if source is None or source.lower_ in _NO_SOURCES:
            continue
        end = source.right_edge.i + 1
        mention = noun_phrase(source)
        comma = next((i for i in range(mention[1], end) if sentence.doc[i].text == ","), None)
        if comma is not None and token.i > sentence.start + 2:
            rest = list(sentence.doc[comma : sentence.end])
            end = source.right_edge.i + 1 if source.right_edge.i + 2 >= sentence.end and is_finite_free(rest) else comma
        elif token.i <= sentence.start + 2:
            first = next((i for i in range(mention[1], sentence.end) if sentence.doc[i].text == ","), None)
            end = min(end, first) if first is not None else end
        parts = without((sentence.start, sentence.end), (token.i, end))
        if parts:
            yield Clause(parts, (token.i, token.i + 2), token, "according to", source, mention)


def with_relays(clauses: list[Clause], sources: list[Clause]) -> list[Clause]:
    """Where a sentence has a reporting verb too, "according to X" names who relayed it."""
    told = [c for c in clauses if c.rule not in _NO_REPORT and not c.nobody]
    for source in sources:
        inner = [c for c in told if not within(c.cue, source.content) or c.verb.dep_ == "ROOT"]
        inner = [c for c in inner if not any(t.text == ";" for t in _between(c.verb, source.verb))]
        if inner:
            for clause in inner:
                clause.relay = source.mention
                hole = (source.cue[0], source.mention[1]) if source.mention else source.cue
                clause.content = [part for r in clause.content for part in without(r, hole)]
        else:
            clauses = [*clauses, source]
    return [clause for clause in clauses if clause.content]


def _between(one: Token, other: Token) -> list[Token]:
    first, last = sorted((one.i, other.i))
    return list(one.doc[first:last])


def within(inner: Range, ranges: list[Range]) -> bool:
    """Whether a range of tokens lies in one of the others."""
    return any(a <= inner[0] and inner[1] <= b for a, b in ranges)


def relayed(clauses: list[Clause]) -> list[Clause]:
    """``TASS reports that X said …``: X says it, and the outlet, which says nothing of its own, relays it."""
    kept = list(clauses)
    for outer in clauses:
        if outer.mention is None or outer.rule != "clause" or not is_outlet(_text(outer, outer.mention)):
            continue
        inner = next((c for c in clauses if c is not outer and c.mention is not None and is_all_of(c, outer)), None)
        if inner is not None and inner.rule in {"clause", "clause before", "that clause"}:
            inner.relay = inner.relay or outer.mention
            kept.remove(outer)
    return kept


def is_all_of(inner: Clause, outer: Clause) -> bool:
    """Whether the outer cue reports nothing but what the inner one does: "A said that B said …"."""
    return inner.verb.dep_ == "ccomp" and inner.verb.head.i == outer.verb.i


def _text(clause: Clause, tokens: Range) -> str:
    return clause.verb.doc[tokens[0] : tokens[1]].text
