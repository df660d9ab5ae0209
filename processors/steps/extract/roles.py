"""Who somebody is, as the article says it: title before the name, apposition after it, apposition before it."""

from __future__ import annotations

import re

from processors.messages import Span
from processors.steps.extract.forms import (
    BODY,
    GIVEN,
    HONORIFICS,
    INITIAL,
    NAMELIKE,
    OCCUPATIONS,
    ORDINARY,
    OTHER,
    PLACE,
    ROLE,
    SURNAMES,
    fold,
    is_caps,
    is_possessive,
    is_role,
    sort_of,
)
from processors.steps.extract.lexicon import WORDS
from processors.steps.extract.names import Person

_NOT_ALONE = HONORIFICS | WORDS["no_heads"] - {"chief", "lead", "general"}
_RANKS = WORDS["ranks"]
_PREPOSITIONS = WORDS["prepositions"] - {"and"}
_MODIFIERS = WORDS["modifiers"]
_PLURALS = {
    "reps": "Rep.", "sens": "Sen.", "senators": "Senator", "representatives": "Representative",
    "congressmen": "Congressman", "congresswomen": "Congresswoman", "ministers": "Minister", "presidents": "President",
    "governors": "Governor", "mayors": "Mayor", "secretaries": "Secretary", "ambassadors": "Ambassador",
    "chairs": "Chair", "chairmen": "Chairman", "co-chairs": "Co-Chair", "leaders": "Leader", "drs": "Dr.",
}  # fmt: skip
_SINGULAR = WORDS["roles"] - WORDS["no_heads"] - HONORIFICS
_VERB = re.compile(
    r"\s+(?:said|says|told|wrote|added|announced|stated|who|whose|whom|which|that|is|was|were|has|had|have|will|would|today|"
    r"yesterday|tomorrow|(?<!ommittee )(?<!ouncil )(?<!ommission )on|"
    r"reported|declared|claimed|noted|explained|warned|after|before|during|while|when|where|as|"
    r"introduced|released|issued|joined|led|sent|called|urged|asked|met|made|spoke|visited|testified|responded|"
    r"including|to\s+(?:discuss|announce|introduce|make|be|urge|call|ask|have|help|provide|ensure|protect|address)|"
    r"along\s+with|together\s+with|and\s+(?:the\s+)?[A-Z]\w+\s+[A-Z])\b"
)
_AFTER = re.compile(r"(?:\s*[(\[][^)\]]{1,40}[)\]])?,\s+(?P<role>[^,;.!?\n\"“”()\[\]]{3,110})")
_DOTTED = re.compile(
    r"\b(?:U|S|D|C|N|J|St|Dr|Mr|Ms|Mrs|Jr|Sr|Gov|Sen|Rep|Gen|Lt|Col|Inc|Corp|Co|Ltd)\."
    r"|(?<=[a-z] )[A-Z]\.(?= [A-Z][a-z])"
)
_FINITE = re.compile(r"\b(?:can|could|may|might|must|should|shall|are|were|do|does|did|am)\b")
_SOURCE = re.compile(r"\b[Aa]ccording to (?:[\w.’'\-]+ ){0,6}$")
_MADAM = re.compile(r"\b(?:Madame?|Mr\.?|Mrs\.?|Ms\.?)\s+(?=[A-Z])")
_NO_LETTERS = re.compile(r"^(?:[A-Z][A-Z.,’' ]{2,40}\s*)?[–—-]+\s*")
_ALONE = frozenset({"friend", "friends", "colleague", "colleagues", "partner", "partners", "fellow"})
"""Nouns that say nothing of somebody if they stand alone."""
_SHORT_CAPITALS = 3
"""Letters up to which a title in capitals is an abbreviation: "CEO"."""
_BEFORE = re.compile(
    r"(?:^|[.!?,;:—–\n\"“”]\s*|\b(?:and|but|when|while|as)\s+)"
    r"(?P<role>(?:the|The|a|A|an|An)?\s*[^,;.!?\n\"“”]{3,90}),\s+$"
)
_ARTICLE = re.compile(r"(?:the|an?)\s", re.IGNORECASE)
_BESIDE = re.compile(r"(?P<words>(?:[\w’'\-]+ ){1,6})$")
_OFFICE_BEFORE = re.compile(
    r"[A-Z][\w’'\-]*[ \u00a0](?:(?:[A-Z][\w’'\-]*|of|for|to|the|and)[ \u00a0]){0,8}(?:of|for|to|and) (?:the )?$"
)
_FIELD_BEFORE = re.compile(r"(?:^|[^\w.] |[a-z] )(?P<field>(?:[A-Z][\w’'\-]*[ \u00a0]){1,4})and $")
_TITLE_BEFORE = re.compile(r"((?:\b[a-z]+(?:-[a-z]+)?[ \u00a0]){1,3})$")
_NO_ROLE = re.compile(
    r"(?:during|after|before|when|while|if|in|on|at|like|does|did|will|is|dear|my|our|your|madam|thank|thanks|q|"
    r"two|three|four|five|several|many|some|other)\b",
    re.IGNORECASE,
)
# Words that lead up to a role and are no part of it: "As President Lee", "Yesterday President Lee".
_LEADING = re.compile(
    r"\s*(?:the|an?|and|with|by|from|to|as|since|but|yet|so|yesterday|today|tomorrow|later|then|now|including|"
    r"particularly|especially|even|for|of|host|fellow|its|"
    r"his|her|their|royal|excellency|highness|majesty|holiness|eminence|"
    r"said|says|told|both|also|named|given|would|could|should|has|had|have|is|was|are|"
    r"one of|old|great|good|dear|beloved)\s+",
    re.IGNORECASE,
)
_OFFICE_OF = re.compile(r"(?:Office|Offices|Statement|Remarks) (?:of|by|from) (?:the )?(?=[A-Z])")
# A role is said of somebody; words that address somebody, or a label, belong to a sentence that was misread.
_ADDRESSING = re.compile(r"\b(?:I|we|you|your|our|my|he|she|they|this|that|these|those)\b|[:?!]", re.IGNORECASE)
_VOCATIVE = re.compile(r"\b(?:Mr|Mrs|Ms|Madam|Madame|Dear)\.?\s+$", re.IGNORECASE)
_AGE = re.compile(r"(?:a |an |the )?\d{1,3}-year-old\b")
_TRAILING = re.compile(
    r"(?:\s*[(\[][^)\]]*[)\]]?|\s+(?:and|of|for|the|in|at|to|with|on|from|by|a|an|as)|[\s,;:\-–—])+$", re.IGNORECASE
)
_MOST_WORDS = 16
_REACH_BEFORE = 110


