"""Clauses that the parser hung on the wrong word, by what stands between the cue and them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processors.steps.extract.clause import Clause, made
from processors.steps.extract.complements import OPENS_CLAUSE
from processors.steps.extract.cues import Cue
from processors.steps.extract.lexicon import WORDS
from processors.steps.extract.syntax import cue_of, is_finite_free, is_passive

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_REST = WORDS["rest"]
_LONGEST_TAIL = 10
_PAUSES = frozenset([",", ";", ":", '"', "“"])
_PLACES = frozenset(["twitter", "facebook", "instagram", "telegram", "television", "air"])


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
        if doc[i - 1].lower_ in {"so", "such", "now", "given", "provided"}:
            return None
        hangs = token.dep_ == "mark" or doc[i - 1].text == "," or cue.lemma in {"tell", "inform"}
        if hangs and token.head.i > i and token.head.tag_[:2] in {"VB", "MD"}:
            return made(verb, [(i + 1, token.head.right_edge.i + 1)], "that clause")
    return None


def rest(verb: Token, cue: Cue, sentence: Span) -> Clause | None:
    """``X said Y did Z`` where the parser found no clause: the rest of the sentence, if it holds a finite verb."""
    forms = {"VBD", "VBZ", "VBG"} if cue.lemma in {"say", "announce", "state", "claim", "warn"} else {"VBD", "VBZ"}
    if cue.lemma not in _REST or is_passive(verb) or verb.tag_ not in forms or verb.i + 3 >= sentence.end:
        return None
    if verb.tag_ == "VBG" and verb.i and verb.doc[verb.i - 1].tag_ == "IN":
        return None
    start = _behind_adverbs(verb.i + 1, sentence)
    if start >= sentence.end or verb.doc[start].tag_ not in OPENS_CLAUSE - {"PRP$", "NN"}:
        return None
    for token in verb.doc[start + 1 : sentence.end]:
        if token.tag_ in {"WDT", "WP", "WRB"} or token.text in {";", ":", '"', "“"} or cue_of(token) is not None:
            break
        if (token.text == "," and cue.thing) or token.lower_ in {"that", "so"}:
            break
        if token.tag_ in {"VBD", "VBZ", "VBP", "MD"} and token.dep_ != "relcl":
            return made(verb, [(start, sentence.end)], "rest")
    return None


def _behind_adverbs(start: int, sentence: Span) -> int:
    """Where the clause can begin after "said also" and "announced on television"."""
    doc = sentence.doc
    while start < sentence.end and doc[start].tag_ == "RB":
        start += 1
    if start + 2 < sentence.end and doc[start].lower_ == "on" and doc[start + 1].lower_ in _PLACES:
        start += 2
    return start
