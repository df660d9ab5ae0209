"""Whole clauses as what was said: what "X said (that) …" and "…, X said" report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processors.steps.extract.clause import Clause, made
from processors.steps.extract.cues import CUES, Cue
from processors.steps.extract.subjects import first_cue, going_on
from processors.steps.extract.syntax import (
    Range,
    clause_range,
    is_finite_free,
    without,
)

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_ASKS = frozenset({"ask", "inquire", "enquire", "question", "wonder"})
_ASKED = frozenset({"whether", "if", "why", "how"})
_WH = frozenset({"how", "what", "why", "which"})
_TOLD = frozenset({"tell", "inform", "notify", "assure", "remind", "advise", "warn", "promise"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "expl", "csubj"})
OPENS_CLAUSE = frozenset({"DT", "PRP", "NNP", "NNS", "NN", "PRP$", "EX", "CD", "NNPS", "JJ"})
"""Tags of words that a clause without "that" can begin with."""


def complement(verb: Token, cue: Cue, sentence: Span) -> Clause | None:
    """``X said (that) …`` and ``…, X said``."""
    contents = [c for c in verb.children if c.dep_ == "ccomp" and c.i != verb.i]
    if not contents:
        return None
    content = next((c for c in contents if c.i > verb.i), contents[0])
    if not (cue.clause or _takes(verb, cue, content)):
        return None
    if content.i < verb.i:
        return _before(verb, cue, content, sentence)
    start, end = clause_range(content)
    start, end = _from_that(verb, skip_that(content, max(start, verb.i + 1)), end)
    if end - start < 2 or (content.tag_ == "VBG" and cue.finding):
        return None
    if not _is_clause(content) and verb.dep_ != "relcl":
        subject = _misplaced_subject(verb, content, cue)
        if subject is None:
            return None
        start = subject.left_edge.i
    end = _up_to_next_cue(verb, start, and_so_on(verb, content, end))
    return made(verb, [(start, end)], "clause")


def _takes(verb: Token, cue: Cue, content: Token) -> bool:
    """Whether a cue that does not take any clause takes this one."""
    if content.i < verb.i:
        return False
    opens = {c.lower_ for c in content.children if c.i < content.i}
    if cue.lemma in _ASKS:
        return cue.lemma in {"ask", "inquire", "enquire"} or not opens.isdisjoint(_ASKED)
    if cue.how:
        return not _WH.isdisjoint({*opens, content.left_edge.lower_})
    if cue.that_only and any(c.dep_ == "mark" and c.lower_ == "that" for c in content.children):
        return cue.lemma != "point" or any(c.dep_ == "prt" for c in verb.children)
    if not cue.wished or content.tag_ != "VB" or any(c.tag_ in {"MD", "WP", "WRB", "WDT"} for c in content.children):
        return False
    return content.left_edge.tag_ not in {"WDT", "WP", "WRB"} and any(c.dep_ == "nsubj" for c in content.children)


def _misplaced_subject(verb: Token, content: Token, cue: Cue) -> Token | None:
    """The subject of a clause, where the parser took it for the object of the cue: "remarked paper is …".

    After "told" the object is who was told, and the subject what the parser hung on that: "told them the bank …".
    """
    if content.tag_ not in {"VBZ", "VBP", "VBD", "MD"} or any(t.lower_ == "that" for t in content.children):
        return None
    between = [c for c in verb.children if verb.i < c.i < content.i and c.dep_ != "advmod"]
    if not between or between[0].dep_ != "dobj" or between[0].tag_[:2] not in {"NN", "PR"}:
        return None
    if cue.lemma in _TOLD:
        return next((c for c in between[0].children if c.dep_ == "appos" and c.i < content.i), None)
    return between[0]


def and_so_on(verb: Token, content: Token, end: int) -> int:
    """Where a complement ends that goes on after "and" or "but", although the parser began a new main clause there."""
    for more in verb.children:
        if more.dep_ != "conj" or more.i < end or not any(c.dep_ in _SUBJECTS for c in more.children):
            continue
        if any(t.tag_ not in {"CC", ",", "RB"} for t in verb.doc[end : more.left_edge.i]) or more.lower_ in CUES:
            return end
        marked = any(c.dep_ == "mark" and c.lower_ == "that" for c in more.children)
        if marked or _same_report(verb, content, more):
            end = more.right_edge.i + 1
    return end


def _same_report(verb: Token, content: Token, more: Token) -> bool:
    """Whether the tense of a main clause after "and" shows that it is still reported."""
    tenses = {c.lower_ for c in more.children if c.dep_ in {"aux", "auxpass"}} | {more.lower_}
    if verb.tag_ == "VBD" and not tenses.isdisjoint({"would", "could", "might"}):
        return True
    present = [bool({t.tag_ for t in (one, *one.children)} & {"VBZ", "VBP"}) for one in (content, more)]
    if verb.tag_ == "VBD" and all(present):
        return True
    return more.tag_ == "VBG" and not tenses.isdisjoint({"was", "were"}) and _subject_is_pronoun(more)


def _subject_is_pronoun(verb: Token) -> bool:
    return any(c.dep_ == "nsubj" and c.lower_ in {"he", "she", "it", "they"} for c in verb.children)


def _is_clause(content: Token) -> bool:
    """Whether a complement has a subject of its own, or is at least no finite verb without one."""
    if content.tag_ not in {"VBZ", "VBP", "VBD", "VB", "MD"}:
        return True
    return any(c.dep_ in {"nsubj", "nsubjpass", "expl", "csubj", "mark", "ccomp"} for c in content.children)


def _up_to_next_cue(verb: Token, start: int, end: int) -> int:
    """Where a complement ends at "and" or a comma before the next cue of the same speaker."""
    for token in verb.doc[start + 1 : end]:
        if going_on(token) == verb:
            edge = token.i
            while edge > start and verb.doc[edge - 1].tag_ in {"CC", ",", "RB"}:
                edge -= 1
            return max(edge, start + 1)
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
    if content.tag_ == "VBN" and content.left_edge.i == content.i:
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
