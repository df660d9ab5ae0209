"""Whose words a text is, by its title or first lines: "Remarks by …", "Ann Lee, Secretary of State", "By Ann Lee"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from processors.messages import Span
from processors.steps.extract.forms import HONORIFICS, fold, is_role, plain_case
from processors.steps.extract.layout import Paragraph, is_heading
from processors.steps.extract.names import bare_name, find_headline_people, find_people

GENRE = r"\b(?:remarks?|statements?|speech|address|message|letter|testimony|op-ed|tribute|appeal|column)"
_TITLES = (
    re.compile(rf"{GENRE}\b[^.:;\n]{{0,50}}?\b(?:by|from)\s+(?P<who>.+)", re.IGNORECASE),
    re.compile(rf"{GENRE}\s+of\s+(?P<who>.+)", re.IGNORECASE),
    re.compile(rf"^(?P<who>[^:.;\n]{{4,90}}?)(?:['’]s?)\s+(?:\w+\s+){{0,2}}?{GENRE}\b", re.IGNORECASE),
    re.compile(rf"[:.–-]\s+(?P<who>[^:.;\n]{{4,90}}?)(?:['’]s?)\s+{GENRE}\b", re.IGNORECASE),
    re.compile(
        r"^(?P<who>[^:.;\n]{4,90}?)\s+(?:addressed|addresses|delivers|delivered|gives|gave)\s+(?:\w+\s+){0,4}"
        r"(?:remarks|speech|address|nation|citizens|people|parliament|congress|testimony)\b",
        re.IGNORECASE,
    ),
)
_STATEMENT = re.compile(r"^(?:joint )?statement\s+(?:by|from|of)\b", re.IGNORECASE)
_JOINT = re.compile(r"^joint\b", re.IGNORECASE)
_REPORT = re.compile(r"^(?:fact ?sheet|readout|joint readout|background press|press release)\b", re.IGNORECASE)
_CUT = re.compile(
    r"\s+(?:on|at|in|to|before|after|during|for|regarding|following|ahead|marking|about|with|as|upon)\s+|[:;–—(]|\s+-\s+",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s+(?:and|&)\s+|,\s+", re.IGNORECASE)
_BY = re.compile(r"^(?:(?:op-ed|column|guest column|opinion)\s+)?by:?\s+(?P<who>[A-Z].{3,90})$", re.IGNORECASE)
_OFFICE = re.compile(
    r"(?:[A-Z][\w.’'\-]* ){0,4}(?:Office|Bureau|Ministry|Department|Embassy|Mission|Secretariat"
    r"|Press (?:Office|Service))(?: (?:of|for|to) .{3,60})?"
)
_SMALL = frozenset(["to", "the", "of", "for", "and"])
_SHORT_LINE = 8
_LONGEST = 16
"""Words of a byline."""


@dataclass(frozen=True, slots=True)
class Byline:
    """Who speaks, where the text says so, and which paragraph comes next.

    ``alone`` is whether it settles by itself that the words are this speaker's, also where they never say "I" or "we".
    ``whole`` is whether the name is a body's or several people's, and so not to be looked up as one person's.
    """

    who: str
    mention: Span | None
    next: int
    alone: bool = False
    whole: bool = False
    role: str = ""


def find_byline(title: str, paragraphs: list[Paragraph]) -> Byline | None:
    """The byline of a text; None where nobody is named as its speaker."""
    for paragraph in paragraphs[:3]:
        byline = _line(paragraph)
        if byline is not None:
            return byline
    head = title.split("\n", maxsplit=1)[0][:300]
    if _REPORT.match(head):
        return None
    for words in (head, *(p.text for p in paragraphs[:3] if is_heading(p))):
        byline = _in_title(words, paragraphs)
        if byline is not None:
            return byline
    return None


def find_office(paragraphs: list[Paragraph]) -> Byline | None:
    """The office that puts a text out, where the first line is its name and nothing else."""
    for paragraph in paragraphs[:1]:
        if paragraph.words <= _SHORT_LINE and _OFFICE.fullmatch(paragraph.text):
            return Byline(paragraph.text, paragraph.span, paragraph.index + 1, whole=True)
    return None


def names_event(paragraph: Paragraph, who: str) -> bool:
    """Whether a line above the speech says who gives it where."""
    return paragraph.words <= 40 and who in paragraph.text and any(p.search(paragraph.text) for p in _TITLES)


def joint(names: list[str]) -> str:
    """Several names as one: "Ann Lee, Bob Ash and Cy Orr"."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def office_in(title: str) -> str:
    """The speaker, or the office, that a title gives: "Address of the President to …"."""
    match = next((m for pattern in _TITLES if (m := pattern.search(title)) is not None), None)
    return (_name(match["who"]) or _plain_office(match["who"])) if match is not None else ""


