"""How the time of extraction grows with a text's length, for ordinary texts and for hostile ones.

What comes off the net may be anything, and a step that takes the square of a length stops a whole stream. Every shape
here is a text of any length; its times at several lengths show whether they grow with it and no faster.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log

from processors.messages import Article
from processors.steps.extract.extractor import Extractor

STEPS = (1, 4, 16)
"""Lengths that are measured, in parts of the longest: its sixteenth, its quarter, the whole."""
_NOON = datetime(2026, 3, 17, 12, tzinfo=UTC)
_PROSE = (
    "Harbour master Rosa Keller said on Friday that the gate at Calder would stay shut until the tide turned. “We will "
    "not risk a single boat,” she told the Courier, and added that {n} crews had been warned. Nils Oberoi, a "
    "spokesman for the fleet, called it “a costly mistake”. According to the port’s log, {n} boats lay at anchor. The "
    "weather is said to improve by Sunday.\n\n"
)
_TURNS = (
    "MS. FOX: Thank you. I spoke with Mr. Dray about the {n} ships, and he told me that the port was open.\n\n"
    "Q You said last week that it was shut. What has changed since then, and who decided it?\n\n"
    "MS. FOX: I would say that the tide has. Captain Ilse Marrin put it well: “We sail when we can.”\n\n"
)


def _repeated(piece: str) -> Callable[[int], str]:
    def text(length: int) -> str:
        return (piece * (length // len(piece) + 1))[:length]

    return text


def _numbered(piece: str) -> Callable[[int], str]:
    """Pieces that differ in a number, as the sentences of real texts differ."""

    def text(length: int) -> str:
        return "".join(piece.format(n=n) for n in range(2, length // len(piece) + 3))[:length]

    return text


def _junk(length: int) -> str:
    return random.Random(length).randbytes(length).decode("latin-1")


SHAPES: Mapping[str, tuple[int, Callable[[int], str]]] = {
    "ordinary news": (160_000, _numbered(_PROSE)),
    "a transcript": (160_000, _numbered(_TURNS)),
    "one sentence": (200_000, _repeated("and the minister said that the ship had sailed for the port of Calder ")),
    "one line": (160_000, _repeated("He said that the ship “sails today” and Mr. John Fox told Reuters so. ")),
    "10,000 quotation marks": (10_000, _repeated('"')),
    "opening marks": (10_000, _repeated("“")),
    "quotations of a letter": (50_000, _repeated("“a ” ")),
    "single marks": (80_000, _repeated("‘a’ b ")),
    "marks on lines": (20_000, _repeated('\n"')),
    "nested marks": (60_000, _repeated("“He said ‘no’ and ‘go’ ")),
    "brackets": (10_000, _repeated("(")),
    "abbreviations": (60_000, _repeated("(AB) ")),
    "colons": (10_000, _repeated(":")),
    "labels": (100_000, _repeated("MR. FOX: yes.\nQ no?\n")),
    "labels on one line": (100_000, _repeated("Ann Fox: Yes. ")),
    "capitals": (160_000, _repeated("Aaa Bbb ")),
    "initials": (60_000, _repeated("A. ")),
    "names": (100_000, _repeated("Ann Fox met Bob Fox. ")),
    "many people": (100_000, _numbered("Ann Fox{n} met the minister Bob Lee{n}, who said so. ")),
    "commas": (20_000, _repeated("a, ")),
    "blanks": (100_000, _repeated("a" + " " * 999)),
    "lines": (60_000, _repeated("a\n")),
    "letters": (100_000, _repeated("a")),
    "right to left": (60_000, _repeated("\u200f“אבג” said Tom. ")),
    "junk": (100_000, _junk),
}  # fmt: skip
"""Name → the longest text that is measured, in characters, and what makes a text of a length."""


@dataclass(frozen=True, slots=True)
class Growth:
    """CPU seconds at several lengths; ``exponent`` is about 1 where time grows with the length, 2 with its square."""

    characters: tuple[int, ...]
    seconds: tuple[float, ...]

    @property
    def exponent(self) -> float:
        """How time grows over the upper half of the lengths, where what every text costs no longer counts."""
        (short, long), (quick, slow) = self.characters[-2:], self.seconds[-2:]
        return log(max(slow, 1e-9) / max(quick, 1e-9)) / log(long / short)


def growth(extractor: Extractor, name: str, rounds: int = 3, longest: int = 0, steps: Sequence[int] = STEPS) -> Growth:
    """Time of extraction over the length of a shape's texts; the least of several rounds, which others disturb least.

    ``extractor`` should read texts in any language, or it skips most of these.
    """
    whole, make = SHAPES[name]
    whole = longest or whole
    lengths = tuple(whole * step // steps[-1] for step in steps)
    texts = [_article(make(length)) for length in lengths]
    extractor(texts[:1])
    times = [min(_cpu(extractor, text) for _ in range(rounds)) for text in texts]
    return Growth(lengths, tuple(times))


def _article(text: str) -> Article:
    return Article(
        id="bounds", url="", outlet="veldmark-courier.example", title="", text=text, published_at=_NOON,
        observed_at=_NOON, origin="bounds", position=0,
    )  # fmt: skip


def _cpu(extractor: Extractor, article: Article) -> float:
    began = time.process_time()
    extractor([article])
    return time.process_time() - began
