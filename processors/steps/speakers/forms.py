"""What words are by their form: a person's name, a heading, a noun."""

from __future__ import annotations

import re

from processors.ids import name_key
from processors.steps.speakers.parts import capitalised, initial
from processors.steps.speakers.spelling import plain
from processors.steps.speakers.tables import (
    ADJECTIVES,
    BODIES,
    COUNTRIES,
    DOCUMENTS,
    INDEFINITE,
    KNOWN_GIVEN,
    NAMELESS,
    PARTICLES,
    PLAIN,
    SOFT_BODIES,
    SURNAMES_TOO,
    TITLES,
)

NAME_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[.'’\-‐‑])*")
"""A word that may be part of a name."""
COMMON_NOUN = re.compile(
    r"(?:tions?|ments?|ness|ing|ies|ists?|ians|cans|vans|ers|ors|ity|ives?|izes?|ated?|als|ly|ology|ances?|ences?|hood|"
    r"ship|ful|less|able|ible|days?|ways?|ics)$"
)
"""Endings of English nouns, verbs and adjectives: a single word with one needs more than a capital to be a surname."""
TRAILING = frozenset(
    ["aboard", "before", "after", "during", "following", "upon", "announces", "welcoming", "meeting", "today"]
)
"""Words of a headline behind a name."""
_MOST_WORDS = 6
_NO_NAMES = PLAIN | BODIES | DOCUMENTS | NAMELESS | COUNTRIES.keys() | ADJECTIVES


def is_person(words: list[str]) -> bool:
    """Whether several words are a person's name by their form."""
    words = without_trailing(words)
    if len(words) > _MOST_WORDS or not capitalised(words) or any(not NAME_WORD.fullmatch(word) for word in words):
        return False
    keys = [plain(word) for word in words]
    shouted = [word for word, key in zip(words, keys, strict=True) if word.isupper() and len(key) > 2]
    if shouted and not " ".join(words).isupper():
        return False
    if keys[0] in KNOWN_GIVEN or (initial(words[0]) and len(words) > 2):
        inside = len(keys) > 2 and any(key in BODIES - SOFT_BODIES for key in keys[1:])
        return not inside and keys[-1] not in ((BODIES | DOCUMENTS) - SOFT_BODIES) | {"aboard", "and"}
    if keys[-1] in TITLES and keys[-1] not in SURNAMES_TOO:
        return False
    return not any(key in _NO_NAMES for key in keys if key not in PARTICLES)


def without_trailing(words: list[str]) -> list[str]:
    """A name without the words of a headline behind it."""
    while len(words) > 2 and plain(words[-1]) in TRAILING:
        words = words[:-1]
    return words


def heading(key: str) -> bool:
    """Whether a word is of headings rather than of names."""
    return key in PLAIN or key in BODIES or key in DOCUMENTS or key in {"im", "class"} or bool(COMMON_NOUN.search(key))


def plural(key: str) -> bool:
    """Whether a word is a role of several people, or of nobody in particular."""
    return key in NAMELESS or (key.endswith("s") and key[:-1] in TITLES - SURNAMES_TOO)


def indefinite(words: list[str]) -> bool:
    """Whether the words speak of nobody in particular; ``New`` begins names too."""
    named = words[0] == "New" and len(words) > 1 and words[1][:1].isupper()
    return name_key(words[0]) in INDEFINITE and not named
