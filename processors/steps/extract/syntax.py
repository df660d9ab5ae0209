"""Small questions to a dependency parse: is this a cue, can this noun speak, how far does this phrase go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processors.steps.extract.cues import CUES, DOCUMENTS, Cue
from processors.steps.extract.lexicon import WORDS
from processors.steps.extract.names import is_role

if TYPE_CHECKING:
    from spacy.tokens import Token

Range = tuple[int, int]
"""Tokens of a document, end exclusive."""

_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_CUT = frozenset({"relcl", "acl", "appos", "advcl", "parataxis", "ccomp", "conj_clause"})
_HYPOTHETICAL = frozenset({"would", "could", "should", "might", "may", "can", "must", "ca", "'d", "’d"})
_CARRIERS = WORDS["carriers"]
_BODIES = WORDS["organisations"] | WORDS["bodies"]
_SOURCES = WORDS["sources"]
_WRITTEN = WORDS["written"]
_EVENTS = WORDS["events"]
_DEEPEST = 6
_ABSTRACT = ("tion", "sion", "ment", "ness", "ity", "ance", "ence", "ship", "ism", "ing", "ure", "lack")


def cue_of(token: Token) -> Cue | None:
    """The cue that a verb form is, unless it is denied, wished for or a mere possibility."""
    cue = CUES.get(token.lower_)
    if cue is None or token.tag_[:2] != "VB" or (token.tag_ == "VBN" and token.dep_ == "acl"):
        return None
    return None if is_possible(token) else cue


def is_possible(verb: Token, depth: int = 0) -> bool:
    """Whether a verb is denied, wished for or a mere possibility: then nothing was said."""
    to = False
    for child in verb.children:
        if child.dep_ == "neg" or (child.dep_ in {"aux", "auxpass"} and child.lower_ in _HYPOTHETICAL):
            return True
        to = to or (child.dep_ == "aux" and child.lower_ == "to")
    joined = verb.tag_ == "VB" and verb.dep_ == "conj" and verb.head.tag_[:2] == "VB" and verb.head.i < verb.i
    if joined and not to and depth < _DEEPEST:
        return is_possible(verb.head, depth + 1)
    return to and verb.head.lower_ not in _CARRIERS


def is_abstract(noun: Token) -> bool:
    """Whether a common noun names an event or quality, by its ending: such things "suggest" and "threaten" too."""
    word = noun.lower_
    if noun.tag_ not in {"NN", "NNS"} or word in DOCUMENTS or word in _BODIES or is_role(word):
        return False
    return word.removesuffix("s").endswith(_ABSTRACT) or word in _EVENTS


def can_speak(noun: Token) -> bool:
    """Whether a noun names a person, a body or a document, so far as its form tells: facts are "clear" too."""
    word = noun.lower_
    if noun.tag_ in {"NNP", "NNPS"} or word in {"he", "she", "they", "who"}:
        return True
    return is_role(noun.text) or word in DOCUMENTS or word in _BODIES or word in _SOURCES or word[:-1] in _SOURCES


def to_infinitive(verb: Token) -> bool:
    """Whether the verb stands with "to"."""
    return any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children)


def is_passive(verb: Token) -> bool:
    """Whether the verb stands in the passive."""
    return any(child.dep_ in {"auxpass", "nsubjpass"} for child in verb.children)


def mention_of(subject: Token) -> Range:
    """The words that name a subject; of a role and a name beside it ("the director of X, Ann Lee,") the name."""
    author = author_of(subject)
    if author is not None:
        return noun_phrase(author)
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


def author_of(document: Token) -> Token | None:
    """Whose document it is: "a report by the mayor's office", "a letter from X"."""
    if document.lower_ not in _WRITTEN:
        return None
    for prep in document.children:
        if prep.dep_ in {"prep", "agent"} and prep.lower_ in {"by", "from"}:
            author = next((c for c in prep.children if c.dep_ == "pobj"), None)
            if author is not None and can_speak(author) and author.lower_ not in _WRITTEN | WORDS["times"]:
                return author
    return None


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


def without_aside(head: Token, whole: Range) -> Range:
    """A phrase up to the relative clause or participle that only adds something after a comma: ", which …"."""
    doc = head.doc
    for i in range(max(head.i + 1, whole[0]), whole[1]):
        token = doc[i]
        if token.dep_ not in {"relcl", "advcl", "acl", "appos"} or token.head.i >= token.left_edge.i:
            continue
        edge = token.left_edge.i
        adds = doc[edge].lower_ in {"which", "who", "where", "whose", "such"} or token.tag_ == "VBG"
        last = token.right_edge.i + 1 >= whole[1] - 1
        if adds and last and edge > whole[0] and doc[edge - 1].text == ",":
            return whole[0], edge - 1
    return whole


def infinitive_range(verb: Token, start: int, end: int) -> Range:
    """An infinitive up to the "and" after which a finite verb goes on: the parser gives that to the infinitive."""
    doc = verb.doc
    for token in doc[max(start, verb.i + 1) : end]:
        if token.dep_ != "conj" or token.tag_[:2] not in {"VB", "MD"} or token.head.i < verb.i:
            continue
        tags = {token.tag_} | {c.tag_ for c in token.children if c.dep_ in {"aux", "auxpass"}}
        if tags & _FINITE and (token.head.i == verb.i or token.head.dep_ == "conj"):
            edge = token.left_edge.i
            while edge > start + 1 and doc[edge - 1].tag_ in {"CC", ",", "RB"}:
                edge -= 1
            return start, edge
    return without_aside(verb, (start, end))


def is_finite_free(doc_slice: list[Token]) -> bool:
    """Whether no finite verb stands among the tokens."""
    return all(token.tag_ not in _FINITE for token in doc_slice)


def without(whole: Range, hole: Range) -> list[Range]:
    """A range without another: no part, one or two."""
    parts = [(whole[0], min(whole[1], hole[0])), (max(whole[0], hole[1]), whole[1])]
    return [(a, b) for a, b in parts if a < b]
