"""From the mention beside a cue to the fullest name that the article gives.

A name goes to the full name with the same surname, an abbreviation to the words that it stands for, a pronoun to the
speaker or subject before it, a role noun ("the spokesman", "the ministry") to the person or body that it fits. Where
nothing fits, the mention itself is the speaker if it says anything ("a police spokesman"), and nobody is if it does
not: no name beats a wrong one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from processors.messages import Span
from processors.steps.extract.bodies import Bodies, body_noun
from processors.steps.extract.forms import BODY, HONORIFICS, PLACE, fold, is_caps, is_role, plain_case, sort_of
from processors.steps.extract.found import Found
from processors.steps.extract.lexicon import WORDS
from processors.steps.extract.mentions import (
    author_in,
    begins_title,
    clean,
    is_nobody,
    is_plural,
    names_body,
    parts_of,
    with_others,
    without_possessive,
)
from processors.steps.extract.names import bare_name, find_people
from processors.steps.extract.people import People
from processors.steps.extract.pronouns import PRONOUNS, Said, person_before
from processors.steps.extract.roles import clean_role, role_words, says_who

_ARTICLE = re.compile(r"^(?:the|The|THE)\s+")
_BRACKETS = re.compile(r"\s*\([^)]*\)")
_EXPLETIVE = re.compile(r"(?:['’]s|\s+(?:is|was|has been|had been|will be|would be|seems|appears|turns|remains))\b")
_REACH = 1_500
"""Characters back in which a pronoun may find its person."""
_REACH_BODY = 800
_LONGEST_ACRONYM = 6
_LONGEST_LABEL = 4
_COURTEOUS = HONORIFICS - {"rep", "sen", "gov", "lady"}
_OFFICES = WORDS["offices"] | {"lady", "gentleman"}
_PASSAGES = frozenset({"transcript", "address", "question"})


@dataclass(slots=True)
class Resolved:
    """A speaker: the fullest name, where the article gives it, and who that is.

    ``words`` is the role where it is not exactly what stands at ``role``: only the title gives it, or in the plural.
    """

    name: str = ""
    span: Span | None = None
    role: Span | None = None
    why_unknown: str = ""
    sure: bool = True
    words: str = ""


class Resolver:
    """Answers who said a find; made for one article and asked in the order of the text."""

    def __init__(self, text: str, people: People) -> None:
        self.text = text
        self._all = people
        self._bodies = Bodies(text)
        self._said: list[Said] = []
        self._floor: tuple[int, int, str] = (0, 0, "")

    def resolve(self, found: Found) -> Resolved:
        """Who said this; call it in the order of the text, since pronouns look at who spoke before."""
        if found.kind == "question" and not found.name:
            return Resolved(why_unknown="the text does not name who asks")
        if found.name and found.whole:
            answer = Resolved(found.name, found.mention)
        elif found.name:
            answer = self.by_label(found.name, found.mention)
        elif found.mention is None:
            return Resolved(why_unknown=found.why_unknown or "nothing near the words says who speaks")
        else:
            answer = self._mention(found.mention)
        if not answer.name:
            answer.why_unknown = answer.why_unknown or found.why_unknown or "the words beside the cue name nobody"
        else:
            at = found.mention[0] if found.mention else found.start
            if found.kind in _PASSAGES:
                self._floor = (found.start, found.spans[-1][1], answer.name)
            else:
                self._said.append(Said(at, answer.name, answer.name in self._all.known))
        return answer

    def by_label(self, label: str, at: Span | None = None) -> Resolved:
        """The person whom a transcript label, byline or title names; ``at`` is where the label stands."""
        if len(label.strip(" .:")) < 2:
            return Resolved(why_unknown="the label is a letter")
        plain = plain_case(label) if label.isupper() else label
        people = [
            person.name for person in find_people(plain)
            if " " in person.name and (person.title is not None or len(plain.split()) <= _LONGEST_LABEL)
        ]  # fmt: skip
        name, title = bare_name(plain) if " " in label or not is_caps(label) else ("", "")
        if name and not title and len(name.split()) < len(_BRACKETS.sub("", plain).split()):
            name = ""
        name = people[0] if len(people) == 1 and not name else name
        if not name:
            title = ""
            name = self._capital_label(label) if " " not in label and is_caps(label) and not is_role(label) else ""
        if not name:
            return self._office(label)
        full = self._all.full_name(name, 0, title)
        answer = self._person(full, at) if full is not None else Resolved(name)
        if answer.role is None and not answer.words and title and at is not None and fold(title) not in HONORIFICS:
            answer.role, answer.words = self._title_role(at, label[: len(title)]), role_words(title, (0, len(title)))
        return answer

    def _capital_label(self, label: str) -> str:
        """The surname that one word in capitals is; nothing where it can be an abbreviation."""
        name = plain_case(label)
        if self._all.full_name(name, 0) is not None or len(label) > _LONGEST_ACRONYM:
            return name
        return name if re.search(rf"\b{re.escape(name)}\b", self.text) else ""

    def _office(self, label: str) -> Resolved:
        """Who holds the office of a label like ``THE PRESIDENT``: only the article's title can be trusted."""
        office = label.lower().removeprefix("the ")
        headline = ((words, name) for words, name in self._all.headline if _same_office(words.lower(), office))
        words, name = next(headline, ("", ""))
        if not name:
            capital = label.isupper() and (" " in label or says_who(label.lower()) or len(label) > _LONGEST_ACRONYM)
            return Resolved(self._sentence_case(label) if capital else clean(label))
        full = self._all.full_name(name, len(self.text), words) or name
        known = self._all.known.get(full)
        if known is None or known.role is None:
            return Resolved(name, words=words)
        # "President Biden" of the title is no other Biden of the text.
        same = _same_office(self.text[known.role[0] : known.role[1]].lower(), office)
        return self._person(full, None) if same else Resolved(name, words=words)

    def _sentence_case(self, label: str) -> str:
        """A label in capitals as a sentence would have it, with the capitals that the text gives its first words."""
        words = label.title().removeprefix("The ").split()
        if fold(words[-1]) in _OFFICES:
            return " ".join(words)
        for count in range(len(words) - 1, 1, -1):
            if (proper := " ".join(words[:count])) in self.text:
                return " ".join([proper, *(word.lower() for word in words[count:])])
        body = next((i for i, word in enumerate(words) if sort_of(word) not in {BODY, PLACE}), 0)
        return " ".join([*words[:body], *map(str.lower, words[body:])]) if body else label.capitalize()

    def _person(self, name: str, at: Span | None, *, sure: bool = True) -> Resolved:
        """A person of the article as an answer; ``at`` stands in where the text never gives the full name."""
        known = self._all.known[name]
        role = known.role
        exact = role is not None and " ".join(self.text[role[0] : role[1]].split()) == known.words
        return Resolved(name, known.span or at, known.role, sure=sure, words="" if exact else known.words)

    def _mention(self, span: Span) -> Resolved:
        mention = self.text[span[0] : span[1]].strip()
        pronoun = PRONOUNS.get(mention.lower()) if mention not in self._all.acronyms else None
        if pronoun is not None and not (mention.isupper() and mention.lower() not in {"he", "she", "they"}):
            return self._pronoun(pronoun, span)
        short = clean(mention)
        if is_nobody(short) and mention not in self._all.acronyms:
            return Resolved(why_unknown=f"“{mention}” names nobody")
        if short in self._all.acronyms:
            where = self._all.acronyms[short]
            return Resolved(without_possessive(self.text[where[0] : where[1]]), where)
        mention = author_in(mention)
        together = self._several(mention)
        if together:
            return Resolved(together, span)
        if with_others(mention):
            return Resolved(clean(mention), span)
        if "," in mention and bare_name(mention.split(",")[0])[0]:
            mention = mention.split(",")[0]
        return self._by_name(mention, span) or self._by_noun(mention, span) or Resolved(clean(mention), span)

    def _by_name(self, mention: str, span: Span) -> Resolved | None:
        """The person whom a name or a surname means; None for bodies, crowds and strangers."""
        name, title = bare_name(mention)
        people = [person.name for person in find_people(mention) if " " in person.name]
        named = [one for one in (name, *people[:1]) if one and not names_body(mention, one)]
        for one in named if len(people) <= 1 or name in people else []:
            full = self._all.full_name(one, span[0], title if one == name else "")
            if full is not None:
                answer = self._person(full, span)
                if answer.role is None and not answer.words:
                    answer.role = self._title_role(span, title)
                return answer
        if name in named and name and (title or " " in name or name == clean(mention)):
            return Resolved(name, span, self._title_role(span, title))
        word = clean(mention)
        if name or " " in word or not word[:1].isupper():
            return None
        full = self._all.full_name(plain_case(word), span[0])
        return self._person(full, span) if full is not None else None

    def _by_noun(self, mention: str, span: Span) -> Resolved | None:
        """The person or body whom a role noun means: "the senator", "the ministry"."""
        begin, end, speaking = self._floor
        person = self._all.by_role(mention, span[0], speaking if begin <= span[0] < end else "")
        if person is not None:
            return self._person(person, None, sure=False)
        noun = body_noun(mention)
        body = self._bodies.named(noun, span[0], [one.name for one in self._said]) if noun else None
        return Resolved(self.text[body[0] : body[1]], body, sure=False) if body is not None else None

    def _title_role(self, span: Span, title: str) -> Span | None:
        bare = _ARTICLE.sub("", title)
        start = self.text.find(bare, span[0], span[1]) if bare else -1
        offices = [word for word in bare.split() if is_role(word) and fold(word) not in _COURTEOUS]
        if start < 0 or not is_role(bare.split()[-1]) or not offices:
            return None
        return clean_role(self.text, (start, start + len(bare)))

    def _several(self, mention: str) -> str:
        """``Maine Senators Susan Collins and Angus King`` → the names alone, as full as they are known; or nothing."""
        parts = parts_of(mention)
        if len(parts) < 2:
            return ""
        names: list[str] = []
        aside = False
        for part in parts:
            if names and (sort_of(part) == PLACE or part.startswith(("R-", "D-", "I-"))):
                # A title that was cut short, "… and U.S.", or a party and state.
                continue
            name = bare_name(part)[0] or (part if " " not in part and part[:1].isupper() else "")
            full = self._all.full_name(name, 0) if name else None
            if full is not None or (name and " " in name and not aside and not names_body(part, name)):
                names.append(full or name)
                continue
            # A title behind the names: "Ann Osei and Bob Ash, Chair and Ranking Member of the Straits Survey".
            aside = aside or begins_title(part)
            if not aside:
                return clean(mention) if len(names) > 1 else ""
        names = list(dict.fromkeys(names))
        return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else ""

    def _pronoun(self, kind: str, span: Span) -> Resolved:
        at = span[0]
        if kind == "it" and _EXPLETIVE.match(self.text, span[1]):
            return Resolved(why_unknown="“it” stands for nobody")
        spoke = [one for one in self._said[-6:] if at - _REACH < one.at < at]
        if kind in {"it", "they"}:
            bodies = [
                one.name for one in spoke
                if not one.person and at - _REACH_BODY < one.at and is_plural(one.name, kind)
            ]  # fmt: skip
            return Resolved(bodies[-1], sure=False) if bodies else Resolved(why_unknown=f"“{kind}” could be several")
        begin, end, speaking = self._floor
        name = person_before(self.text, at, kind, self._all, spoke, speaking if begin <= at < end else "")
        if not name:
            return Resolved(why_unknown="no person before the pronoun fits it")
        if name in self._all.known:
            return self._person(name, None, sure=False)
        return Resolved(name, sure=False)


def _same_office(words: str, office: str) -> bool:
    """Whether a title's words end in an office: "vice president" is no president."""
    return words.endswith(office) and not words.removesuffix(office).rstrip().endswith(("vice", "deputy", "former"))
