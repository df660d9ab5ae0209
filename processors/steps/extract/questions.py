"""Who asks in an interview, by name of the outlet, by what the label does, or by the form of the text alone."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from processors.messages import Kind, Span
from processors.steps.extract.forms import fold, is_given, is_role
from processors.steps.extract.layout import Paragraph, is_boilerplate
from processors.steps.extract.names import find_headline_people
from processors.steps.extract.passage import up_to_end

_ASKING = 0.6
"""The share of an interviewer's turns that end with a question mark; a guest's is far below."""
_ASKING_AT_LEAST = 0.4
"""The same where the title says that it is an interview, and the guest hardly asks."""
_ANSWERING, _HARDLY = 0.34, 0.1
_FEWEST = 3
_YOU = re.compile(r"\b(?:[Yy]ou|[Yy]our)\b")
_FIRST = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur)\b")
_QUESTION = re.compile(r"\?[\"”’)]*$")
_INTERVIEW = re.compile(
    r"\b(?:[Tt]alks?|[Ss]peaks?|[Ss]poke|[Tt]alked) (?:to|with)\b|\b[Tt]ells? [A-Z]|\b[Dd]iscuss(?:es)?\b.* with\b"
)
_PRESS = re.compile(r"\b(?:media|press|news conference|journalists|reporters|interview|questions)\b", re.IGNORECASE)
_LONGEST_QUESTION = 80
"""Words of a line that asks, in an interview without labels."""
_PUBLIC = re.compile(r"\.(?:gov|mil|senate|house|parliament)(?:\.|$)")
_ANSWER = 8
"""Words of an answer without a label; less is a caption or a line of a table."""
_REMARK = 30
"""Words of a remark of the interviewer's that is no question."""
_APART = 12
"""Paragraphs from one question to the next, at most, in such an interview."""
_LEAD = 6
_INTERVIEWED = re.compile(r"\binterview(?:s|ed)?\b|\bQ ?& ?A\b", re.IGNORECASE)


@dataclass(slots=True)
class Turn:
    """A speaker's passage: its label ('' where it has none), and the parts (without the label) that it covers."""

    label: str
    label_span: Span | None
    kind: Kind
    parts: list[Span]
    first: int
    last: int
    said: list[str] = field(default_factory=list)
    name: str = ""
    role: str = ""

    @property
    def asks(self) -> bool:
        """Whether it ends with a question mark."""
        return bool(self.said) and _QUESTION.search(self.said[-1]) is not None

    def add(self, start: int, words: str, index: int) -> None:
        """Take in the words of a paragraph, which begin at this offset of the article."""
        self.parts.append((start, start + len(words)))
        self.said.append(words)
        self.last = index


def is_outlet(words: Sequence[str], outlet: str) -> bool:
    """Whether a label is the outlet's own name; the site of a member of parliament interviews nobody."""
    if _PUBLIC.search(outlet):
        return False
    words = [word for word in words if word != "the"]
    site = re.sub(r"[^a-z]", "", outlet.lower().removeprefix("www.").removeprefix("en."))
    return len(words) == 1 and len(words[0]) > 3 and site.startswith(words[0])


def mark_interviewers(turns: list[Turn], title: str, outlet: str) -> None:
    """Make a named label whose turns are nearly all questions, beside one who answers, that of an interviewer."""
    by_label: dict[str, list[Turn]] = {}
    for turn in turns:
        by_label.setdefault(turn.label, []).append(turn)
    share = {label: sum(turn.asks for turn in of) / len(of) for label, of in by_label.items()}
    least = min((share[label] for label, of in by_label.items() if len(of) > 1), default=1.0)
    told = least <= _HARDLY and re.search(r"\binterview", title, re.IGNORECASE) is not None
    asking = _ASKING_AT_LEAST if told else _ASKING
    for label, of in by_label.items():
        answered = len(by_label) == 1 or least <= _ANSWERING
        if len(of) >= _FEWEST and share[label] >= asking and answered and not _is_subject(label, title, outlet):
            for turn in of:
                turn.kind = "question"


def mark_press(turns: list[Turn], title: str, outlet: str) -> None:
    """Make those who ask something in each of their few turns, at an event for the press, its questioners."""
    if not _PRESS.search(title):
        return
    by_label: dict[str, list[Turn]] = {}
    for turn in turns:
        by_label.setdefault(turn.label, []).append(turn)
    most = max(len(of) for of in by_label.values())
    for label, of in by_label.items():
        asks = all(any("?" in words for words in turn.said) for turn in of)
        if asks and len(of) < most and not _is_subject(label, title, outlet) and not of[0].role:
            for turn in of:
                turn.kind = "question"


