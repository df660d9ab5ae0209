"""Compiles tests/recorded/articles/*.txt into the recorded bundled stream: ``python tests/recorded/build.py [TARGET]``.

The same sources give the same bytes: rows in order of publication, keys in a fixed order, no time in the gzip header.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
for folder in (str(HERE), str(ROOT)):
    if folder not in sys.path:
        sys.path.insert(0, folder)

import annotated  # noqa: E402

from ingest.recording import ATTRIBUTION, OUTLETS  # noqa: E402
from processors.ids import article_id  # noqa: E402

ARTICLES = HERE / "articles"
TARGET = ROOT / "ingest" / "recorded" / "two_days.jsonl.gz"
LICENCE = "Apache-2.0"


def row(article: annotated.AnnotatedArticle) -> dict[str, str]:
    """An annotated article as a row of the bundled file; its text is the source's without the marks."""
    header = article.header
    fields = {
        "id": article_id(header["url"], article.text),
        "url": header["url"],
        "outlet": OUTLETS[header["outlet"]],
        "title": header["title"],
        "published_at": header["published_at"],
        "published_precision": "second",
        "language": "en",
        "license": LICENCE,
        "attribution": ATTRIBUTION,
        "text": article.text,
    }
    return fields | ({"author": header["author"]} if header.get("author") else {})


def compiled(folder: Path = ARTICLES) -> bytes:
    """The whole stream as gzipped JSON Lines."""
    lines = [json.dumps(row(article), ensure_ascii=False, sort_keys=True) for article in annotated.load(folder)]
    return gzip.compress(("\n".join(lines) + "\n").encode(), compresslevel=9, mtime=0)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(compiled())
    print(f"{target}: {target.stat().st_size:,} bytes, {len(annotated.load(ARTICLES))} articles")