def role_of(text: str, person: Person) -> Span | None:
    """The words beside this occurrence of the name that say who this person is; None where there are none.

    A courtesy title ("Mr.", "Rep.") is no role here: see ``courtesy``.
    """
    wide = _widen(text, person.title) if person.title is not None else None
    if wide is not None and _says_more(text[wide[0] : wide[1]].split()):
        found = clean_role(text, wide)
        if found is not None and fold(text[found[0] : found[1]]) not in HONORIFICS:
            return found
    return _beside(text, person) or _after(text, person) or _before(text, person)


def courtesy(text: str, person: Person) -> Span | None:
    """A title such as "Rep." or "Sen." that stands in for a role where the article gives no other."""
    if person.title is None or fold(_title(text, person).split()[-1]) not in {"rep", "sen", "gov"}:
        return None
    return clean_role(text, person.title)


def role_words(text: str, span: Span) -> str:
    """A role as it is shown: blanks evened out, without "Rep." behind an office, and of one person ("Reps.")."""
    words = text[span[0] : span[1]].replace("U. S.", "U.S.").replace("U.S ", "U.S. ").split()
    if any(is_caps(word) and is_role(word) and len(word) > _SHORT_CAPITALS for word in words):
        # The title of a label: "FOREIGN MINISTER", "EPA ADMINISTRATOR".
        words = [word.capitalize() if is_caps(word) and len(word) > _SHORT_CAPITALS else word for word in words]
    if words and fold(words[-1]) in _PLURALS and not {"of", "for"} & set(words):
        words = [_PLURALS.get(fold(word), word) for word in words]
    head = next((i for i, word in enumerate(words[:-1]) if words[i + 1] in {"of", "for", "at"}), len(words) - 1)
    if words and "and" not in words[:head] and words[head].endswith("s") and fold(words[head])[:-1] in _SINGULAR:
        words[head] = words[head][:-1]
    if len(words) > 1 and fold(words[-1]) in HONORIFICS - {"lady"} and any(_is_office(word) for word in words[:-1]):
        words = words[:-1]
    return " ".join(words)


