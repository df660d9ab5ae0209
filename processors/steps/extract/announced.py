"""Passages that a line announces: "Below are her remarks:", "issued the following statement:", "Begin text:"."""

from __future__ import annotations

import re

from processors.messages import Span
from processors.steps.extract.bylines import GENRE, Byline, joint
from processors.steps.extract.forms import is_role
from processors.steps.extract.layout import Paragraph, is_boilerplate, is_heading
from processors.steps.extract.letters import subject_of, written_by
from processors.steps.extract.names import find_people
from processors.steps.extract.passage import up_to_end
from processors.steps.extract.quotes import OPENERS

_NOUN = (
    r"\b(?:remarks?|statements?|speech|address|message|letter|testimony|op-ed|tribute|appeal|column|transcript|text"
    r"|comments)\b"
)
_ANNOUNCES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:the )?(?:text of (?:the |a )?)?following\b[^.:]{{0,60}}?{_NOUN}[^:]*[:.]$",
        rf"\bfollowing is (?:the|a)\b[^.:]{{0,30}}?{_NOUN}[^:]*[:.]$",
        rf"\bbelow (?:is|are)\b[^.:]{{0,80}}?{_NOUN}[^:.]*:$",
        rf"{_NOUN}[^.:]{{0,80}}?\b(?:below|follows?)\b[^.:]{{0,50}}[:.]$",
        rf"^(?:the )?(?:full |\w+[’']s )?(?:opening |floor |prepared )?{_NOUN}(?: as (?:prepared|delivered)[\w ]*)?:$",
        r"^in (?:the|his|her|their) letter,? [^.:]{2,60}\b(?:wrote|writes?):$",
    )
)
_NOT_SPEECH = re.compile(
    r"\b(?:bill|legislation|resolution|act|law|amendment|agreement|order|summary|timeline|list(?:ed)?|quotes|video|photos?"
    r"|statements (?:from|in|of) (?:support|\w+ing)|testimonials)\b",
    re.IGNORECASE,
)
_BEGIN = re.compile(r"^begin(?:ning of)? text:?$", re.IGNORECASE)
_PUT_OUT = (
    re.compile(
        r"\b(?:attributable to|(?:statements?|text|declaration) (?:was |is |were )?"
        r"(?:released|issued|made|delivered|agreed upon)? ?(?:by|from))\s+(?:the\s+)?(?P<who>[^:]{3,500}?)"
        r"(?:\s+on the occasion\b.*|\s+following\b.*)?[.:]$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?P<who>[^:.]{3,400}?)\s+(?:today\s+)?(?:issued?|released?|made|adopted)\s+the\s+following\s+(?:joint\s+)?"
        r"(?:statement|declaration)[.:]$",
        re.IGNORECASE,
    ),
)
_TEXT_OF = re.compile(r"\bfollowing\b|\btext of\b|\battributable\b", re.IGNORECASE)
_OWNER = re.compile(rf"(?P<who>(?:[A-Z][\w.’'\-]*[ \u00a0])*[A-Z][\w\-]+)[’']s?\s+(?:\w+\s+){{0,4}}?{GENRE}")
_EARLY = 12
"""Paragraphs among which an announcement is looked for."""
_LONGEST = 150


def find_announced(title: str, paragraphs: list[Paragraph]) -> tuple[list[Span], Byline, bool] | None:
    """The announced passage, whose it is, and whether the announcement itself says that these are its words."""
    for paragraph in paragraphs[:_EARLY]:
        if not _is_announcement(paragraph):
            continue
        body = _body(paragraphs[paragraph.index + 1 :])
        if not body or body[0].text[0] in OPENERS + "‘'":
            continue
        who, sure = _speaker(title, paragraphs[: paragraph.index + 1])
        if who is not None:
            return [p.span for p in body], who, sure
    return None


def _is_announcement(paragraph: Paragraph) -> bool:
    text = paragraph.text
    if paragraph.words > _LONGEST or _BEGIN.match(text):
        return _BEGIN.match(text) is not None
    last = text[max(text.rfind(". ", 0, len(text) - 1) + 1, 0) :].strip()
    attributed = any(pattern.search(last) for pattern in _PUT_OUT)
    if attributed and (text.endswith(":") or _TEXT_OF.search(last)):
        return True
    return any(p.search(last) for p in _ANNOUNCES) and not _NOT_SPEECH.search(last)


def _body(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """What is announced, without headings above it, up to where it ends."""
    body = [p for p in up_to_end(paragraphs) if not is_boilerplate(p)]
    while body and (is_heading(body[0]) or _BEGIN.match(body[0].text) or not body[0].text[0].isalnum()):
        if body[0].text[0] in OPENERS:
            break
        body = body[1:]
    return body


def _speaker(title: str, lead: list[Paragraph]) -> tuple[Byline | None, bool]:
    """Who speaks, and whether the words above the passage say so outright."""
    next_one = lead[-1].index + 1
    for paragraph in reversed(lead[-3:]):
        for pattern in _PUT_OUT:
            match = pattern.search(paragraph.text)
            if match is not None and (
                match["who"][0].isupper()
                or match.group().lower().endswith(f"the {match['who']}{match.group()[-1]}".lower())
            ):
                return _put_out_by(paragraph, match, next_one), True
    owner = _OWNER.search(lead[-1].text)
    if owner is not None:
        people = find_people(owner["who"])
        name = people[0].name if people else owner["who"].split()[-1]
        holders = [one for p in lead for one in find_people(p.text) if one.name.endswith(name)]
        subjects = [one for p in lead[:2] for one in subject_of(p)[:1]]
        chosen = holders[:1] or subjects[:1]
        if not holders and not any(is_role(word) for word in owner["who"].split()):
            return Byline(owner["who"], None, next_one, whole=True), False
        if chosen:
            return Byline(chosen[0].name, None, next_one), False
    return written_by(title, lead), False


def _put_out_by(paragraph: Paragraph, match: re.Match[str], next_one: int) -> Byline:
    words = match["who"].strip(" ,.")
    people = find_people(words)
    span = (paragraph.start + match.start("who"), paragraph.start + match.start("who") + len(words))
    if len(people) == 1 and " of " not in words.replace(people[0].name, ""):
        return Byline(people[0].name, span, next_one)
    if people and len(people) == words.count(",") + words.count(" and ") + 1:
        return Byline(joint([one.name for one in people]), span, next_one, whole=True)
    return Byline(words.removeprefix("the ").removeprefix("The "), span, next_one, whole=True)
