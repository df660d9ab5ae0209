"""Which cue governs which quotation, inside one paragraph.

A quotation is tied to the reporting verb right after it ("…," said X / "…," X said), else to one right before it
(X said: "…"), else to one earlier in its sentence (X said at noon in Y, "…"), else to a signature ("…" — X).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from processors.steps.extract.cues import FIRST_PERSON, UTTERANCES
from processors.steps.extract.frame import Frame
from processors.steps.extract.governor import Governor, governor_of, main_subject, text_span, utterance
from processors.steps.extract.syntax import (
    Range,
    cue_of,
    is_finite_free,
    is_passive,
    mention_of,
    noun_phrase,
    subject_of,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_LONGEST_NAME = 30
_CLOSERS = frozenset({'"', "”", "»", "’", "'", "''", ","})
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
    while i < following and doc[i].tag_ in {"RB", "CC"} and doc[i].lower_ not in {"and", "but", "or"}:
        i += 1
    if (
        i < following
        and (cue := cue_of(doc[i])) is not None
        and cue.quote
        and doc[i].tag_ in {"VBD", "VBZ", "VBP", "VBN", "VB"}
    ):
        name = _name_after(doc, i, following)
        if name is not None and not (ended and _goes_on(doc, i, following)):
            return governor_of(doc, frame, "quote said name", i, name)
    for j in range(i, min(following, i + _LONGEST_NAME)):
        token = doc[j]
        if token.text in {".", "!", "?", ";", ":"} and j > i:
            break
        if (cue := cue_of(token)) is None or not cue.quote or token.tag_ not in {"VBD", "VBZ", "VBP", "VBN"}:
            continue
        inside = [doc[k] for k in range(i, j)]
        if not inside or inside[0].tag_ not in _NAMELIKE or (ended and _goes_on(doc, j, following)):
            return None
        if not is_finite_free(inside) and not any(t.lower_ in {"who", "which"} for t in inside):
            continue
        subject = subject_of(token)
        name = mention_of(subject) if subject is not None and i <= subject.i < j else (i, j)
        return governor_of(doc, frame, "quote name said", j, name)
    return None


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
    for j in range(i, max(preceding - 1, i - 45), -1):
        token = doc[j]
        if token.text in {".", "!", "?", ";"} and j < i:
            break
        if token.text in {".", "!", "?"}:
            return None
        cue = cue_of(token)
        if cue is None or not (cue.quote or colon or j == i):
            if colon and token.lower_ in UTTERANCES and token.tag_[:2] == "NN":
                found = utterance(doc, frame, token)
                if found is not None:
                    return found
            continue
        if j < i - 1 and not colon and not _reaches(token, i, first):
            continue
        subject = subject_of(token)
        if subject is None:
            if is_passive(token):
                return Governor("it was said", text_span(doc, frame, (j, j + 1)), nobody=True, passive=True)
            continue
        if subject.lower_ in FIRST_PERSON and cue.lemma == "quote":
            continue
        return governor_of(doc, frame, "name said quote", j, mention_of(subject))
    return main_subject(doc, frame, doc[i].sent.root) if colon and doc[i].sent.root.i < i else None


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
