"""Addresses: texts that are themselves somebody's words, without marks or labels.

The title ("Remarks by …", "Statement from …", "… - address by …"), or a first line that is a name with an office, says
whose; the text must speak in the first person, or at least never report its own speaker in the third.
"""

from __future__ import annotations

import re

from processors.messages import Span
from processors.steps.extract.found import Found
from processors.steps.extract.layout import Paragraph, is_boilerplate, is_heading
from processors.steps.extract.names import (
    HONORIFICS,
    ORGANISATION_WORDS,
    bare_name,
    find_headline_people,
    find_people,
    fold,
    gender_of,
    is_role,
)
from processors.steps.extract.quotes import OPENERS
from processors.steps.extract.turns import readable

_GENRE = r"\b(?:remarks?|statements?|speech|address|message|letter|testimony|op-ed|tribute|appeal)"
_TITLES = (
    re.compile(rf"{_GENRE}\b[^.:;\n]{{0,50}}?\b(?:by|from)\s+(?P<who>.+)", re.IGNORECASE),
    re.compile(rf"{_GENRE}\s+of\s+(?P<who>.+)", re.IGNORECASE),
    re.compile(rf"^(?P<who>[^:.;\n]{{4,90}}?)(?:['’]s?)\s+{_GENRE}\b", re.IGNORECASE),
)
_ATTRIBUTED = re.compile(
    r"\b(?:attributable to|statement (?:was |is )?(?:released|issued|made|delivered)? ?(?:by|from))\s+"
    r"(?:the\s+)?(?P<who>[^:]{3,400}):$",
    re.IGNORECASE,
)
_OATH = re.compile(r"\bI, (?P<who>[A-Z][A-Za-z.’'\-]+(?: [A-Z][A-Za-z.’'\-]+){1,4}), (?:the )?[A-Z]\w+ of\b")
_CAPITAL_NAME = re.compile(r"[A-Z][A-Z’'\-]+(?: (?:[A-Z]\.|[A-Z][A-Z’'\-]+)){1,3}(?:,? (?:JR|SR)\.?)?")
_THIRD = re.compile(
    r"\b(?:said|says|told|added|stated|announced|noted|stressed|emphasized|wrote|signed|met|held|visited)\b"
)
_FIRST = re.compile(r"\b(?:I|we|We|my|My|our|Our|us|me|I[’']m|I[’']ve)\b")
_DEAR = re.compile(
    r"^(?:Dear\b.{1,80}|Sirs?(?: or Madam)?,?(?:\s*[—–-]|$).*|To (?:the|whom|my)\b.{1,60}[,:]$)", re.DOTALL
)
_CLOSE = re.compile(
    r"^(?:Sincerely|Yours|Respectfully|Regards|Best regards|With respect|Signed|Kind regards)\b", re.IGNORECASE
)
_ENDS = re.compile(r"^(?:ENDS?$|#\s*#|\* \* \*|Contact\b|Media contact|Notes? to editors)", re.IGNORECASE)
_QUOTED = re.compile(r"[“\"][^”\"\n]*[”\"\n]")
_CUT = re.compile(
    r"\s+(?:on|at|in|to|before|after|during|for|regarding|following|ahead|marking|about|with|and|as)\s+|[,:;–—(]|\s+-\s+"
)


def find_address(text: str, title: str, paragraphs: list[Paragraph]) -> list[Found]:
    """The text's body as statements of one speaker, or nothing where it is no address."""
    attributed = _attributed(text, paragraphs)
    if attributed:
        return attributed
    who, mention, begin = _speaker(text, title, paragraphs)
    if not who:
        who, mention = _signer(text, title, paragraphs)
    if not who:
        return _letter(text, title, paragraphs)
    body = [p for p in paragraphs[begin:] if not is_boilerplate(p)]
    ending = next((i for i, p in enumerate(body) if i and _ENDS.match(p.text)), len(body))
    body = body[:ending]
    while body and (
        is_heading(body[0]) or _names_event(body[0], who) or body[0].words <= 4 or re.match(r"^[(\[]", body[0].text)
    ):
        body = body[1:]
    if not body or not _own_words(body, who):
        return _letter(text, title, paragraphs)
    return _statements(text, [p.span for p in body], who, mention, "title" if mention is None else "byline")


def _attributed(text: str, paragraphs: list[Paragraph]) -> list[Found]:
    """A text under "The following is attributable to X:" or "… the following statement was released by X:"."""
    for paragraph in paragraphs[:4]:
        match = _ATTRIBUTED.search(paragraph.text)
        body = [p for p in paragraphs[paragraph.index + 1 :] if not is_boilerplate(p)]
        ending = next((i for i, p in enumerate(body) if i and _ENDS.match(p.text)), len(body))
        body = body[:ending]
        if match is None or not body or body[0].text[0] in OPENERS:
            continue
        mention = (paragraph.start + match.start("who"), paragraph.start + match.end("who"))
        people = find_people(match["who"])
        who = people[0].name if len(people) == 1 else match["who"]
        return _statements(text, [p.span for p in body], who, mention, "byline")
    return []


def _signer(text: str, title: str, paragraphs: list[Paragraph]) -> tuple[str, Span | None]:
    """Whoever says "I, NAME," in a proclamation, or signs a message in capitals in its last lines."""
    oath = _OATH.search(text)
    if oath is not None:
        return _plain_case(oath["who"]), oath.span("who")
    if not re.search(rf"{_GENRE}|proclamation", title, re.IGNORECASE):
        return "", None
    for paragraph in paragraphs[-4:]:
        if _CAPITAL_NAME.fullmatch(paragraph.text) and not any(
            fold(w) in ORGANISATION_WORDS for w in paragraph.text.split()
        ):
            return _plain_case(paragraph.text), paragraph.span
    return "", None


