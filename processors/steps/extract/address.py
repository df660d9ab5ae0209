"""Addresses: texts that are themselves somebody's words, without marks or labels.

The title ("Remarks by …", "Statement from …", "… - address by …"), a first line that is a name with an office, a line
that announces the passage, or a signature says whose; the text must speak in the first person, or at least never report
its own speaker in the third. A text between quotation marks is a quotation and none of these.
"""

from __future__ import annotations

import re

from processors.messages import Span
from processors.steps.extract.announced import find_announced
from processors.steps.extract.bylines import Byline, find_byline, find_office, names_event
from processors.steps.extract.forms import ORGANISATION_WORDS, fold, plain, plain_case
from processors.steps.extract.found import Found
from processors.steps.extract.layout import Paragraph, is_boilerplate, is_heading
from processors.steps.extract.letters import find_letter
from processors.steps.extract.names import find_people, surname_of
from processors.steps.extract.passage import CLOSING, readable, up_to_end
from processors.steps.extract.quotes import OPENERS

_OATH = re.compile(r"\bI, (?P<who>[A-Z][A-Za-z.’'\-]+(?: [A-Z][A-Za-z.’'\-]+){1,4}), (?:the )?[A-Z]\w+ of\b")
_VESTED = re.compile(r"\bvested in me\b|\bI (?:hereby|have)\b|\bI am\b")
_CAPITAL_NAME = re.compile(r"[A-Z][A-Z’'\-]+(?: (?:[A-Z]\.|[A-Z][A-Z’'\-]+)){1,3}(?:,? (?:JR|SR)\.?)?")
_SIGNED = 6
"""Paragraphs at the end among which a signature stands."""
_THIRD = re.compile(
    r"\b(?:said|says|told|added|stated|announced|noted|stressed|emphasized|wrote|signed|met|held|visited|released|issued)\b"
)
_FIRST = re.compile(r"\b(?:I|we|We|my|My|our|Our|us|me|I[’']m|I[’']ve)\b")
_WE = re.compile(r"\b[Ww]e\b")
_JOINT = re.compile(
    r"\bjoint\b.*\b(?:statement|declaration|message)|\b(?:leaders|ministers)[’'] .*\b(?:statement|declaration)"
    r"|\bcommuniqu[eé]\b",
    re.IGNORECASE,
)
_WE_DO = (
    r"remain|met|meet|have|are|were|strongly|condemn|express|re[a-z]+|welcome|gathered|declare|hereby|emphasi[sz]e"
    r"|under[a-z]+|affirm|support|stand|call|share|note|commit|join|issue|held"
)
_WE_WHO = re.compile(
    rf"(?:\d+\. )?We,? the (?:(?P<who>[^.;:]{{4,300}}?),? (?=(?:{_WE_DO})\b)|(?P<short>[^.;:,]{{4,120}}),)"
)
_TITLE_WHO = (
    re.compile(
        r"\b(?:statement|declaration|message|communiqu[eé])\s+(?:by|from|of|between)\s+(?:the )?(?P<who>.+)",
        re.IGNORECASE,
    ),
    re.compile(r"^(?P<who>.{2,80}?(?:leaders|ministers))[’']", re.IGNORECASE),
    re.compile(r"^(?P<who>.{2,60}?)\s+joint\b", re.IGNORECASE),
)
_TITLE_CUT = re.compile(
    r"\s+(?:on|at|in|to|regarding|following|announcing|after|about|marking|concerning|for)\s+|[:;–—]", re.IGNORECASE
)
_ISSUES = re.compile(
    r"\b(?:released|issued|made|gave|delivered|shared)\b[^.]{0,30}\b(?:statements?|remarks|comments?)\b[^.]{0,300}:$"
)
_QUOTED_SHARE = 3
"""One paragraph in this many may begin with a quotation; where more do, the text quotes its speaker."""
_QUOTED = re.compile(r"[“\"][^”\"\n]*(?:[”\"\n]|$)")
_SHARE = 0.003
"""The share of words in the first person that own words have at least."""
_JOINT_SHARE = 0.008
_LISTS = re.compile(r"\bfact ?sheet\b|\breadout\b|\btimeline\b", re.IGNORECASE)
_OFFICE_SHARE = 0.006
_OFFICE_SAYS_WE = 3
"""How often a text under an office's name says "we"; reports of journeys and meetings have an "our" here and there."""
_ANY = 1e-9
"""A share for which one word in the first person is enough: an order signed by hand may say "me" once."""
_SHORTEST = 15
_FEW = 4
"""Words of a statement that is announced as one, at least."""


def find_address(text: str, title: str, paragraphs: list[Paragraph]) -> list[Found]:
    """The text's body as statements of one speaker, or nothing where it is no address."""
    letter = find_letter(title, paragraphs)
    announced = find_announced(title, paragraphs) if letter is None else None
    if announced is not None:
        spans, who, sure = announced
        words = [text[a:b] for a, b in spans]
        if _own_words(words, who, _SHARE) or (sure and _own_words(words, who, 0, _FEW)):
            return _statements(text, spans, who, "byline")
    byline = find_byline(title, paragraphs)
    if byline is not None and (letter is None or byline.mention is not None):
        body = _body(paragraphs, byline)
        words = [p.text for p in body]
        if body and (_own_words(words, byline, _SHARE) or (byline.alone and _own_words(words, byline, 0))):
            return _statements(text, [p.span for p in body], byline, "title" if byline.mention is None else "byline")
    signer = _signer(text, paragraphs)
    if signer is not None:
        body = _body(paragraphs[: signer.next], Byline(signer.who, signer.mention, 0))
        if body and _own_words([p.text for p in body], signer, _ANY):
            return _statements(text, [p.span for p in body], signer, "byline")
    if letter is not None:
        return _statements(text, letter[0], letter[1], "letter")
    return _joint(text, title, paragraphs) or _of_office(text, title, paragraphs)


