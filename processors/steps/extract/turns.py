"""Transcripts: who has the floor in each paragraph, by the labels that begin the turns.

A text counts as a transcript when labels begin several paragraphs, or when one label begins nearly all of it, and when
what stands under the labels is spoken: the headings of a report have a label's form too.
"""

from __future__ import annotations

import re
from collections import Counter

from processors.messages import Kind, Span
from processors.steps.extract.forms import fold, is_role
from processors.steps.extract.found import Found
from processors.steps.extract.labels import (
    ASKERS,
    Label,
    has_office,
    initials_of,
    is_person,
    is_titled,
    name_in,
    read_label,
    span_of,
    split_inline,
)
from processors.steps.extract.layout import Paragraph, is_boilerplate
from processors.steps.extract.names import find_people
from processors.steps.extract.passage import CLOSING, is_spoken, readable, without_link
from processors.steps.extract.questions import (
    Turn,
    first_question,
    is_outlet,
    mark_interviewers,
    mark_press,
    name_guest,
    part_answers,
    unlabelled_interview,
)
from processors.steps.extract.quotes import OPENERS

_AFTERWORD = re.compile(
    r"\b(?:was|were) (?:speaking|talking) (?:to|with)\b"
    r"|\b(?:conversation|interview)\b.{0,40}\b(?:recorded|edited|condensed|shortened)\b"
)
_FIRST = re.compile(r"\b(?:I|[Ww]e|[Yy]ou|[Mm]y|[Oo]ur)\b")
_INITIALS = re.compile(r"[A-Z]{2,4}")
_STAGE = re.compile(r"^[(\[<][^)\]>\n]{1,80}[)\]>]\.?$")
_LAST = 4
"""Paragraphs at the end among which an afterword can stand."""
_SPEECH = 40
"""Words that a single turn must have to make a transcript."""
_HEADING = 10
"""Words of a heading between turns, at most."""
_SMALL = 3
"""Letters of words that headings do not write large."""
_FEWEST = 3
"""How often a label that ends with a full stop must come where no line announces a transcript."""
_STRONG = frozenset(["capitals", "letter", "brackets", "bare"])
_INTERVIEW = re.compile(r"\binterview|\bQ ?& ?A\b", re.IGNORECASE)
_LEAD = 6
"""Paragraphs in which whoever is interviewed is named in full."""
_ANNOUNCES = re.compile(r"\b(?:remarks?|statements?|speech|transcript|interview|comments?)\b[^:]*:$", re.IGNORECASE)

Labels = dict[int, Label]


def find_turns(paragraphs: list[Paragraph], title: str, outlet: str) -> list[Turn]:
    """The transcript's turns in order; empty where the text is none."""
    paragraphs = split_inline(paragraphs)
    labels = {p.index: label for p in paragraphs if (label := read_label(p)) is not None}
    if not labels:
        return unlabelled_interview(paragraphs, title)
    strong = {i: label for i, label in labels.items() if label.style in _STRONG}
    if strong and not _enough(paragraphs, strong, title):
        strong = {}
    site = "" if _is_of_person(title, paragraphs, outlet) else outlet
    chosen = strong | _named(paragraphs, labels, title, site) | _dotted(paragraphs, labels, title)
    turns = _collect(paragraphs, chosen, site) if chosen and not _are_reactions(paragraphs, chosen) else []
    name_guest(turns, title)
    _spell_out(turns, title, paragraphs)
    if not turns:
        return unlabelled_interview(paragraphs, title)
    if not any(label.asks for label in chosen.values()) and not is_spoken([words for t in turns for words in t.said]):
        return []
    mark_interviewers(turns, title, outlet)
    mark_press(turns, title, outlet)
    turns = part_answers(turns, title)
    first = turns[0].first
    opening = first_question(paragraphs[first - 1] if first else None, turns)
    return [opening, *turns] if opening is not None else turns


