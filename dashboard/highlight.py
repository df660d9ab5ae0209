"""Cut an article's text into pieces that are marked alike, however statement and evidence overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Reason:
    """A numbered passage that proves something about the statement: its number from 1, what it proves, its words."""

    number: int
    roles: tuple[str, ...]
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: whether the statement has it, the reasons that it belongs to, and those that end here."""

    text: str
    statement: bool
    reasons: tuple[int, ...]
    ends: tuple[int, ...]


def reasons(text: str, evidence: Iterable[tuple[str, int, int]]) -> list[Reason]:
    """Number the evidence in order of appearance; spans that are empty or lie outside the text are left out.

    ``evidence`` holds (role, start, end), offsets in code points, end exclusive. A passage that proves several things
    is one reason.
    """
    roles: dict[tuple[int, int], set[str]] = {}
    for role, start, end in evidence:
        if 0 <= start < end <= len(text):
            roles.setdefault((start, end), set()).add(role)
    return [Reason(n, tuple(sorted(roles[span])), *span, text[slice(*span)]) for n, span in enumerate(sorted(roles), 1)]


def pieces(text: str, spans: Sequence[tuple[int, int]], proofs: Sequence[Reason]) -> list[Piece]:
    """The text in order, cut wherever a mark begins or ends; joined again the pieces give the text."""
    usable = [(start, end) for start, end in spans if 0 <= start < end <= len(text)]
    edges = {0, len(text)}
    for start, end in usable:
        edges |= {start, end}
    for proof in proofs:
        edges |= {proof.start, proof.end}
    ordered = sorted(edges)
    found = []
    for start, end in pairwise(ordered):
        here = tuple(proof.number for proof in proofs if proof.start <= start and end <= proof.end)
        last = tuple(proof.number for proof in proofs if proof.end == end and proof.number in here)
        found.append(Piece(text[start:end], any(s <= start and end <= e for s, e in usable), here, last))
    return found