def _of_office(text: str, title: str, paragraphs: list[Paragraph]) -> list[Found]:
    """What an office says of itself as "we" under a line with its name; most of what stands there is a report."""
    office = find_office(paragraphs)
    if office is None or _LISTS.search(title):
        return []
    body = [p for p in up_to_end(paragraphs[office.next :]) if not is_boilerplate(p)]
    words = [p.text for p in body]
    if sum(len(_WE.findall(_QUOTED.sub(" ", one))) for one in words) < _OFFICE_SAYS_WE:
        return []
    return (
        _statements(text, [p.span for p in body], office, "byline") if _own_words(words, office, _OFFICE_SHARE) else []
    )


def _body(paragraphs: list[Paragraph], byline: Byline) -> list[Paragraph]:
    """The passage itself: from under the byline and the headings to where it ends."""
    body = [p for p in up_to_end(paragraphs[byline.next :]) if not is_boilerplate(p)]
    while body and (
        is_heading(body[0])
        or names_event(body[0], byline.who)
        or body[0].words <= 4
        or re.match(r"^[(\[]", body[0].text)
        or body[0].span == byline.mention
    ):
        body = body[1:]
    return body


def _statements(text: str, spans: list[Span], who: Byline, rule: str) -> list[Found]:
    found = []
    for span in readable(text, spans):
        one = Found([span], rule, "title", kind="address", mention=who.mention, name=who.who, role=who.role)
        one.whole = who.whole
        one.why_unknown = "" if who.who else "the text does not say whose words these are"
        found.append(one)
    return found


def _signer(text: str, paragraphs: list[Paragraph]) -> Byline | None:
    """Whoever says "I, NAME," in a proclamation, or signs an order or a message in capitals in its last lines."""
    oath = _OATH.search(text)
    if oath is not None:
        return Byline(plain_case(oath["who"].strip(" ,.")), oath.span("who"), len(paragraphs))
    for paragraph in paragraphs[-_SIGNED:]:
        if not _CAPITAL_NAME.fullmatch(paragraph.text) or CLOSING.match(paragraph.text):
            continue
        if any(fold(word) in ORGANISATION_WORDS for word in paragraph.text.split()):
            continue
        if _VESTED.search(text):
            return Byline(plain_case(paragraph.text.strip(" ,.")), paragraph.span, paragraph.index)
    return None


def _joint(text: str, title: str, paragraphs: list[Paragraph]) -> list[Found]:
    """A statement of several governments or leaders, who say "we" and are named by the title or by themselves."""
    if not _JOINT.search(title):
        return []
    body = _body(paragraphs, Byline("", None, 0))
    words = [p.text for p in body]
    if sum(len(_WE.findall(one)) for one in words) < 2 or not _own_words(words, Byline("", None, 0), _JOINT_SHARE):
        return []
    named = next(((p, m) for p in body[:2] if (m := _WE_WHO.match(p.text)) is not None), None)
    if named is not None:
        start, end = named[1].span("who" if named[1]["who"] else "short")
        span = (named[0].start + start, named[0].start + end)
        who = Byline(text[slice(*span)].strip(" ,"), span, 0, whole=True)
    else:
        found = next((m["who"] for pattern in _TITLE_WHO if (m := pattern.search(title)) is not None), "")
        who = Byline(_TITLE_CUT.split(found)[0].strip(" ,"), None, 0, whole=True)
    return _statements(text, [p.span for p in body], who, "title")


def _own_words(body: list[str], who: Byline, share: float, shortest: int = _SHORTEST) -> bool:
    """Whether the body can be the speaker's own words."""
    plain = [_QUOTED.sub(" ", words) for words in body]
    words = sum(len(one.split()) for one in plain)
    quoted = sum(len(one.split()) for one in body) - words
    if words < shortest or quoted > words or body[0][0] in OPENERS:
        return False
    if _QUOTED_SHARE * sum(one[0] in OPENERS for one in body) > len(body) or _ISSUES.search(body[0]):
        return False
    if any(_reports(plain, one, share) for one in _people(who)):
        return False
    first = sum(len(_FIRST.findall(one)) for one in plain)
    return first >= (1 if share else 0) and first >= share * words


def _people(who: Byline) -> list[str]:
    """The names of those who speak, where they are people."""
    if not who.whole:
        return [who.who] if who.who and " of " not in who.who else []
    return [part for part in re.split(r", | and ", who.who) if find_people(part)]


def _reports(body: list[str], who: str, share: float) -> bool:
    """Whether the words report their own speaker ("… said Solvane"), or name who never says "I"."""
    last = next((word for word in reversed(who.split()) if plain(word) == surname_of(who)), who)
    name = f"(?:{re.escape(last)}|{re.escape(last.upper())})"
    if not share:
        return any(re.search(rf"\b{name}\b", words) for words in body)
    gap = r"\W{1,4}(?:\w{1,30}\W{1,4})?"
    told = rf"\b{name}{gap}{_THIRD.pattern}|{_THIRD.pattern}{gap}{name}\b"
    if any(re.search(told, words) for words in body):
        return True
    if re.search(rf"\b{name}\b", body[0]) and not _FIRST.search(body[0]):
        return True
    opening = rf"\b{name}\W{{1,4}}(?:[^()]{{0,60}}\)\W{{1,4}})?(?:today\W{{1,4}})?\w{{1,30}}ed\b"
    return re.search(opening, body[0]) is not None
