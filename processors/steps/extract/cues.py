"""Which words report speech, and how each of them takes what was said.

Thought and wish (``believe``, ``hope``, ``want``) are left out on purpose: counting them as speech cost six points of
F1 on hand-annotated news. A cue's ways of taking its content:

``clause`` a clause, with or without "that"; ``quote`` words in quotation marks; ``order`` somebody to do something;
``thing`` a noun phrase ("confirmed five new deaths"); ``label`` something as something ("called it a skirmish");
``of`` a prepositional object, named with the preposition ("warned of", "called for").
"""

from __future__ import annotations

from dataclasses import dataclass

from processors.steps.extract.lexicon import WORDS

# Clause or quotation, by anybody: the plain verbs of saying.
_SAY = WORDS["say"]
# Findings of documents and bodies; people "find" and "show" things without saying them.
_FINDING = WORDS["finding"]
# Only with words in quotation marks.
_QUOTE = WORDS["quote"]
# Somebody to do something.
_ORDER = WORDS["order"]
# A noun phrase; only verbs that can hardly mean anything but saying.
_THING = WORDS["thing"]
_LABEL = WORDS["label"]
_THAT_ONLY = WORDS["that_only"]
_WISHED = WORDS["wished"]
_PROMISE = WORDS["promise"]
_DOING = WORDS["doing"]
_HOW = WORDS["how"]
_NAMING = WORDS["naming"]
_OF = {
    "warn": ("of", "about", "against"),
    "call": ("for", "on", "upon"),
    "accuse": ("of",),
    "complain": ("of", "about"),
    "criticize": ("for",),
    "criticise": ("for",),
    "praise": ("for",),
    "condemn": ("for",),
    "slam": ("for",),
    "blast": ("for",),
    "blame": ("for", "on"),
    "hint": ("at",),
    "boast": ("of", "about"),
    "caution": ("against", "about"),
    "insist": ("on", "upon"),
    "argue": ("for", "against"),
    "advise": ("against",),
    "admit": ("to",),
    "confess": ("to",),
    "assure": ("of",),
    "remind": ("of",),
    "inform": ("of", "about"),
}

_IRREGULAR = {
    "say": ("says", "said", "said", "saying"), "tell": ("tells", "told", "told", "telling"),
    "write": ("writes", "wrote", "written", "writing"), "swear": ("swears", "swore", "sworn", "swearing"),
    "find": ("finds", "found", "found", "finding"), "show": ("shows", "showed", "shown", "showing"),
    "begin": ("begins", "began", "begun", "beginning"), "go": ("goes", "went", "gone", "going"),
    "sing": ("sings", "sang", "sung", "singing"), "read": ("reads", "read", "read", "reading"),
    "beg": ("begs", "begged", "begged", "begging"), "admit": ("admits", "admitted", "admitted", "admitting"),
    "quip": ("quips", "quipped", "quipped", "quipping"),
    "slam": ("slams", "slammed", "slammed", "slamming"), "dub": ("dubs", "dubbed", "dubbed", "dubbing"),
    "forecast": ("forecasts", "forecast", "forecast", "forecasting"),
    "beseech": ("beseeches", "besought", "besought", "beseeching"),
    "rebut": ("rebuts", "rebutted", "rebutted", "rebutting"),
    "posit": ("posits", "posited", "posited", "positing"), "hint": ("hints", "hinted", "hinted", "hinting"),
    "snap": ("snaps", "snapped", "snapped", "snapping"), "recap": ("recaps", "recapped", "recapped", "recapping"),
    "blog": ("blogs", "blogged", "blogged", "blogging"), "sob": ("sobs", "sobbed", "sobbed", "sobbing"),
    "refer": ("refers", "referred", "referred", "referring"),
    "concur": ("concurs", "concurred", "concurred", "concurring"),
    "hold": ("holds", "held", "held", "holding"), "make": ("makes", "made", "made", "making"),
    "blurt": ("blurts", "blurted", "blurted", "blurting"),
}  # fmt: skip
_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Cue:
    """A reporting verb and the ways in which it takes what was said."""

    lemma: str
    clause: bool = False
    quote: bool = False
    finding: bool = False
    order: bool = False
    thing: bool = False
    label: bool = False
    that_only: bool = False
    wished: bool = False
    promise: bool = False
    doing: bool = False
    how: bool = False
    naming: bool = False
    of: tuple[str, ...] = ()


