"""Who somebody is, as the article says it: title before the name, apposition after it, apposition before it."""

from __future__ import annotations

import re

from processors.messages import Span
from processors.steps.extract.lexicon import WORDS
from processors.steps.extract.names import HONORIFICS, Person, fold, is_role

_VERB = re.compile(
    r"\s+(?:said|says|told|wrote|added|announced|stated|who|whose|which|that|is|was|were|has|had|have|will|would|today|on|reported|"
    r"declared|claimed|noted|explained|warned|and\s+[A-Z]\w+\s+[A-Z])\b"
)
_AFTER = re.compile(r"(?:\s*\([^)]{1,40}\))?,\s+(?P<role>[^,;.!?\n\"“”()]{3,110})")
_DOTTED = re.compile(r"\b(?:U|S|D|N|J|St|Dr|Mr|Ms|Mrs|Jr|Sr|Gov|Sen|Rep|Gen|Lt|Col)\.")
_BEFORE = re.compile(
    r"(?:^|[.!?,;:—–\n\"“”]\s*|\b(?:and|but|when|while|as)\s+)(?P<role>(?:the|The|a|A|an|An)?\s*[^,;.!?\n\"“”]{3,90}),\s+$"
)
_PARTY = re.compile(r"\s*(\([RDI](?:-[\w. ]{2,20})?\)|\([A-Z]{2}-\d{1,2}\))")
_BESIDE = re.compile(r"(?P<words>(?:[\w’'\-]+ ){1,6})$")
_MODIFIERS = WORDS["modifiers"]
_OFFICE_BEFORE = re.compile(
    r"[A-Z][\w’'\-]*[ \u00a0](?:(?:[A-Z][\w’'\-]*|of|for|to|the|and)[ \u00a0]){0,8}(?:of|for|to) (?:the )?$"
)
_NO_ROLE = re.compile(
    r"(?:during|after|before|when|while|if|in|on|at|like|does|did|will|is|dear|my|our|your|madam|thank|thanks|q)\b",
    re.IGNORECASE,
)
_LONGEST = 110
# Words that lead up to a role and are no part of it: "As President Lee", "Yesterday President Lee".
_LEADING = re.compile(
    r"\s*(?:the|an?|and|with|by|from|to|as|since|but|yet|so|yesterday|today|tomorrow|later|then|now|including|particularly|"
    r"especially|even|for|of)\s+",
    re.IGNORECASE,
)
# A role is said of somebody; words that address somebody, or a label, belong to a sentence that was misread.
_ADDRESSING = re.compile(r"\b(?:I|we|you|your|our|my|he|she|they|this|that|these|those)\b|[:?!]", re.IGNORECASE)
_VOCATIVE = re.compile(r"\b(?:Mr|Mrs|Ms|Madam|Madame|Dear)\.?\s+$", re.IGNORECASE)


def role_of(text: str, person: Person) -> Span | None:
    """The words beside this occurrence of the name that say who this person is; None where there are none."""
    if person.title is not None:
        words = text[person.title[0] : person.title[1]].split()
        if any(fold(word) not in HONORIFICS for word in words):
            return _without_article(text, _widen(text, person.title))
    return _beside(text, person) or _after(text, person) or _before(text, person)


def _beside(text: str, person: Person) -> Span | None:
    """A role in small letters right before the name: "foreign minister Ann Lee", "Calder's trade envoy Bob Ash"."""
    match = _BESIDE.search(text[max(0, person.span[0] - 70) : person.span[0]])
    words = match["words"].split() if match is not None else []
    if not words or not is_role(words[-1]) or fold(words[-1]) in HONORIFICS:
        return None
    keep = len(words) - 1
    while keep > 0 and (is_role(words[keep - 1]) or words[keep - 1][:1].isupper() or words[keep - 1] in _MODIFIERS):
        keep -= 1
    role = " ".join(words[keep:])
    start = text.rfind(role, max(0, person.span[0] - 70), person.span[0])
    return (start, start + len(role)) if start >= 0 else None


def _after(text: str, person: Person) -> Span | None:
    window = _DOTTED.sub(lambda m: m.group().replace(".", "\x01"), text[person.span[1] : person.span[1] + 200])
    match = _AFTER.match(window)
    if match is None:
        return None
    start, end = match.span("role")
    verb = _VERB.search(window, start, end)
    if verb is not None:
        end = verb.start()
    return _checked(text, person.span[1] + start, person.span[1] + end)


def _before(text: str, person: Person) -> Span | None:
    begin = max(0, person.span[0] - 110)
    match = _BEFORE.search(text[begin : person.span[0]])
    if match is None:
        return None
    start, end = match.span("role")
    if _VERB.search(match.group("role")) or _VOCATIVE.search(text[begin : begin + start]):
        return None
    return _checked(text, begin + start, begin + end)


def _checked(text: str, start: int, end: int) -> Span | None:
    words = text[start:end].split()
    if not words or len(words) > 16 or not any(is_role(word) for word in words):
        return None
    if not (words[0][0].isupper() or is_role(words[0]) or any(is_role(w) for w in words[:6])):
        return None
    return _without_article(text, (start, end))


def _widen(text: str, title: Span) -> Span:
    """Take in the lower-case words of a title: "state forester", "presidential press secretary Corin Hallam"."""
    start = title[0]
    office = _OFFICE_BEFORE.search(text[max(0, start - 80) : start])
    if office is not None and is_role(office.group().split()[0]):
        return max(0, start - 80) + office.start(), title[1]
    before = re.search(r"((?:\b[a-z]+(?:-[a-z]+)?[ \u00a0]){1,3})$", text[max(0, start - 60) : start])
    if before is not None:
        words = before.group().split()
        keep = 0
        for word in reversed(words):
            if not is_role(word) and word not in {"former", "presidential", "deputy", "acting", "senior", "state"}:
                break
            keep += 1
        if keep:
            start -= sum(len(word) + 1 for word in words[-keep:])
    return start, title[1]


def _without_article(text: str, span: Span) -> Span | None:
    start, end = span
    if _NO_ROLE.match(text[start:end]):
        return None
    while (match := _LEADING.match(text[start:end])) is not None:
        start += match.end()
    while end > start and text[end - 1] in " ,;:-–—":
        end -= 1
    return (start, end) if end > start and not _ADDRESSING.search(text, start, end) else None
