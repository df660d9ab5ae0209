"""From the mention beside a cue to the fullest name that the article gives.

A name goes to the full name with the same surname, an abbreviation to the words that it stands for, a pronoun to the
speaker or subject before it, a role noun ("the spokesman") to the person with that role. Where nothing fits, the
mention itself is the speaker if it says anything ("a police spokesman"), and nobody is if it does not: no name beats a
wrong one.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass

from processors.messages import Span
from processors.steps.extract.found import Found
from processors.steps.extract.lexicon import WORDS
from processors.steps.extract.names import bare_name, find_people, is_role
from processors.steps.extract.people import People

_PRONOUNS = {
    "he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "hers": "f", "herself": "f",
    "it": "it", "they": "they", "them": "they", "their": "they", "its": "it",
}  # fmt: skip
_NOBODY = WORDS["nobody"]
_ARTICLE = re.compile(r"^(?:the|The)\s+")
_REACH = 1_500
"""Characters back in which a pronoun may find its person."""


@dataclass(slots=True)
class Resolved:
    """A speaker: the fullest name, where the article gives it, and who that is."""

    name: str = ""
    span: Span | None = None
    role: Span | None = None
    why_unknown: str = ""
    sure: bool = True


class Resolver:
    """Answers who said a find; made for one article and asked in the order of the text."""

    def __init__(self, text: str, people: People) -> None:
        self.text = text
        self._all = people
        self._history: list[tuple[int, str, bool]] = []

    def resolve(self, found: Found) -> Resolved:
        """Who said this; call it in the order of the text, since pronouns look at who spoke before."""
        if found.kind == "question" and not found.name:
            return Resolved(why_unknown="the text does not name who asks")
        if found.name:
            answer = self.by_label(found.name)
        elif found.mention is None:
            return Resolved(why_unknown=found.why_unknown or "nothing near the words says who speaks")
        else:
            answer = self._mention(found.mention)
        if not answer.name:
            answer.why_unknown = answer.why_unknown or found.why_unknown or "the words beside the cue name nobody"
        else:
            at = found.mention[0] if found.mention else found.start
            self._history.append((at, answer.name, answer.name in self._all.known))
        return answer

    def by_label(self, label: str) -> Resolved:
        """The person whom a transcript label, byline or title names."""
        plain = label.title() if label.isupper() else label
        people = [person.name for person in find_people(plain) if " " in person.name]
        name = people[0] if len(people) == 1 else bare_name(plain)[0]
        words = name.split()
        if not words:
            return self._office(label)
        full = self._all.full_name(name, 0)
        if full is not None:
            known = self._all.known[full]
            return Resolved(full, known.span, known.role)
        return Resolved(name)

    def _office(self, label: str) -> Resolved:
        """Who holds the office of a label like ``THE PRESIDENT``: only the article's title can be trusted."""
        office = label.lower().removeprefix("the ")
        name = next((name for words, name in self._all.headline if _same_office(words.lower(), office)), "")
        if not name:
            return Resolved(label.capitalize() if label.isupper() else label)
        full = self._all.full_name(name, len(self.text)) or name
        known = self._all.known.get(full)
        if known is None or known.role is None:
            return Resolved(name)
        # "President Biden" of the title is no other Biden of the text.
        same = _same_office(self.text[known.role[0] : known.role[1]].lower(), office)
        return Resolved(full, known.span, known.role) if same else Resolved(name)

    def _mention(self, span: Span) -> Resolved:
        mention = self.text[span[0] : span[1]].strip()
        pronoun = _PRONOUNS.get(mention.lower())
        if pronoun is not None:
            return self._pronoun(pronoun, span[0])
        if mention.lower() in _NOBODY:
            return Resolved(why_unknown=f"“{mention}” names nobody")
        short = _ARTICLE.sub("", mention)
        if short in self._all.acronyms:
            where = self._all.acronyms[short]
            return Resolved(self.text[where[0] : where[1]], where)
        if " and " in mention and sum(1 for w in mention.split() if w[0].isupper()) >= 2:
            return Resolved(self._several(mention), span)
        if "," in mention and bare_name(mention.split(",")[0])[0]:
            mention = mention.split(",")[0]
        plain = re.sub(r"\s*\([^)]*\)", "", _ARTICLE.sub("", mention))
        return self._by_name(mention, span) or Resolved(plain, span)

    def _by_name(self, mention: str, span: Span) -> Resolved | None:
        """The person whom a name, a surname or a role noun means; None for bodies, crowds and strangers."""
        name, title = bare_name(mention)
        people = [person.name for person in find_people(mention) if " " in person.name]
        named = [one for one in (*people[:1], name) if one and not _looks_like_body(mention, one)]
        for one in named if len(people) <= 1 else []:
            full = self._all.full_name(one, span[0])
            if full is not None:
                known = self._all.known[full]
                return Resolved(full, known.span or span, known.role)
        if name in named and (title or " " not in name):
            return Resolved(name, span, self._title_role(span, title))
        if not name and any(is_role(word) for word in mention.split()):
            person = self._all.by_role(mention, span[0])
            if person is not None:
                known = self._all.known[person]
                return Resolved(person, known.span, known.role, sure=False)
        return None

    def _title_role(self, span: Span, title: str) -> Span | None:
        bare = _ARTICLE.sub("", title)
        start = self.text.find(bare, span[0], span[1]) if bare else -1
        return (start, start + len(bare)) if start >= 0 else None

    def _several(self, mention: str) -> str:
        """``Maine Senators Susan Collins and Angus King`` → the names alone, where they are known."""
        parts = re.split(r",?\s+and\s+|,\s+", re.sub(r"\s*\([^)]*\)", "", mention))
        names = [self._all.full_name(bare_name(part)[0], 0) for part in parts if bare_name(part)[0]]
        known = [name for name in names if name]
        if len(known) == len(parts) and len(known) > 1:
            return ", ".join(known[:-1]) + " and " + known[-1]
        return _ARTICLE.sub("", mention)

    def _pronoun(self, kind: str, at: int) -> Resolved:
        spoke = [(where, name, person) for where, name, person in self._history[-6:] if at - _REACH < where < at]
        if kind in {"it", "they"}:
            bodies = [name for _, name, person in spoke if not person]
            return Resolved(bodies[-1], sure=False) if bodies else Resolved(why_unknown=f"“{kind}” could be several")
        index = bisect.bisect_left(self._all.places, (at, ""))
        near = [(where, name) for where, name in self._all.places[max(0, index - 12) : index] if at - _REACH < where]
        scores: dict[str, float] = {}
        for where, name in near:
            known = self._all.known[name]
            if known.gender not in {"", kind} or not (known.gender or known.role):
                continue
            sentences = len(re.findall(r"[.!?][\"”’]?\s", self.text[where:at]))
            opening = 1.5 if _opens_sentence(self.text, where, name) else 0.0
            scores[name] = max(scores.get(name, -9.0), opening - sentences)
        for where, name, person in spoke[-2:]:
            if person and self._all.known[name].gender in {"", kind}:
                sentences = len(re.findall(r"[.!?][\"”’]?\s", self.text[where:at]))
                scores[name] = max(scores.get(name, -9.0), 2.0 - sentences)
        if not scores:
            return Resolved(why_unknown="no person before the pronoun fits it")
        best = max(scores, key=lambda n: scores[n])
        known = self._all.known[best]
        return Resolved(best, known.span, known.role, sure=False)


def _same_office(words: str, office: str) -> bool:
    """Whether a title's words end in an office: "vice president" is no president."""
    return words.endswith(office) and not words.removesuffix(office).rstrip().endswith(("vice", "deputy", "former"))


def _looks_like_body(mention: str, name: str) -> bool:
    """Whether a mention is an organisation's or a document's: it has a small-letter noun after its capitals."""
    rest = mention[mention.find(name) + len(name) :].split()
    return bool(rest) and rest[0] not in {"of", "from", "in", "at", "for", "(", "with"} and rest[0][:1].islower()


def _opens_sentence(text: str, where: int, name: str) -> bool:
    before = text[max(0, where - 60) : where]
    cut = max(before.rfind(". "), before.rfind("\n"), before.rfind("? "), before.rfind("! "), before.rfind("” "))
    return cut >= 0 and not re.search(r"\b[a-z]{2,}ed\b|\b(?:is|was|were|has|had|of|to|with|by)\b", before[cut + 1 :])
