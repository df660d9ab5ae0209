"""Which person a "he" or "she" means: who spoke or was named before, by gender, nearness and place in the sentence."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass

from processors.steps.extract.forms import gender_of_role
from processors.steps.extract.mentions import is_plural
from processors.steps.extract.people import People
from processors.steps.extract.roles import says_who

PRONOUNS = {
    "he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "hers": "f", "herself": "f",
    "it": "it", "they": "they", "them": "they", "their": "they", "its": "it",
}  # fmt: skip
_SENTENCE_END = re.compile(r"[.!?][\"”’]?\s")
_HEAD = re.compile(r"\b(?:of|for|from|in|at|who|by|on|to|with)\b")
_VERB_BEFORE = re.compile(r"\b[a-z]{2,}ed\b|\b(?:is|was|were|has|had|of|to|with|by)\b")
_REACH = 1_500
"""Characters back in which a pronoun may find its person."""
_NEAREST = 12
_OPENING = 1.5
_SPOKE = 2.0


@dataclass(frozen=True, slots=True)
class Said:
    """A speaker found before: where, who, and whether it is a person named in the article."""

    at: int
    name: str
    person: bool


def person_before(text: str, at: int, kind: str, people: People, spoke: list[Said], speaking: str = "") -> str:
    """The best person for a pronoun of gender ``kind`` at a position; empty where none fits.

    A speaker of the last two statements weighs most, then whoever opens a sentence; each sentence between costs one.
    Whoever has the floor (``speaking``) says "I" of himself.
    """
    index = bisect.bisect_left(people.places, (at, ""))
    near = [(where, name) for where, name in people.places[max(0, index - _NEAREST) : index] if at - _REACH < where]
    stops = [match.start() for match in _SENTENCE_END.finditer(text, max(0, at - _REACH), at)]
    scores: dict[str, float] = {}

    def count(where: int, name: str, weight: float) -> None:
        scores[name] = max(scores.get(name, -9.0), weight - (len(stops) - bisect.bisect_left(stops, where)))

    for where, name in near:
        known = people.known[name]
        if known.gender in {"", kind} and (known.gender or known.role):
            count(where, name, _OPENING if _opens_sentence(text, where) else 0.0)
    for one in spoke[-2:]:
        if one.person:
            if people.known[one.name].gender in {"", kind}:
                count(one.at, one.name, _SPOKE)
        elif _is_human(one.name, kind):
            count(one.at, one.name, _SPOKE)
    scores.pop(speaking, None)
    return max(scores, key=lambda name: scores[name]) if scores else ""


def _is_human(name: str, kind: str) -> bool:
    """Whether an unnamed speaker can be a "he" or "she": "a police spokeswoman"."""
    words = _HEAD.split(name, maxsplit=1)[0].split()
    if not words or not words[-1][:1].islower() or not says_who(words[-1]) or is_plural(name, "they"):
        return False
    return gender_of_role(name) in {"", kind}


def _opens_sentence(text: str, where: int) -> bool:
    before = text[max(0, where - 60) : where]
    cut = max(before.rfind(". "), before.rfind("\n"), before.rfind("? "), before.rfind("! "), before.rfind("” "))
    return cut >= 0 and not _VERB_BEFORE.search(before[cut + 1 :])
