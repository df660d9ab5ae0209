"""One name as the extractor gives it: what kind of speaker it is, and under which key it is known.

Pure and without memory of the stream, so that a name is always read in the same way.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from processors.steps.extract.names import gender_of
from processors.steps.speakers.forms import indefinite, is_person, without_trailing
from processors.steps.speakers.nouns import described, single
from processors.steps.speakers.parts import parts_of
from processors.steps.speakers.reading import Reading, unnamed
from processors.steps.speakers.roles import NO_ROLE, Role, role_in
from processors.steps.speakers.spelling import plain
from processors.steps.speakers.tables import KNOWN_GIVEN
from processors.steps.speakers.titles import (
    before_apposition,
    clean,
    gender_in,
    several,
    split_title,
    title_beside,
    words_of,
)

_MOST_WORDS = 12
"""A longer description names nobody."""
_LONGEST = 300
"""Characters of a name that are read: names come from hostile texts."""


def read(name: str, mention: str) -> Reading:
    """Read a name together with the words beside the cue."""
    return _read(name[:_LONGEST], mention[:_LONGEST])


@lru_cache(maxsize=16_384)
def _read(name: str, mention: str) -> Reading:
    shown, beside = clean(name), clean(mention)
    if (
        " " not in shown
        and beside.startswith(f"{shown} ")
        and plain(shown) in KNOWN_GIVEN
        and is_person(beside.split())
    ):
        shown = beside  # a nickname stood between the names
    shown = before_apposition(shown)
    words = shown.split()
    if not words or len(words) > _MOST_WORDS or not any(c.isalpha() for c in shown) or several(shown):
        return unnamed(shown or name)
    if indefinite(words) and not (words[0][:1].isupper() and is_person(words)):
        return described(shown, words)
    title, rest = split_title(words)
    if len(rest) > 1 and is_person(rest):
        return _person(title, rest, beside)
    if len(rest) == 1 and (title or len(words) == 1):
        return _titled_word(title, rest[0], beside)
    return described(shown, words, beside)


def _person(title: list[str], rest: list[str], beside: str) -> Reading:
    """A full name."""
    said = title_beside(rest, beside)
    aside = not title and bool(said) and plain(rest[0]) not in map(plain, beside.split())
    words = [word.title() if word.isupper() and len(plain(word)) > 2 else word for word in without_trailing(rest)]
    parts = parts_of(words)
    role, called = _role(title, said)
    gender = gender_in([*title, *beside.split()[:1]], rest) or gender_of(rest[0])
    return Reading(
        "person", " ".join(words), parts.key, parts, role, "" if aside else called, gender, sure=True, aside=aside
    )  # fmt: skip


def _titled_word(title: list[str], word: str, beside: str) -> Reading:
    """A single word, maybe with a title before it or in the mention."""
    said = title_beside([word], beside)
    one = single(word, beside, gender_in([*title, *beside.split()[:1]], [word]), proven=bool(title or said))
    role, called = _role(title, said)
    return replace(one, title=role, called=called) if one.kind == "person" else one


def _role(title: list[str], said: list[str]) -> tuple[Role, str]:
    """(role, its words): the title of the name itself, else of its mention."""
    for words in (title, said):
        role = role_in(" ".join(words))
        if words and role.heads:
            return role, words_of(words)
    return NO_ROLE, ""
