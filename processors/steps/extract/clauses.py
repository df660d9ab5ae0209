"""Indirect speech by dependency: clausal complements, parataxis, "according to", orders, labels and noun cues.

The rules follow the direct/indirect distinction of the Gender Gap Tracker (Asr et al. 2021) and of Citron (BBC) only in
its idea, a reporting verb and its complement in a dependency parse; the rules themselves were made on annotated news.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from processors.steps.extract.clause import NOBODY, Clause, made
from processors.steps.extract.complements import closing_name, complement, parenthesis, rest, skip_that, tail, that
from processors.steps.extract.cues import DOCUMENTS, FIRST_PERSON, NOUN_CUES, Cue
from processors.steps.extract.phrases import infinitive, label, order, prepositional, quoted_part, thing
from processors.steps.extract.syntax import (
    Range,
    clause_range,
    cue_of,
    is_passive,
    mention_of,
    noun_phrase,
    subject_of,
    without,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token


def find_clauses(doc: Doc) -> list[Clause]:
    """All indirect speech of a parsed frame; what another statement contains is left out."""
    found: list[Clause] = []
    for sentence in doc.sents:
        inside: list[Clause] = []
        according = list(_according(sentence))
        for token in sentence:
            cue = cue_of(token)
            clause = None
            if cue is not None:
                clause = _by_verb(token, cue, sentence)
            elif token.lower_ in NOUN_CUES and token.tag_[:2] == "NN":
                clause = _by_noun(token)
            elif token.lower_ == "reportedly" and token.head.tag_[:2] == "VB" and cue_of(token.head) is None:
                clause = _reportedly(token, sentence)
            if clause is not None:
                inside.append(clause)
        found += _outermost(_with_relays(inside, according))
    return found


def _by_verb(verb: Token, cue: Cue, sentence: Span) -> Clause | None:
    subject = subject_of(verb)
    if subject is not None and subject.lower_ in FIRST_PERSON:
        return None
    if (
        cue.finding
        and subject is not None
        and subject.tag_ in {"NN", "NNS", "PRP", "DT"}
        and subject.lower_ not in DOCUMENTS
    ):
        return None
    clause = (
        complement(verb, cue, sentence)
        or parenthesis(verb, cue, sentence)
        or order(verb, cue)
        or label(verb, cue)
        or prepositional(verb, cue)
        or thing(verb, cue)
        or infinitive(verb, cue)
        or that(verb, cue, sentence)
        or quoted_part(verb, cue)
        or rest(verb, cue, sentence)
        or tail(verb, cue, sentence)
    )
    if clause is None:
        return None
    if clause.mention is None and subject is None and not is_passive(verb):
        clause.mention = closing_name(verb, sentence)
    if clause.mention is None and subject is not None:
        clause.subject, clause.mention = subject, mention_of(subject)
    passive = is_passive(verb)
    if clause.mention is None:
        if not passive or (cue.lemma in {"tell", "inform", "ask", "remind", "urge"} and clause.rule != "order"):
            return None
        clause.nobody = NOBODY
    elif passive and subject is None:
        return None
    return _citing(verb, clause)


def _citing(verb: Token, clause: Clause) -> Clause:
    """``X, citing Y, reported that …``: Y says it, X relays it."""
    near = verb.doc[max(0, verb.i - 8) : verb.i + 4]
    citing = next((t for t in near if t.lower_ in {"citing", "quoting"}), None)
    if citing is None or clause.mention is None or citing.i < clause.mention[0]:
        return clause
    source = next((c for c in citing.children if c.dep_ == "dobj"), None)
    if source is not None:
        clause.relay, clause.mention, clause.subject = clause.mention, noun_phrase(source), source
        clause.content = [part for whole in clause.content for part in without(whole, clause_range(citing))]
    return clause


def _by_noun(noun: Token) -> Clause | None:
    """``his claim that …``, ``a statement by X that …``."""
    clause = next(
        (c for c in noun.children
         if c.dep_ in {"acl", "ccomp", "relcl"} and c.i > noun.i
         and any(m.lower_ == "that" and m.dep_ == "mark" for m in c.children)),
        None,
    )  # fmt: skip
    if clause is None:
        return None
    owner = next((c for c in noun.children if c.dep_ == "poss"), None)
    if owner is None:
        prep = next(
            (c for c in noun.children if c.dep_ in {"prep", "agent"} and c.lower_ in {"by", "from", "of"}), None
        )
        owner = next((c for c in prep.children if c.dep_ == "pobj"), None) if prep is not None else None
    start, end = clause_range(clause)
    found = made(noun, [(skip_that(clause, start), end)], "noun")
    if owner is None:
        verb = noun.head
        owner = (
            subject_of(verb)
            if noun.dep_ == "dobj" and verb.lower_ in {"made", "makes", "making", "repeated", "issued"}
            else None
        )
    if owner is None or owner.lower_ in {"my", "our"} | FIRST_PERSON:
        return None
    if found is not None:
        found.subject, found.mention = owner, noun_phrase(owner)
    return found


def _reportedly(adverb: Token, sentence: Span) -> Clause | None:
    whole = (sentence.start, sentence.end)
    head = adverb.head
    if head.dep_ in {"relcl", "ccomp", "advcl", "conj"} and head.tag_[:2] == "VB":
        whole = clause_range(head)
    found = made(adverb, without(whole, (adverb.i, adverb.i + 1)), "reportedly")
    if found is not None:
        found.nobody = NOBODY
    return found


def _according(sentence: Span) -> Iterator[Clause]:
    """``According to X, …`` and ``…, according to X``."""
    for token in sentence:
        if token.lower_ != "according" or token.i + 1 >= sentence.end or token.nbor().lower_ != "to":
            continue
        source = next((c for c in token.nbor().children if c.dep_ == "pobj"), None)
        if source is None or source.lower_ in {"plan", "law", "rules", "schedule"}:
            continue
        end = source.right_edge.i + 1
        mention = noun_phrase(source)
        comma = next((i for i in range(mention[1], end) if sentence.doc[i].text == ","), None)
        if comma is not None and token.i > sentence.start + 2:
            end = comma
        elif token.i <= sentence.start + 2:
            first = next((i for i in range(mention[1], sentence.end) if sentence.doc[i].text == ","), None)
            end = min(end, first) if first is not None else end
        parts = without((sentence.start, sentence.end), (token.i, end))
        if parts:
            yield Clause(parts, (token.i, token.i + 2), token, "according to", source, mention)


def _with_relays(clauses: list[Clause], according: list[Clause]) -> list[Clause]:
    """Where a sentence has a reporting verb too, "according to X" names who relayed it."""
    told = [c for c in clauses if c.rule in {"clause", "clause before", "parenthesis"} and not c.nobody]
    for source in according:
        inner = [c for c in told if not _within(c.cue, source.content) or c.verb.dep_ == "ROOT"]
        if inner:
            for clause in inner:
                clause.relay = source.mention
                hole = (source.cue[0], source.mention[1]) if source.mention else source.cue
                clause.content = [part for r in clause.content for part in without(r, hole)]
        else:
            clauses = [*clauses, source]
    return [clause for clause in clauses if clause.content]


def _within(inner: Range, ranges: list[Range]) -> bool:
    return any(a <= inner[0] and inner[1] <= b for a, b in ranges)


def _outermost(clauses: list[Clause]) -> list[Clause]:
    """Drop what another statement's content holds: the outer speaker says it. Words in quotation marks are kept."""
    kept = []
    for clause in clauses:
        nested = any(
            o is not clause and _within(clause.cue, o.content) and not _within(o.cue, clause.content) for o in clauses
        )
        if not nested or any(t.text in {'"', "“", "”"} for a, b in clause.content for t in clause.verb.doc[a:b]):
            kept.append(clause)
    return kept
