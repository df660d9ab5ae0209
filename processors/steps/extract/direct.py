"""Which cue governs which quotation, inside one paragraph.

A quotation is tied to the reporting verb right after it ("…," said X / "…," X said), else to one right before it
(X said: "…"), else to one earlier in its sentence (X said at noon in Y, "…"), else to a signature ("…" — X).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from processors.steps.extract.cues import FIRST_PERSON, UTTERANCES, Cue
from processors.steps.extract.frame import Frame
from processors.steps.extract.governor import Governor, governor_of, main_subject, text_span, utterance
from processors.steps.extract.subjects import subject_of
from processors.steps.extract.syntax import (
    Range,
    cue_of,
    is_finite_free,
    is_passive,
    mention_of,
    noun_phrase,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_LONGEST_NAME = 30
_LONGEST_ROLE = 8
_FAR = 45
_CLOSERS = frozenset({'"', "”", "»", "’", "'", "''", ",", "“"})
_ANSWERS = frozenset({"reply", "answer", "verdict", "message", "explanation", "conclusion", "assessment", "words"})
_AS_NOUNS = frozenset({"notes", "states", "claims", "comments", "remarks", "reports"})
"""Cues that the parser may take for nouns right before a quotation: "The ministry notes, …"."""
_NAMELIKE = frozenset({"NNP", "NNPS", "NN", "NNS", "PRP", "DT", "JJ", "PRP$", "VBN", "CD", "WP"})
_SIGNATURE = re.compile(
    r"^[\"”»’]?[.,]?\s*(?:[-–—―~]+\s*|\()?(?P<name>(?=[A-Z])(?:\b[A-Z][a-z]{0,3}\.|[^.!?\n:;“\"]){3,120}?)\)?\.?(?:\s+\d[\d/]+)?\s*$"
)


def govern(doc: Doc, frame: Frame) -> list[Governor | None]:
    """The governor of each hidden quotation of the frame, None where the paragraph has none."""
    ranges = [_tokens(doc, start, end) for start, end, _ in frame.masks]
    governors: list[Governor | None] = []
    for number, (first, last) in enumerate(ranges):
        following = ranges[number + 1][0] if number + 1 < len(ranges) else len(doc)
        preceding = ranges[number - 1][1] if number else 0
        governor = _after(doc, frame, last, following) or _before(doc, frame, first, preceding)
        governors.append(governor or _signed(doc, frame, number, last))
    return governors


def _tokens(doc: Doc, start: int, end: int) -> Range:
    """The tokens that the frame's characters cover."""
    first = next((t.i for t in doc if t.idx + len(t) > start), len(doc))
    last = first
    while last < len(doc) and doc[last].idx < end:
        last += 1
    return first, max(last, first + 1)


def _after(doc: Doc, frame: Frame, last: int, following: int) -> Governor | None:
    """``"…," said X`` and ``"…," X said``."""
    i = last
    ended = doc[last - 1].text in {".", "…"} or doc[last - 1].text.endswith(".")
    while i < following and doc[i].text in _CLOSERS:
        i += 1
    if i >= following:
        return None
    if doc[i].lower_ in {"according", "per"}:
        return _according(doc, frame, i)
    if doc[i].lower_ in {"was", "is", "were", "as"}:
        return _was_his(doc, frame, i, following) or _put_it(doc, frame, i, following)
    while i < following and doc[i].tag_ in {"RB", "CC"} and doc[i].lower_ not in {"and", "but", "or"}:
        i += 1
    return _said_name(doc, frame, i, following, ended) or _name_said(doc, frame, i, following, ended)


def _said_name(doc: Doc, frame: Frame, at: int, following: int, ended: bool) -> Governor | None:
    """``"…," said X``; ``ended``: the quotation is a whole sentence, so that the next one may bring its own."""
    cue = cue_of(doc[at]) if at < following else None
    if cue is None or not cue.quote or doc[at].tag_ == "VBG":
        return None
    name = _name_after(doc, at, following)
    if name is None or (ended and _goes_on(doc, at, following)):
        return None
    return governor_of(doc, frame, "quote said name", at, name)