def _plain_case(name: str) -> str:
    return name.strip(" ,.").title() if name.isupper() else name.strip(" ,")


def _names_event(paragraph: Paragraph, who: str) -> bool:
    """Whether a line above the speech says who gives it where."""
    return paragraph.words <= 40 and who in paragraph.text and any(p.search(paragraph.text) for p in _TITLES)


def _statements(text: str, parts: list[Span], who: str, mention: Span | None, rule: str) -> list[Found]:
    return [Found([span], rule, "title", kind="address", mention=mention, name=who) for span in readable(text, parts)]


def _speaker(text: str, title: str, paragraphs: list[Paragraph]) -> tuple[str, Span | None, int]:
    """(name, its span in the text if it stands there, first paragraph of the body)."""
    for paragraph in paragraphs[:3]:
        byline = _byline(paragraph)
        if byline is not None:
            return byline[0], byline[1], paragraph.index + 1
    heads = [title.split("\n", maxsplit=1)[0][:200], *(p.text for p in paragraphs[:3] if is_heading(p))]
    for head in heads:
        for pattern in _TITLES:
            match = pattern.search(head)
            if match is None:
                continue
            who = _name_in(match["who"]) or _office(match["who"], paragraphs) or _plain_office(match["who"])
            if who:
                return who, None, 0
    return "", None, 0


def _name_in(words: str) -> str:
    people = find_headline_people(words)
    if people and people[0].span[0] <= 60 and (people[0].title is not None or gender_of(people[0].name)):
        return people[0].name
    name, title = bare_name(_CUT.split(words)[0])
    if title and name and len(name.split()) <= 3:
        return name
    office = re.match(r"(?:the )?((?:[A-Z]\w+ )?[A-Z]\w+ of (?:the )?[A-Z]\w+(?: [A-Z]\w+)?)", words)
    return office[1] if office is not None and is_role(office[1].split()[0]) else ""


def _office(words: str, paragraphs: list[Paragraph]) -> str:
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


def _byline(paragraph: Paragraph) -> tuple[str, Span] | None:
    """A first line like ``Antony J. Blinken, Secretary of State``."""
    if paragraph.words > 16 or paragraph.text.endswith((".", ":", "!", "?", "”")):
        return None
    name, _, office = paragraph.text.partition(",")
    people = find_people(name)
    if not office.strip() or not people or people[0].name != name.strip():
        return None
    if not any(is_role(word) and fold(word) not in HONORIFICS for word in office.split()[:8]):
        return None
    return name.strip(), (paragraph.start, paragraph.start + len(name))


def _own_words(body: list[Paragraph], who: str) -> bool:
    """Whether the body can be the speaker's own words."""
    plain = [_QUOTED.sub(" ", p.text) for p in body]
    surname = re.escape(who.rsplit(maxsplit=1)[-1])
    said = sum(
        len(re.findall(rf"{surname}\W+(?:\w+\W+)?{_THIRD.pattern}|{_THIRD.pattern}\W+(?:\w+\W+)?{surname}", t))
        for t in plain
    )
    words = sum(len(t.split()) for t in plain)
    quoted = sum(len(p.text.split()) for p in body) - words
    first = sum(len(_FIRST.findall(t)) for t in plain)
    if said or words < 15 or quoted > words:
        return False
    return first >= 1 and first / words >= 0.003


def _letter(text: str, title: str, paragraphs: list[Paragraph]) -> list[Found]:
    """From "Dear …" to "Sincerely": the words of whoever signs."""
    start = next((p.index for p in paragraphs if _DEAR.match(p.text)), None)
    if start is None:
        return []
    first = start if paragraphs[start].words > 14 else start + 1
    while first < len(paragraphs) and _DEAR.match(paragraphs[first].text) and paragraphs[first].words <= 14:
        first += 1
    end = next((p.index for p in paragraphs[first:] if _CLOSE.match(p.text)), 0)
    if not end:
        end = next((p.index for p in reversed(paragraphs[first + 1 :]) if _is_signature(p)), len(paragraphs))
        signed, end = end, end - 1
    else:
        signed = end
    body = paragraphs[first:signed]
    if sum(p.words for p in body) < 40:
        return []
    who, mention = "", None
    for paragraph in paragraphs[end + 1 : end + 3]:
        people = find_people(paragraph.text)
        if people:
            who = people[0].name
            mention = (paragraph.start + people[0].span[0], paragraph.start + people[0].span[1])
            break
    who = who or _in_title(text[: paragraphs[start].start], title) or _office_in(title)
    found = _statements(text, [p.span for p in body if not is_boilerplate(p)], who, mention, "letter")
    for one in found:
        one.why_unknown = "" if who else "the letter's signature is not in the text"
    return found


def _office_in(title: str) -> str:
    """The office that a title gives a letter or an address to: "Address of the President to …"."""
    match = next((m for pattern in _TITLES if (m := pattern.search(title)) is not None), None)
    return (_name_in(match["who"]) or _plain_office(match["who"])) if match is not None else ""


def _is_signature(paragraph: Paragraph) -> bool:
    """Whether a line is a name with at most a place behind it."""
    people = find_people(paragraph.text)
    return (
        bool(people)
        and people[0].span[0] == 0
        and paragraph.words <= 10
        and not paragraph.text.endswith((".", "!", "?"))
    )


def _in_title(lead: str, title: str) -> str:
    """The first person of the title whom the words above the letter name in full."""
    for word in re.findall(r"[A-Z][\w’'-]+", title[:60]):
        for person in find_people(lead):
            if person.name.split()[-1] == word and len(person.name.split()) > 1:
                return person.name
    return ""
