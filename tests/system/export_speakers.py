"""Writes who made each statement of a run, for scoring against labelled mentions.

    python tests/system/export_speakers.py ARTICLES.jsonl.gz RUN OUT.jsonl [--api URL]

The run is one that replayed the file, whose rows need ``id`` and ``url``. A line of the output is ``{"doc",
"speaker_mention", "speaker_id"}``: the article's id in the file, the words that stand for the speaker (the article's
fullest name where they are a pronoun or an office), and the speaker's id, merges followed. Copies are lines too.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from processors.client import ReadClient
from processors.ids import name_key, normalise_url
from processors.settings import load_settings

_PAGE = 200


def documents(path: Path) -> dict[str, str]:
    """The ids of a file's articles by their addresses."""
    data = path.read_bytes()
    lines = (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return {normalise_url(row["url"]): row["id"] for row in rows}


def statements(client: ReadClient, run: str) -> Iterator[dict[str, Any]]:
    """Every statement of a run, newest first."""
    before = None
    while rows := client.statements(run, limit=_PAGE, before=before, unfolded=True):
        yield from rows
        before = rows[-1]["seq"]


def words(row: dict[str, Any]) -> str:
    """What names the speaker: the words nearest to the statement where they are a part of the name."""
    mention, written = str(row["speaker_mention"]), str(row["speaker_as_written"])
    return mention if set(name_key(mention).split()) & set(name_key(written).split()) else written


def main() -> None:
    """The command line."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("articles", type=Path)
    arguments.add_argument("run")
    arguments.add_argument("output", type=Path)
    arguments.add_argument("--api", default=load_settings().api_url)
    given = arguments.parse_args()
    ids, client, count = documents(given.articles), ReadClient(given.api), 0
    with given.output.open("w", encoding="utf-8") as file:
        for row in statements(client, given.run):
            if row["speaker_id"]:
                doc = ids[normalise_url(row["url"])]
                line = {"doc": doc, "speaker_mention": words(row), "speaker_id": row["speaker_id"]}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                count += 1
    client.close()
    print(f"{count:,} statements with a speaker")


if __name__ == "__main__":
    main()
