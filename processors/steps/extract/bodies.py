"""Bodies named in full in an article, and which one "the ministry" or "the company" means after that."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass

from processors.messages import Span
from processors.steps.extract.forms import START, TIME, fold, sort_of
from processors.steps.extract.lexicon import WORDS, pairs
from processors.steps.extract.mentions import without_possessive

_NOUNS = WORDS["bodies"]
_CAPITAL = r"(?:(?:[A-Z]\.)+|[A-ZÀ-Þ][\w’'&\-]*)"
_NAME = re.compile(rf"{_CAPITAL}(?:[ \u00a0](?:(?:of the|for the|of|for|and|on|in|&)[ \u00a0])?{_CAPITAL})+")
_APPOSITION = re.compile(
    rf"(?P<name>{_CAPITAL}(?:[ \u00a0]{_CAPITAL}){{0,4}}), (?:a|an|the) (?:[\w’'\-]+ ){{0,4}}?"
    rf"(?P<noun>{'|'.join(sorted(_NOUNS - {'delegation'}))})\b"
)
_TOKEN = re.compile(r"[^ \u00a0]+")
_SAME = pairs("same_body")
_ENDINGS = frozenset(word for words in _SAME.values() for word in words)
_MOST = 300
"""Bodies of an article that are kept."""


@dataclass(slots=True)
class Bodies:
    """The bodies of one article, found when first asked for."""

    text: str
    _found: list[tuple[int, int, frozenset[str]]] | None = None

    def named(self, noun: str, at: int, spoke: list[str]) -> Span | None:
        """The body that a noun ("ministry") means at a position: the only one of its kind named before.

        Of several it is the one that spoke last; None where there is none, or where several could be meant.
        """
        wanted = _SAME.get(noun, frozenset()) | {noun}
        fits = [(start, end) for start, end, nouns in self._before(at) if not wanted.isdisjoint(nouns)]
        names = {self.text[start:end]: (start, end) for start, end in reversed(fits)}
        names = {name: span for name, span in names.items() if not any(name != o and name in o for o in names)}
        if len(names) == 1:
            return next(iter(names.values()))
        return next((names[name] for name in reversed(spoke) if name in names), None)

    def _before(self, at: int) -> list[tuple[int, int, frozenset[str]]]:
        if self._found is None:
            self._found = self._find()
        return self._found[: bisect.bisect_left(self._found, (at, 0, frozenset()))]

    def _find(self) -> list[tuple[int, int, frozenset[str]]]:
        found: list[tuple[int, int, frozenset[str]]] = []
        for match in _NAME.finditer(self.text):
            words = list(_TOKEN.finditer(match.group()))
            while words and sort_of(words[0].group()) in {START, TIME}:
                words = words[1:]
            nouns = frozenset(
                fold(word.group()) for i, word in enumerate(words)
                if i + 1 == len(words) or words[i + 1].group()[:1].islower()
            )  # fmt: skip
            if len(words) >= 2 and not match.group().isupper() and not (_NOUNS | _ENDINGS).isdisjoint(nouns):
                start, end = match.start() + words[0].start(), match.end()
                found.append((start, start + len(without_possessive(self.text[start:end])), nouns))
        for match in _APPOSITION.finditer(self.text):
            first, _, more = match["name"].partition(" ")
            if sort_of(first) not in {START, TIME} and (more or first.isupper()):
                found.append((*match.span("name"), frozenset({match["noun"]})))
        return sorted(found[:_MOST])


def body_noun(mention: str) -> str:
    """The noun by which a mention like "the ministry" means a body named before; empty for all others."""
    words = mention.split()
    if len(words) == 2 and fold(words[0]) in {"the", "this", "that"} and fold(words[1]) in _NOUNS:
        return fold(words[1])
    return ""
