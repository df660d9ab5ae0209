"""Indirect speech by dependency: clausal complements, parataxis, "according to", orders, labels and noun cues.

The rules follow the direct/indirect distinction of the Gender Gap Tracker (Asr et al. 2021) and of Citron (BBC) only in
its idea, a reporting verb and its complement in a dependency parse; the rules themselves were made on annotated news.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from processors.steps.extract.chains import according, citing, is_all_of, relayed, with_relays, within
from processors.steps.extract.clause import NOBODY, Clause
from processors.steps.extract.complements import closing_name, complement
from processors.steps.extract.cues import DOCUMENTS, FIRM, FIRST_PERSON, NOUN_CUES, Cue
from processors.steps.extract.fallbacks import rest, tail, that
from processors.steps.extract.lexicon import WORDS
from processors.steps.extract.names import is_role
from processors.steps.extract.noun_cues import by_adjective, by_noun, reportedly
from processors.steps.extract.parentheses import in_words, parenthesis, put_it
from processors.steps.extract.phrases import accused, doing, infinitive, label, order, prepositional, quoted_part, thing
from processors.steps.extract.subjects import subject_of
from processors.steps.extract.syntax import (
    Range,
    cue_of,
    is_abstract,
    is_finite_free,
    is_passive,
    mention_of,
    noun_phrase,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token


_MARKS = frozenset({'"', "“", "”"})
_TIMES = WORDS["times"]
_OF_THINGS = WORDS["of_things"]
_POINTING = frozenset({"this", "these", "that", "those", "which"})
_TELLING = frozenset({"tell", "inform", "ask", "remind", "urge"})


def find_clauses(doc: Doc) -> list[Clause]:
    """All indirect speech of a parsed frame; what another statement contains is left out."""
    found: list[Clause] = []
    for sentence in doc.sents:
        inside = [clause for token in sentence if (clause := _by_word(token, sentence)) is not None]
        found += _outermost(relayed(with_relays(inside, list(according(sentence)))))
    return found


def _by_word(token: Token, sentence: Span) -> Clause | None:
    """What one word of a sentence reports."""
    cue = cue_of(token)
    if cue is not None:
        return _by_verb(token, cue, sentence)
    word, kind = token.lower_, token.tag_[:2]
    if kind == "NN":
        clause = by_noun(token) if word in NOUN_CUES else None
        return clause or (in_words(token, sentence) if word == "words" else None)
    if kind == "JJ" and word in FIRM:
        return by_adjective(token)
    if kind == "VB" and word in {"put", "puts"}:
        return put_it(token, sentence)
    if word == "reportedly" and token.head.tag_[:2] == "VB":
        head = cue_of(token.head)
        return reportedly(token, sentence) if head is None or _by_verb(token.head, head, sentence) is None else None
    return None


def _by_verb(verb: Token, cue: Cue, sentence: Span) -> Clause | None:
    """What a reporting verb reports, and who says it; None where the verb reports nothing or nobody could say it."""
    subject = subject_of(verb)
    clause = None if _says_nothing(cue, subject) else _content(verb, cue, sentence)
    if clause is None:
        return None
    passive = is_passive(verb)
    if clause.mention is None and subject is not None:
        behind = _behind_according(subject)
        clause.relay = noun_phrase(subject) if behind is not None else None
        clause.subject, clause.mention = subject, _behind_opening(subject, verb) or mention_of(behind or subject)
    elif clause.mention is None and not passive:
        clause.mention = closing_name(verb, sentence)
    if clause.mention is None and passive and (cue.lemma not in _TELLING or clause.rule == "order"):
        clause.nobody = NOBODY
    if clause.nobody or (clause.mention is not None and not (passive and subject is None)):
        return citing(verb, clause)
    return None


def _says_nothing(cue: Cue, subject: Token | None) -> bool:
    """Whether the subject shows that no words were said: the writer's own, people's findings, what things show."""
    if subject is None:
        return False
    if subject.lower_ in FIRST_PERSON:
        return True
    if cue.finding and subject.tag_ in {"NN", "NNS", "PRP", "DT"} and subject.lower_ not in DOCUMENTS:
        return True
    return cue.lemma in _OF_THINGS and (is_abstract(subject) or subject.lower_ in _POINTING)


def _content(verb: Token, cue: Cue, sentence: Span) -> Clause | None:
    """What the verb reports, by the first rule that finds it; the order matters."""
    return (
        complement(verb, cue, sentence)
        or parenthesis(verb, cue, sentence)
        or order(verb, cue)
        or label(verb, cue)
        or prepositional(verb, cue)
        or accused(verb, cue)
        or thing(verb, cue)
        or infinitive(verb, cue)
        or doing(verb, cue)
        or that(verb, cue, sentence)
        or quoted_part(verb, cue)
        or rest(verb, cue, sentence)
        or tail(verb, cue, sentence)
    )


def _behind_according(subject: Token) -> Token | None:
    """The subject in "According to TASS, the minister said …", where the parser took TASS for it."""
    start, doc = subject.left_edge.i, subject.doc
    if start < 2 or doc[start - 1].lower_ != "to" or doc[start - 2].lower_ != "according":
        return None
    return next((c for c in subject.children if c.dep_ == "appos" and c.i > subject.i), None)


def _behind_opening(subject: Token, verb: Token) -> Range | None:
    """The subject in "This Friday, X said …" and "As chair of Y, X said …", where the parser took the rest for it."""
    doc, start = verb.doc, subject.left_edge.i
    opens = start > 0 and doc[start - 1].lower_ == "as" and doc[start - 1].i == verb.sent.start
    if not opens and subject.lower_ not in _TIMES:
        return None
    comma = next((i for i in range(subject.i + 1, verb.i) if doc[i].text == ","), None)
    if comma is None or comma + 1 >= verb.i or doc[comma + 1].tag_ not in {"NNP", "DT", "PRP", "PRP$"}:
        return None
    last = verb.i
    while last > comma + 2 and (doc[last - 1].tag_ in {"RB", ",", "HYPH", "VBD", "VBZ"}):
        last -= 1
    return (comma + 1, last) if is_finite_free(list(doc[comma + 1 : last])) else None


def _outermost(clauses: list[Clause]) -> list[Clause]:
    """Drop what another statement's content holds: the outer speaker says it, and the inner one is remembered.

    Words in quotation marks are kept as the inner speaker's too.
    """
    kept = []
    for clause in clauses:
        outer = next(
            (o for o in clauses if o is not clause and within(clause.cue, o.content)
             and not within(o.cue, clause.content)),
            None,
        )  # fmt: skip
        if outer is None or any(t.text in _MARKS for a, b in clause.content for t in clause.verb.doc[a:b]):
            kept.append(clause)
        if outer is not None and outer.inner is None and is_all_of(clause, outer) and _may_speak(clause):
            outer.inner = clause.mention
    return kept


def _may_speak(clause: Clause) -> bool:
    """Whether the subject of an inner cue can be somebody: of "a lane declared clean is clean" it cannot."""
    if clause.mention is None:
        return False
    words = clause.verb.doc[slice(*clause.mention)]
    return any(t.tag_ in {"NNP", "NNPS", "PRP"} or is_role(t.text) for t in words)