def _spell_out(turns: list[Turn], title: str, paragraphs: list[Paragraph]) -> None:
    """Give turns that are labelled with initials the name that begins so, if the text has one such name."""
    short = {turn.name for turn in turns if _INITIALS.fullmatch(turn.name)}
    if not short:
        return
    names: dict[str, set[str]] = {}
    for text in (title, *(p.text for p in paragraphs)):
        for person in find_people(text):
            names.setdefault(initials_of(person.name), set()).add(person.name)
    for turn in turns:
        found = names.get(turn.name, set()) if turn.name in short else set()
        turn.name = next(iter(found)) if len(found) == 1 else turn.name


def _is_of_person(title: str, paragraphs: list[Paragraph], outlet: str) -> bool:
    """Whether the outlet is the site of somebody whom the text is about, whose label is no interviewer's."""
    near = "\n".join([title, *(p.text[:400] for p in paragraphs[:3])])
    return any(len(one.surname) > _SMALL and one.surname in outlet.lower() for one in find_people(near))


def _named(paragraphs: list[Paragraph], labels: Labels, title: str, outlet: str) -> Labels:
    """Labels in small letters: a name, or an office and a name, before a colon."""
    named = {i: label for i, label in labels.items() if label.style == "named"}
    counts = Counter(name_in(label.text)[0] for label in named.values())
    words = Counter(re.findall(r"[\w’'\-]+", "\n".join([title, *(p.text for p in paragraphs)])))
    surnames = {label.words[-1] for label in named.values() if len(label.words) > 1}
    surnames |= {one.surname for text in (title, *(p.text for p in paragraphs[:_LEAD])) for one in find_people(text)}
    interview = _INTERVIEW.search(title) is not None
    chosen: Labels = {}
    for i, label in named.items():
        asks = label.asks or is_outlet(label.words, outlet)
        if len(label.words) == 1 and not asks and label.words[0] not in surnames:
            continue
        times = counts[name_in(label.text)[0]]
        repeated = (times >= 2 or interview) and len(counts) >= 2
        known = any(is_role(word) for word in label.text.split()) or words[label.text.split()[-1]] > times
        if (known or asks) and (repeated or _introduces(paragraphs[i], label)):
            chosen[i] = label
    if chosen:
        # Once it is a transcript, an office and a name before a colon are a label however short the turn, and so are
        # the labels of whoever asks and of whoever spoke before.
        names = {name_in(label.text)[0] for label in chosen.values()}
        names |= {name_in(label.text)[0] for label in named.values() if is_titled(label.text)}
        chosen |= {
            i: label for i, label in named.items()
            if label.asks or name_in(label.text)[0] in names or is_person(label.text)
        }  # fmt: skip
    long_enough = sum(len(paragraphs[i].text.split()) for i in chosen) >= 8 * len(chosen)
    return chosen if long_enough or any(label.asks for label in chosen.values()) else {}


def _introduces(paragraph: Paragraph, label: Label) -> bool:
    """Whether a label that occurs once begins a long speech: a titled full name before many words."""
    named = [person for person in find_people(name_in(label.text)[0]) if " " in person.name]
    return len(named) == 1 and is_titled(label.text) and len(paragraph.text[label.rest :].split()) >= _SPEECH


def _are_reactions(paragraphs: list[Paragraph], chosen: Labels) -> bool:
    """Whether the labels head a collection of quotations, each of another person: those are no turns."""
    if len({label.text for label in chosen.values()}) < max(2, 0.8 * len(chosen)):
        return False
    quoted = sum(paragraphs[i].text[label.rest : label.rest + 1] in OPENERS for i, label in chosen.items())
    return quoted > len(chosen) / 2


def _dotted(paragraphs: list[Paragraph], labels: Labels, title: str) -> Labels:
    """Labels that end with a full stop, where a line announces the remarks, or a titled label comes again."""
    dotted = {i: label for i, label in labels.items() if label.style == "dotted"}
    counts = Counter(label.text for label in dotted.values())
    announced = any(_ANNOUNCES.search(p.text) for p in paragraphs[:3])
    whole = "\n".join([title, *(p.text for p in paragraphs[:3])])
    real = {
        label for label, count in counts.items()
        if (announced or count >= _FEWEST) and (is_role(label.split()[0]) or (count >= 2 and label in whole))
    }  # fmt: skip
    if not real:
        return {}
    return {i: label for i, label in labels.items() if label.text in real or label.style == "letter"}


