"""A name as it is written, taken apart: what surrounds it, the title, and the name itself."""

from __future__ import annotations

import re

from processors.ids import name_key
from processors.steps.extract.names import gender_of
from processors.steps.speakers.forms import heading, is_person
from processors.steps.speakers.spelling import plain
from processors.steps.speakers.tables import (
    ADJECTIVES,
    BODIES,
    COUNTRIES,
    COURTESY,
    COURTESY_F,
    COURTESY_M,
    DEGREES,
    DOCUMENTS,
    KNOWN_GIVEN,
    OFFICES,
    SMALL,
    SOFT_BODIES,
    SUFFIXES,
    SURNAMES_TOO,
    TITLES,
)

_EDGE = " \t\r\n\u00a0\u200b\u200e\u200f\"“”„«»‘’'.,;:-–—()[]*"
_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]")
_NICKNAME = re.compile(r"""\s["“'‘][^"”'’\s]{1,12}["”'’]\s""")
_POSSESSIVE = re.compile(r"['’]s?$")
_GLUED = re.compile(r"\b([A-Z][a-z]{4,})(?=[A-Z][a-z])")
_QUESTION = re.compile(r"^(?:Q|A)[.:]?\s+(?=[A-Z])")
# A note with the name turned round that ran into the text: "Ann Lee Lee AnnMinister".
_TWICE = re.compile(r"\b(\w+) (\w+) \2 \1.*")


def clean(text: str) -> str:
    """A name without brackets, nicknames, the mark of a question, article and possessive."""
    text = _NICKNAME.sub(" ", _BRACKETS.sub("", " ".join(text.split()))).strip(_EDGE)
    text = _TWICE.sub(r"\1 \2", _QUESTION.sub("", text))
    if text[:4].casefold() == "the ":
        text = text[4:].lstrip()
    text = _POSSESSIVE.sub("", text)
    glued = _GLUED.match(text)
    if glued is not None and plain(glued.group(1)) in TITLES:
        text = f"{glued.group(1)} {text[glued.end() :]}"
    return text.strip(_EDGE)


def before_apposition(text: str) -> str:
    """A person's title and name without the apposition that follows: ``Senator Ann Lee, chair of the Board and``."""
    first, comma, after = text.partition(",")
    if not comma or not any(titled(word) for word in after.split()[:4]):
        return text
    others = [word for word in after.split() if plain(word) in KNOWN_GIVEN and word[:1].isupper()]
    return text if others or not is_person(split_title(first.split())[1]) else first


def split_title(words: list[str]) -> tuple[list[str], list[str]]:
    """(title, name) of a person's words; everything is the name where there is no title."""
    words = without_heading(_without_degrees(words))
    if plain(words[-1]) in (BODIES | DOCUMENTS) - SOFT_BODIES:
        return [], words
    if "of" in words[2:-1] and is_person(words[: words.index("of")]):
        words = words[: words.index("of")]
    cut = _long_title(words) or _short_title(words)
    return words[:cut], words[cut:]


def _without_degrees(words: list[str]) -> list[str]:
    """``Ann Lee, M.D.``, ``Bob Ash, Jr.`` and ``Cy Fox, director`` → the name, with its suffix."""
    if "," in " ".join(words[:-1]):
        name, after = (part.split() for part in " ".join(words).split(",")[:2])
        if all(plain(word) in DEGREES | SUFFIXES for word in after):
            words = [*name, *(word for word in after if plain(word) in SUFFIXES)]
        elif any(plain(word) in TITLES for word in after):
            words = name
    while len(words) > 1 and plain(words[-1]) in DEGREES and words[-1][:1].isupper():
        words = words[:-1]
    return words


def _long_title(words: list[str]) -> int:
    """How many words of an office stand before a name that begins with a known given name; 0 if that is not so."""
    behind = max((i for i, word in enumerate(words[:-2]) if titled(word)), default=-1)
    if behind >= 0 and plain(words[behind + 1]) in KNOWN_GIVEN and is_person(words[behind + 1 :]):
        return behind + 1
    for length in (3, 2):  # an office of many words, and who holds it
        before, name = words[:-length], words[-length:]
        if plain(name[0]) in KNOWN_GIVEN and any(map(titled, before)) and is_person(name):
            return len(before)
    return 0