def _name_said(doc: Doc, frame: Frame, at: int, following: int, ended: bool) -> Governor | None:
    """``"…," X said``."""
    for j in range(at, min(following, at + _LONGEST_NAME)):
        token = doc[j]
        if token.text in {".", "!", "?", ";", ":"} and j > at:
            break
        if (cue := cue_of(token)) is None or not cue.quote or token.tag_ not in {"VBD", "VBZ", "VBP", "VBN"}:
            continue
        inside = list(doc[at:j])
        if not inside or inside[0].tag_ not in _NAMELIKE or (ended and _goes_on(doc, j, following)):
            return None
        named = is_finite_free(inside) or any(t.lower_ in {"who", "which"} for t in inside)
        if not named and not (_ends(doc, j, following) and _only_a_name(inside)):
            continue
        subject = subject_of(token)
        name = mention_of(subject) if subject is not None and at <= subject.i < j else (at, j)
        return governor_of(doc, frame, "quote name said", j, _quoted(token) or name)
    return None


def _quoted(verb: Token) -> Range | None:
    """Who said it in "the agency quoted X as saying"."""
    if not verb.lower_.startswith("quot") or is_passive(verb):
        return None
    thing = next((c for c in verb.children if c.dep_ == "dobj" and c.i > verb.i), None)
    return mention_of(thing) if thing is not None and thing.tag_ != "NN" else None


def _ends(doc: Doc, verb: int, following: int) -> bool:
    return verb + 1 >= following or doc[verb + 1].text in {".", ","}


def _only_a_name(tokens: list[Token]) -> bool:
    """Whether what looks like a verb in a name is a role that the parser does not know: "Caloundra coach G. Ingram"."""
    finite = [t for t in tokens if t.tag_ in {"VBD", "VBZ", "VBP", "MD"}]
    return tokens[-1].tag_ == "NNP" and all(t.tag_ in {"VBP", "VBZ"} for t in finite) and len(tokens) <= _LONGEST_ROLE


def _goes_on(doc: Doc, verb: int, following: int) -> bool:
    """Whether the cue after a finished quotation brings its own content."""
    if any(c.dep_ in {"ccomp", "xcomp"} and c.i > verb for c in doc[verb].children):
        return True
    stop = next((i for i in range(verb, following) if doc[i].text in {".", "!", "?"}), following)
    return stop >= following and following < len(doc)


def _name_after(doc: Doc, verb: int, following: int) -> Range | None:
    subject = next(
        (c for c in doc[verb].children if c.dep_ in {"nsubj", "nsubjpass", "dobj", "npadvmod"} and c.i > verb), None
    )
    if subject is not None and subject.i < following:
        start, end = mention_of(subject)
        return start, min(end, following)
    if verb + 1 < following and doc[verb + 1].tag_ in _NAMELIKE:
        end = verb + 1
        while (
            end < following
            and doc[end].text not in {",", ".", ";", "(", "“", '"', ":"}
            and doc[end].tag_ not in {"VBD", "VBZ", "IN"}
        ):
            end += 1
        return (verb + 1, end) if end > verb + 1 else None
    return None


def _before(doc: Doc, frame: Frame, first: int, preceding: int) -> Governor | None:
    """``X said: "…"``, ``X said, "…"``, ``saying "…"``, and a cue earlier in the same sentence."""
    i = first - 1
    while i >= preceding and doc[i].text in {'"', "“", "„", "«", "‘", "'", "``", "that", ",", "—", "–", "-"}:
        i -= 1
    colon = i >= preceding and doc[i].text == ":"
    for j in range(i, max(preceding - 1, i - _FAR), -1):
        token = doc[j]
        if token.text in {".", "!", "?", ";"}:
            if j == i and token.text != ";":
                return None
            break
        if token.lower_ == "according" and not colon:
            return _according(doc, frame, j)
        cue = cue_of(token)
        if cue is not None and (cue.quote or colon or j == i):
            near = j >= i - 1 or colon or _reaches(token, i, first)
            found, ends = _who_said(doc, frame, token, cue) if near else (None, False)
        else:
            is_utterance = colon and token.lower_ in UTTERANCES and token.tag_[:2] == "NN"
            found, ends = (utterance(doc, frame, token) if is_utterance else None), False
        if ends or found is not None:
            return found
    if _is_noun_for_cue(doc, i, preceding):
        return governor_of(doc, frame, "name said quote", i, (doc[i].sent.start, i))
    return main_subject(doc, frame, doc[i].sent.root) if colon and doc[i].sent.root.i < i else None


