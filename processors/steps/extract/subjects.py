"""Who does what a verb says: its own subject, or the one that it shares with a verb or noun above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processors.steps.extract.cues import CUES, DOCUMENTS, ISSUE_FORMS
from processors.steps.extract.lexicon import WORDS
from processors.steps.extract.syntax import can_speak, is_passive

if TYPE_CHECKING:
    from spacy.tokens import Token

_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
_RELATIVE = frozenset({"who", "which", "that"})
_GOING_ON = WORDS["going_on"]
_AND_CALLING = frozenset(["calling", "describing", "accusing", "urging", "blaming", "dismissing", "asking", "praising"])
_DEMANDING = frozenset(["urging", "calling", "requesting", "asking", "demanding", "imploring", "encouraging"])
_SENDING = ISSUE_FORMS | WORDS["sending"]
_DEEPEST = 6


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
    head, outer = verb.head, first_cue(verb) or going_on(verb)
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


def going_on(verb: Token) -> Token | None:
    """The cue whose speaker goes on in "X said A, adding that B": the parser gives "adding" to A."""
    if verb.lower_ not in _GOING_ON | _AND_CALLING or verb.tag_ != "VBG" or verb.i == 0 or not _after_comma(verb):
        return None
    if any(c.dep_ in _SUBJECTS for c in verb.children):
        return None
    inner = verb.head
    for _ in range(_DEEPEST):
        if inner.dep_ == "ROOT" or inner.i >= verb.i:
            return None
        if inner.dep_ == "ccomp" and inner.head.lower_ in CUES and inner.head.i < inner.i:
            return inner.head if verb.lower_ == "adding" or _same_person(inner, verb) else None
        inner = inner.head
    return None


def _after_comma(verb: Token) -> bool:
    before = verb.doc[verb.i - 1]
    if before.tag_ in {"RB", "CC"} and verb.i > 1:
        before = verb.doc[verb.i - 2]
    return before.text in {",", "”", '"', "—", "–"}


def _same_person(inner: Token, verb: Token) -> bool:
    """Whether the outer speaker rather than the subject of the inner clause goes on speaking."""
    subject = next((c for c in inner.children if c.dep_ in {"nsubj", "nsubjpass"}), None)
    if subject is None or subject.lower_ in {"he", "she", "it", "they", "there"}:
        return True
    speaks = inner.lower_ in CUES or subject.tag_ in {"NNP", "NNPS"}
    return verb.lower_ in _GOING_ON and not (speaks and not is_passive(inner))


def _speaker_of_noun(verb: Token, noun: Token, depth: int) -> Token | None:
    """Who speaks in "delivered a speech declaring …", and in "a letter urging …"."""
    above = noun.head
    if verb.dep_ == "acl" and verb.lower_ in _DEMANDING:
        return _sender(noun, depth) or noun
    owned = verb.dep_ == "acl" and noun.dep_ == "dobj" and above.tag_[:2] == "VB" and noun.tag_ not in {"NNP", "NNPS"}
    if owned and (noun.lower_ not in DOCUMENTS or above.lower_ in ISSUE_FORMS or above.lower_ in CUES):
        return subject_of(above, depth + 1) or noun
    return noun


def _sender(noun: Token, depth: int) -> Token | None:
    """Who demands in "led a letter to B urging …", "joined B in a letter calling for …"."""
    above = noun.head
    for _ in range(_DEEPEST):
        if above.tag_[:2] == "VB" and above.dep_ not in {"acl", "relcl"}:
            break
        if above.head.i == above.i:
            return None
        above = above.head
    subject = subject_of(above, depth + 1) if above.tag_[:2] == "VB" and above.lower_ in _SENDING else None
    return subject if subject is None or can_speak(subject) else None
