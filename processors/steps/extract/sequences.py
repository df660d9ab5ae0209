"""Sequences of capitalised words, cut into runs and read from their end: where a title stops and a name begins."""

from __future__ import annotations

import re

from processors.steps.extract.forms import (
    ACRONYM,
    BODY,
    GIVEN,
    INITIAL,
    NAMELIKE,
    ORDINARY,
    OTHER,
    PARTICLE,
    PARTICLES,
    PLACE,
    ROLE,
    START,
    SUFFIX,
    SURNAMES,
    TIME,
    fold,
    is_caps,
    is_given,
    is_possessive,
    is_role,
    sort_of,
)
from processors.steps.extract.lexicon import WORDS

_SHORTENED = "Mr|Mrs|Ms|Dr|St|Jr|Sr|Sen|Sens|Rep|Reps|Gov|Gen|Lt|Col|Maj|Capt|Sgt|Adm|Prof|Rev|Hon|Pres|Ph\\.D"
_WORD = rf"(?:(?:{_SHORTENED})\.|(?:[A-Z]\.)+|[A-ZÀ-ÖØ-ÞĀ-ſ][\w’'\-]*\w)"
_PARTICLE = "|".join(sorted(PARTICLES | {"of"}))
SEQUENCE = re.compile(
    rf"(?:{_WORD}|[A-Z])(?:,?[ \u00a0](?:Jr\.?|Sr\.?|JR\.?|SR\.?|I{{2,3}}|IV)(?![\w’'])"
    rf"|[ \u00a0][“\"‘][A-ZÀ-Þ][\w’'\-]*[”\"’](?=[ \u00a0][A-ZÀ-Þ])"
    rf"|[ \u00a0](?:(?:(?:{_PARTICLE})[ \u00a0]){{0,2}}{_WORD}|[A-Z]\.?(?=[ \u00a0])|&))*"
)
"""Capitalised words side by side, with the particles of names, "Jr." and a nickname in marks between them."""

_TOKEN = re.compile(r"[^ \u00a0]+")
_MARKS = '“"‘'
_PERSONAL = WORDS["personal_titles"]
_CALLS = WORDS["calls"]
_GLUED = re.compile(r"([A-Z][a-z]{3,})[A-Z][a-z]\w*")
_GIVEN_TOO = frozenset({"dean"})
"""Titles that are given names too, and no part of a longer title as "prince" is."""
_RANKED = frozenset({"vice", "deputy", "first", "second", "associate", "assistant"})
_PLAIN_SURNAMES = WORDS["plain_surnames"]
LONGEST = 4
"""Words of a name at most, without particles and suffixes."""
SHORTEST = 2

Word = tuple[str, int, int, str]
"""A word with its start, its end and its sort."""


def runs(sequence: str, offset: int) -> list[list[Word]]:
    """A capitalised sequence cut where a sentence, a day or an "&" stands, and after "Jr."."""
    made: list[list[Word]] = [[]]
    for match in _TOKEN.finditer(sequence):
        raw = match.group()
        word = raw.rstrip(",")
        if raw[0] in _MARKS:
            continue
        sort = ORDINARY if raw == "&" else sort_of(word)
        glued = _GLUED.fullmatch(word)
        if made[-1] and (fold(made[-1][-1][0]) == fold(word) or (glued is not None and is_role(glued[1]))):
            # "Viktor Osei Osei Viktor", "Ann Osei SenatorAnn": a name and an index entry run together.
            break
        if raw == "Q" and not made[-1]:
            # The label of a question, run together with whom it addresses.
            continue
        after_given = bool(made[-1]) and made[-1][-1][3] in {GIVEN, INITIAL}
        if after_given and sort == START and fold(word) in SURNAMES:
            sort = OTHER
        if sort in {START, TIME} and not (after_given and sort == TIME):
            made.append([])
            continue
        if (raw == "&" and all(sort in NAMELIKE for *_, sort in made[-1])) or (
            raw == "of" and made[-1] and made[-1][-1][3] in {OTHER, GIVEN}
        ):
            made.append([])
            continue
        made[-1].append((word, offset + match.start(), offset + match.start() + len(word), sort))
        if sort == SUFFIX:
            made.append([])
    return [_given_places(run) for run in made if run]


def _given_places(run: list[Word]) -> list[Word]:
    """Read "Virginia Osei" and "Austin Reed" as names: a place that is a given name too, before a name."""
    for i, (word, start, end, sort) in enumerate(run[:-1]):
        first = i == 0 or run[i - 1][3] in {ROLE, GIVEN, INITIAL}
        if first and sort in {PLACE, BODY, TIME} and is_given(word) and run[i + 1][3] in {OTHER, GIVEN, INITIAL}:
            run[i] = (word, start, end, GIVEN)
        ranked = i > 0 and run[i - 1][3] == ROLE and fold(run[i - 1][0]) not in _RANKED
        if ranked and fold(word) in _GIVEN_TOO and run[i + 1][3] == OTHER:
            # "Director Dean Osei", but "Vice Dean Osei"
            run[i] = (word, start, end, GIVEN)
        personal = i > 0 and fold(run[i - 1][0].removesuffix("s")) in _PERSONAL
        if personal and ((sort == PLACE and i + 2 == len(run)) or (sort == ROLE and is_given(word))):
            run[i] = (word, start, end, GIVEN)
    return run


