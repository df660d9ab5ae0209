"""Names by their form: which capitalised words are a person's full name, and which are a title, a place or a body.

A sequence of capitalised words is cut where a sentence or a day begins, then read from its end: the words after the
last title are the name; without a title it needs a known given name, or words that the text never writes small.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from processors.messages import Span
from processors.steps.extract.forms import (
    ACRONYM,
    BODY,
    GIVEN,
    INITIAL,
    ORDINARY,
    OTHER,
    PARTICLE,
    PARTICLES,
    PLACE,
    ROLE,
    SUFFIX,
    fold,
    gender_of,
    is_caps,
    is_given,
    is_possessive,
    is_role,
    plain,
    plain_case,
    sort_of,
)
from processors.steps.extract.lexicon import WORDS
from processors.steps.extract.sequences import LONGEST, SEQUENCE, SHORTEST, Word, after_title, runs, split, tail

_OFFICE_OF = re.compile(
    r"[A-Z][\w’'\-]*[ \u00a0](?:(?:[A-Z][\w’'\-]*|of|for|to|the|and)[ \u00a0]){0,8}(?:of|for|to|and) (?:the )?$"
)
_REACH = 90
_LOWER = re.compile(r"(?<![\w’'.-])[a-z]{3,}(?![\w’'-])")
_HEADLINE_VERB = re.compile(r"\b[A-Z][a-z]{2,}(?:ing|ed)\b")
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]?")
_PREPOSITIONS = WORDS["prepositions"]
_SURNAME_PARTICLES = PARTICLES - {"y", "e", "la", "le", "el"}
_LONG_TEXT = 400
"""Characters from which a text shows by its small letters which words are ordinary."""
_RANKS = WORDS["ranks"]
_BODIES = frozenset({BODY, ORDINARY, PLACE})
_NO_INITIALS = frozenset("QAI")
_NO_NAME = re.compile(r"\d|--|[a-z]{2}[A-Z][a-z]+[A-Z]")
_VERBS = WORDS["headline_verbs"]


@dataclass(frozen=True, slots=True)
class Person:
    """A full name as it stands somewhere in the article, with the title words before it."""

    name: str
    span: Span
    title: Span | None

    @property
    def surname(self) -> str:
        """Last word that is no suffix, folded for comparing."""
        return surname_of(self.name)


def surname_of(name: str) -> str:
    """The last word of a name that is no "Jr.", folded and without accents; empty for an empty name."""
    words = [word for word in name.split() if sort_of(word.rstrip(",")) != SUFFIX] or name.split()
    return plain(words[-1]) if words else ""


class _Reader:
    """Reads the names of one text; the words that it writes small are found when first needed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._small: frozenset[str] | None = None

    def is_small(self, word: str) -> bool:
        """Whether the text writes the word in small letters too."""
        if self._small is None:
            self._small = frozenset(_LOWER.findall(self.text)) if len(self.text) > _LONG_TEXT else frozenset()
        return fold(word) in self._small

    def _is_verb(self, word: str) -> bool:
        """Whether the word after a title begins a headline's rest: "President Made …", "Senator Leading …"."""
        return (word.endswith(("ed", "ing")) or fold(word) in _VERBS) and self.is_small(word)

    def people(self) -> Iterator[Person]:
        """Everybody named in full, in order."""
        for match in SEQUENCE.finditer(self.text):
            sequence = match.group()
            if " " not in sequence and "\u00a0" not in sequence:
                continue
            for run in runs(sequence, match.start()):
                yield from self._of_run(run)

    def _of_run(self, run: list[Word]) -> Iterator[Person]:
        begin = after_title(run)
        titled = begin > 0
        behind = not titled and len(run) >= SHORTEST and any(word[3] in _BODIES for word in run)
        start = self._office(run[0][1]) if behind else None
        name = tail(run[begin:], titled or start is not None)
        if not name or (titled and len(name) == 1 and is_possessive(run[begin - 1][0])):
            # "the President's Engagements"
            return
        if start is not None and len(name) > SHORTEST and name[0][3] == OTHER and name[1][3] == GIVEN:
            # Of the office "Head of the Republic of Veldmark" before a name only the end stands in this run.
            name = name[1:]
        office = (start, name[0][1] - 1) if start is not None and name[0] is not run[0] else None
        for part in split(name):
            person = self._made(part, titled or office is not None, _title(run, part) if titled else office)
            if person is not None:
                yield person

    def _office(self, begin: int) -> int | None:
        """Where the office before a body and a name begins: "(Deputy Secretary of) the Treasury Ann Osei"."""
        before = max(0, begin - _REACH)
        match = _OFFICE_OF.search(self.text[before:begin])
        if match is None:
            return None
        words = match.group().split()
        first = next((i for i, word in enumerate(words) if is_role(word)), None)
        if first is None:
            return None
        first -= 1 if first and fold(words[first - 1]) in _RANKS else 0
        skip = len(" ".join(words[:first])) + (1 if first else 0)
        return before + match.start() + skip

    def _made(self, name: list[Word], titled: bool, title: Span | None) -> Person | None:
        count = sum(sort not in {SUFFIX, PARTICLE} for _, _, _, sort in name)
        if not (1 if titled else 2) <= count <= LONGEST or (len(fold(name[-1][0])) < 2 and name[-1][3] != SUFFIX):
            return None
        first, _, _, sort = name[0]
        at = next((i for i, word in enumerate(name) if word[3] == GIVEN), 0)
        if at >= SHORTEST and not titled and len(name) - at >= SHORTEST:
            return self._made(name[at:], titled, title)
        if not titled and sort not in {GIVEN, INITIAL} and any(self.is_small(word) for word, *_ in name):
            return None
        if sort == INITIAL and (count < SHORTEST or first.count(".") > SHORTEST or first in _NO_INITIALS):
            return None
        return None if self._is_odd(name, title, count, titled=titled) else _person(name, title)

    def _is_odd(self, name: list[Word], title: Span | None, count: int, *, titled: bool) -> bool:
        """Whether the words hold digits or dashes, are a headline's verb, or stand in capitals for no reason."""
        caps = any(is_caps(word) for word, _, _, sort in name if sort not in {INITIAL, SUFFIX, PARTICLE})
        if caps and title is not None and count == 1 and name[0][3] == ACRONYM and len(name[0][0]) <= LONGEST:
            # "Director FBI", but "DIRECTOR TAI".
            return not self.text[title[0] : title[1]].rstrip(".").isupper()
        if caps and not (titled or is_given(name[0][0])):
            return True
        return any(_NO_NAME.search(word) for word, *_ in name) or (count == 1 and self._is_verb(name[0][0]))


