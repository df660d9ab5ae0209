"""Names that are no person's full name: single words, offices, organisations, documents."""

from __future__ import annotations

import re

from processors.ids import name_key
from processors.steps.extract.names import gender_of
from processors.steps.speakers.bodies import body_key, document_key, head_of, says_something
from processors.steps.speakers.forms import COMMON_NOUN, NAME_WORD, indefinite, plural
from processors.steps.speakers.parts import Parts
from processors.steps.speakers.reading import Reading, unnamed
from processors.steps.speakers.roles import role_in
from processors.steps.speakers.spelling import plain
from processors.steps.speakers.tables import (
    ADJECTIVES,
    BODIES,
    COMMON,
    COUNTRIES,
    COURTESY,
    DOCUMENTS,
    KNOWN_BODIES,
    KNOWN_GIVEN,
    NAMELESS,
    OFFICES,
    PLAIN,
    SMALL,
    SOFT_BODIES,
    SURNAMES_TOO,
    TITLES,
)

_ACRONYM = re.compile(r"[A-Z][A-Z&.\-]{1,7}s?")
_POINTED = re.compile(r"\b(?:[A-Z]\.){1,}[A-Z]?\b\.?")
_SEVERAL = re.compile(r"[^,]{3,}, [^,]{3,}, |\b(?:and|&|or)\b")
_SPOKEN = re.compile(r"['’](?:m|re|ve|ll|d|t)$")
# GitHub, Wikinews; but DeLauro, McConnell, VanDuyne.
_TRADE = re.compile(
    r"^(?!(?:Mc|Mac|De|Del|Di|Da|Du|La|Le|Lo|Fitz|Van|Von|Ver|St|San|O|Al|El)[A-Z])[A-Z][a-z]+[A-Z]|[a-z]news$"
)
_LABEL_ACRONYM = 6
"""A label in capitals of so few letters may be an acronym."""
_LONGEST_OFFICE = 10
_NOUNS = BODIES | DOCUMENTS | NAMELESS | COUNTRIES.keys() | TITLES


def single(word: str, beside: str, gender: str, *, proven: bool) -> Reading:
    """A single word: a surname, a given name, an acronym, a country, or a noun."""
    key = plain(word)
    if proven and NAME_WORD.fullmatch(word) and word[:1].isupper() and _may_be_surname(key, beside):
        return Reading("person", word, key, Parts((), (word,)), gender=gender, sure=True)
    country = COUNTRIES.get(name_key(word))
    if country is not None and key not in ADJECTIVES:
        return Reading("organisation", word, body_key(word)[0], country=country)
    written = beside if name_key(beside) == name_key(word) else word
    if key in KNOWN_BODIES and written[:1].isupper():
        return Reading("organisation", written, key, short=written)
    return _noun(word, key) or _proper(word, written, key, gender)


def _noun(word: str, key: str) -> Reading | None:
    """A word that is a noun, or an office."""
    if key in DOCUMENTS:
        return Reading("document", word, "")
    several = plural(key)
    if key in OFFICES and not several:
        surname = Parts((), (word,)) if key in SURNAMES_TOO and word[:1].isupper() else None
        return Reading("office", word, "", surname, title=role_in(word))
    if several or key in PLAIN or key in BODIES or not word[:1].isupper():
        return unnamed(word)
    return None


def _proper(word: str, written: str, key: str, gender: str) -> Reading:
    """A word with a capital that is no noun."""
    parts = Parts((), (word,))
    label = word != written and len(key) <= _LABEL_ACRONYM
    if _ACRONYM.fullmatch(written) and (label or word == written):
        return Reading("organisation", written, key, parts if label else None, short=written)
    if _SPOKEN.search(word):
        return unnamed(word)
    if _TRADE.search(word):
        return Reading("organisation", written, key, short=written)
    if key in ADJECTIVES or key in COURTESY or len(key) < 2 or not NAME_WORD.fullmatch(word):
        return unnamed(word)
    if (key in KNOWN_GIVEN and key not in COMMON) or COMMON_NOUN.search(key):
        # May still be somebody whom the article or the stream knows by this given name or surname.
        return Reading("unnamed", word, "", parts, gender=gender_of(word))
    return Reading("person", word, key, parts, gender=gender)


def _may_be_surname(key: str, beside: str) -> bool:
    """Whether a word with a title before it is a surname; for most nouns only Mr, Ms and Dr prove that."""
    if key in _NOUNS - SURNAMES_TOO - SOFT_BODIES:
        return any(plain(word) in COURTESY for word in beside.split()[:-1]) and key not in NAMELESS
    return plain(beside.rsplit(maxsplit=1)[-1]) == key if key in PLAIN and beside else True


def described(shown: str, words: list[str], beside: str = "") -> Reading:
    """Several words that are no person's name."""
    keys = name_key(_POINTED.sub(lambda found: found.group().replace(".", ""), shown)).split()
    head = head_of(keys)
    definite = not indefinite(words)
    if head in DOCUMENTS or shown[:4] == "H.R.":
        return Reading("document", shown, document_key(shown) if definite else "")
    if not definite or (_SEVERAL.search(shown) and head not in BODIES | OFFICES):
        return unnamed(shown)
    places = COUNTRIES.get(" ".join(keys))
    if places is not None and not set(keys) <= ADJECTIVES:
        return Reading("organisation", shown, body_key(shown)[0], country=places)
    if plural(head) or head in NAMELESS - {"speaker"}:
        return unnamed(shown)
    if head in OFFICES or (keys[0] in OFFICES and keys[1:2] in (["of"], ["for"])) or keys[:2] == ["first", "lady"]:
        role = role_in(shown)
        clear = role.heads and len(keys) <= _LONGEST_OFFICE and "and i" not in " ".join(keys)
        return Reading("office", shown, "", title=role) if clear else unnamed(shown)
    return _body(shown, words, keys, head, beside)


def _body(shown: str, words: list[str], keys: list[str], head: str, beside: str) -> Reading:
    """An organisation by its name, or nobody in particular."""
    capitals = sum(word[:1].isupper() for word in words)
    small = [key for word, key in zip(words, map(plain, words), strict=True) if word[:1].islower() and key not in SMALL]
    named = head in BODIES or keys[-1] in BODIES or any(key in KNOWN_BODIES for key in keys)
    if keys[0].endswith("ing") and keys[0] in PLAIN:  # a heading: Accelerating Action
        return unnamed(shown)
    if small and not (all(key in BODIES | {"defence", "defense", "foreign", "state"} for key in small) and capitals):
        return unnamed(shown)
    if keys[0] == "our":
        return unnamed(shown)
    key, country = body_key(shown)
    if (named and says_something(key)) or (capitals == len(words) and any(_ACRONYM.fullmatch(word) for word in words)):
        short = beside if _ACRONYM.fullmatch(beside) and name_key(beside) != name_key(shown) else ""
        return Reading("organisation", shown, key, country=country, short=short)
    return unnamed(shown)