def _is_office(word: str) -> bool:
    return is_role(word) and fold(word) not in HONORIFICS


def _says_more(title: list[str]) -> bool:
    """Whether a title is more than courtesy: an office, or "U.S. Rep."."""
    return any(map(_is_office, title)) or (len(title) > 1 and fold(title[-1]) in {"rep", "sen", "gov"})


def _title(text: str, person: Person) -> str:
    return text[person.title[0] : person.title[1]] if person.title else ""


def says_who(word: str) -> bool:
    """Whether a word says who somebody is: an office, or an occupation or relation in small letters."""
    return is_role(word) or (word[:1].islower() and (fold(word) in OCCUPATIONS or fold(word).endswith("ologist")))


def _beside(text: str, person: Person) -> Span | None:
    """A role in small letters right before the name: "foreign minister Ann Lee", "Calder's trade envoy Bob Ash"."""
    begin = max(0, (person.title or person.span)[0] - 70)
    match = _BESIDE.search(text[begin : (person.title or person.span)[0]])
    words = match["words"].split() if match is not None else []
    if not words or not says_who(words[-1]) or not words[-1][:1].islower() or fold(words[-1]) in HONORIFICS:
        return None
    keep = len(words) - 1
    while keep > 0 and (is_role(words[keep - 1]) or _names_place(words[keep - 1]) or words[keep - 1] in _MODIFIERS):
        keep -= 1
    role = " ".join(words[keep:])
    start = text.rfind(role, begin, person.span[0])
    return clean_role(text, (start, start + len(role))) if start >= 0 else None


def _names_place(word: str) -> bool:
    return word[:1].isupper() and not _LEADING.match(word + " ")


def _after(text: str, person: Person) -> Span | None:
    window = _DOTTED.sub(lambda m: m.group().replace(".", "\x01"), text[person.span[1] : person.span[1] + 200])
    match = _AFTER.match(window)
    if match is None:
        return None
    start, end = match.span("role")
    verb = _VERB.search(window, start - 1, end)
    if verb is not None:
        if _SOURCE.search(text[max(0, person.span[0] - 60) : person.span[0]]):
            return None
        end = verb.start()
    return _checked(text, person.span[1] + start, person.span[1] + end)


def _before(text: str, person: Person) -> Span | None:
    begin = max(0, person.span[0] - _REACH_BEFORE)
    match = _BEFORE.search(text[begin : person.span[0]])
    if match is None:
        return None
    start, end = match.span("role")
    if _VERB.search(match.group("role")) or _VOCATIVE.search(text[begin : begin + start]):
        return None
    if match.group().startswith(",") and not _ARTICLE.match(match["role"].lstrip()):
        # "Ann Osei, chair of the Straits Survey, Bob Ash and others": the role is hers.
        return None
    return _checked(text, begin + start, begin + end)


def _holds_name(words: str) -> bool:
    """Whether words that should be a role hold a person's name: "Senators Ann Osei" before "Bob Ash"."""
    parts = words.split()
    sorts = [sort_of(word.rstrip(",")) for word in parts]
    for i, sort in enumerate(sorts[:-1]):
        joined = bool(i) and parts[i - 1] in {"and", "or"}
        if i and not joined and (parts[i - 1].islower() or (i + 2 < len(parts) and sorts[i + 2] not in NAMELIKE)):
            # "wife of Bob Ash", "head of the Ann Osei Foundation"
            continue
        surname = sorts[i + 1] in {OTHER, INITIAL, GIVEN} or (sorts[i + 1] == ROLE and fold(parts[i + 1]) in SURNAMES)
        if sort == GIVEN and surname and not is_possessive(parts[i]):
            return True
        if sort == ROLE and sorts[i + 1] in {OTHER, GIVEN} and (i + 2 == len(parts) or parts[i + 2] == "and"):
            return not is_possessive(parts[i + 1])
    return False


