"""A mention as it is shown: without datelines, brackets and possessives; and what kind of mention it is."""

from __future__ import annotations

import re

from processors.steps.extract.forms import (
    HONORIFICS,
    ORDINARY,
    PLACE,
    START,
    SUFFIX,
    TIME,
    fold,
    is_possessive,
    is_role,
    sort_of,
)
from processors.steps.extract.lexicon import WORDS
from processors.steps.extract.roles import says_who

_NOBODY = WORDS["nobody"] | WORDS["pronoun_nobody"]
_PHRASES = re.compile(
    r"(?:no one|(?:you|we|they|us) (?:all|both|guys|two)|all (?:of )?(?:you|us|those|them)|an?|the"
    r"|(?:the )?(?:first|last) thing|an awful lot|(?:these|those|you) (?:guys|folks)"
    r"|(?:the )?(?:fact|way|case|problem|question|time|rest))",
    re.IGNORECASE,
)
_HEADINGS = WORDS["not_labels"]
_HEADING_SORTS = frozenset({ORDINARY, START, TIME})
_LONGEST_CODE = 5
"""Letters of a country in capitals that may be written so: "DPRK"."""
_LONG_HEADING = 3
_QUANTITIES = frozenset({"all", "both", "each", "another", "every"})
_SPACE = re.compile(r"\s+")
_BRACKETS = re.compile(r"\s*\([^()]*\)|\s*\[[^\[\]]*\]")
_OPEN = re.compile(r"\s*[(\[][^()\[\]]*$|[)\]]+$")
_DATELINE = re.compile(
    r"^[A-Z][A-Z.,’' ]{2,40}\s*[–—-]+\s+(?=\w)|^[A-Z][A-Za-z.,’' ]{2,30}\s[–—]\s+(?=(?:the|The|U\.S\.|[A-Z]))"
)
_ARTICLE = re.compile(r"^(?:the|The|THE)\s+(?=\S)")
_BEGINS = re.compile(
    r"^(?:yesterday|today|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday|meanwhile|earlier|later|then|"
    r"and|but|while|when|as|also|however)\b,?\s+(?=\S)|^(?-i:Q)\s+(?=(?-i:[A-Z]))",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"(?:\s+(?:late|early|earlier|also|both|today|yesterday|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday|"
    r"himself|herself|itself|themselves|recently|alike|respectively|and|,))+$",
    re.IGNORECASE,
)
_EDGES = " \t\r\n\u00a0,;:–—-*•"
_DOCUMENTS = (
    WORDS["documents"] | WORDS["utterances"] | {"bill", "legislation", "act", "order", "proclamation", "posting"}
)
_UTTERANCES = WORDS["utterances"] | {"words", "testimony", "tweets", "letters"}
_POSSESSIVES = frozenset({"'s", "’s", "'", "’"})
_SPLIT = re.compile(r",?\s+and\s+|,\s+|\s+&\s+|;\s+")
_QUOTES = '“”"'
_AUTHOR = re.compile(
    r"(?:(?:a|an|the|this|one|new|recent|joint|full|press|another)\s+){0,3}(?:[a-z0-9\-]+\s+){0,2}"
    r"(?:statements?|remarks|release|report|study|analysis|survey|poll|investigation|letter|tweet|post|comments?|"
    r"message|article|op-ed|audit|assessment|memo|paper)\s+(?:from|(?:(?:released|published|conducted|issued) )?by)\s+"
    r"(?:the\s+)?(?=(?-i:[A-Z]))(?!(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b)",
    re.IGNORECASE,
)
_OWNED = re.compile(
    r"(?P<owner>[^’']+(?:['’][A-Z][^’']+)?)(?:['’]s|(?<=s)['’])\s+(?:[\w\-]+\s+)?"
    r"(?:statements?|remarks|letter|message|speech|tweets?|posts?|announcement|response|testimony)"
)
_OTHERS = re.compile(
    r"(?:^|[^,]),? (?:and|&|along with|as well as|together with) (?:(?:his|her|their|the|other|several|many|members|"
    r"fellow|colleagues|officials|two|three|four|five|dozens|more|all|over)\b|\d)"
)
_FOLLOWS = frozenset(["of", "from", "in", "at", "for", "with", "who", "on", "to"])


def clean(mention: str) -> str:
    """The mention as a speaker's name: its words without article, brackets, dateline and possessive."""
    words = _SPACE.sub(" ", mention).strip(_EDGES).lstrip("([")
    words = _OPEN.sub("", _BRACKETS.sub("", words)) or words
    words = _DATELINE.sub("", words)
    words = _ENDS.sub("", _ARTICLE.sub("", _BEGINS.sub("", words))).strip(_EDGES)
    words = without_possessive(words)
    if words.count("“") != words.count("”") or words.count('"') % 2 or (words[:1] in _QUOTES and words[-1:] in _QUOTES):
        words = words.strip(_QUOTES)
    return f"{words}." if re.search(r"(?:^|\s|\.)[A-Z]\.[A-Z]$", words) else words


