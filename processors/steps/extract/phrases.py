"""Phrases as what was said: orders, labels, prepositional objects, noun phrases, infinitives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processors.steps.extract.clause import Clause, made
from processors.steps.extract.cues import NOUN_CUES, Cue
from processors.steps.extract.lexicon import WORDS
from processors.steps.extract.syntax import (
    clause_range,
    cue_of,
    infinitive_range,
    is_abstract,
    is_passive,
    to_infinitive,
    without_aside,
)

if TYPE_CHECKING:
    from spacy.tokens import Token


_SHOWING = frozenset({"highlight", "outline", "note", "underline"})
_WEIGHTY = WORDS["weighty"]
_REFUSED = WORDS["refused"]
_REFUSING = frozenset({"reject", "dismiss", "dispute", "refute"})
"""What they are said of is a claim: "rejected accusations that …"."""


def order(verb: Token, cue: Cue) -> Clause | None:
    """``X urged Y to …``: what is wanted of whom."""
    if not cue.order or is_passive(verb):
        return None
    wanted = _wanted(verb, {"xcomp", "ccomp"}, verb.i)
    whom = next((c for c in verb.children if c.dep_ == "dobj"), None)
    if wanted is None or (whom is None and not any(c.dep_ == "nsubj" for c in wanted.children)):
        return None
    start, end = clause_range(wanted)
    if whom is not None and cue.lemma not in {"tell", "ask", "remind", "advise"}:
        start = whom.left_edge.i
    return made(verb, [infinitive_range(wanted, start, end)], "order")


def _wanted(verb: Token, ways: set[str], after: int) -> Token | None:
    """The infinitive that a verb takes in one of these ways, after a token."""
    return next((c for c in verb.children if c.dep_ in ways and c.i > after and to_infinitive(c)), None)


def label(verb: Token, cue: Cue) -> Clause | None:
    """``X called it "unexpected"``, ``X described it as unexpected``, ``what X described as a mistake``."""
    if not cue.label or verb.dep_ == "acl" or _is_common_name(verb):
        return None
    if is_passive(verb):
        return _labelled(verb, cue)
    thing = next((c for c in verb.children if c.dep_ in {"dobj", "nsubj"} and c.i > verb.i), None)
    if thing is not None and thing.lower_.endswith(("self", "selves")):
        return None
    as_name = _preposition(verb, ("as",))
    if as_name is not None:
        return _label_with_as(verb, cue, thing, as_name)
    name = next((c for c in verb.children if c.dep_ in {"oprd", "ccomp"} and c.i > verb.i), None)
    if name is None or not cue.naming:
        return None
    start = min(name.left_edge.i, thing.left_edge.i if thing is not None else name.left_edge.i)
    return made(verb, [without_aside(name, (max(start, verb.i + 1), name.right_edge.i + 1))], "label")


def _is_common_name(verb: Token) -> bool:
    """Whether it is "what they call a pier": a word that is in use, and nobody's words."""
    before = {c.lower_ for c in verb.children if c.i < verb.i}
    return "what" in before and not before.isdisjoint({"they", "you", "people", "some"})


def _label_with_as(verb: Token, cue: Cue, thing: Token | None, as_name: Token) -> Clause | None:
    start, end = without_aside(as_name, (as_name.i + 1, as_name.right_edge.i + 1))
    if cue.lemma == "refer":
        to = next((c for c in verb.children if c.dep_ == "prep" and c.lower_ == "to"), None)
        return made(verb, [(to.i + 1, end)], "label") if to is not None and to.i < as_name.i else None
    if thing is not None and thing.i < as_name.i:
        return made(verb, [(thing.left_edge.i, end)], "label")
    relative = any(c.lower_ in {"what", "which", "that", "who"} and c.i < verb.i for c in verb.children)
    return made(verb, [(start, end)], "label") if relative else None


def _labelled(verb: Token, cue: Cue) -> Clause | None:
    """``It was called "a mistake" by X``; without "by X" nobody in particular says so."""
    agent = next((c for c in verb.children if c.dep_ == "agent"), None)
    subject = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
    if agent is None or subject is None or subject.lower_ in {"who", "which", "that"}:
        return None
    as_name = next((c for c in verb.children if c.dep_ == "prep" and c.lower_ == "as"), None)
    name = as_name or next((c for c in verb.children if c.dep_ == "oprd" and cue.naming), None)
    if name is None or name.i < verb.i:
        return None
    start, end = name.left_edge.i + (1 if as_name is not None else 0), name.right_edge.i + 1
    if start <= agent.i < end:
        end = agent.i
    return made(verb, [(subject.left_edge.i, subject.right_edge.i + 1), (start, end)], "label")


