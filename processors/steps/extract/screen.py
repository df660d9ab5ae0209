"""Which sentences can hold a statement, told by their words alone: only these are parsed.

Parsing is most of the work, and most sentences report nobody. A sentence is kept for a cue that can do in it what the
rules ask of it ("urged" needs a "to", "his claim" a "that"), for a hidden quotation and what follows it, and for a
colon before somebody's words. A cue is none where the word before it makes it a noun ("the report", "of state"), a
possibility ("could say") or the writer's own ("I said"): the rules refuse those after the parse.
"""

from __future__ import annotations

import re
from dataclasses import fields

from processors.messages import Span
from processors.steps.extract.cues import CUES, FIRM, ISSUE_FORMS, NOUN_CUES, UTTERANCES, Cue, inflect
from processors.steps.extract.frame import Frame, leave_out
from processors.steps.extract.lexicon import WORDS
from processors.steps.extract.quotes import MARKS
from processors.steps.extract.sentences import sentences

_WORD = re.compile(r"[A-Za-z]+")
_MARK = re.compile(f"[{MARKS}‘]")
_WANTED = frozenset({*CUES, *NOUN_CUES, *FIRM, "according", "reportedly", "words", "put", "puts"})
_DENIED = frozenset(["would", "could", "should", "might", "may", "can", "must", "cannot", "not", "t"])
_BEFORE_NOUNS = WORDS["before_nouns"]
_OWN = frozenset(["i", "we"])
_BETWEEN = frozenset(["have", "had", "ve", "will", "ll", "also", "do", "just"])
_DOING = frozenset(["am", "m", "are", "re", "was", "were"])
_ASKING = frozenset(["ask", "inquire", "enquire"])
_ASKED = frozenset(["whether", "if", "why", "how"])
_AS_OFTEN_NOUNS = frozenset(
    form for lemma in ("state", "project", "challenge", "signal") for form in inflect(lemma)[:2]
)
"""Nouns that are seldom cues: only where a "that" follows."""
_PRESENT = frozenset(form for cue in CUES.values() for form in inflect(cue.lemma)[:2])
"""Forms that are as often nouns: "report", "claims"."""
_NEEDS = {
    "order": frozenset(["to"]),
    "promise": frozenset(["to"]),
    "label": frozenset(["as"]),
    "that_only": frozenset(["that"]),
    "how": frozenset(["how", "what", "why", "which"]),
}
"""Ways of taking content that need one of these words after the cue."""
_OTHER = frozenset(["lemma", "quote", "doing", "of", *_NEEDS])
_FREE = tuple(field.name for field in fields(Cue) if field.name not in _OTHER)
"""Ways of taking content that need no other word; one that is new to this module is among them."""
_AT_START = 2
"""A quotation that begins here, or before, begins its paragraph."""
_WITH_THAT = WORDS["noun_cues"] | WORDS["loose"]
_WITH_TO = WORDS["noun_promises"]
_WITH_OF = WORDS["noun_of"]
_OF = frozenset(["of", "about", "against"])


def screened(frames: list[Frame]) -> list[Frame]:
    """The article's frames in order, each cut down to what is worth parsing; ``parsed`` says whether any of it is."""
    last = max((number for number, frame in enumerate(frames) if frame.masks), default=0)
    for frame in frames[:last]:
        frame.announces = True
    return [_screen(frame) for frame in frames]


def _screen(frame: Frame) -> Frame:
    if frame.bare:
        return frame
    spans = list(sentences(frame.text))
    hiding = _hiding(frame, spans)
    keep = [
        hides or after or _is_wanted(frame.text[start:end], announces=frame.announces)
        for (start, end), hides, after in zip(spans, hiding, [False, *hiding], strict=False)
    ]
    keep[-1] = keep[-1] or (frame.announces and frame.text.rstrip().endswith((":", "：")))
    frame.parsed = any(keep)
    if frame.masks and frame.masks[0][0] <= _AT_START:
        # What follows the quotation is a signature only if nothing follows that in its paragraph.
        keep[-1] = True
    holes = [span for span, kept in zip(spans, keep, strict=True) if not kept]
    return leave_out(frame, holes) if holes and frame.parsed else frame


def _hiding(frame: Frame, spans: list[Span]) -> list[bool]:
    """Which sentences hide a quotation."""
    found, masks = [], iter(frame.masks)
    mask = next(masks, None)
    for start, end in spans:
        hides = False
        while mask is not None and mask[0] < end:
            hides = True
            if mask[1] > end:
                break
            mask = next(masks, None)
        found.append(hides and start < end)
    return found


def _is_wanted(sentence: str, *, announces: bool) -> bool:
    """Whether a sentence without a hidden quotation can hold a statement, or announce a later one."""
    words = _WORD.findall(sentence.lower())
    hits = [at for at, word in enumerate(words) if word in _WANTED]
    if hits:
        quoted = _MARK.search(sentence) is not None
        if any(_can_report(words, at, quoted=quoted) for at in hits):
            return True
    return announces and not (ISSUE_FORMS.isdisjoint(words) or UTTERANCES.isdisjoint(words))


def _can_report(words: list[str], at: int, *, quoted: bool) -> bool:
    word, later = words[at], words[at + 1 :]
    cue = CUES.get(word)
    if cue is not None and not _is_none(words, at, cue) and (quoted or _has_what_it_needs(cue, word, later)):
        return True
    if word in NOUN_CUES and _noun_has_what_it_needs(word, later):
        return True
    if word == "words":
        return "in" in words[:at]
    if word in {"put", "puts"}:
        return later[:1] == ["it"]
    return word == "reportedly" or (word == "according" and later[:1] == ["to"]) or (word in FIRM and "that" in later)


def _is_none(words: list[str], at: int, cue: Cue) -> bool:
    """Whether the word before says that this is no cue: a noun, a mere possibility, or the writer's own word."""
    before, word = words[at - 1] if at else "", words[at]
    if before in _DENIED or before in _OWN:
        return True
    if at > 1 and words[at - 2] in _OWN and (before in _BETWEEN or (before in _DOING and word.endswith("ing"))):
        return True
    if word not in _PRESENT:
        # "Reporting by Ann Lee" stands under an article.
        return word.endswith("ing") and words[at + 1 : at + 2] == ["by"]
    return before in _BEFORE_NOUNS or (before == "to" and word == cue.lemma and WORDS["carriers"].isdisjoint(words))


def _has_what_it_needs(cue: Cue, word: str, later: list[str]) -> bool:
    """Whether the words after a cue can be what it reports without quotation marks."""
    if word in _AS_OFTEN_NOUNS:
        return "that" in later
    if cue.lemma in {"question", "wonder"}:
        return not _ASKED.isdisjoint(later)
    if cue.lemma == "point":
        return "out" in later[:2]
    if cue.lemma in _ASKING or any(getattr(cue, way) for way in _FREE):
        return True
    if any(getattr(cue, way) and not words.isdisjoint(later) for way, words in _NEEDS.items()):
        return True
    return (cue.doing and any(word.endswith("ing") for word in later)) or any(word in later for word in cue.of)


def _noun_has_what_it_needs(word: str, later: list[str]) -> bool:
    """Whether the words after a noun can be what it reports: a clause, "to" at once, or an object of "of"."""
    if word in _WITH_THAT and "that" in later:
        return True
    if word in _WITH_TO and later[:1] == ["to"]:
        return True
    return word in _WITH_OF and not _OF.isdisjoint(later)
