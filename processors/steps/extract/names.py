"""Names by their form: which capitalised words are a person's full name, which are titles, roles and organisations."""

from __future__ import annotations

import re
from dataclasses import dataclass

from processors.messages import Span
from processors.steps.extract.lexicon import WORDS

ROLE_WORDS = WORDS["roles"]
HONORIFICS = WORDS["honorifics"]
_HEADS = ROLE_WORDS - WORDS["no_heads"]
ORGANISATION_WORDS = WORDS["organisations"]
_PARTICLES = "de|da|di|del|della|der|den|van|von|bin|ibn|al|el|la|le|du|dos|ter|of"
_SHORTENED = (
    "Mr|Mrs|Ms|Dr|St|Jr|Sr|Sen|Sens|Rep|Reps|Gov|Gen|Lt|Col|Maj|Capt|Sgt|Adm|Prof|Rev|Hon|Pres|U\\.S|U\\.K|D\\.C|Ph\\.D"
)
_WORD = rf"(?:(?:{_SHORTENED})\.|(?:[A-Z]\.)+|[A-ZÀ-ÖØ-ÞĀ-ſ][\w’'\-]*\w)"
_SEQUENCE = re.compile(
    rf"(?:{_WORD}|[A-Z])(?:[ \u00a0](?:(?:(?:{_PARTICLES})[ \u00a0]){{0,2}}{_WORD}|[A-Z]\.?(?=[ \u00a0])|&))*"
)
_HEADLINE_VERB = re.compile(r"\b[A-Z][a-z]{2,}(?:ing|ed)\b")
_OFFICE_AND_NAME = 4
_POSSESSIVE = re.compile(r"['’]s?$")
_SENTENCE_STARTS = WORDS["starts"]
_FEMALE = WORDS["female"]
_MALE = WORDS["male"]


@dataclass(frozen=True, slots=True)
class Person:
    """A full name as it stands somewhere in the article, with the title words before it."""

    name: str
    span: Span
    title: Span | None

    @property
    def surname(self) -> str:
        """Last word, folded for comparing."""
        return fold(self.name.split()[-1])


def fold(word: str) -> str:
    """A word in lower case without possessive, full stop and brackets."""
    return _POSSESSIVE.sub("", word.strip('()[],;:"“”')).rstrip(".").lower()


def is_role(word: str) -> bool:
    """Whether the word is, or heads, a title or role."""
    if word.endswith(("'", "’", "'s", "’s")):
        return False
    bare = fold(word)
    return bare in ROLE_WORDS or (bare.endswith("s") and bare[:-1] in _HEADS)


def gender_of(words: str) -> str:
    """``f``, ``m`` or nothing, by title or common given name."""
    for word in words.replace(".", " ").lower().split():
        if word in _FEMALE:
            return "f"
        if word in _MALE:
            return "m"
    return ""


def find_people(text: str) -> list[Person]:
    """Every full name (two to four words, not an organisation's) with the title before it, in order."""
    found: list[Person] = []
    for match in _SEQUENCE.finditer(text):
        person = _person(match.group(), match.start())
        if person is not None:
            found.append(person)
    return found


def find_headline_people(title: str) -> list[Person]:
    """The people of a headline, where verbs look like names: "Remarks by President Fox Welcoming Bob Ash"."""
    return find_people(_HEADLINE_VERB.sub(lambda m: m.group() if gender_of(m.group()) else m.group().lower(), title))


def _person(sequence: str, offset: int) -> Person | None:
    words = [(m.group(), offset + m.start(), offset + m.end()) for m in re.finditer(r"[^ \u00a0]+", sequence)]
    last_role = max((i for i, (word, _, _) in enumerate(words) if is_role(word)), default=-1)
    begin = last_role + 1
    if last_role < 0:
        while begin < len(words) and fold(words[begin][0]) in _SENTENCE_STARTS and words[begin][0][1:] != ".":
            begin += 1
    name = words[begin:]
    for i, (word, _, _) in enumerate(name):
        if word.endswith(("’s", "'s", "’", "'")):
            # "Bluewater's Tomas Idris" names Idris, "Tomas Idris's report" too.
            name, begin = (name[i + 1 :], begin + i + 1) if len(name) - i > 2 else (name[: i + 1], begin)
            break
    if len(name) >= _OFFICE_AND_NAME and name[0][0] == "of":
        # "President of Veldmark Ingrid Solvane": the name is at the end.
        skip = 3 if fold(name[2][0]) in ORGANISATION_WORDS else 2
        begin, name = begin + skip, name[skip:]
    if not (2 if last_role < 0 else 1) <= len(name) <= 4 or any(
        fold(w) in ORGANISATION_WORDS or (fold(w) in _SENTENCE_STARTS and w[1:] != ".") for w, _, _ in name
    ):
        return None
    if (
        name[0][0] == "&"
        or len(name[0][0]) == 1
        or any(len(fold(w)) > 1 and w.isupper() and "." not in w for w, _, _ in name)
    ):
        return None
    if any(w in _PARTICLES.split("|") and w == "of" for w, _, _ in name) or len(fold(name[-1][0])) < 2:
        return None
    full = _POSSESSIVE.sub("", " ".join(w for w, _, _ in name)).rstrip(".,")
    title = (words[0][1], words[begin - 1][2]) if begin > 0 and last_role >= 0 else None
    return Person(full, (name[0][1], name[0][1] + len(full)), title)


def bare_name(mention: str) -> tuple[str, str]:
    """(name, title) of a mention: ``Calder Mayor Ann Lee`` → (``Ann Lee``, ``Calder Mayor``)."""
    mention = re.sub(r"\s*\([^)]*\)", "", mention).strip()
    words = mention.split()
    capital = [
        i for i, w in enumerate(words)
        if w[:1].isupper() and not is_role(w)
        and (fold(w) not in _SENTENCE_STARTS or (i and len(w) == 2 and w[1] == "."))
    ]  # fmt: skip
    roles = [i for i, w in enumerate(words) if is_role(w)]
    begin = roles[-1] + 1 if roles else 0
    name = [i for i in capital if i >= begin]
    if not name or (roles and name[0] != begin):
        return "", mention
    run = [name[0]]
    for i in name[1:]:
        if i == run[-1] + 1 or all(fold(words[k]) in _PARTICLES.split("|") for k in range(run[-1] + 1, i)):
            run.append(i)
        else:
            break
    full = " ".join(words[run[0] : run[-1] + 1])
    title = " ".join(words[: run[0]]) if roles and roles[-1] < run[0] else ""
    return _POSSESSIVE.sub("", full.strip(' ,.;:"“”')), title
