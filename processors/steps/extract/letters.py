"""Letters: from "Dear …" to "Sincerely", and whose they are.

A press release that gives a letter seldom gives its signatures, but its first sentences say who wrote it: "Senators A
and B led 34 colleagues in a letter", "C joined Senate Finance Committee Republicans in writing to D".
"""

from __future__ import annotations

import re

from processors.messages import Span
from processors.steps.extract.bylines import Byline, joint, office_in
from processors.steps.extract.layout import Paragraph, is_boilerplate
from processors.steps.extract.names import Person, find_headline_people, find_people
from processors.steps.extract.passage import FURTHER, up_to_end
from processors.steps.extract.quotes import OPENERS

_DEAR = re.compile(
    r"^(?:Dear\b.{1,120}|Sirs?(?: or Madam)?,?(?:\s*[—–-]|$).*|To (?:the|whom|my)\b.{1,60}[,:]$)", re.DOTALL
)
_CLOSE = re.compile(
    r"^(?:(?:Very )?(?:Sincerely|Respectfully|Truly)|Yours|Regards|Best regards|With respect|Signed|Kind regards)\b",
    re.IGNORECASE,
)
_SALUTATION = 14
"""Words of a line with a salutation alone."""
_SHORTEST = 40
"""Words of a letter that is worth keeping."""
_SIGNATURES = 40
"""Lines under a letter in which names are looked for."""
_MOST_NAMED = 3
_MOST_TOLD = 12
"""People whom the words above a letter may give as its writers."""
_WRITES = re.compile(
    r"\b(?:[a-z]{2,}ed|sent|sends|send|wrote|writes|write|led|leads|lead|joins?|urg(?:es?|ing)|calls?|calling|asks|demands"
    r"|press(?:es|ing)|requesting|is|are|was|were|has|have|will|spoke|took|gave|made)\b"
)
_DATELINE = re.compile(r"[A-Z][\w.,’' ]{1,40}?\s*[–—-]+\s*")
_SUBORDINATE = re.compile(r"(?:After|As|Following|While|When|With|Amid|Ahead|Since|Because|In|On|Today, as)\b")
_BODIES = (
    r"(?P<who>(?:[A-Z][\w.’'\-]*[ \u00a0]){1,6}(?:Republicans|Democrats|Delegations?|Caucus|Coalition))\b"
    r"(?:[’'] (?=(?:request|letter|call)))?(?![’'])"
)
_TOWARDS = re.compile(r"\b(?:letters?|in (?:\w+ing|a|an)|on an?|to [a-z]+|wrote|writing|who|which|for)\b")
_GROUP = re.compile(
    rf"\b(?:joined|joins|signed by|alongside|with)\s+(?:(?:all|other|fellow|the|his|her|their)\s+)*{_BODIES}"
)
_TITLE_GROUP = re.compile(rf"(?:^|(?:\b(?:[Aa]nd|[Jj]oins?|[Ll]eads?)|&|,)\s+){_BODIES}")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_BESIDE = frozenset(
    ["of", "the", "for", "on", "and", "to", "in", "ranking", "member", "both", "along", "with", "as", "well"]
)
_HEAD = 60
"""Characters of a headline by which a line that repeats it is known."""
_ADDRESS = 150
"""Characters of a salutation."""
_EARLY = 8
"""Paragraphs among which the sentence stands that says who wrote."""
_TELLING = 12
"""Words of such a sentence, at least."""
_FAR = 160
"""Characters between two names of one row, at most."""
_WHOSE = re.compile(r"\b(?:of )?(?:his|her|their) ")
_COLLEAGUES = re.compile(
    r"\b(?:and|with|joined|joins|led|leads|lead|by)\s+(?:a (?:bipartisan )?group of )?(?P<who>(?:(?:\d+|[a-z]+)\s+)?"
    r"(?:of\s+)?(?:(?:his|her|their|fellow|other)\s+)?(?:[A-Z][\w\-]*\s+|bipartisan\s+|bicameral\s+){0,3}colleagues)\b"
)


def find_letter(title: str, paragraphs: list[Paragraph]) -> tuple[list[Span], Byline] | None:
    """The letter's paragraphs and whose it is (its ``who`` is empty where that is not in the text)."""
    start = next((p.index for p in paragraphs if _DEAR.match(p.text)), None)
    if start is None:
        return None
    first = start if paragraphs[start].words > _SALUTATION else start + 1
    while first < len(paragraphs) and _DEAR.match(paragraphs[first].text) and paragraphs[first].words <= _SALUTATION:
        first += 1
    signed, names = _signatures(paragraphs, first)
    body = [p for p in up_to_end(paragraphs[first:signed]) if not is_boilerplate(p)]
    if sum(p.words for p in body) < _SHORTEST:
        return None
    # The salutation is the first words of the letter.
    opening = paragraphs[first - 1].start if first > start else body[0].start
    spans = [(opening, body[0].end), *(p.span for p in body[1:])]
    return spans, _writer(title, paragraphs[:start], paragraphs[start].text, names, first)


def _signatures(paragraphs: list[Paragraph], first: int) -> tuple[int, list[Person]]:
    """Where the letter's words end, and the names that stand under them, with spans in the article."""
    end = next((p.index for p in paragraphs[first:] if _CLOSE.match(p.text) and p.words <= _SALUTATION), None)
    if end is None:
        line = next((p for p in reversed(paragraphs[first + 1 :]) if _is_signature(p)), None)
        return (line.index, _people(line)) if line is not None else (len(paragraphs), [])
    names: list[Person] = []
    for paragraph in paragraphs[end : end + _SIGNATURES]:
        if FURTHER.match(paragraph.text) and not paragraph.text.startswith("_"):
            break
        if paragraph.words <= _SALUTATION:
            names += _people(paragraph)[:1]
    return end, names


