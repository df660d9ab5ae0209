"""Nouns, adjectives and adverbs that report speech: "her claim that …", "was adamant that …", "reportedly"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processors.steps.extract.clause import NOBODY, Clause, made
from processors.steps.extract.complements import skip_that
from processors.steps.extract.cues import FIRST_PERSON
from processors.steps.extract.lexicon import WORDS
from processors.steps.extract.subjects import subject_of
from processors.steps.extract.syntax import (
    can_speak,
    clause_range,
    infinitive_range,
    is_possible,
    mention_of,
    noun_phrase,
    to_infinitive,
    without,
    without_aside,
)

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_CLAUSES = WORDS["noun_cues"]
_PROMISES = WORDS["noun_promises"]
_OF = WORDS["noun_of"]
_SUPPORT = WORDS["support_forms"]
_LOOSE = WORDS["loose"]
_OWN = frozenset({"my", "our"}) | FIRST_PERSON
_BE = frozenset({"is", "was", "are", "were", "’s", "'s", "remains"})
_MAKE = frozenset({"make", "makes", "made", "making"})
_FAR = 12


def by_noun(noun: Token) -> Clause | None:
    """What a noun reports: a clause ("that …", "to …", "is that …") or the object of "of"."""
    clause = _that_clause(noun) or _equated(noun) or _promised(noun) or _of(noun)
    if clause is None:
        return None
    owner = _owner(noun, by_of=clause.rule != "noun of")
    if owner is None:
        clause.nobody = NOBODY if noun.lower_ in _LOOSE and clause.rule == "noun" else ""
        return clause if clause.nobody else None
    if owner.lower_ in _OWN:
        return None
    start, end = noun_phrase(owner)
    clause.subject, clause.mention = owner, (start, end - 1 if noun.doc[end - 1].tag_ == "POS" else end)
    return clause


def _owner(noun: Token, *, by_of: bool) -> Token | None:
    """Whose words they are: the possessor, the "by X" or "from X" after them, or who makes them."""
    owner = next((c for c in noun.children if c.dep_ == "poss"), None)
    if owner is not None:
        return owner
    sources = {"by", "from", "of"} if by_of else {"by", "from"}
    prep = next((c for c in noun.children if c.dep_ in {"prep", "agent"} and c.lower_ in sources), None)
    owner = next((c for c in prep.children if c.dep_ == "pobj"), None) if prep is not None else None
    if owner is None and noun.dep_ == "dobj" and noun.head.lower_ in _SUPPORT:
        owner = subject_of(noun.head)
    return owner


def _that_clause(noun: Token) -> Clause | None:
    """``his claim that …``; also where a phrase stands between."""
    if noun.lower_ not in _CLAUSES and noun.lower_ not in _LOOSE:
        return None
    for clause in noun.children:
        if clause.dep_ in {"acl", "ccomp", "relcl"} and clause.i > noun.i:
            that = next((m for m in clause.children if m.lower_ == "that" and m.dep_ == "mark"), None)
            if that is not None and _belongs(that, noun):
                start, end = clause_range(clause)
                return made(noun, [(skip_that(clause, start), end)], "noun")
    return None


def _belongs(that: Token, noun: Token) -> bool:
    """Whether a "that" goes with the noun: right after it, or after "from X", "to Y", "on Monday"."""
    before = noun.doc[that.i - 1]
    if before.i == noun.i or before.tag_ in {"NNP", "NNPS", "CD", ",", "”"}:
        return True
    top = before
    for _ in range(3):
        if top.head.i == noun.i:
            return top.lower_ in {"from", "by", "to", "in", "on", "at", "last"}
        top = top.head
    return False


def _equated(noun: Token) -> Clause | None:
    """``his argument was that …``."""
    verb = noun.head
    if noun.lower_ not in _CLAUSES or noun.dep_ != "nsubj" or verb.lower_ not in _BE:
        return None
    for clause in verb.children:
        marked = any(m.lower_ == "that" and m.dep_ == "mark" for m in clause.children)
        if marked and clause.dep_ == "ccomp" and clause.i > verb.i:
            start, end = clause_range(clause)
            return made(noun, [(skip_that(clause, start), end)], "noun is")
    return None


def _promised(noun: Token) -> Clause | None:
    """``her pledge to return``."""
    if noun.lower_ not in _PROMISES:
        return None
    if noun.i + 1 >= len(noun.doc) or noun.doc[noun.i + 1].lower_ != "to":
        return None
    for verb in noun.children:
        if verb.dep_ in {"acl", "xcomp", "relcl"} and verb.i > noun.i and to_infinitive(verb):
            return made(noun, [infinitive_range(verb, *clause_range(verb))], "noun to")
    return None


def _of(noun: Token) -> Clause | None:
    """``her warning of a long winter``."""
    if noun.lower_ not in _OF or not any(c.dep_ == "poss" for c in noun.children):
        return None
    prep = next((c for c in noun.children if c.dep_ == "prep" and c.lower_ in {"of", "about", "against"}), None)
    if prep is None or prep.right_edge.i - prep.i < 2:
        return None
    return made(noun, [without_aside(prep, (prep.i + 1, prep.right_edge.i + 1))], "noun of")


def by_adjective(word: Token) -> Clause | None:
    """``X was adamant that …``, ``X made clear that …``, ``X has been clear … that …``."""
    verb = word.head
    doc = word.doc
    if verb.lower_ not in _BE | _MAKE | {"been", "be"} or is_possible(verb):
        return None
    subject = subject_of(verb)
    if subject is None or subject.lower_ in _OWN | {"it", "this", "that", "what", "which"}:
        return None
    if verb.lower_ not in _MAKE and not can_speak(subject):
        return None
    for i in range(word.i + 1, min(word.sent.end - 2, word.i + _FAR)):
        token = doc[i]
        if token.lower_ == "that" and token.tag_ in {"IN", "WDT"} and token.head.i > i:
            clause = made(word, [(i + 1, token.head.right_edge.i + 1)], "adjective")
            if clause is not None:
                clause.subject, clause.mention = subject, mention_of(subject)
            return clause
        if token.text in {";", ":"} or token.tag_ in {"VBD", "VBZ", "VBP", "MD"}:
            return None
    return None


def reportedly(adverb: Token, sentence: Span) -> Clause | None:
    """``X has reportedly …``: the clause around the adverb, said by nobody in particular."""
    whole = (sentence.start, sentence.end)
    head = adverb.head
    if head.dep_ in {"relcl", "ccomp", "advcl", "conj"} and head.tag_[:2] == "VB":
        whole = clause_range(head)
    found = made(adverb, without(whole, (adverb.i, adverb.i + 1)), "reportedly")
    if found is not None:
        found.nobody = NOBODY
    return found