def _who_said(doc: Doc, frame: Frame, verb: Token, cue: Cue) -> tuple[Governor | None, bool]:
    """Who says what a cue before a quotation reports, and whether no other cue need be looked for."""
    subject = subject_of(verb)
    if subject is None:
        passive = Governor("it was said", text_span(doc, frame, (verb.i, verb.i + 1)), nobody=True, passive=True)
        return (passive, True) if is_passive(verb) else (None, False)
    if subject.lower_ in FIRST_PERSON and cue.lemma == "quote":
        return None, False
    return governor_of(doc, frame, "name said quote", verb.i, _quoted(verb) or mention_of(subject)), True


def _is_noun_for_cue(doc: Doc, at: int, preceding: int) -> bool:
    """Whether a noun right before a quotation is a cue that the parser mistook: "The ministry notes, …"."""
    if at - 1 <= preceding or doc[at].lower_ not in _AS_NOUNS or doc[at].tag_[:2] != "NN":
        return False
    name = list(doc[doc[at].sent.start : at])
    return doc[at + 1].text in {",", ":"} and 0 < len(name) <= _LONGEST_ROLE and is_finite_free(name)


def _reaches(verb: Token, last: int, first: int) -> bool:
    """Whether nothing between a cue and a quotation could be what the cue reports instead."""
    doc = verb.doc
    between = [doc[k] for k in range(verb.i + 1, last + 1)]
    if any(
        c.dep_ == "ccomp" and c.i < first and c.tag_ in {"VBD", "VBZ", "VBP", "MD", "VBN"}
        for c in verb.children
        if c.i > verb.i
    ):
        return False
    return is_finite_free(between) or doc[first - 2].text in {",", ":"}


def _was_his(doc: Doc, frame: Frame, at: int, following: int) -> Governor | None:
    """``"…," was his reply``."""
    for j in range(at + 1, min(following, at + _LONGEST_ROLE)):
        if doc[j].lower_ in UTTERANCES | _ANSWERS and doc[j].tag_[:2] == "NN":
            owner = next((c for c in doc[j].children if c.dep_ == "poss"), None)
            return governor_of(doc, frame, "utterance", j, noun_phrase(owner)) if owner is not None else None
    return None


def _put_it(doc: Doc, frame: Frame, at: int, following: int) -> Governor | None:
    """``"…," as X put it`` and ``"…," as X said``."""
    if doc[at].lower_ != "as":
        return None
    for j in range(at + 2, min(following, at + _LONGEST_NAME)):
        cue = cue_of(doc[j])
        if (cue is not None and cue.quote) or (doc[j].lower_ in {"put", "puts"} and doc[j].tag_[:2] == "VB"):
            if not is_finite_free(list(doc[at + 1 : j])):
                return None
            return governor_of(doc, frame, "quote name said", j, (at + 1, j))
    return None


def _according(doc: Doc, frame: Frame, at: int) -> Governor | None:
    holder = doc[at + 1] if doc[at].lower_ == "according" and at + 1 < len(doc) else doc[at]
    source = next((c for c in holder.children if c.dep_ == "pobj"), None)
    return governor_of(doc, frame, "according to", at, noun_phrase(source)) if source is not None else None


def _signed(doc: Doc, frame: Frame, number: int, last: int) -> Governor | None:
    """``"…" — Name``: the rest of a paragraph that begins with its quotation is a name."""
    if number != len(frame.masks) - 1 or frame.masks[0][0] > 2:
        return None
    stop = frame.masks[-1][1]
    match = _SIGNATURE.match(frame.text[stop:])
    if match is None or not is_finite_free(list(doc[last:])):
        return None
    start, end = stop + match.start("name"), stop + match.end("name")
    name = re.split(r",|\s\(", frame.text[start:end])[0]
    return Governor("signature", None, frame.back(start, start + len(name)))
