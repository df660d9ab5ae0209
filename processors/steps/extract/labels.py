"""Labels that begin a speaker's turn, and who a label names.

Forms: ``MS. PSAKI:``, ``Q``, ``((Name))``, ``President of X Full Name:``, ``Speaker Name.`` as reports of debates have
it, and labels in the middle of a paragraph where a source ran a whole transcript together. Some sources repeat a name
from a link's title ("Mayor Ann Lee Lee AnnMayor of Calder:"): the repetition is no part of the name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from processors.messages import Span
from processors.steps.extract.forms import HONORIFICS, ORGANISATION_WORDS, fold, is_role
from processors.steps.extract.layout import Paragraph
from processors.steps.extract.lexicon import WORDS
from processors.steps.extract.mentions import is_heading
from processors.steps.extract.names import find_people
from processors.steps.extract.passage import CLOSING

ASKERS = WORDS["askers"]
_CAPITALS = re.compile(
    r"(?P<label>(?:[A-Z][A-Z.’'\-]*|Mc[A-Z]+|\([A-Z .]+\)|\d+)"
    r"(?:[ \u00a0](?:[A-Z][A-Z.,’'\-]*|Mc[A-Z]+|\([^)\n]{1,40}\)|\d+)){0,8})\s*:\s*"
)
_LETTER = re.compile(r"(?P<label>Q|A)(?:\s*[:.]\s*|\s+(?=\S)|\s*$)")
_BRACKETS = re.compile(r"\(\((?P<label>[A-ZÀ-Þ][^()\n]{0,60})\)\)\s*:?\s*")
_WORD = r"[A-ZÀ-Þ][\w.’'\-]*"
_NAMED = re.compile(
    rf"(?P<label>{_WORD}(?:,?[ \u00a0](?:of|the|and|for|de|van|al|–|{_WORD})){{0,20}}"
    r"(?:,? \([^)\n]{1,60}\))?)\s*:(?:\s+(?=\S)|(?=[\"“]))"
)
_DOTTED = re.compile(
    r"(?P<label>(?:(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov)\.|[A-ZÀ-Þ][\w’'\-]+)(?:[ \u00a0][A-ZÀ-Þ][\w’'\-]+){1,3})"
    r"\.[ \u00a0]?(?=[\"“\[(A-ZÀ-Þ])"
)
_BARE = re.compile(r"(?P<label>:)[ \u00a0]+(?=\S)")
_STYLES = (
    ("bare", _BARE),
    ("brackets", _BRACKETS), ("letter", _LETTER), ("capitals", _CAPITALS), ("named", _NAMED), ("dotted", _DOTTED)
)  # fmt: skip
_NOT_LABELS = WORDS["not_labels"]
_NO_SPEECH = frozenset("$€£0123456789")
_LONGEST = 9
"""Words of a label; one with a repeated name may have more."""
_DOUBLED = re.compile(
    r"(?P<first>[A-ZÀ-Þ][\w’'\-]+)[ \u00a0](?P<last>[A-ZÀ-Þ][\w’'\-]+)[ \u00a0](?P=last)[ \u00a0](?P=first)"
)
_OFFICE_AND_NAME = 3
_FEWEST = 2
"""Labels in brackets inside paragraphs that make them more than an accident."""
_LINKING = frozenset(["of", "the", "and", "for", "–", "-", "to"])
_INLINE = re.compile(
    r"(?:^|(?<=[\w.!?…*>,;:”’'\")\]»–—])[ \u00a0]|(?<=[*>]))"
    rf"(?P<label>(?:(?:{_WORD}|of|the|and|for|–),?[ \u00a0]){{0,24}}{_WORD})"
    r"(?:[ \u00a0]\([^()\n]{1,40}\))?:[ \u00a0]?(?=\S)"
)
_BEHIND = re.compile(r",? \([^()]*\)$")
_INSIDE_BRACKETS = re.compile(r"(?<=\S)\s+(?=\(\([A-ZÀ-Þ][^()\n]{0,60}\)\))")
_LOWER_ROLE = re.compile(r"(?:(?<=[.!?…] )|(?<=^))(?:[\w’'\-]+[ \u00a0]){1,6}$")
_SENTENCE_ENDS = frozenset('.!?…*>”"')


@dataclass(frozen=True, slots=True)
class Label:
    """A label as it stands, the offset of the words after it in its paragraph, and its form."""

    text: str
    rest: int
    style: str

    @property
    def words(self) -> list[str]:
        """Its words, folded for comparing."""
        return [fold(word) for word in re.findall(r"[\w’'\-]+", self.text)]

    @property
    def asks(self) -> bool:
        """Whether it is the label of whoever asks: ``Q``, ``Question``, ``REPORTER``."""
        return any(word in ASKERS for word in self.words)


def read_label(paragraph: Paragraph) -> Label | None:
    """The label with which a paragraph begins; None where it has none."""
    text = paragraph.text
    if CLOSING.match(text):
        return None
    for style, pattern in _STYLES:
        match = pattern.match(text)
        if match is None:
            continue
        label = Label(match["label"].strip(), match.end(), style)
        return label if _can_be(label, text) else None
    return None


def _can_be(label: Label, text: str) -> bool:
    words = label.words
    if label.style == "bare":
        return True
    if not words or _NOT_LABELS & {words[0], words[-1]}:
        return False
    if label.style == "capitals" and (words[0].isdigit() or (len(words) > 1 and is_heading(label.text))):
        return False
    if label.style == "letter":
        return label.text == "Q" or text[1:2] in {":", "."}
    if label.style == "named":
        short = len(words) <= _LONGEST or _DOUBLED.search(label.text) is not None
        return short and text[label.rest : label.rest + 1] not in _NO_SPEECH
    return True


def name_in(label: str) -> tuple[str, str]:
    """(name, role) of a label: ``Mayor of Calder Ann Lee`` → (``Ann Lee``, ``Mayor of Calder``); itself if unsure."""
    doubled = _DOUBLED.search(label)
    if doubled is not None:
        return f"{doubled['first']} {doubled['last']}", label[: doubled.start()].strip(" –-,")
    words = label.split()
    office = [i for i, word in enumerate(words) if is_role(word) and fold(word) not in HONORIFICS]
    if label.isupper() or "(" in label or not office or len(words) < _OFFICE_AND_NAME or office[-1] >= len(words) - 2:
        return label, ""
    name = words[-2:]
    if any(not word[0].isupper() or fold(word) in ORGANISATION_WORDS for word in name) or words[-3] in _LINKING:
        return label, ""
    return " ".join(name), " ".join(words[:-2]).strip(" –-,")


def has_office(label: str) -> bool:
    """Whether a label holds a word that can be somebody's office or form of address: "FIRST ON AIR" has none."""
    return any(is_role(word) and fold(word) not in WORDS["no_heads"] for word in label.split())