def without_possessive(words: str) -> str:
    """The words without "'s" at their end: "Ukraine's" → "Ukraine"."""
    if words.endswith(("s'", "s’")):
        return words[:-1]
    return words[:-2] if is_possessive(words) and words.endswith(("s", "S")) else words


def author_in(mention: str) -> str:
    """Whose statement or report a mention names: "a statement from Ann Osei" → "Ann Osei"; else the mention."""
    match = _AUTHOR.match(mention)
    if match is not None:
        return mention[match.end() :]
    owned = _OWNED.fullmatch(mention)
    return owned["owner"] if owned is not None else mention


def with_others(mention: str) -> bool:
    """Whether a mention names somebody and others who are not named: "Ann Osei and her colleagues"."""
    return _OTHERS.search(mention) is not None


def is_nobody(mention: str) -> bool:
    """Whether a cleaned mention names nobody: "everyone", "you all", a letter, a mark."""
    bare = mention.lower()
    if mention.isupper() and len(mention) > 1:
        return is_heading(mention)
    if " " not in mention and sort_of(mention) == START and bare not in _QUANTITIES:
        return True
    if all(fold(word) in HONORIFICS or sort_of(word) == SUFFIX for word in mention.split()):
        return True
    return bare in _NOBODY or len(re.sub(r"[\W\d]", "", bare)) < 2 or _PHRASES.fullmatch(bare) is not None


def is_heading(mention: str) -> bool:
    """Whether words in capitals are a heading or the place of a dateline, and nobody: "GOAL 2", "READ THE LETTER"."""
    words = [fold(word) for word in mention.split()]
    if len(words) == 1 and (len(mention) <= _LONGEST_CODE or sort_of(mention) == PLACE):
        return len(mention) > _LONGEST_CODE or words[0] in {"end", "goal", "goals", "here", "visit"}
    sorts = [sort_of(word) for word in mention.split()]
    plain = len(words) > 1 and all(
        word.isdigit() or sort in _HEADING_SORTS for word, sort in zip(words, sorts, strict=True)
    )
    if plain or _HEADINGS & {words[0], words[-1]}:
        return not any(says_who(word) for word in words)
    return len(words) >= _LONG_HEADING and words[0].endswith("ing") and sorts[0] == ORDINARY


def names_body(mention: str, name: str) -> bool:
    """Whether a mention is an organisation's or a document's: it has a small-letter noun after its capitals."""
    last = name.rsplit(maxsplit=1)[-1]
    rest = mention[mention.rfind(last) + len(last) :].lstrip(".").split()
    if rest and rest[0] in _POSSESSIVES:
        return len(rest) > 1 and all(fold(word) not in _UTTERANCES for word in rest[1:3])
    return bool(rest) and rest[0] not in _FOLLOWS and rest[0][:1].islower()


def parts_of(mention: str) -> list[str]:
    """The mentions that "Susan Osei, Bob Ash and Ann Lee" joins; one where nothing is joined."""
    if not re.search(r"\sand\s|\s&\s", mention):
        return [mention]
    parts = _SPLIT.split(_OPEN.sub("", _BRACKETS.sub("", mention)))
    parts = [part for part in parts if part not in {"and", "&"}]
    # A comma before a title is an apposition: "Ann Lee, president and director".
    return [part for part in parts if part and not all(is_role(w) or fold(w) in HONORIFICS for w in part.split())]


def begins_title(part: str) -> bool:
    """Whether a part of a list is a title of the names before it, and no further speaker ("Brannoch officials")."""
    words = part.split()
    crowd = words[-1][:1].islower() and words[-1].endswith("s")
    return not crowd and (words[0] in {"both", "all", "members", "leaders"} or any(is_role(word) for word in words))


def is_plural(name: str, pronoun: str) -> bool:
    """Whether "they" (or, with ``it``, "it") can stand for a speaker that is no known person."""
    words = re.split(r"\b(?:of|for|from|in|at|who|by|on|to|with)\b", name, maxsplit=1)[0].split() or name.split()
    head = fold(words[-1]) if words else ""
    several = " and " in name or (
        head.endswith("s") and not head.endswith(("ss", "us", "is")) and words[-1][:1].islower()
    )
    several = several or head in {"people", "police", "staff", "team", "delegation", "group", "family"}
    if pronoun == "it":
        return not several and not says_who(words[-1] if words else "")
    return several or (head not in _DOCUMENTS and name[:1].isupper() and " " in name and not says_who(words[-1]))
