"""Clauses inside what they report: "A, X said, B", "As X said, A", "A, as X put it", "in X's words"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processors.steps.extract.clause import Clause, made
from processors.steps.extract.complements import clause_hole
from processors.steps.extract.cues import FIRST_PERSON, Cue
from processors.steps.extract.names import is_role
from processors.steps.extract.syntax import Range, clause_range, is_finite_free, mention_of, noun_phrase, without

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_BREAKS = frozenset({",", "—", "–", "-", "--"})
_LONGEST_NAME = 12


def parenthesis(verb: Token, cue: Cue, sentence: Span) -> Clause | None:
    """``A, X said, B``, ``A, said X, B`` and ``As X said, A``: the main clause is what was said."""
    if not (cue.clause or cue.lemma == "point") or cue.finding or cue.lemma == "tell":
        return None
    return _inverted(verb, sentence) or _main_clause(verb, sentence)


def _main_clause(verb: Token, sentence: Span) -> Clause | None:
    head = verb.head
    marked = next((c for c in verb.children if c.dep_ in {"mark", "advmod"} and c.lower_ == "as"), None)
    as_clause = verb.dep_ in {"advcl", "parataxis", "ccomp"} and marked is not None and head.i != verb.i
    if not (as_clause or verb.dep_ == "parataxis") or head.tag_[:2] not in {"VB", "MD"}:
        return _between_commas(verb, sentence)
    says = {"nsubj", "agent"} if as_clause else {"nsubj"}
    speakers = [c for c in verb.children if c.dep_ in says]
    aside = head.tag_ == "VBG" and head.dep_ == "advcl"
    if not speakers or aside or (as_clause and speakers[0].lower_ == "you"):
        return None
    hole = clause_range(verb) if as_clause else clause_hole(verb)
    whole = clause_range(head)
    inside = marked is None and whole[0] < hole[0] and hole[1] < whole[1]
    if inside and verb.doc[hole[1]].text not in {",", ".", "—", "–", ";"}:
        return None
    return made(verb, without(whole, hole), "as clause" if as_clause else "parenthesis")


def _inverted(verb: Token, sentence: Span) -> Clause | None:
    """``A, said X, B``, which the parser mistakes for "A said"."""
    doc = verb.doc
    if verb.tag_ not in {"VBD", "VBZ"} or verb.i - 1 <= sentence.start or doc[verb.i - 1].text != ",":
        return None
    stop = next((i for i in range(verb.i + 1, min(sentence.end, verb.i + _LONGEST_NAME)) if doc[i].text == ","), None)
    if stop is None or stop + 2 >= sentence.end or not _is_name(list(doc[verb.i + 1 : stop])):
        return None
    before, after = (sentence.start, verb.i - 1), (stop + 1, sentence.end)
    if doc[after[0]].tag_ in {"WP", "WDT", "WRB", "WP$"}:
        return None
    if is_finite_free(list(doc[after[0] : after[1]])) or not is_finite_free(list(doc[before[0] : before[1]])):
        return None
    return made(verb, [before, after], "parenthesis", (verb.i + 1, stop))


def _is_name(tokens: list[Token]) -> bool:
    if not tokens or not is_finite_free(tokens):
        return False
    first = tokens[0]
    if first.lower_ in {"he", "she", "they"}:
        return len(tokens) == 1
    if first.tag_ in {"NNP", "NNPS"}:
        return True
    return first.tag_ in {"DT", "PRP$", "NN"} and any(is_role(t.text) for t in tokens)


def _between_commas(verb: Token, sentence: Span) -> Clause | None:
    """``A, X recalls, B`` where the parser took the parenthesis for something else."""
    doc = verb.doc
    after = verb.i + 1
    if after < sentence.end and doc[after].lower_ == "out":
        after += 1
    if verb.tag_ not in {"VBD", "VBZ"} or after >= sentence.end - 2 or doc[after].text != ",":
        return None
    comma = next((i for i in range(verb.i - 1, max(sentence.start, verb.i - 8), -1) if doc[i].text == ","), None)
    if comma is None or comma + 1 >= verb.i or comma <= sentence.start:
        return None
    name = doc[comma + 1 : verb.i]
    if name[0].tag_ not in {"NNP", "PRP", "DT"} or not is_finite_free(list(name)) or name[0].lower_ in FIRST_PERSON:
        return None
    if is_finite_free([*doc[sentence.start : comma], *doc[after + 1 : sentence.end]]):
        return None
    parts = [(sentence.start, comma), (after + 1, sentence.end)]
    return made(verb, parts, "parenthesis", (comma + 1, verb.i))


def put_it(verb: Token, sentence: Span) -> Clause | None:
    """``A, as X put it, B``."""
    doc = verb.doc
    if verb.i + 1 >= sentence.end or doc[verb.i + 1].lower_ != "it":
        return None
    far = max(sentence.start, verb.i - 10) - 1
    start = next((i for i in range(verb.i - 1, far, -1) if doc[i].lower_ == "as"), None)
    if start is None or start + 1 >= verb.i:
        return None
    subject = next((c for c in verb.children if c.dep_ == "nsubj" and c.i > start), None)
    name = mention_of(subject) if subject is not None else (start + 1, verb.i)
    if doc[name[0]].lower_ in FIRST_PERSON:
        return None
    return made(verb, without((sentence.start, sentence.end), (start, verb.i + 2)), "as clause", name)


def in_words(noun: Token, sentence: Span) -> Clause | None:
    """``A, in X's words, B`` and ``in the words of X, A``."""
    prep = noun.head
    if prep.lower_ != "in" or noun.dep_ != "pobj":
        return None
    owner = next((c for c in noun.children if c.dep_ == "poss"), None)
    if owner is None:
        of = next((c for c in noun.children if c.dep_ == "prep" and c.lower_ == "of"), None)
        owner = next((c for c in of.children if c.dep_ == "pobj"), None) if of is not None else None
    if owner is None or owner.lower_ in FIRST_PERSON | {"my", "our", "other"}:
        return None
    hole: Range = (prep.left_edge.i, max(noun.i + 1, owner.right_edge.i + 1))
    edge = hole[1] < sentence.end and noun.doc[hole[1]].text in _BREAKS | {".", ":"}
    if not edge:
        return None
    return made(noun, without((sentence.start, sentence.end), hole), "in words", noun_phrase(owner))