def _checked(text: str, start: int, end: int) -> Span | None:
    words = text[start:end].split()
    if not words or len(words) > _MOST_WORDS:
        return None
    if _AGE.match(text[start:end]):
        return clean_role(text, (start, end))
    if _FINITE.search(text, start, end):
        # "According to Ann Osei, residents can …": the sentence goes on.
        return None
    first = next(
        (i for i, word in enumerate(words) if says_who(word.lower()) and fold(word) not in _NOT_ALONE), len(words)
    )
    if first >= len(words) or first > _MOST_WORDS // 2:
        return None
    if words[0][:1].islower() and words[0] not in {"a", "an", "the", "and"} and not _leads(words[:first]):
        return None
    return clean_role(text, (start, end))


def _leads(words: list[str]) -> bool:
    """Whether the words before the role noun can belong to it: no preposition, no verb."""
    return all(word not in _PREPOSITIONS and not word.endswith("ing") for word in words)


def _begins_office(text: str, title: Span) -> bool:
    """Whether a title is an office of its own after "and", and not the rest of one: "(Trade) and Defence Minister"."""
    first = text[title[0] : title[1]].split(maxsplit=1)[0]
    return is_role(first) and fold(first) not in WORDS["no_heads"]


def _widen(text: str, title: Span) -> Span:
    """Take in the lower-case words of a title: "state forester", "presidential press secretary Corin Hallam"."""
    start = title[0]
    office = _OFFICE_BEFORE.search(text[max(0, start - 80) : start])
    if office is not None and not (office.group().endswith(("and ", "and the ")) and _begins_office(text, title)):
        words = office.group().split()
        first = next((i for i, word in enumerate(words) if is_role(word) or fold(word) in _RANKS), None)
        if first is not None and "and" not in words[:first]:
            first -= 1 if first and fold(words[first - 1]) in _RANKS else 0
            skip = len(" ".join(words[:first])) + (1 if first else 0)
            return max(0, start - 80) + office.start() + skip, title[1]
    joined = _FIELD_BEFORE.search(text[max(0, start - 60) : start])
    if joined is not None and not _begins_office(text, title):
        sorts = [sort_of(word) for word in joined["field"].split()]
        if all(sort in {ORDINARY, BODY, PLACE, ROLE} for sort in sorts) and {ORDINARY, BODY, ROLE} & set(sorts):
            return max(0, start - 60) + joined.start("field"), title[1]
    before = _TITLE_BEFORE.search(text[max(0, start - 60) : start])
    if before is not None:
        keep = 0
        for word in reversed(before.group().split()):
            if not is_role(word) and word not in {"former", "presidential", "deputy", "acting", "senior", "state"}:
                break
            keep += len(word) + 1
        start -= keep
    return start, title[1]


def clean_role(text: str, span: Span) -> Span | None:
    """The span without articles before it, and without brackets and small words that hang on at its end.

    None where the words are no role: they address somebody, hold another's name, or say nothing.
    """
    start, end = span
    dateline = _NO_LETTERS.match(text[start:end])
    start += dateline.end() if dateline is not None else 0
    if (madam := _MADAM.search(text, start, end)) is not None:
        # "the presence in Calder of Madam Vice President Ann Osei"
        start = madam.end()
    if _NO_ROLE.match(text[start:end]):
        return None
    if _holds_name(text[start:end]):
        # "Minister Ann Osei and spokesman Bob Ash": the first words are another's.
        cut = max(
            (text.rfind(mark, start, end) + len(mark) for mark in (" and ", ", ") if mark in text[start:end]), default=0
        )
        if cut <= start or not any(is_role(word) for word in text[cut:end].split()) or _holds_name(text[cut:end]):
            return None
        start = cut
    while (match := _LEADING.match(text[start:end]) or _OFFICE_OF.match(text[start:end])) is not None:
        start += match.end()
    trailing = _TRAILING.search(text, start, end)
    if trailing is not None and trailing.end() == end:
        end = trailing.start()
    if end <= start or _ADDRESSING.search(text, start, end) or fold(text[start:end]) in _ALONE:
        return None
    return _with_country(text, start), end


def _with_country(text: str, start: int) -> int:
    """Where a role begins whose "U." stands before it: "U. S. Senator", "U.S Senator"."""
    if text[start : start + 1] != "S":
        return start
    return next((start - len(before) for before in ("U. ", "U.") if text[:start].endswith(before)), start)
