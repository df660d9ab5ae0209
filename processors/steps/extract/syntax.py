"""Small questions to a dependency parse: who is the subject of this verb, how far does this noun phrase go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processors.steps.extract.cues import CUES, DOCUMENTS, ISSUE_FORMS, Cue
from processors.steps.extract.lexicon import WORDS
from processors.steps.extract.names import is_role

if TYPE_CHECKING:
    from spacy.tokens import Token

Range = tuple[int, int]
"""Tokens of a document, end exclusive."""

_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
_CUT = frozenset({"relcl", "acl", "appos", "advcl", "parataxis", "ccomp", "conj_clause"})
_HYPOTHETICAL = frozenset({"would", "could", "should", "might", "may", "can", "must", "ca", "'d", "’d"})
_CARRIERS = WORDS["carriers"]
_DEEPEST = 6
_RELATIVE = frozenset({"who", "which", "that"})
_STOP_BEFORE = frozenset({",", "(", "—", "–", "-", ":", ";", "[", "“", '"', "”"})


def cue_of(token: Token) -> Cue | None:
    """The cue that a verb form is, unless it is denied, wished for or a mere possibility."""
    cue = CUES.get(token.lower_)
    if cue is None or token.tag_[:2] != "VB" or (token.tag_ == "VBN" and token.dep_ == "acl"):
        return None
    to = False
    for child in token.children:
        if child.dep_ == "neg" or (child.dep_ in {"aux", "auxpass"} and child.lower_ in _HYPOTHETICAL):
            return None
        to = to or (child.dep_ == "aux" and child.lower_ == "to")
    if to and token.head.lower_ not in _CARRIERS:
        return None
    return cue


def is_passive(verb: Token) -> bool:
    """Whether the verb stands in the passive."""
    return any(child.dep_ in {"auxpass", "nsubjpass"} for child in verb.children)


def subject_of(verb: Token, depth: int = 0) -> Token | None:
    """Who does what the verb says: its own subject, or the one that it shares with the verb or noun above it."""
    agent = next((c for c in verb.children if c.dep_ == "agent"), None)
    if agent is not None:
        return next((c for c in agent.children if c.dep_ == "pobj"), None)
    if depth > _DEEPEST or is_passive(verb):
        return None
    own = next((c for c in verb.children if c.dep_ in _SUBJECTS), None)
    if own is None:
        return _shared_subject(verb, depth)
    if own.lower_ in _RELATIVE and verb.dep_ == "relcl":
        return verb.head
    return own


def _shared_subject(verb: Token, depth: int) -> Token | None:
    head, outer = verb.head, first_cue(verb)
    if outer is not None:
        return subject_of(outer, depth + 1)
    if verb.dep_ in {"acl", "relcl"}:
        return _speaker_of_noun(verb, head, depth)
    if verb.dep_ == "pcomp" and head.lower_ == "as":
        return next((c for c in head.head.children if c.dep_ in {"dobj", "nsubjpass"}), None)
    above = head.head if verb.dep_ == "pcomp" else head
    shares = verb.dep_ in {"pcomp", "conj", "advcl", "xcomp", "parataxis", "dep"} and above.tag_[:2] == "VB"
    return subject_of(above, depth + 1) if shares and above.i != verb.i else None


def first_cue(verb: Token) -> Token | None:
    """The cue before "and" in "X told them that … and promised that …": the parser gives "promised" to the clause."""
    if verb.dep_ != "conj" or verb.lower_ not in CUES or not any(c.dep_ == "ccomp" for c in verb.children):
        return None
    head = verb.head
    for _ in range(_DEEPEST):
        if head.dep_ not in {"conj", "ccomp"}:
            return None
        above = head.head
        if head.dep_ == "ccomp" and above.lower_ in CUES and above.tag_ == verb.tag_ and above.i < head.i:
            return above
        head = above
    return None


def _speaker_of_noun(verb: Token, noun: Token, depth: int) -> Token | None:
    """Who speaks in "delivered a speech declaring …", and in "a letter urging …"."""
    above = noun.head
    owned = verb.dep_ == "acl" and noun.dep_ == "dobj" and above.tag_[:2] == "VB" and noun.tag_ not in {"NNP", "NNPS"}
    if owned and (noun.lower_ not in DOCUMENTS or above.lower_ in ISSUE_FORMS):
        return subject_of(above, depth + 1) or noun
    return noun


def mention_of(subject: Token) -> Range:
    """The words that name a subject; of a role and a name beside it ("the director of X, Ann Lee,") the name."""
    start, end = noun_phrase(subject)
    if subject.tag_ in {"NN", "NNS"} or is_role(subject.text):
        for child in subject.children:
            if child.dep_ == "appos" and child.tag_ == "NNP" and child.i > subject.i:
                return noun_phrase(child)
        doc = subject.doc
        last = end
        while last < len(doc) and doc[last].tag_ == "NNP":
            last += 1
        if last - end >= 2:
            return end, last
        last = end + 1
        while last < len(doc) and (doc[last].tag_ == "NNP" or doc[last].lower_ in {"al", "de", "van", "bin"}):
            last += 1
        if end < len(doc) and doc[end].text == "," and last - end >= 3 and last < len(doc) and doc[last].text == ",":
            return end + 1, last
    return start, end


def noun_phrase(noun: Token) -> Range:
    """The noun with its determiners, names and prepositions, without appositions and clauses that follow it."""
    start, end = noun.i, noun.i + 1
    for child in noun.children:
        if child.dep_ in _CUT or (child.i > noun.i and child.dep_ == "punct"):
            continue
        if child.i < noun.i:
            start = min(start, child.left_edge.i)
        elif child.dep_ in {"prep", "nummod", "compound", "cc", "conj", "poss", "case", "amod", "nmod", "npadvmod"}:
            if _has_verb(child):
                continue
            end = max(end, child.right_edge.i + 1)
    doc = noun.doc
    while start < noun.i and doc[start].is_punct and doc[start].text != "(":
        start += 1
    for position in range(noun.i + 1, end):
        if doc[position].text in {"(", "—", "–", ";", ":"} or (doc[position].text == "," and not _listed(noun)):
            end = position
            break
    return start, end


def _has_verb(token: Token) -> bool:
    return any(t.tag_ in _FINITE for t in token.subtree)


def _listed(noun: Token) -> bool:
    return any(child.dep_ == "conj" for child in noun.children)


def clause_range(head: Token) -> Range:
    """The tokens of a clause."""
    return head.left_edge.i, head.right_edge.i + 1


def is_finite_free(doc_slice: list[Token]) -> bool:
    """Whether no finite verb stands among the tokens."""
    return all(token.tag_ not in _FINITE for token in doc_slice)


def without(whole: Range, hole: Range) -> list[Range]:
    """A range without another: no part, one or two."""
    parts = [(whole[0], min(whole[1], hole[0])), (max(whole[0], hole[1]), whole[1])]
    return [(a, b) for a, b in parts if a < b]