def _enough(paragraphs: list[Paragraph], strong: Labels, title: str) -> bool:
    if len(strong) >= 2:
        return _name_somebody(paragraphs, strong)
    at, only = next(iter(strong.items()))
    if only.style == "brackets" and _INTERVIEW.search(title) is not None:
        return True
    if not has_office(only.text) or only.style == "letter":
        return False
    return sum(p.words for p in paragraphs[at:]) >= _SPEECH


def _name_somebody(paragraphs: list[Paragraph], strong: Labels) -> bool:
    """Whether labels in capitals are speakers: one asks, has an office, comes again, or is somebody of the text."""
    counts = Counter(label.text for label in strong.values())
    if any(label.style != "capitals" or label.asks or counts[label.text] > 1 for label in strong.values()):
        return True
    if any(has_office(label.text) for label in strong.values()):
        return True
    surnames = {one.surname for p in paragraphs for one in find_people(p.text)}
    return any(label.words[-1] in surnames for label in strong.values())


def _collect(paragraphs: list[Paragraph], labels: Labels, outlet: str) -> list[Turn]:
    turns: list[Turn] = []
    current: Turn | None = None
    for paragraph in paragraphs:
        label = labels.get(paragraph.index)
        begin = 0
        if label is not None:
            current, begin = _turn(paragraph, label, outlet), label.rest
            turns.append(current)
        elif current is None or _ends_floor(paragraph, paragraphs, labels):
            current = None
            continue
        elif is_boilerplate(paragraph) and not _FIRST.search(paragraph.text):
            continue
        words = paragraph.text[begin:]
        if words and not _STAGE.match(words):
            start, end = without_link(paragraph.text, (begin, len(paragraph.text)))
            current.add(paragraph.start + start, paragraph.text[start:end], paragraph.index)
    return [turn for turn in turns if turn.parts]


def _turn(paragraph: Paragraph, label: Label, outlet: str) -> Turn:
    kind: Kind = "question" if label.asks or is_outlet(label.words, outlet) else "transcript"
    turn = Turn(label.text, span_of(paragraph, label), kind, [], paragraph.index, paragraph.index)
    if label.style == "bare":
        # A colon whose label was lost: what asks is the interviewer's, the rest the guest's.
        kind = "question" if "?" in paragraph.text else "transcript"
        return Turn("", None, kind, [], paragraph.index, paragraph.index)
    unnamed = kind == "question" and all(fold(word) in ASKERS for word in label.text.split())
    turn.name, turn.role = ("", "") if unnamed else name_in(label.text)
    return turn


def _ends_floor(paragraph: Paragraph, paragraphs: list[Paragraph], labels: Labels) -> bool:
    """Whether a line without a label begins something else than speech."""
    text = paragraph.text
    if CLOSING.match(text) or text.startswith(("http://", "https://")):
        return True
    if len(paragraphs) - paragraph.index <= _LAST and _AFTERWORD.search(text) and not _FIRST.search(text):
        return True
    if not text.endswith(":") or paragraph.words > _HEADING:
        return False
    # "On the harbour:" above the next turn is a heading, and so is "Watch Full Remarks:"; "And he said:" is speech.
    return paragraph.index + 1 in labels or all(word[0].isupper() for word in text.split() if len(word) > _SMALL)


def turn_statements(text: str, turns: list[Turn]) -> list[Found]:
    """The turns as statements of readable size; an answer carries the question before it."""
    found: list[Found] = []
    question: Span | None = None
    for turn in turns:
        for span in readable(text, turn.parts):
            one = Found([span], "turn", "label", kind=turn.kind, mention=turn.label_span)
            one.name, one.role = turn.name, turn.role
            if turn.kind == "transcript":
                one.question = question
            found.append(one)
        if turn.kind == "question":
            question = (turn.parts[0][0], turn.parts[-1][1])
    return found