def _people(paragraph: Paragraph) -> list[Person]:
    at = paragraph.start
    return [
        Person(one.name, (at + one.span[0], at + one.span[1]), None)
        for one in find_people(paragraph.text)
    ]  # fmt: skip


def _is_signature(paragraph: Paragraph) -> bool:
    """Whether a line is a name with at most a place behind it."""
    people = find_people(paragraph.text)
    return (
        bool(people)
        and people[0].span[0] == 0
        and paragraph.words <= 10
        and not paragraph.text.endswith((".", "!", "?"))
    )


def _writer(title: str, lead: list[Paragraph], salutation: str, names: list[Person], first: int) -> Byline:
    """Whose letter it is: the signatures if they are few, else what the words above it say, else the signatures."""
    told = written_by(title, lead)
    if told is not None and _is_addressed(told, salutation):
        told = None
    if lead and told is not None and (not names or len(names) > _MOST_NAMED or told.whole or not _signs(told, names)):
        return Byline(told.who, told.mention, first, whole=told.whole)
    if names:
        kept = [one.name for one in names[:_MOST_NAMED]]
        who = joint([*kept, "others"]) if len(names) > _MOST_NAMED else joint(kept)
        return Byline(who, names[0].span if len(names) == 1 else None, first, whole=len(names) > 1)
    return Byline(office_in(title), None, first)


def _is_addressed(told: Byline, salutation: str) -> bool:
    """Whether the letter is written to whom the words above it name: it is the answer that they received."""
    names = [part.rsplit(maxsplit=1)[-1] for part in re.split(r", | and ", told.who)]
    return any(re.search(rf"\b{re.escape(name)}\b", salutation[:_ADDRESS]) for name in names)


def _signs(told: Byline, names: list[Person]) -> bool:
    """Whether whom the words above the letter name stands among its signatures."""
    return any(one.name.split()[-1] in told.who for one in names)


def written_by(title: str, lead: list[Paragraph]) -> Byline | None:
    """Who put a passage out, by the words above it: the subject of the first sentence, and the group that it names."""
    telling = [p for p in lead[:_EARLY] if p.words >= _TELLING and p.text[0] not in OPENERS]
    about = _about(title, [p for p in telling if find_people(p.text)])
    people = subject_of(about) if about is not None else []
    names = [one.name for one in people]
    found = next((m for p in lead if (m := _GROUP.search(p.text))), None) or _TITLE_GROUP.search(title)
    group = re.split(r"\b(?:Leads?|Joins?)\s+", found["who"])[-1] if found is not None else ""
    if group and not find_people(group):
        names.append(group)
    elif names and about is not None and (others := _COLLEAGUES.search(about.text)) is not None:
        names.append(" ".join(_WHOSE.sub("", others["who"]).split()))
    if not names:
        named = find_headline_people(title)
        return Byline(named[0].name, None, 0) if named else None
    mention = people[0].span if len(people) == 1 == len(names) else None
    return Byline(joint(names), mention, 0, whole=len(names) > 1 or not people)


def _about(title: str, told: list[Paragraph]) -> Paragraph | None:
    """The paragraph that tells who wrote: the first whose subject the title names, else the first that tells anything.

    A line above it may repeat the headline, where verbs look like names.
    """
    head = title[:_HEAD].lower()
    told = [p for p in told if not head or not p.text.lower().startswith(head)]
    words = {word.strip(",.;:’'").lower() for word in title.split()}
    named = (p for p in told if any(one.surname in words for one in subject_of(p)))
    return next(named, told[0] if told else None)


def subject_of(paragraph: Paragraph) -> list[Person]:
    """The people who do what a sentence tells: those before its verb, and those who "joined" them."""
    people = _people(paragraph)
    if not people:
        return []
    dateline = _DATELINE.match(paragraph.text)
    begin = dateline.end() if dateline is not None else 0
    if _SUBORDINATE.match(paragraph.text, begin):
        # "After B spoke, Senator A today joined …": the subject stands behind the comma.
        comma = paragraph.start + paragraph.text.find(", ", begin)
        people = [one for one in people if one.span[0] > comma] or people
    verb = _WRITES.search(paragraph.text, people[0].span[1] - paragraph.start)
    if verb is None:
        return people[:1]
    stop = paragraph.start + verb.start()
    found = _side_by_side(paragraph, [one for one in people if one.span[0] < stop])
    if verb.group().startswith("join"):
        place = _TOWARDS.search(paragraph.text, verb.end())
        until = paragraph.start + (place.start() if place is not None else verb.end())
        found += [one for one in people if stop <= one.span[0] < until]
    return found[:_MOST_TOLD]


def _side_by_side(paragraph: Paragraph, people: list[Person]) -> list[Person]:
    """The last person and those who stand in a row with them: "After B spoke, Senators A and C" are A and C."""
    row = people[-1:]
    for one in reversed(people[:-1]):
        between = paragraph.text[one.span[1] - paragraph.start : row[0].span[0] - paragraph.start]
        words = _IN_BRACKETS.sub(" ", between).replace(",", " ").split() if len(between) <= _FAR else [between]
        if any(word[0].islower() and word not in _BESIDE for word in words) or len(between) > _FAR:
            break
        row.insert(0, one)
    return row
