"""Whole clauses as what was said: complements, parentheses, and what the parser hung on the wrong word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processors.steps.extract.clause import Clause, made
from processors.steps.extract.cues import FIRST_PERSON, Cue
from processors.steps.extract.lexicon import WORDS
from processors.steps.extract.syntax import (
    Range,
    clause_range,
    cue_of,
    first_cue,
    is_finite_free,
    is_passive,
    without,
)

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_REST = WORDS["rest"]
_LONGEST_TAIL = 10
_PAUSES = frozenset([",", ";", ":", '"', "“"])
OPENS_CLAUSE = frozenset({"DT", "PRP", "NNP", "NNS", "NN", "PRP$", "EX", "CD", "NNPS", "JJ"})
"""Tags of words that a clause without "that" can begin with."""


def complement(verb: Token, cue: Cue, sentence: Span) -> Clause | None:
    """``X said (that) …`` and ``…, X said``."""
    contents = [c for c in verb.children if c.dep_ == "ccomp" and c.i != verb.i]
    if not contents:
        return None
    content = next((c for c in contents if c.i > verb.i), contents[0])
    asks = cue.lemma in {"ask", "inquire", "enquire", "question"} and content.i > verb.i
    if cue.that_only and any(c.dep_ == "mark" and c.lower_ == "that" for c in content.children):
        asks = cue.lemma != "point" or any(c.dep_ == "prt" for c in verb.children)
    if not (cue.clause or asks):
        return None
    if content.i < verb.i:
        return _before(verb, cue, content, sentence)
    start, end = clause_range(content)
    start, end = _from_that(verb, skip_that(content, max(start, verb.i + 1)), end)
    if end - start < 2 or (content.tag_ == "VBG" and cue.finding) or not _is_clause(content):
        return None
    end = _up_to_next_cue(verb, start, end)
    return made(verb, [(start, end)], "clause")


def _is_clause(content: Token) -> bool:
    """Whether a complement has a subject of its own, or is at least no finite verb without one."""
    if content.tag_ not in {"VBZ", "VBP", "VBD", "VB", "MD"}:
        return True
    return any(c.dep_ in {"nsubj", "nsubjpass", "expl", "csubj", "mark", "ccomp"} for c in content.children)


def _up_to_next_cue(verb: Token, start: int, end: int) -> int:
    """Where a complement ends at "and" before the next cue of the same speaker."""
    for token in verb.doc[start:end]:
        if token.dep_ == "conj" and first_cue(token) == verb:
            joint = token.left_edge.i
            while joint > start and verb.doc[joint - 1].tag_ in {"CC", ",", "RB", ":"}:
                joint -= 1
            return max(joint, start + 1)
    return end


def _before(verb: Token, cue: Cue, content: Token, sentence: Span) -> Clause | None:
    """``…, X said``: up to the name, even where the parser took the name for a part of the clause."""
    if not (cue.quote or cue.finding) or any(t.text == ";" for t in verb.doc[content.i : verb.i]):
        return None
    start, end = clause_range(content)
    subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
    mention = closing_name(verb, sentence) if subject is None else None
    if subject is None and mention is None:
        return None
    stop = mention[0] if mention else min(verb.i, subject.left_edge.i if subject is not None else verb.i)
    parts = [(start, min(end, stop))] if stop > start else without((start, end), clause_hole(verb))
    return made(verb, parts, "clause before", mention)


def skip_that(complement: Token, start: int) -> int:
    """The first token after the "that" which may open a complement."""
    doc = complement.doc
    while start < complement.i and doc[start].is_punct:
        start += 1
    return start + 1 if doc[start].lower_ == "that" and doc[start].dep_ == "mark" else start


def _from_that(verb: Token, start: int, end: int) -> Range:
    """The complement from the first "that" after the cue on, where the parser gave its beginning to a noun."""
    doc = verb.doc
    for i in range(verb.i + 1, min(start - 1, verb.i + 12)):
        token = doc[i]
        if token.lower_ == "that" and token.dep_ == "mark" and is_finite_free(list(doc[verb.i + 1 : i])):
            return i + 1, max(end, token.head.right_edge.i + 1)
    return start, end


def clause_hole(verb: Token) -> Range:
    """The tokens of a parenthesis like ", Peskov stressed,": the verb and its subject."""
    subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
    edges = [verb.i, verb.i + 1]
    if subject is not None:
        edges = [min(verb.i, subject.left_edge.i), max(verb.i + 1, subject.right_edge.i + 1)]
    return edges[0], edges[1]


def closing_name(verb: Token, sentence: Span) -> Range | None:
    """The name before a closing cue where the parser took it for something else: "…, A B, a minister for C said."."""
    doc, end = verb.doc, verb.i
    best: Range | None = None
    for i in range(verb.i - 1, max(sentence.start, verb.i - 25) - 2, -1):
        if i >= sentence.start and doc[i].text not in {",", "”", '"'}:
            continue
        if i + 1 < end:
            inside = list(doc[i + 1 : end])
            if not is_finite_free(inside):
                break
            if all(t.tag_ in {"NNP", "NNPS"} for t in inside) and len(inside) >= 2:
                return i + 1, verb.i if verb.i - end > 1 else end
            if best is None and inside[0].tag_ in OPENS_CLAUSE:
                best = i + 1, end
        end = i
        if i < sentence.start:
            break
    return best if best is not None and best[1] - best[0] <= 12 else None


def parenthesis(verb: Token, cue: Cue, sentence: Span) -> Clause | None:
    """``A, X said, B`` and ``As X said, A``: the main clause is what was said."""
    if not cue.clause or cue.finding or cue.lemma == "tell":
        return None
    head = verb.head
    marked = next((c for c in verb.children if c.dep_ in {"mark", "advmod"} and c.lower_ == "as"), None)
    as_clause = verb.dep_ in {"advcl", "parataxis", "ccomp"} and marked is not None and head.i != verb.i
    if not (as_clause or verb.dep_ == "parataxis") or head.tag_[:2] not in {"VB", "MD"}:
        return _between_commas(verb, sentence)
    if not any(c.dep_ == "nsubj" for c in verb.children) or (head.tag_ == "VBG" and head.dep_ == "advcl"):
        return None
    hole = clause_range(verb) if as_clause else clause_hole(verb)
    whole = clause_range(head)
    if (
        marked is None
        and hole[1] < whole[1]
        and whole[0] < hole[0]
        and verb.doc[hole[1]].text not in {",", ".", "—", "–", ";"}
    ):
        return None
    return made(verb, without(whole, hole), "as clause" if as_clause else "parenthesis")


def _between_commas(verb: Token, sentence: Span) -> Clause | None:
    """``A, X recalls, B`` where the parser took the parenthesis for something else."""
    doc = verb.doc
    if verb.tag_ not in {"VBD", "VBZ"} or verb.i + 1 >= sentence.end - 2 or doc[verb.i + 1].text != ",":
        return None
    comma = next((i for i in range(verb.i - 1, max(sentence.start, verb.i - 8), -1) if doc[i].text == ","), None)
    if comma is None or comma + 1 >= verb.i or comma <= sentence.start:
        return None
    name = doc[comma + 1 : verb.i]
    if name[0].tag_ not in {"NNP", "PRP", "DT"} or not is_finite_free(list(name)) or name[0].lower_ in FIRST_PERSON:
        return None
    if is_finite_free([*doc[sentence.start : comma], *doc[verb.i + 2 : sentence.end]]):
        return None
    parts = [(sentence.start, comma), (verb.i + 2, sentence.end)]
    return made(verb, parts, "parenthesis", (comma + 1, verb.i))


def tail(verb: Token, cue: Cue, sentence: Span) -> Clause | None:
    """``A, a doctor told Y.`` at a sentence's end where the parser took the doctor for a part of A."""
    if not (cue.clause and cue.quote) or verb.tag_ not in {"VBD", "VBZ"}:
        return None
    doc = verb.doc
    comma = next((i for i in range(verb.i - 1, max(sentence.start, verb.i - 12), -1) if doc[i].text == ","), None)
    if comma is None or comma + 1 >= verb.i or doc[comma + 1].tag_ not in OPENS_CLAUSE:
        return None
    before, name = list(doc[sentence.start : comma]), list(doc[comma + 1 : verb.i])
    after = list(doc[verb.i + 1 : sentence.end])
    is_name = is_finite_free(name) and all(token.lower_ != "that" for token in name)
    is_whole = bool(before) and before[0].tag_ not in {"IN", "WRB", "WP"} and not is_finite_free(before)
    closes = len(after) <= _LONGEST_TAIL and is_finite_free(after) and _PAUSES.isdisjoint(t.text for t in after)
    if not (is_name and is_whole and closes):
        return None
    return made(verb, [(sentence.start, comma)], "clause before", (comma + 1, verb.i))


