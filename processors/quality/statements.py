"""How good extracted statements are against gold: spans, speakers, and whole passages.

Content is compared as sets of word tokens, so that quotation marks and punctuation do not count. A statement is found
where its words overlap a gold one's with a Dice coefficient of at least one half, each matched once, best first; it is
right where its speaker is right too (the mention overlaps the gold mention, or the names share their last word). This
measure follows the usual one for quotation attribution (Pareti 2015; Gender Gap Tracker, Asr et al. 2021).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from processors.errors import SourceError

PASSAGES = frozenset({"transcript", "question", "address"})
"""Kinds that are scored as whole passages, since where they are cut is a matter of taste."""

Row = Mapping[str, Any]
_WORD = re.compile(r"\w+")
_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A text with its gold: rows with ``spans``, ``kind``, ``source``, ``speaker``, ``aliases`` and ``identity``."""

    doc: str
    text: str
    statements: Sequence[Row] = ()
    turns: Sequence[Row] = ()


@dataclass(slots=True)
class StatementScore:
    """Counts from which the shares follow; all shares lie between 0 and 1, and are 0 where nothing was counted."""

    gold: int = 0
    found: int = 0
    spans_right: int = 0
    both_right: int = 0
    with_speaker: int = 0
    speaker_right: int = 0
    turn_words: int = 0
    turn_found: int = 0
    turn_right: int = 0
    by_kind: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def as_row(self) -> dict[str, float | int]:
        """The figures as they are printed, shares in per cent."""
        joint = _f1(self.both_right, self.found, self.gold)
        return {
            "gold": self.gold,
            "found": self.found,
            "span_f1": _percent(_f1(self.spans_right, self.found, self.gold)),
            "joint_precision": _percent(_share(self.both_right, self.found)),
            "joint_recall": _percent(_share(self.both_right, self.gold)),
            "joint_f1": _percent(joint),
            "speaker": _percent(_share(self.speaker_right, self.with_speaker)),
            "turn_recall": _percent(_share(self.turn_right, self.turn_words)),
            "turn_precision": _percent(_share(self.turn_right, self.turn_found)),
        }


def score_statements(documents: Iterable[GoldDocument], found: Mapping[str, Sequence[Row]]) -> StatementScore:
    """Score what was found, by document; rows as ``onrecord extract`` writes them."""
    score = StatementScore()
    for document in documents:
        tokens = [match.span() for match in _WORD.finditer(document.text)]
        rows = found.get(document.doc, ())
        _score_spans(score, tokens, document, [row for row in rows if row["kind"] not in PASSAGES])
        _score_turns(score, tokens, document, [row for row in rows if row["kind"] in PASSAGES])
    return score


def which_are_right(document: GoldDocument, rows: Sequence[Row]) -> list[bool]:
    """For each row whether its words and its speaker are both right; a passage is where most of its words are."""
    tokens = [match.span() for match in _WORD.finditer(document.text)]
    right = [False] * len(rows)
    said = [at for at, row in enumerate(rows) if row["kind"] not in PASSAGES]
    gold = [(row, covered) for row in document.statements if (covered := _cover(tokens, row["spans"]))]
    for i, j in _pairs([c for _, c in gold], [_cover(tokens, rows[at]["spans"]) for at in said]):
        truth = gold[i][0]
        right[said[j]] = not truth["source"] or _right_speaker(truth, rows[said[j]])
    turn_of = _turn_of(tokens, document.turns)
    for at, row in enumerate(rows):
        if row["kind"] in PASSAGES:
            words = _cover(tokens, row["spans"])
            right[at] = 2 * sum(w in turn_of and _right_turn(turn_of[w], row) for w in words) > len(words)
    return right


def spoken(document: GoldDocument) -> GoldDocument:
    """The document with the gold of speech alone, without what somebody thought or felt."""
    kept = [row for row in document.statements if row.get("speech", True)]
    return GoldDocument(document.doc, document.text, kept, document.turns)


def name_share(documents: Iterable[GoldDocument], found: Mapping[str, Sequence[Row]]) -> float:
    """Of the found statements whose gold knows the person by name, the per cent with that name resolved."""
    known = right = 0
    for document in documents:
        tokens = [match.span() for match in _WORD.finditer(document.text)]
        gold = [(row, covered) for row in document.statements if (covered := _cover(tokens, row["spans"]))]
        rows = [row for row in found.get(document.doc, ()) if row["kind"] not in PASSAGES]
        for i, j in _pairs([c for _, c in gold], [_cover(tokens, row["spans"]) for row in rows]):
            names = [*gold[i][0].get("aliases", ()), gold[i][0].get("identity") or ""]
            if gold[i][0].get("aliases"):
                known += 1
                right += same_person(rows[j]["speaker"], names)
    return _percent(_share(right, known))