def _short_title(words: list[str]) -> int:
    """How many title words stand before a name, whatever it is: ``Foreign Minister Rau``."""
    cut = 0
    for word in words[:-1]:
        bare = plain(word)
        if not (bare in TITLES or bare in ADJECTIVES or bare in {"us", "white", "house"}):
            break
        cut += 1
    rest = words[cut:]
    last = plain(rest[-1])
    office = len(rest) == 1 and last in TITLES and last not in SURNAMES_TOO
    described = len(rest) > 1 and rest[0][:1].islower()
    return 0 if office or described or not any(plain(word) in TITLES for word in words[:cut]) else cut


def without_heading(words: list[str]) -> list[str]:
    """A name without the words of a heading that ran into it: ``European Integration Ann Lee``."""
    if plain(words[0]) in KNOWN_GIVEN:
        return words
    before = [i for i, word in enumerate(words[:-2]) if heading(plain(word))]
    if before and plain(words[before[-1]]) in SMALL:
        return words  # "Association of Harbour Lines" is a body
    rest = words[before[-1] + 1 :] if before else words
    known = plain(rest[0]) in KNOWN_GIVEN or len(rest) == 2
    return rest if before and known and is_person(rest) else words


def several(text: str) -> bool:
    """Whether words name more than one: people, or offices."""
    before, joint, after = text.partition(" and ")
    if not joint:
        return False
    if re.match("the [A-Z]", after) or (name_key(before) in COUNTRIES and name_key(after) in COUNTRIES):
        return True
    words = [word for word in before.replace(",", "").split() if plain(word) not in SUFFIXES | DEGREES]
    last = max((i for i, word in enumerate(words) if titled(word)), default=-1)
    name = words[last + 1 :]
    people = is_person(name) if len(name) > 1 else bool(name) and last >= 0 and is_person(after.split()[:2])
    offices = last >= 0 and any(titled(word) or word == "I" for word in after.split()) and last == len(words) - 1
    return (people and bool(after.split()) and after[:1].isupper()) or (offices and not is_person(after.split()[-2:]))


def titled(word: str) -> bool:
    """Whether a word is a title, or ends in one: ``Judge-Executive``, ``Co-Chair``, ``Congresswomen``."""
    last = plain(re.split(r"[-‐‑]", word)[-1])
    return last in TITLES or last in {"congresswomen", "congressmen", "supervisor", "councilmember", "executive"}


def title_beside(rest: list[str], beside: str) -> list[str]:
    """Title words of the mention that name the same person: ``FOREIGN MINISTER RAU``, ``THE PRESIDENT``."""
    words = beside.split()
    if not words:
        return []
    same = plain(words[-1]) == plain(rest[-1])
    title = [word for word in words[:-1] if word not in rest] if same else words
    # All in capitals, labels are titles and a name; in a sentence the title's words must be titles.
    if title and len(title) <= 8 and any(plain(word) in TITLES for word in title) and (
        same or not any(plain(word) == plain(rest[-1]) for word in words)
    ):  # fmt: skip
        if not same and plain(title[-1]) not in OFFICES | {"lady", "potus"} and "of" not in map(plain, title):
            return []
        return title
    return []


def words_of(title: list[str]) -> str:
    """A title's words as a role: ``FOREIGN MINISTER`` → ``Foreign Minister``."""
    words = [word for word in title if plain(word) not in COURTESY]
    return " ".join(word.capitalize() if word.isupper() and len(word) > 3 else word for word in words)


def gender_in(title: list[str], rest: list[str]) -> str:
    """``f`` or ``m`` by title or given name, else ''."""
    for word in title:
        bare = plain(word)
        if bare in COURTESY_M or bare in {"congressman", "chairman", "spokesman", "king"}:
            return "m"
        if bare in COURTESY_F or bare in {"congresswoman", "chairwoman", "spokeswoman", "queen"}:
            return "f"
    return gender_of(rest[0]) if len(rest) > 1 else ""
