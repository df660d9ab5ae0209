"""The extraction step: articles in, the statements made in them out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from processors import ids
from processors.messages import Article, Evidence, EvidenceRole, Extracted, Rejected, Span, Statement
from processors.settings import ExtractSettings
from processors.steps.extract.address import find_address
from processors.steps.extract.confidence import PASSAGES, confidence, features
from processors.steps.extract.found import Found, tidy
from processors.steps.extract.language import language_of
from processors.steps.extract.layout import paragraphs
from processors.steps.extract.outline import find_outline
from processors.steps.extract.parse import Parse, load_parser
from processors.steps.extract.people import People
from processors.steps.extract.quotes import find_quotes
from processors.steps.extract.relay import find_relays
from processors.steps.extract.resolve import Resolved, Resolver
from processors.steps.extract.speech import Speech
from processors.steps.extract.turns import find_turns, turn_statements

if TYPE_CHECKING:
    from spacy.tokens import Doc

EXTRACTOR_VERSION = "rules-2"
"""Changes whenever the step's output may change: it is part of every statement's id."""

JOINT = " … "
"""Between the parts of a statement that is not in one piece."""

_OWN_VERSION = re.compile(
    r"(?:(?:an?|the|our) (?:earlier|previous|original) (?:version|headline|caption)|this (?:article|story))\b.*",
    re.IGNORECASE,
)
_TOGETHER = 60_000
"""Characters of articles that are parsed at once: more is no quicker, and takes memory."""
_SHORTEST = 20
"""Characters below which a text holds no statement."""


class Rules(Protocol):
    """Anything that finds statements in articles: the rules here, or a learned extractor beside them."""

    def __call__(self, articles: Sequence[Article], /) -> list[list[Found]]:
        """The finds in each article, in order; what else is in the batch must not matter."""
        ...


class Extractor:
    """Turns articles into statements; keeps no state between articles, so batches do not matter."""

    def __init__(self, settings: ExtractSettings, find: Rules, detect: Callable[[str], str] = language_of) -> None:
        self._settings = settings
        self._find = find
        self._detect = detect

    def __call__(self, articles: Sequence[Article]) -> list[Extracted | Rejected]:
        """One answer an article, in order: its statements, why it was skipped, or why it is refused."""
        answers = [self._unread(article) for article in articles]
        read = [article for article, answer in zip(articles, answers, strict=True) if answer is None]
        found = iter(self._find(read))
        return [
            answer or Extracted(article=article, statements=tuple(_statements(article, next(found))))
            for article, answer in zip(articles, answers, strict=True)
        ]

    def _unread(self, article: Article) -> Extracted | Rejected | None:
        """The answer about an article that is not read at all; None for the others."""
        text = article.text
        if len(text) > self._settings.max_characters:
            allowed = self._settings.max_characters
            return Rejected(f"the text has {len(text):,} characters, and extract.max_characters allows {allowed:,}")
        if len(text.strip()) < _SHORTEST:
            return Extracted(article=article, statements=(), skipped="too short")
        if self._detect(text) not in self._settings.languages:
            return Extracted(article=article, statements=(), skipped="language")
        return None


def _statements(article: Article, found: list[Found]) -> list[Statement]:
    text = article.text
    resolver = Resolver(text, People.read(text, article.title, article.outlet))
    made: list[Statement] = []
    seen: set[str] = set()
    for one in found:
        one.spans = tidy(one.spans)
        if not one.spans:
            continue
        statement = _statement(article, one, resolver.resolve(one))
        if statement.id not in seen:
            seen.add(statement.id)
            made.append(statement)
    passages = any(one.kind in PASSAGES for one in made)
    return [_weighed(one, text, passages) for one in made]


def build_extractor(settings: ExtractSettings) -> Extractor:
    """The step with its parser loaded; raises ModelError where the English pipeline is missing."""
    return Extractor(settings, find_with(load_parser()))


def find_with(parse: Parse) -> Rules:
    """All rules over one parser: the articles of a batch are parsed together, which is quicker."""

    def find(articles: Sequence[Article], /) -> list[list[Found]]:
        found: list[list[Found]] = []
        for batch in _batches(articles):
            with parse([text for one in batch for text in one.speech.texts]) as docs:
                found += [one.found(docs) for one in batch]
        return found

    return find


def _batches(articles: Sequence[Article]) -> Iterator[list[_Reading]]:
    """Articles made ready to be parsed, as many together as make a good batch; parses take much memory."""
    batch: list[_Reading] = []
    characters = 0
    for article in articles:
        batch.append(_Reading(article))
        characters += len(article.text)
        if characters >= _TOGETHER:
            yield batch
            batch, characters = [], 0
    yield batch


class _Reading:
    """One article between what can be found without a parse and what cannot."""

    def __init__(self, article: Article) -> None:
        text = self._text = article.text
        lines = paragraphs(text)
        turns = find_turns(lines, article.title, article.outlet)
        self._passages = turn_statements(text, turns) or find_address(text, article.title, lines)
        self._outline, self._zone = find_outline(text, lines) if not self._passages else ([], None)
        self.speech = Speech(text, lines, find_quotes(text, lines))

    def found(self, docs: Iterator[Doc]) -> list[Found]:
        """All finds, in the order of the text, after those were left out that others overrule."""
        speech = [one for one in self.speech.find(docs) if not _corrects(self._text, one)]
        zone = self._zone
        if zone is not None:
            speech = [one for one in speech if not any(s < zone[1] and e > zone[0] for s, e in one.spans)]
        if self._passages:
            speech = [one for one in speech if _reports_others(one, self._passages)]
        found = [*speech, *self._passages, *self._outline]
        return sorted(found, key=lambda one: one.spans[0] if one.spans else (0, 0))


def _corrects(text: str, one: Found) -> bool:
    """Whether it is what the article itself said before it was amended: the correction is no statement of anybody's."""
    return one.mention is not None and _OWN_VERSION.fullmatch(text, *one.mention) is not None


