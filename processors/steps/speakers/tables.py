"""General knowledge of names, countries and words, read from ``names.toml`` beside this module."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from processors.ids import name_key
from processors.steps.extract.lexicon import WORDS

_TABLES: dict[str, str] = tomllib.loads(files(__package__).joinpath("names.toml").read_text(encoding="utf-8"))


def listed(name: str) -> frozenset[str]:
    """A list of the file, as keys of names."""
    return frozenset(name_key(word) for word in _TABLES[name].split())


def _lines(name: str) -> list[list[str]]:
    return [line.replace(":", " ").split() for line in _TABLES[name].splitlines() if line.strip()]


def _given() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(_lines("given")):
        for name in line:
            found.setdefault(name_key(name), set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


GIVEN = _given()
"""Given names, each with the lines of the table that it stands in: names that share a line can be one person's."""

_NO_GIVEN = listed("no_given")
KNOWN_GIVEN = frozenset(GIVEN) | {name_key(name) for name in (WORDS["female"] | WORDS["male"])} - _NO_GIVEN
"""All of them, and those of which the extractor knows whether women or men have them."""

COUNTRIES = {
    name_key(word.replace("-", " ")): line[0] for line in _lines("countries") for word in line
}  # the longest has five words
"""Every word for a country, its people or its things, to the country's own key."""

ADJECTIVES = frozenset(
    name_key(word.replace("-", " ")) for line in _lines("countries") for word in line[1:] if "-" not in word
)
ROLE_HEADS = {name_key(word): line[0] for line in _lines("roles") for word in line}
"""Spellings of a role's head to one of them."""

BODY_WORDS = {name_key(word): line[0] for line in _lines("body_words") for word in line}


def _walks() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _lines("walks"):
        for word in line[1:]:
            found.setdefault(word, set()).add(line[0])
    return {word: frozenset(names) for word, names in found.items()}


WALKS = _walks()
"""Walks of life by a role's head."""

COMMON = listed("common")
FAMILY_FIRST = listed("family_first")
PARTICLES = listed("particles")
SUFFIXES = listed("suffixes")
DEGREES = listed("degrees")
COURTESY_M = listed("courtesy_m")
COURTESY_F = listed("courtesy_f")
COURTESY = listed("courtesy") | COURTESY_M | COURTESY_F
OFFICES = listed("offices")
NAMELESS = listed("nameless")
DOCUMENTS = listed("documents")
BODIES = listed("bodies")
KNOWN_BODIES = listed("known_bodies")
SOFT_BODIES = listed("soft_bodies")
SMALL = listed("small")
SURNAMES_TOO = listed("surnames_too")
STATE_BODIES = listed("state_bodies")
GENERIC = listed("generic")
INDEFINITE = listed("indefinite")
PLAIN = listed("plain")
TITLES = listed("titles") | COURTESY | OFFICES | WALKS.keys() | frozenset(name_key(word) for word in WORDS["roles"])
"""Words before a name that are no part of it; some (King, Judge) are surnames too."""