def inflect(lemma: str) -> tuple[str, str, str, str, str]:
    """Base form, third person, past, participle and -ing form of an English verb."""
    if lemma in _IRREGULAR:
        return (lemma, *_IRREGULAR[lemma])
    if lemma.endswith("e"):
        return lemma, lemma + "s", lemma + "d", lemma + "d", lemma[:-1] + "ing"
    if lemma.endswith("y") and lemma[-2] not in _VOWELS:
        return lemma, lemma[:-1] + "ies", lemma[:-1] + "ied", lemma[:-1] + "ied", lemma + "ing"
    third = lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x", "z")) else "s")
    return lemma, third, lemma + "ed", lemma + "ed", lemma + "ing"


def _build() -> dict[str, Cue]:
    forms: dict[str, Cue] = {}
    every = {*_SAY, *_FINDING, *_QUOTE, *_ORDER, *_THING, *_LABEL, *_OF, *_THAT_ONLY, *_WISHED, *_PROMISE, *_DOING}
    for lemma in sorted(every | _HOW):
        cue = Cue(
            lemma, clause=lemma in _SAY or lemma in _FINDING, quote=lemma in _SAY or lemma in _QUOTE,
            finding=lemma in _FINDING and lemma not in _SAY, order=lemma in _ORDER, thing=lemma in _THING,
            label=lemma in _LABEL, of=_OF.get(lemma, ()), that_only=lemma in _THAT_ONLY and lemma not in _SAY,
            wished=lemma in _WISHED, promise=lemma in _PROMISE, doing=lemma in _DOING, how=lemma in _HOW,
            naming=lemma in _NAMING,
        )  # fmt: skip
        for form in inflect(lemma):
            forms.setdefault(form, cue)
    # Forms that are far more often something else.
    for form in (
        "object",
        "text",
        "post",
        "project",
        "reason",
        "rule",
        "title",
        "share",
        "signal",
        "found",
        "state",
        "states",
        "document",
        "preach",
        "quiz",
        "prompt",
        "volunteer",
        "mock",
        "offer",
        "snap",
        "blast",
        "bark",
        "vent",
        "detail",
    ):
        forms.pop(form, None)
    forms["found"] = Cue("find", clause=True, finding=True)
    forms["state"] = forms["states"] = Cue("state", clause=True, quote=True)
    return forms


CUES: dict[str, Cue] = _build()
"""Every inflected form → its cue."""

NOUN_CUES = WORDS["noun_cues"] | WORDS["noun_promises"] | WORDS["noun_of"] | WORDS["loose"]
"""Nouns that take what was said: "his claim that …", "her pledge to …", "their warning of …"."""

FIRM = WORDS["firm"]
"""Adjectives that report speech of whoever is so: "was adamant that …"."""

DOCUMENTS = WORDS["documents"]
"""What can "find", "show" and "conclude" something in words; people who do have only thought it."""

UTTERANCES = WORDS["utterances"]
"""Nouns for something said or written that may be given in full after them."""

ISSUE = WORDS["issue"]
ISSUE_FORMS = frozenset(form for verb in ISSUE for form in inflect(verb)) | {
    "made", "gave", "given", "sent", "giving", "making", "sending", "wrote", "written",
}  # fmt: skip
"""Verbs that put out an utterance: "released the following statement"."""

FIRST_PERSON = frozenset({"i", "we", "me", "us"})
"""Their own speaker is known already; "I would say that" reports nobody."""
