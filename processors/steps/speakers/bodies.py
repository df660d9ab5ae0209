"""Organisations and documents by name: one key for the forms of one, different keys for two."""

from __future__ import annotations

import re

from processors.ids import name_key
from processors.steps.speakers.roles import countries_in
from processors.steps.speakers.tables import BODIES, BODY_WORDS, DOCUMENTS, GENERIC, KNOWN_BODIES, SMALL, STATE_BODIES

_YEAR = re.compile(r"\bof (?:19|20)\d\d$|\b(?:19|20)\d\d\b")
_NUMBERED = re.compile(r"\b(?:H\.? ?R|S|H\.? ?Res|S\.? ?Res|H\.? ?J\.? ?Res)\.? ?\d+\b", re.IGNORECASE)
_BREAKS = frozenset(["of", "for", "on", "in", "by", "from", "to", "with", "at", "about", "against", "s"])


def head_of(words: list[str]) -> str:
    """The noun that a description is about: the last word before the first preposition."""
    head = ""
    for word in words:
        if word in _BREAKS and head:
            break
        head = word
    return head


def body_key(name: str) -> tuple[str, str]:
    """(key, country) of an organisation; the country is '' where the name gives none, and is part of the key.

    ``US Department of State``, ``the State Department`` → ``department state``; ``Ukraine's Ministry of Defence`` and
    ``Ukrainian Defence Ministry`` → ``@ukraine defense ministry``.
    """
    words = [BODY_WORDS.get(word, word) for word in name_key(name.replace("&", " and ")).split()]
    if words[:1] == ["the"]:
        words = words[1:]
    rest, places = countries_in(words)
    rest = [word for word in rest if word not in SMALL]
    if not rest or (rest == ["government"] and places):
        return " ".join(f"@{place}" for place in places[:1]), places[0] if places else ""
    if not STATE_BODIES & set(rest):
        return " ".join("us" if country else word for word, country in _us(words)), ""
    if places == ["us"] and ("department" in rest or not generic(" ".join(rest))):
        places = []  # other bodies with such a name are those of states, which name them
    country = " ".join(sorted(set(places)))
    return " ".join([*(f"@{place}" for place in sorted(set(places))), *sorted(rest)]), country


def generic(key: str) -> bool:
    """Whether every country has a body of this name."""
    words = set(key.split())
    return bool(words & (STATE_BODIES - {"department"})) and words <= STATE_BODIES | GENERIC


def _us(words: list[str]) -> list[tuple[str, bool]]:
    """Words without small ones, with the forms of U.S. as one."""
    text = f" {' '.join(word for word in words if word not in SMALL)} "
    for form in (" united states america ", " united states ", " u s a ", " u s "):
        text = text.replace(form, " \0 ")
    return [(word, word == "\0") for word in text.split()]


def says_something(key: str) -> bool:
    """Whether an organisation's key is more than a noun like ``ministry``."""
    words = key.split()
    return len(words) > 1 or any(word.startswith("@") or word in KNOWN_BODIES or word not in BODIES for word in words)


def document_key(name: str) -> str:
    """The key of a document that is called by a name; '' for ``the report`` and the like."""
    numbered = _NUMBERED.search(name)
    if numbered is not None:
        return "".join(name_key(numbered.group()).split())
    words = _YEAR.sub("", name).strip(" ,").split()
    capitals = [word for word in words if word[:1].isupper() and name_key(word) not in DOCUMENTS | SMALL]
    small = [word for word in words if word[:1].islower() and word.casefold() not in SMALL]
    if len(capitals) < 2 or small:
        return ""
    return " ".join(word for word in name_key(" ".join(words)).split() if word not in {"the", "a", "an"})


def spells(short: str, name: str) -> bool:
    """Whether capital letters are the initials of a name: NATO, North Atlantic Treaty Organization."""
    letters = re.sub(r"[^A-Z]", "", short)
    words = re.findall(r"[\w’']+", name)
    initials = "".join(word[0] for word in words if word[:1].isupper())
    return len(letters) > 1 and (initials == letters or (initials.startswith(letters) and len(letters) > 2))
