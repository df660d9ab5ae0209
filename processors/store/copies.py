"""Wire copies, first version: the same words within three days are one statement.

The first one stored is the original; later ones point to it and take its topic, so that a story is not as big as the
number of outlets that print it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from processors.ids import digest, name_key

WINDOW = timedelta(days=3)
# Fewer words than this are said by many people on one day ("No comment."): then the speaker has to be the same too.
_TELLING = 6


def text_key(text: str, speaker_id: str) -> int:
    """Signed 64-bit key of the words without case, accents and punctuation."""
    words = name_key(text)
    owner = speaker_id if len(words.split()) < _TELLING else ""
    return int.from_bytes(bytes.fromhex(digest("words", words, owner)), "little", signed=True)


@dataclass(slots=True)
class Original:
    """A statement that others may be copies of; ``topic`` is filled in when it is known."""

    id: str
    at: datetime
    topic: str = ""


class Originals:
    """The originals that a batch could copy: those found in the store, then the batch's own as they come."""

    def __init__(self, stored: Iterable[tuple[int, str, datetime, str]]) -> None:
        self._by_key: dict[int, list[Original]] = defaultdict(list)
        for key, statement_id, at, topic in stored:
            self._by_key[key].append(Original(statement_id, at, topic))

    def match(self, key: int, statement_id: str, at: datetime) -> tuple[Original, bool]:
        """The first original within the window and True; else this statement as a new one and False."""
        for original in self._by_key[key]:
            if abs(original.at - at) <= WINDOW:
                return original, True
        new = Original(statement_id, at)
        self._by_key[key].append(new)
        return new, False