def name_guest(turns: list[Turn], title: str) -> None:
    """Give turns that lost their label, and do not ask, to the first person of the title."""
    lost = [turn for turn in turns if not turn.label and turn.kind == "transcript"]
    guests = find_headline_people(title) if lost else []
    for turn in lost:
        turn.name = guests[0].name if guests else ""


def part_answers(turns: list[Turn], title: str) -> list[Turn]:
    """Where only questions are labelled, what stands under a question without one is the guest's answer."""
    if not _INTERVIEWED.search(title) or any(turn.kind != "question" for turn in turns):
        return turns
    guest = _guest(title)
    parted: list[Turn] = []
    for turn in turns:
        last = max((i for i, words in enumerate(turn.said) if _QUESTION.search(words)), default=0)
        rest = [i for i in range(last + 1, len(turn.said)) if len(turn.said[i].split()) >= _ANSWER]
        parted.append(turn)
        if rest:
            answer = Turn("", None, "transcript", [], turn.first, turn.last, name=guest)
            answer.parts = [turn.parts[i] for i in rest]
            answer.said = [turn.said[i] for i in rest]
            turn.parts, turn.said = turn.parts[: last + 1], turn.said[: last + 1]
            parted.append(answer)
    return parted


def _is_subject(label: str, title: str, outlet: str) -> bool:
    """Whether the text is about the label's bearer: the member who questions a witness is no interviewer."""
    words = label.split()
    surname = fold(words[-1]) if words else ""
    return any(is_role(word) for word in words) or surname in outlet.lower() or surname in title.lower()[:40]


def first_question(before: Paragraph | None, turns: list[Turn]) -> Turn | None:
    """The question above the first labelled answer, where a source left its label out."""
    if before is None or not turns or turns[0].kind == "question" or not any(t.kind == "question" for t in turns):
        return None
    if before.words > _LONGEST_QUESTION or before.text.endswith(":"):
        return None
    if not (_QUESTION.search(before.text) or _YOU.search(before.text)):
        return None
    question = Turn("", None, "question", [], before.index, before.index)
    question.add(before.start, before.text, before.index)
    return question


def unlabelled_interview(paragraphs: list[Paragraph], title: str) -> list[Turn]:
    """An interview without labels: lines that ask, each with paragraphs in the first person under it."""
    lead = "\n".join([title, *(p.text[:600] for p in paragraphs[:_LEAD])])
    if not _INTERVIEW.search(title) and not _INTERVIEWED.search(lead):
        return []
    asking = [p.index for p in paragraphs if p.words <= _LONGEST_QUESTION and _QUESTION.search(p.text)]
    guest = _guest(title)
    if len(asking) < (_FEWEST - 1 if guest else _FEWEST + 1):
        return []
    if any(b - a > _APART for a, b in itertools.pairwise(asking)):
        return []
    body = [p for p in up_to_end(paragraphs[_opening(paragraphs, asking[0]) :]) if not is_boilerplate(p)]
    asked = {p.index for p in body if _addresses(p)} | set(asking)
    answers = [p for p in body if p.index not in asked]
    if guest and any(_reports(p.text, guest) for p in answers):
        return []
    if len(answers) < len(asked) / 2 or sum(bool(_FIRST.search(p.text)) for p in answers) < len(answers) / 2:
        return []
    return _in_turn(body, asked, guest)


def _opening(paragraphs: list[Paragraph], first: int) -> int:
    """Where the interview begins: at its first question, or at a remark to the guest and an answer before that."""
    return first - 2 if first >= _FEWEST - 1 and _addresses(paragraphs[first - 2]) else first


def _addresses(paragraph: Paragraph) -> bool:
    """Whether a line speaks to somebody and not of oneself."""
    text = paragraph.text
    return paragraph.words <= _REMARK and _YOU.search(text) is not None and _FIRST.search(text) is None


def _guest(title: str) -> str:
    """The person whom the title names; nothing where the words may be no name."""
    people = find_headline_people(title)
    sure = [
        one.name for one in people if one.title is not None or any(is_given(word) for word in one.name.split()[:-1])
    ]
    return sure[0] if sure else ""


def _reports(words: str, guest: str) -> bool:
    surname = re.escape(guest.rsplit(maxsplit=1)[-1])
    return re.search(rf"\b{surname} (?:\w{{2,20}}ed|said|says|told|tells|thinks)\b", words) is not None


def _in_turn(paragraphs: list[Paragraph], asking: set[int], guest: str) -> list[Turn]:
    turns: list[Turn] = []
    for paragraph in paragraphs:
        kind: Kind = "question" if paragraph.index in asking else "transcript"
        if not turns or turns[-1].kind != kind:
            turns.append(Turn("", None, kind, [], paragraph.index, paragraph.index))
            turns[-1].name = guest if kind == "transcript" else ""
        turns[-1].add(paragraph.start, paragraph.text, paragraph.index)
    return turns