def _line(paragraph: Paragraph) -> Byline | None:
    """A first line like ``Antony J. Blinken, Secretary of State`` or ``By Senator Ann Lee``."""
    text = paragraph.text
    if paragraph.words > _LONGEST or text.endswith((":", "!", "?", "”")):
        return None
    by = _BY.match(text)
    if by is not None and not text.endswith("."):
        people = find_people(by["who"])
        if len(people) == 1 and people[0].title is not None:
            start = paragraph.start + by.start("who") + people[0].span[0]
            return Byline(people[0].name, (start, start + len(people[0].name)), paragraph.index + 1)
    name, _, office = text.partition(",")
    people = find_people(name)
    if text.endswith(".") or not office.strip() or not people or people[0].name != name.strip():
        return None
    if not any(is_role(word) and fold(word) not in HONORIFICS for word in office.split()[:8]):
        return None
    span = (paragraph.start, paragraph.start + len(name))
    return Byline(name.strip(), span, paragraph.index + 1, alone=True, role=office.strip())


def _in_title(head: str, paragraphs: list[Paragraph]) -> Byline | None:
    for pattern in _TITLES:
        match = pattern.search(head)
        if match is None:
            continue
        alone = _STATEMENT.match(head) is not None
        several = _several(match["who"])
        if several:
            return Byline(joint(several), None, 0, alone=alone, whole=True)
        if _JOINT.match(head):
            return None
        who = _name(match["who"]) or _holder(match["who"], paragraphs)
        if who:
            return Byline(who, None, 0, alone=alone)
        if office := _plain_office(match["who"]):
            return Byline(office, None, 0, alone=alone, whole=True)
    return None


def _several(words: str) -> list[str]:
    """The names of a title with several speakers: "Secretary Ann Lee and Minister Bob Ash on …"."""
    parts = _JOINED.split(_CUT.split(words)[0])
    names = [people[0].name for part in parts if len(people := find_headline_people(plain_case(part))) == 1]
    return names if len(names) > 1 and len(names) == len(parts) else []


def _name(words: str) -> str:
    cut = plain_case(_CUT.split(words)[0])
    people = find_headline_people(cut)
    if people and (people[0].title is not None or people[0].span[0] <= len("the ")):
        return people[0].name
    told = find_headline_people(plain_case(words[:120]))
    if told and all(is_role(word) or word in _SMALL for word in words[: told[0].span[0]].split()):
        # "Press Secretary to the Vice President Ann Lee"
        return told[0].name
    name, title = bare_name(_JOINED.split(cut)[0])
    if title and name and len(name.split()) <= 3:
        return name
    office = re.match(r"(?:the )?((?:[A-Z]\w+ )?[A-Z]\w+ of (?:the )?[A-Z]\w+(?: [A-Z]\w+)?)", words)
    return office[1] if office is not None and is_role(office[1].split()[0]) else ""


def _holder(words: str, paragraphs: list[Paragraph]) -> str:
    """Who holds the office that a title names ("Prime Minister's speech …"), if a line above the speech says so."""
    if not any(is_role(word) for word in words.split()[:4]):
        return ""
    for paragraph in paragraphs[:4]:
        people = [p for p in find_people(paragraph.text) if " " in p.name and p.title is not None]
        if people and paragraph.words <= 12:
            return people[0].name
    return ""


def _plain_office(words: str) -> str:
    """An office without a name: "Address of the President to …"."""
    plain = _CUT.split(words)[0].removeprefix("the ")
    return plain if plain and all(is_role(word) for word in plain.split()) else ""