def _preposition(verb: Token, words: tuple[str, ...]) -> Token | None:
    """The preposition that a cue wants; the parser gives it to the cue or to its object ("accused X of …")."""
    for child in verb.children:
        if child.i > verb.i and child.dep_ in {"prep", "prt"} and child.lower_ in words:
            return child
    thing = next((c for c in verb.children if c.dep_ == "dobj" and c.i > verb.i), None)
    if thing is None or verb.lower_ in {"call", "calls", "called", "calling"}:
        return None
    return next((c for c in thing.children if c.dep_ == "prep" and c.lower_ in words), None)


def accused(verb: Token, cue: Cue) -> Clause | None:
    """``X was accused by Y of …``."""
    if cue.lemma not in {"accuse", "criticize", "criticise", "praise"} or not is_passive(verb):
        return None
    subject = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
    agent = next((c for c in verb.children if c.dep_ == "agent"), None)
    prep = next((c for c in verb.subtree if c.dep_ == "prep" and c.lower_ in cue.of and c.i > verb.i), None)
    if subject is None or agent is None or prep is None or not any(c.dep_ in {"pcomp", "pobj"} for c in prep.children):
        return None
    return made(verb, [(subject.left_edge.i, subject.right_edge.i + 1), (prep.i, prep.right_edge.i + 1)], "preposition")


def prepositional(verb: Token, cue: Cue) -> Clause | None:
    """``X warned of …``, ``X accused Y of …``, ``X called for …``, ``X called on Y to …``."""
    prep = _preposition(verb, cue.of)
    if prep is None or is_passive(verb) or any(c.dep_ == "prt" and c.i != prep.i for c in verb.children):
        return None
    start, end = prep.i + 1, prep.right_edge.i + 1
    if cue.lemma in {"accuse", "blame"}:
        thing = next((c for c in verb.children if c.dep_ == "dobj"), None)
        start = thing.left_edge.i if thing is not None else start
    elif cue.lemma == "call" and prep.lower_ in {"on", "upon"}:
        wanted = _wanted(verb, {"xcomp", "advcl"}, prep.i)
        if wanted is None:
            wanted = next((c for c in prep.subtree if c.dep_ in {"acl", "relcl", "xcomp"} and to_infinitive(c)), None)
        if wanted is None:
            return None
        start, end = infinitive_range(wanted, start, max(end, wanted.right_edge.i + 1))
    elif cue.lemma == "call":
        wanted = _wanted(verb, {"xcomp", "advcl"}, prep.i)
        if wanted is not None and wanted.left_edge.i == end:
            start, end = infinitive_range(wanted, start, wanted.right_edge.i + 1)
    elif cue.lemma not in {"warn", "call", "complain"} and not any(c.dep_ == "pcomp" for c in prep.children):
        return None
    start, end = without_aside(prep, (start, end))
    return made(verb, [(start, end)], "preposition") if end - start > 1 else None


def thing(verb: Token, cue: Cue) -> Clause | None:
    """``X confirmed five new deaths``."""
    if is_passive(verb) or verb.dep_ in {"acl", "relcl", "amod"}:
        return None
    thing = next((c for c in verb.children if c.dep_ == "dobj" and c.i > verb.i), None)
    if thing is None or thing.tag_ in {"PRP", "WP", "WDT", "DT"}:
        return None
    if not cue.thing and not (cue.lemma in _REFUSING and thing.lower_ in NOUN_CUES and _with_that(thing)):
        return None
    if cue.lemma in _SHOWING and thing.lower_ not in _WEIGHTY and not is_abstract(thing):
        return None
    if cue.lemma == "deny" and thing.lower_ in _REFUSED:
        return None
    start, end = without_aside(thing, clause_range(thing))
    return made(verb, [(start, end)], "thing") if end - start >= 4 else None


def _with_that(noun: Token) -> bool:
    return any(c.dep_ == "mark" and c.lower_ == "that" for child in noun.children for c in child.children)


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
    wanted = next((c for c in verb.children if c.dep_ == "xcomp" and c.i > verb.i and to_infinitive(c)), None)
    if wanted is None or not (cue.clause or cue.promise) or cue.finding:
        return None
    if is_passive(verb):
        subject = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
        if subject is None or (
            cue.lemma not in {"report", "say", "claim", "allege"} and not any(c.dep_ == "agent" for c in verb.children)
        ):
            return None
        return made(verb, [(subject.left_edge.i, subject.right_edge.i + 1), clause_range(wanted)], "infinitive")
    return made(verb, [infinitive_range(wanted, *clause_range(wanted))], "infinitive") if cue.promise else None


def doing(verb: Token, cue: Cue) -> Clause | None:
    """``X denied hiding it``."""
    if not cue.doing or is_passive(verb) or verb.dep_ in {"acl", "amod"}:
        return None
    done = next((c for c in verb.children if c.dep_ in {"xcomp", "ccomp"} and c.tag_ == "VBG" and c.i > verb.i), None)
    if done is None or any(c.dep_ in {"nsubj", "dobj"} and verb.i < c.i < done.i for c in verb.children):
        return None
    return made(verb, [without_aside(done, clause_range(done))], "doing")
