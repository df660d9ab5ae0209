"""How well speakers are resolved across articles: BCubed over mentions that people labelled with who that is.

::

    python -m processors.quality.speakers --gold GOLD.jsonl ARTICLES.jsonl STATEMENTS.jsonl [ARTICLES STATEMENTS ...]

reads articles with what ``onrecord extract`` found in them, resolves all their speakers as one stream in the order of
publication, and prints the score, what was wrongly merged and split, and the speakers to read by eye. A labelled
mention counts with the statement of its article whose mention is the same, or one of which contains the other.
BCubed: Bagga and Baldwin 1998.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from processors.commands.extract import read_articles
from processors.errors import SourceError
from processors.messages import Article
from processors.quality.topics import bcubed
from processors.steps.speakers.items import Said, SpeakerEvent
from processors.steps.speakers.overrides import EMPTY
from processors.steps.speakers.registry import SpeakerState, resolve

GOLD = Path("data/statements/speakers/gold.jsonl")
REPLAYS = (Path("data/articles/replay_2022-02_04.jsonl.gz"), Path("data/articles/replay_2022-10_11.jsonl.gz"))
"""The articles whose mentions the gold labels."""
_UNSCORED = frozenset(["junk", "group"])
_SHOWN = 10


class Labelled(msgspec.Struct, frozen=True):
    """A mention in an article, and who that is; ``?`` where the text does not settle it."""

    doc: str
    mention: str
    entity: str
    type: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """A stream's statements with the speaker that each has in the end, and all speakers by then."""

    said: Sequence[Said]
    ids: Sequence[str]
    state: SpeakerState
    events: Sequence[SpeakerEvent]


@dataclass(frozen=True, slots=True)
class SpeakerScore:
    """BCubed over the labelled mentions that were found, and what went wrong.

    ``merged`` are sets of people who became one speaker, ``split`` people with the number of speakers they became.
    """

    gold: int
    matched: int
    precision: float
    recall: float
    f1: float
    merged: tuple[tuple[str, ...], ...]
    split: tuple[tuple[str, int], ...]


def read_labelled(path: Path) -> list[Labelled]:
    """The mentions that can be scored; raises SourceError where the file cannot be read."""
    try:
        with path.open("rb") as lines:
            rows = [msgspec.json.decode(line, type=Labelled) for line in lines if line.strip()]
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror}; give a file of labelled mentions") from error
    except msgspec.DecodeError as error:
        raise SourceError(f"{path} is no file of labelled mentions: {error}") from error
    return [row for row in rows if row.entity != "?" and row.type not in _UNSCORED]


def said_in(articles: Iterable[Article], rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Said]:
    """What was said with a speaker, in the order of publication; ``rows`` are as ``onrecord extract`` writes them."""
    found: list[Said] = []
    for article in sorted(articles, key=lambda one: (one.published_at, one.id)):
        for row in rows.get(article.id, ()):
            start, end = row["speaker_start"], row["speaker_end"]
            mention = "" if start is None else article.text[start:end]
            if row["speaker"]:
                said = Said(article.id, article.outlet, article.published_at, row["speaker"], mention, row["role"])
                found.append(said)
    return found


def resolve_all(said: Sequence[Said]) -> Resolved:
    """Resolve a whole stream; the speakers are those after the last statement, as a reader then sees them."""
    state = SpeakerState.empty(EMPTY)
    resolution = resolve(state, said)
    return Resolved(said, [state.alive(one) for one in resolution.ids], state, resolution.events)


def score_speakers(gold: Sequence[Labelled], resolved: Resolved) -> SpeakerScore:
    """Score resolved speakers against labels."""
    by_doc: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one, speaker in zip(resolved.said, resolved.ids, strict=True):
        by_doc[one.article_id].append(((one.mention or one.name).casefold(), speaker))
    found = [(row.entity, _match(row.mention.casefold(), by_doc[row.doc])) for row in gold]
    pairs = [(entity, speaker) for entity, speaker in found if speaker]
    precision, recall, f1 = bcubed([entity for entity, _ in pairs], [speaker for _, speaker in pairs])
    people: dict[str, set[str]] = defaultdict(set)
    parts: dict[str, set[str]] = defaultdict(set)
    for entity, speaker in pairs:
        people[speaker].add(entity)
        parts[entity].add(speaker)
    merged = sorted((tuple(sorted(one)) for one in people.values() if len(one) > 1), key=lambda one: (-len(one), one))
    split = sorted(((one, len(many)) for one, many in parts.items() if len(many) > 1), key=lambda one: (-one[1], one))
    return SpeakerScore(len(gold), len(pairs), precision, recall, f1, tuple(merged), tuple(split))


def _match(mention: str, statements: Sequence[tuple[str, str]]) -> str:
    """The speaker of the statement that a labelled mention belongs to; '' where none was found."""
    same = [speaker for written, speaker in statements if written == mention]
    near = [speaker for written, speaker in statements if mention in written or written in mention]
    return (same or near or [""])[0]


def listing(resolved: Resolved, most: int, *, by_aliases: bool = False) -> list[dict[str, Any]]:
    """Speakers to read by eye: those who say most, or those with most names; with all names and roles."""
    counts = Counter(resolved.ids)
    people = [one for one in resolved.state.speakers.values() if counts[one.id]]
    people.sort(key=lambda one: (-len(one.forms) if by_aliases else 0, -counts[one.id], one.order))
    return [
        {"statements": counts[one.id], "name": one.name, "kind": one.kind, "role": one.role(), "names": one.forms}
        for one in people[:most]
    ]


def _rows(path: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with path.open("rb") as lines:
        for line in lines:
            row = msgspec.json.decode(line)
            found[row["doc"]].append(row)
    return found


def main() -> None:
    """The command line that the module's first lines show."""
    parser = argparse.ArgumentParser(description="Score the resolution of speakers across articles.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="articles, statements, articles, …")
    parser.add_argument("--gold", type=Path, help="labelled mentions")
    parser.add_argument("--list", type=int, default=0, metavar="N", help="print the N speakers who say most")
    given = parser.parse_args()
    said: list[Said] = []
    for articles, statements in zip(given.files[::2], given.files[1::2], strict=True):
        said += said_in(read_articles(articles), _rows(statements))
    said.sort(key=lambda one: (one.at, one.article_id))
    resolved = resolve_all(said)
    if given.gold:
        score = score_speakers(read_labelled(given.gold), resolved)
        print(json.dumps(shown(score), ensure_ascii=False, indent=1))
    for row in listing(resolved, given.list) + listing(resolved, given.list // 2, by_aliases=True):
        print(json.dumps(row, ensure_ascii=False))


def shown(score: SpeakerScore) -> dict[str, Any]:
    """A score as it is printed, the worst errors only."""
    figures = {name: round(getattr(score, name), 3) for name in ("gold", "matched", "precision", "recall", "f1")}
    return {**figures, "wrong_merges": score.merged[:_SHOWN], "splits": score.split[:_SHOWN]}


if __name__ == "__main__":
    main()