def initials_of(name: str) -> str:
    """The first letters of a name's words: an interview may be labelled with them."""
    return "".join(word[0] for word in re.split(r"[ \u00a0-]+", name) if word[:1].isupper())


def is_titled(label: str) -> bool:
    """Whether a label is an office and a name."""
    return bool(name_in(label)[1])


def split_inline(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Give labels that stand inside a paragraph one of their own: some sources run whole transcripts together."""
    found = [_labels_inside(paragraph) for paragraph in paragraphs]
    names = {name_in(label)[0] for marks in found for _, label in marks if is_titled(label)}
    names |= {name_in(one.text)[0] for p in paragraphs if (one := read_label(p)) is not None and is_titled(one.text)}
    bracketed = sum(len(_INSIDE_BRACKETS.findall(p.text)) for p in paragraphs) >= _FEWEST
    split: list[Paragraph] = []
    for paragraph, marks in zip(paragraphs, found, strict=True):
        inside = ((m.end(), "((") for m in _INSIDE_BRACKETS.finditer(paragraph.text)) if bracketed else ()
        at = 0
        for start, label in sorted([*marks, *inside]):
            known = (
                label == "(("
                or is_titled(label)
                or label in names
                or (names and (fold(label) in ASKERS or is_person(label)))
            )
            if known and start > at:
                split.append(_part(paragraph, at, start, len(split)))
                at = start
        split.append(_part(paragraph, at, len(paragraph.text), len(split)))
    return split


def _labels_inside(paragraph: Paragraph) -> list[tuple[int, str]]:
    """(where it begins, label) of everything in a paragraph that has a label's form."""
    found: list[tuple[int, str]] = []
    for match in _INLINE.finditer(paragraph.text) if ":" in paragraph.text else ():
        words = match["label"].split()
        start = match.start("label")
        if paragraph.text[max(0, start - 2) : start].strip()[-1:] not in _SENTENCE_ENDS:
            # What stands before is no sentence: a heading ran into the label, which begins with its office.
            before = _LOWER_ROLE.search(paragraph.text[max(0, start - 80) : start])
            if before is not None and is_role(before.group().split()[-1]):
                # A role in small letters: the Lantern's correspondent Ann Lee.
                found.append((start - len(before.group()), before.group() + match["label"]))
                continue
            skip = next((i for i, word in enumerate(words) if is_role(word)), max(0, len(words) - 2))
            start += len(" ".join(words[:skip])) + (1 if skip else 0)
            words = words[skip:]
        # A sentence may end inside the match: "… by Mr. Lee. Mayor Ann Ash: Yes."
        stop = max((i for i, word in enumerate(words[:-1]) if word.endswith(".") and len(word) > 3), default=-1) + 1
        start += len(" ".join(words[:stop])) + (1 if stop else 0)
        found.append((start, " ".join(words[stop:])))
    return found


def is_person(label: str) -> bool:
    """Whether the label is a full name and nothing else, but for brackets behind it."""
    bare = _BEHIND.sub("", label)
    people = find_people(bare)
    return len(people) == 1 and people[0].name == bare and " " in bare


def _part(paragraph: Paragraph, start: int, end: int, index: int) -> Paragraph:
    text = paragraph.text[start:end].rstrip()
    return Paragraph(index, paragraph.start + start, paragraph.start + start + len(text), text)


def span_of(paragraph: Paragraph, label: Label) -> Span:
    """Where the label stands in the article."""
    at = paragraph.start + max(0, paragraph.text.find(label.text))
    return at, at + len(label.text)