def that(verb: Token, cue: Cue, sentence: Span) -> Clause | None:
    """``X told Y, a Z, that …`` where the parser hung the clause on the wrong word."""
    if not cue.clause or not any(c.dep_ == "nsubj" for c in verb.children):
        return None
    doc = verb.doc
    for i in range(verb.i + 1, min(sentence.end, verb.i + 26)):
        token = doc[i]
        if cue_of(token) is not None:
            return None
        if token.lower_ != "that" or token.tag_ not in {"IN", "WDT"}:
            continue
        if i == verb.i + 1:
            return made(verb, [(i + 1, sentence.end)], "that clause")
        hangs = token.dep_ == "mark" or doc[i - 1].text == "," or cue.lemma in {"tell", "inform"}
        if hangs and token.head.i > i and token.head.tag_[:2] in {"VB", "MD"}:
            return made(verb, [(i + 1, token.head.right_edge.i + 1)], "that clause")
    return None


def rest(verb: Token, cue: Cue, sentence: Span) -> Clause | None:
    """``X said Y did Z`` where the parser found no clause: the rest of the sentence, if it holds a finite verb."""
    if cue.lemma not in _REST or is_passive(verb) or verb.tag_ not in {"VBD", "VBZ"} or verb.i + 3 >= sentence.end:
        return None
    doc, start = verb.doc, verb.i + 1
    while start < sentence.end and doc[start].tag_ == "RB":
        start += 1
    if start >= sentence.end or doc[start].tag_ not in OPENS_CLAUSE - {"PRP$", "NN"}:
        return None
    for i in range(start + 1, sentence.end):
        token = doc[i]
        if token.tag_ in {"WDT", "WP", "WRB"} or token.text in {";", ":", '"', "“"} or cue_of(token) is not None:
            return None
        if token.tag_ in {"VBD", "VBZ", "VBP", "MD"} and token.dep_ != "relcl":
            return made(verb, [(start, sentence.end)], "rest")
    return None