def find_people(text: str) -> list[Person]:
    """Every full name (two to four words, not an organisation's) with the title before it, in order."""
    return list(_Reader(text).people())


def find_headline_people(title: str) -> list[Person]:
    """The people of a headline, where verbs look like names: "Remarks by President Fox Welcoming Bob Ash"."""
    return find_people(_HEADLINE_VERB.sub(lambda m: m.group() if gender_of(m.group()) else m.group().lower(), title))


def _title(run: list[Word], name: list[Word]) -> Span | None:
    """The words before a name, from the first that can belong to its title: no other person's name."""
    before = [word for word in run if word[2] <= name[0][1]]
    for i, (word, _, _, sort) in enumerate(before):
        follows = before[i + 1][3] if i + 1 < len(before) else ""
        if sort == GIVEN and follows in {OTHER, INITIAL} and not is_possessive(word):
            rest = [j for j in range(i + 2, len(before)) if before[j][3] == ROLE]
            before = before[rest[0] :] if rest else []
            break
    while before and before[0][3] == PARTICLE:
        before = before[1:]
    return (before[0][1], before[-1][2]) if before else None


def _person(name: list[Word], title: Span | None) -> Person:
    last, at, _, sort = name[-1]
    if is_possessive(last):
        last = last[: max(last.rfind("'"), last.rfind("’"))]
    if sort not in {SUFFIX, INITIAL}:
        last = last.rstrip(".")
    raw = " ".join([*(word for word, *_ in name[:-1]), last])
    capital = any(is_caps(word) and kind not in {INITIAL, SUFFIX} for word, _, _, kind in name)
    full = plain_case(raw) if capital else raw
    return Person(f"{full}." if full.endswith((" Jr", " Sr")) else full, (name[0][1], at + len(last)), title)


def bare_name(mention: str) -> tuple[str, str]:
    """(name, title) of a mention: ``Calder Mayor Ann Lee`` → (``Ann Lee``, ``Calder Mayor``).

    The name is empty where the mention's head is something else: a role, a body, a document about somebody.
    """
    mention = _BRACKETS.sub("", mention).strip(' ,;:"“”')
    best: tuple[str, str] | None = None
    for match in SEQUENCE.finditer(mention):
        before = mention[: match.start()].split()
        site = mention[match.end() : match.end() + 2].startswith((".c", ".o", ".n"))
        if site or (mention[: match.start()].endswith(".") and not mention[: match.start()].endswith("U.")):
            continue
        inside = len(before) > 1 and (fold(before[-1]) in _PREPOSITIONS or fold(before[-2]) in _PREPOSITIONS)
        for run in runs(match.group(), match.start()):
            begin = after_title(run)
            titled = begin > 0 or bool(before and is_role(before[-1])) or (inside and any(map(is_role, before)))
            name = tail(run[begin:], titled or len(run) == 1)
            if not name or (len(name) == 1 and name[0][3] in {INITIAL, SUFFIX}) or not _plausible(name):
                continue
            if inside and (name[0] is run[0] or begin or len(name) < SHORTEST or name[0][3] != GIVEN):
                continue
            leading = _leading_particles(before) if name[0] is run[0] else ""
            found = (leading + _person(name, None).name, mention[: name[0][1]].strip() if titled else "")
            if titled:
                return found
            best = best or found
    return best or ("", mention)


def _leading_particles(before: list[str]) -> str:
    """The particles that a surname begins with: "de Blasio", "bin Salman"."""
    at = len(before)
    while at and before[at - 1] in _SURNAME_PARTICLES:
        at -= 1
    return "".join(f"{word} " for word in before[at:])


def _plausible(name: list[Word]) -> bool:
    """Whether a mention's words can be a name at all: not an abbreviation alone, not a long list."""
    if len(name) > LONGEST + SHORTEST:
        return False
    return not (len(name) == 1 and name[0][3] == ACRONYM)


__all__ = [
    "Person", "bare_name", "find_headline_people", "find_people", "fold", "gender_of", "is_role", "surname_of",
]  # fmt: skip