def _reports_others(one: Found, passages: list[Found]) -> bool:
    """Whether speech inside somebody's passage is reported of another: it needs a cue of its own."""
    if one.cue is not None and one.rule not in {"floating", "quote"}:
        return True
    begin, end = passages[0].spans[0][0], passages[-1].spans[-1][1]
    return not begin <= one.start < end


def _statement(article: Article, found: Found, resolved: Resolved) -> Statement:
    text = article.text
    spans = tuple(found.spans)
    relays = find_relays(text, found)
    name = resolved.name
    return Statement(
        id=ids.statement_id(article.id, spans, EXTRACTOR_VERSION),
        kind=found.kind,
        spans=spans,
        text=JOINT.join(" ".join(text[start:end].split()) for start, end in spans),
        speaker=name,
        mention=found.mention,
        role=_words(text, found.role or resolved.words, resolved.role),
        relayed_by=tuple(dict.fromkeys(text[start:end] for start, end in relays if text[start:end] != name)),
        heading=text[found.heading[0] : found.heading[1]] if found.heading else "",
        evidence=tuple(_evidence(found, resolved, relays)),
        why_unknown="" if name else resolved.why_unknown or found.why_unknown,
        rule=found.rule,
        extractor=EXTRACTOR_VERSION,
        reported_speaker=_words(text, "", found.inner),
    )


def _weighed(statement: Statement, text: str, passages: bool) -> Statement:
    probability = confidence(features(statement, text, beside_passages=passages))
    return msgspec.structs.replace(statement, confidence=probability)


def _words(text: str, known: str, span: Span | None) -> str:
    return known or (" ".join(text[span[0] : span[1]].split()) if span else "")


def _evidence(found: Found, resolved: Resolved, relays: list[Span]) -> list[Evidence]:
    """What proves the statement, each passage once in each part it plays."""
    parts: list[tuple[EvidenceRole, Span | None]] = [
        ("speaker", found.mention), ("name", resolved.span), ("role", resolved.role), ("cue", found.cue),
        *(("relay", span) for span in relays), ("heading", found.heading), ("question", found.question),
        ("inner", found.inner),
    ]  # fmt: skip
    return [Evidence(role, *span) for role, span in dict.fromkeys(parts) if span is not None]
