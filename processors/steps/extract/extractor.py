"""The extraction step: articles in, the statements made in them out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

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
from processors.steps.extract.speech import find_speech
from processors.steps.extract.turns import find_turns, turn_statements

EXTRACTOR_VERSION = "rules-1"
"""Changes whenever the step's output may change: it is part of every statement's id."""

JOINT = " … "
"""Between the parts of a statement that is not in one piece."""

_OWN_VERSION = re.compile(
    r"(?:(?:an?|the|our) (?:earlier|previous|original) (?:version|headline|caption)|this (?:article|story))\b.*",
    re.IGNORECASE,
)
_SHORTEST = 20
"""Characters below which a text holds no statement."""


class Rules(Protocol):
    """Anything that finds statements in a text: the rules here, or a learned extractor beside them."""

    def __call__(self, text: str, title: str, outlet: str, /) -> list[Found]:
        """The finds in an article."""
        ...


class Extractor:
    """Turns articles into statements; keeps no state between articles, so batches do not matter."""

    def __init__(self, settings: ExtractSettings, find: Rules, detect: Callable[[str], str] = language_of) -> None:
        self._settings = settings
        self._find = find
        self._detect = detect

    def __call__(self, articles: Sequence[Article]) -> list[Extracted | Rejected]:
        """One answer an article, in order: its statements, why it was skipped, or why it is refused."""
        return [self._one(article) for article in articles]

    def _one(self, article: Article) -> Extracted | Rejected:
        text = article.text
        if len(text) > self._settings.max_characters:
            allowed = self._settings.max_characters
            return Rejected(f"the text has {len(text):,} characters, and extract.max_characters allows {allowed:,}")
        if len(text.strip()) < _SHORTEST:
            return Extracted(article=article, statements=(), skipped="too short")
        if self._detect(text) not in self._settings.languages:
            return Extracted(article=article, statements=(), skipped="language")
        return Extracted(article=article, statements=tuple(self._statements(article)))

    def _statements(self, article: Article) -> list[Statement]:
        text = article.text
        resolver = Resolver(text, People.read(text, article.title))
        made: list[Statement] = []
        seen: set[str] = set()
        for found in self._find(text, article.title, article.outlet):
            found.spans = tidy(found.spans)
            if not found.spans:
                continue
            statement = _statement(article, found, resolver.resolve(found))
            if statement.id not in seen:
                seen.add(statement.id)
                made.append(statement)
        passages = any(one.kind in PASSAGES for one in made)
        return [_weighed(one, text, passages) for one in made]


def build_extractor(settings: ExtractSettings) -> Extractor:
    """The step with its parser loaded; raises ModelError where the English pipeline is missing."""
    return Extractor(settings, find_with(load_parser()))


def find_with(parse: Parse) -> Rules:
    """All rules over one parser, in the order in which they overrule each other."""

    def find(text: str, title: str, outlet: str, /) -> list[Found]:
        lines = paragraphs(text)
        turns = find_turns(lines, title, outlet)
        passages = turn_statements(text, turns) or find_address(text, title, lines)
        outline, zone = find_outline(text, lines) if not passages else ([], None)
        speech = find_speech(text, lines, find_quotes(text, lines), parse)
        speech = [one for one in speech if not _corrects(text, one)]
        if zone is not None:
            speech = [one for one in speech if not any(s < zone[1] and e > zone[0] for s, e in one.spans)]
        if passages:
            speech = [one for one in speech if _reports_others(one, passages)]
        return sorted([*speech, *passages, *outline], key=lambda one: one.spans[0] if one.spans else (0, 0))

    return find


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
        role=_words(text, found.role, resolved.role),
        relayed_by=tuple(dict.fromkeys(text[start:end] for start, end in relays if text[start:end] != name)),
        heading=text[found.heading[0] : found.heading[1]] if found.heading else "",
        evidence=tuple(_evidence(found, resolved, relays)),
        why_unknown="" if name else resolved.why_unknown or found.why_unknown,
        rule=found.rule,
        extractor=EXTRACTOR_VERSION,
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
    ]  # fmt: skip
    return [Evidence(role, *span) for role, span in dict.fromkeys(parts) if span is not None]