def read_gold(folder: Path) -> list[GoldDocument]:
    """Gold from a folder with docs.jsonl, gold.jsonl and, where there is one, turns.jsonl; raises SourceError."""
    statements, turns = _by_doc(folder / "gold.jsonl"), _by_doc(folder / "turns.jsonl", optional=True)
    return [
        GoldDocument(row["doc"], row["text"], statements.get(row["doc"], ()), turns.get(row["doc"], ()))
        for row in _rows(folder / "docs.jsonl")
    ]


def same_person(name: str, others: Iterable[str]) -> bool:
    """Whether a name shares its last word with one of the others."""
    words = _name_words(name)
    for other in map(_name_words, others):
        if words and other and (words == other or words[-1] in other or other[-1] in words):
            return True
    return False


def _score_spans(score: StatementScore, tokens: list[tuple[int, int]], document: GoldDocument, rows: list[Row]) -> None:
    gold = [(row, covered) for row in document.statements if (covered := _cover(tokens, row["spans"]))]
    found = [(row, covered) for row in rows if (covered := _cover(tokens, row["spans"]))]
    score.gold += len(gold)
    score.found += len(found)
    for row, _ in gold:
        score.by_kind[row["kind"]][0] += 1
    for i, j in _pairs([c for _, c in gold], [c for _, c in found]):
        truth, answer = gold[i][0], found[j][0]
        score.spans_right += 1
        right = not truth["source"] or _right_speaker(truth, answer)
        score.both_right += right
        score.by_kind[truth["kind"]][1] += right
        if truth["source"]:
            score.with_speaker += 1
            score.speaker_right += right


def _pairs(gold: list[set[int]], found: list[set[int]]) -> list[tuple[int, int]]:
    """Pairs of a gold and a found statement that overlap enough, each used once, the best first."""
    overlaps = sorted(
        (
            (-2 * len(a & b) / (len(a) + len(b)), i, j)
            for i, a in enumerate(gold) for j, b in enumerate(found) if a & b
        )
    )  # fmt: skip
    used_gold: set[int] = set()
    used_found: set[int] = set()
    pairs = []
    for dice, i, j in overlaps:
        if i in used_gold or j in used_found:
            continue
        used_gold.add(i)
        used_found.add(j)
        if -dice >= _ENOUGH:
            pairs.append((i, j))
    return pairs


def _right_speaker(truth: Row, answer: Row) -> bool:
    start, end = answer.get("speaker_start"), answer.get("speaker_end")
    if start is not None and end is not None and any(start < b and end > a for a, b in truth["source"]):
        return True
    names = [truth["speaker"], *truth.get("aliases", ()), truth.get("identity") or ""]
    return same_person(answer["speaker"], names)


def _score_turns(score: StatementScore, tokens: list[tuple[int, int]], document: GoldDocument, rows: list[Row]) -> None:
    truth = _turn_of(tokens, document.turns)
    answers: dict[int, Row] = {}
    for row in rows:
        answers.update(dict.fromkeys(_cover(tokens, row["spans"]), row))
    score.turn_words += len(truth)
    score.turn_found += len(answers)
    score.turn_right += sum(_right_turn(truth[word], answers[word]) for word in truth.keys() & answers.keys())


def _turn_of(tokens: list[tuple[int, int]], turns: Iterable[Row]) -> dict[int, Row]:
    """The turn that each word lies in, by the word's number."""
    found: dict[int, Row] = {}
    for turn in turns:
        found.update(dict.fromkeys(_cover(tokens, [(turn["start"], turn["end"])]), turn))
    return found


def _right_turn(truth: Row, answer: Row) -> bool:
    """Whether it is a question where one is due, and somebody's words with their name where those are due."""
    asks = truth["kind"] == "question"
    if asks or answer["kind"] == "question":
        return bool(asks and answer["kind"] == "question")
    return same_person(answer["speaker"], [truth["speaker"]])


def _cover(tokens: list[tuple[int, int]], spans: Iterable[Sequence[int]]) -> set[int]:
    return {i for i, (start, end) in enumerate(tokens) if any(start < b and end > a for a, b in spans)}


def _name_words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", re.sub(r"['’]s\b", "", name))
    return re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)).lower())


def _by_doc(path: Path, *, optional: bool = False) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    if optional and not path.is_file():
        return grouped
    for row in _rows(path):
        grouped[row["doc"]].append(row)
    return grouped


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.strip()]
    except OSError as error:
        raise SourceError(
            f"cannot read {path}: {error.strerror}; give a folder with docs.jsonl and gold.jsonl"
        ) from error
    except ValueError as error:
        raise SourceError(f"{path} is not made of JSON lines: {error}") from error


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _f1(right: int, found: int, gold: int) -> float:
    return 2 * right / (found + gold) if found + gold else 0.0


def _percent(share: float) -> float:
    return round(100 * share, 1)
