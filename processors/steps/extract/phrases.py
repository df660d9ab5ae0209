"""Phrases as what was said: orders, labels, prepositional objects, noun phrases, infinitives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processors.steps.extract.clause import Clause, made
from processors.steps.extract.cues import Cue
from processors.steps.extract.syntax import clause_range, cue_of, is_passive

if TYPE_CHECKING:
    from spacy.tokens import Token


def order(verb: Token, cue: Cue) -> Clause | None:
    """``X urged Y to …``: what is wanted of whom."""
    if not cue.order or is_passive(verb):
        return None
    wanted = next((c for c in verb.children if c.dep_ in {"xcomp", "ccomp"} and c.i > verb.i and _to(c)), None)
    whom = next((c for c in verb.children if c.dep_ == "dobj"), None)
    if wanted is None or (whom is None and not any(c.dep_ == "nsubj" for c in wanted.children)):
        return None
    start, end = clause_range(wanted)
    if whom is not None and cue.lemma not in {"tell", "ask", "remind", "advise"}:
        start = whom.left_edge.i
    return made(verb, [(start, end)], "order")


def _to(token: Token) -> bool:
    return any(c.dep_ == "aux" and c.lower_ == "to" for c in token.children)


def label(verb: Token, cue: Cue) -> Clause | None:
    """``X called it "unexpected"``, ``X described it as unexpected``."""
    if not cue.label or is_passive(verb) or verb.dep_ == "acl":
        return None
    thing = next((c for c in verb.children if c.dep_ in {"dobj", "nsubj"} and c.i > verb.i), None)
    name = next((c for c in verb.children if c.dep_ in {"oprd", "ccomp"} and c.i > verb.i), None)
    as_name = next((c for c in verb.children if c.dep_ == "prep" and c.lower_ == "as" and c.i > verb.i), None)
    if as_name is not None and thing is not None:
        return made(verb, [(thing.left_edge.i, as_name.right_edge.i + 1)], "label")
    if name is None or cue.lemma not in {"call", "brand", "dub", "label", "declare"}:
        return None
    start = min(name.left_edge.i, thing.left_edge.i if thing is not None else name.left_edge.i)
    return made(verb, [(max(start, verb.i + 1), name.right_edge.i + 1)], "label")


def prepositional(verb: Token, cue: Cue) -> Clause | None:
    """``X warned of …``, ``X accused Y of …``, ``X called for …``, ``X called on Y to …``."""
    prep = next((c for c in verb.children if c.dep_ in {"prep", "prt"} and c.lower_ in cue.of and c.i > verb.i), None)
    if prep is None or is_passive(verb):
        return None
    start, end = prep.i + 1, prep.right_edge.i + 1
    if cue.lemma in {"accuse", "blame"}:
        thing = next((c for c in verb.children if c.dep_ == "dobj"), None)
        start = thing.left_edge.i if thing is not None else start
    elif cue.lemma == "call" and prep.lower_ in {"on", "upon"}:
        wanted = next((c for c in verb.children if c.dep_ in {"xcomp", "advcl"} and c.i > prep.i and _to(c)), None)
        if wanted is None:
            wanted = next((c for c in prep.subtree if c.dep_ in {"acl", "relcl", "xcomp"} and _to(c)), None)
        if wanted is None:
            return None
        end = max(end, wanted.right_edge.i + 1)
    elif cue.lemma in {"praise", "criticize", "criticise"}:
        return None
    return made(verb, [(start, end)], "preposition") if end - start > 1 else None


def thing(verb: Token, cue: Cue) -> Clause | None:
    """``X confirmed five new deaths``."""
    if not cue.thing or is_passive(verb) or verb.dep_ in {"acl", "relcl", "amod"}:
        return None
    thing = next((c for c in verb.children if c.dep_ == "dobj" and c.i > verb.i), None)
    if thing is None or thing.tag_ in {"PRP", "WP", "WDT", "DT"}:
        return None
    start, end = clause_range(thing)
    aside = next(
        (c for c in thing.children if c.dep_ in {"relcl", "advcl"} and verb.doc[c.left_edge.i - 1].text == ","), None
    )
    end = aside.left_edge.i if aside is not None and aside.i > thing.i else end
    return made(verb, [(start, end)], "thing") if end - start >= 4 else None


def quoted_part(verb: Token, cue: Cue) -> Clause | None:
    """``X praised the "calm" of Y``: a phrase of the cue with words in quotation marks."""
    if not (cue.label or cue.thing or cue.of or cue.clause) or is_passive(verb) or verb.dep_ in {"acl", "relcl"}:
        return None
    if not any(c.dep_ == "nsubj" for c in verb.children):
        return None
    parts = [
        clause_range(c) for c in verb.children
        if c.i > verb.i and c.dep_ in {"dobj", "prep", "oprd", "xcomp", "advcl", "acomp"}
        and any(t.text in {'"', "“", "”"} for t in c.subtree)
    ]  # fmt: skip
    if not parts:
        return None
    start, end = min(a for a, _ in parts), max(b for _, b in parts)
    if end - start < 4 or any(cue_of(t) is not None for t in verb.doc[start:end]):
        return None
    return made(verb, [(start, end)], "quoted part")


def infinitive(verb: Token, cue: Cue) -> Clause | None:
    """``X was reported to be …``, ``X claimed to be …``, ``X vowed to …``."""
    wanted = next((c for c in verb.children if c.dep_ == "xcomp" and c.i > verb.i and _to(c)), None)
    if wanted is None or not cue.clause or cue.finding:
        return None
    if is_passive(verb):
        subject = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
        if subject is None or (
            cue.lemma not in {"report", "say", "claim", "allege"} and not any(c.dep_ == "agent" for c in verb.children)
        ):
            return None
        return made(verb, [(subject.left_edge.i, subject.right_edge.i + 1), clause_range(wanted)], "infinitive")
    if cue.lemma not in {"claim", "vow", "pledge", "promise", "swear", "threaten", "agree"}:
        return None
    return made(verb, [clause_range(wanted)], "infinitive")