def after_title(run: list[Word]) -> int:
    """Where the words after the last title of a run begin; 0 without a title. "King" is a surname in "Senator King"."""
    for i in range(len(run) - 1, -1, -1):
        if run[i][3] == ROLE and not _is_surname(run, i):
            return i + 1
    return 0


def _is_surname(run: list[Word], at: int) -> bool:
    word = run[at][0]
    rest = run[at + 1 :]
    if fold(word) not in SURNAMES or not at or (rest and rest[0][3] != SUFFIX and not is_possessive(word)):
        return False
    before, _, _, sort = run[at - 1]
    if sort in {GIVEN, INITIAL}:
        return True
    if sort == OTHER:
        return at >= 2 and run[at - 2][3] in {GIVEN, INITIAL, ROLE}
    return sort == ROLE and fold(before) in _CALLS and fold(word) in _PLAIN_SURNAMES


def tail(words: list[Word], titled: bool) -> list[Word]:
    """The words of a name: after places and bodies that stand before it, up to its possessive."""
    words = _up_to_possessive(words, titled)
    while titled and len(words) > SHORTEST and words[-1][3] == ORDINARY and _begins_name(words):
        # "Minister Ann Osei Statements"
        words = words[:-1]
    while words and words[-1][3] == PARTICLE:
        words = words[:-1]
    if words and words[0][0] == "of":
        words = _after_of(words)
    last = len(words) - (2 if len(words) > 1 and words[-1][3] == SUFFIX else 1)
    if words and _soft_surname(words[: last + 1], titled):
        words = [*words[:last], (*words[last][:3], OTHER), *words[last + 1 :]]
    begin = max(
        (i + 1 for i, (word, _, _, sort) in enumerate(words) if sort not in NAMELIKE or word == "of"), default=0
    )
    if begin and _is_capital(words, titled):
        begin = 0
    capital = _capital_name(words) if begin else []
    if capital:
        return capital
    name = words[begin:]
    if begin and name and not titled and (len(name) < SHORTEST or name[0][3] not in {GIVEN, INITIAL}):
        return []
    if name and name[0][3] == PARTICLE and not titled:
        return []
    return name


def _begins_name(words: list[Word]) -> bool:
    """Whether a given name and a surname begin these words."""
    return words[0][3] == GIVEN and words[1][3] == OTHER and fold(words[-1][0]) not in SURNAMES


def _up_to_possessive(words: list[Word], titled: bool) -> list[Word]:
    """Of "Tomas Idris's report" Tomas Idris, of "Bluewater's Tomas Idris" him too."""
    for i, (word, _, _, _) in enumerate(words):
        if is_possessive(word):
            after = words[i + 1 :]
            if len(after) >= 2 and not titled and (i == 0 or after[0][3] in {GIVEN, INITIAL}):
                return after
            return words[: i + 1]
    return words


def _after_of(words: list[Word]) -> list[Word]:
    """The name after an office of somewhere: "(President) of Veldmark Ingrid Solvane"."""
    at = 1
    while at < len(words) and words[at][3] in {PLACE, BODY, ORDINARY}:
        at += 1
    if at == 1 and len(words) - at >= 3:
        at = 2
    return words[at:] if at > 1 else []


def _is_capital(words: list[Word], titled: bool) -> bool:
    """Whether words in capitals are a name: "MS. OSEI", "ANN OSEI", "Ann OSEI", and no "Director FBI"."""
    if any(sort not in NAMELIKE and sort != ACRONYM for _, _, _, sort in words):
        return False
    if titled:
        return all(sort != ACRONYM or len(word) > LONGEST for word, _, _, sort in words) or len(words) == 1
    return len(words) > 1 and words[0][3] == GIVEN and words[-1][3] == ACRONYM and len(words[-1][0]) > SHORTEST


def _soft_surname(words: list[Word], titled: bool) -> bool:
    """Whether the last word is a surname though it looks like something else: "Samantha Power", "Senator King"."""
    word, _, _, sort = words[-1]
    if len(words) == 1:
        return titled and sort == ROLE and fold(word) in SURNAMES
    if sort not in {BODY, ORDINARY, TIME, PLACE, ROLE}:
        return False
    before = words[-2][3]
    if sort == ROLE:
        return True
    if sort == PLACE:
        return len(words) <= LONGEST - 1 and (before in {GIVEN, INITIAL} or (before == OTHER and is_given(word)))
    return fold(word) in SURNAMES and before in {GIVEN, INITIAL}


def _capital_name(words: list[Word]) -> list[Word]:
    """A name in capitals at the beginning of a line in capitals: "ANTONY J. OSEI TRAVELS"."""
    if not words or not is_caps(words[0][0]) or not is_given(words[0][0]) or words[0][3] != GIVEN:
        return []
    at = 1
    while at < len(words) and words[at][3] == INITIAL:
        at += 1
    name = words[: at + 1]
    return name if len(name) == at + 1 and name[-1][3] in {OTHER, GIVEN, ACRONYM} and is_caps(name[-1][0]) else []


def split(name: list[Word]) -> list[list[Word]]:
    """Two full names that stand side by side in a list."""
    sorts = [sort for _, _, _, sort in name]
    return [name[:2], name[2:]] if sorts == [GIVEN, OTHER, GIVEN, OTHER] else [name]
