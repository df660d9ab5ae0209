"""Who governs a quotation: the cue and the name, and the sentences that announce a quotation after them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from processors.messages import Span
from processors.steps.extract.cues import FIRST_PERSON, ISSUE_FORMS, UTTERANCES
from processors.steps.extract.frame import Frame
from processors.steps.extract.subjects import subject_of
from processors.steps.extract.syntax import Range, cue_of, mention_of, noun_phrase

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


@dataclass(slots=True)
class Governor:
    """The cue and the mention that a quotation is tied to, as spans of the article."""

    rule: str
    cue: Span | None = None
    mention: Span | None = None
    pronoun: bool = False
    nobody: bool = False
    passive: bool = False


def announced(doc: Doc, frame: Frame) -> Governor | None:
    """Who "released the following statement" or the like in this frame; the quotations that follow are theirs."""
    for token in doc:
        if token.lower_ not in UTTERANCES or token.tag_[:2] != "NN" or token.dep_ not in {"dobj", "pobj"}:
            continue
        verb = token.head
        if verb.lower_ not in ISSUE_FORMS or verb.tag_[:2] != "VB":
            continue
        subject = subject_of(verb)
        if subject is not None and subject.lower_ not in FIRST_PERSON:
            start, end = mention_of(subject)
            return Governor(
                "announced", text_span(doc, frame, (verb.i, token.i + 1)), text_span(doc, frame, (start, end))
            )
    return None


def introduced(doc: Doc, frame: Frame) -> Governor | None:
    """Who is about to speak where a paragraph ends in a colon: its last cue, or its last utterance."""
    if not frame.text.rstrip().endswith((":", "：")):
        return None
    last = list(doc.sents)[-1]
    for token in reversed(list(last)):
        if cue_of(token) is not None and (subject := subject_of(token)) is not None:
            if subject.lower_ not in FIRST_PERSON:
                return Governor(
                    "colon", text_span(doc, frame, (token.i, token.i + 1)), text_span(doc, frame, mention_of(subject))
                )
        elif token.lower_ in UTTERANCES and token.tag_[:2] == "NN":
            found = utterance(doc, frame, token)
            if found is None:
                found = Governor(
                    "colon", text_span(doc, frame, (token.i, token.i + 1)), text_span(doc, frame, noun_phrase(token))
                )
            found.rule = "colon"
            return found
    return main_subject(doc, frame, last.root)


def main_subject(doc: Doc, frame: Frame, root: Token) -> Governor | None:
    """Before a colon any verb will do: who does what the sentence says is who speaks after it."""
    subject = subject_of(root) if root.tag_[:2] == "VB" else None
    if root.tag_[:2] not in {"VB", "MD"}:
        return _first_name(doc, frame, root)
    if subject is None or subject.lower_ in FIRST_PERSON or subject.tag_ not in {"NNP", "NNPS", "PRP", "NN", "NNS"}:
        return None
    return Governor("colon", text_span(doc, frame, (root.i, root.i + 1)), text_span(doc, frame, mention_of(subject)))


def _first_name(doc: Doc, frame: Frame, root: Token) -> Governor | None:
    """Before a colon without a verb ("Ansel Dray, on the radio: …", "His verdict: …") the first name speaks."""
    for token in root.sent:
        if token.idx >= frame.text.find(":", root.sent.start_char):
            return None
        if token.tag_ in {"PRP$", "PRP"} and token.lower_ not in {"my", "our", "its", "it", *FIRST_PERSON}:
            return Governor("colon", None, text_span(doc, frame, (token.i, token.i + 1)), True)
        if token.tag_ == "NNP" and token.nbor(-1 if token.i else 0).tag_ != "IN":
            end = token.i
            while end < len(doc) and doc[end].tag_ in {"NNP", "NNPS"}:
                end += 1
            return Governor("colon", None, text_span(doc, frame, (token.i, end))) if end - token.i >= 2 else None
    return None


def utterance(doc: Doc, frame: Frame, noun: Token) -> Governor | None:
    """Whose statement, letter or answer a noun is: its owner, or who puts it out."""
    owner = next((c for c in noun.children if c.dep_ == "poss"), None)
    verb = noun.head
    if owner is None and verb.lower_ in ISSUE_FORMS:
        owner = subject_of(verb)
    if owner is None or owner.lower_ in FIRST_PERSON:
        return None
    return governor_of(doc, frame, "utterance", noun.i, noun_phrase(owner))


def governor_of(doc: Doc, frame: Frame, rule: str, verb: int, name: Range) -> Governor | None:
    """The governor of a cue and a name, unless the name is "I": then its speaker is known already."""
    if doc[name[0]].lower_ in FIRST_PERSON and name[1] - name[0] == 1:
        return None
    return Governor(
        rule, text_span(doc, frame, (verb, verb + 1)), text_span(doc, frame, name), doc[name[0]].tag_ == "PRP"
    )


def text_span(doc: Doc, frame: Frame, tokens: Range) -> Span:
    """The article's span of a range of tokens."""
    first, last = doc[tokens[0]], doc[max(tokens[0], tokens[1] - 1)]
    return frame.back(first.idx, last.idx + len(last))
