"""A statement's answer from the read API, laid out for the dialog. Plain functions; the browser places the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dashboard import highlight, wording
from dashboard.speaker import known

Answer = Mapping[str, Any]


def view(answer: Answer, run: str) -> dict[str, Any]:
    """All that the dialog shows of /v1/statements/{id}; every string in it is text, never markup."""
    said, article = answer["statement"], answer["article"]
    text = str(article.get("text") or "")
    proofs = highlight.reasons(text, _evidence(said.get("evidence") or ()))
    marked = highlight.pieces(text, _spans(said.get("spans") or ()), proofs)
    word, number = wording.confidence(said.get("confidence"))
    topic = answer.get("topic") or {}
    return {
        "id": str(said["id"]),
        "run": run,
        "text": str(said.get("text") or ""),
        "quoted": said.get("kind") == "direct",
        "kind": wording.kind(str(said.get("kind") or "")),
        "kind_explained": wording.KINDS_EXPLAINED.get(str(said.get("kind") or ""), ""),
        "speaker": str(said.get("speaker") or ""),
        "speaker_id": str(said.get("speaker_id") or ""),
        "role": str(said.get("role") or (answer.get("speaker") or {}).get("role") or ""),
        "reports": str(said.get("reported_speaker") or ""),
        "known": known(said, answer.get("speaker")),
        "why_unknown": str(said.get("why_unknown") or "") or "the article does not say who said it",
        "heading": str(said.get("heading") or ""),
        "chain": chain(said, article),
        "confidence": {"word": word, "number": number},
        "topic": {
            "id": str(topic.get("id") or ""),
            "title": str(topic.get("title") or ""),
            "terms": [str(t) for t in topic.get("terms") or ()],
        },
        "reasons": [{"number": p.number, "text": p.text, "proves": wording.proves(p.roles)} for p in proofs],
        "pieces": [
            {"text": p.text, "statement": p.statement, "reasons": list(p.reasons), "ends": list(p.ends)} for p in marked
        ],
        "article": _article(article),
        "copies": copies(said, article, answer.get("copies") or ()),
        "before": [_mention(row) for row in answer.get("said_before") or ()],
        "provenance": provenance(said, article),
        "citation": citation(said, article),
    }


def chain(said: Answer, article: Answer) -> list[str]:
    """Who passed the words on, from the page that was read back to the speaker's relay: outlet, then its sources.

    A page that says "told the Lantern" and is the Lantern heard it itself.
    """
    outlet = str(article.get("outlet") or "")
    sources = [str(name) for name in said.get("relayed_by") or ()]
    return [part for part in [outlet, *(name for name in sources if not is_itself(name, outlet))] if part]


def is_itself(name: str, outlet: str) -> bool:
    """Whether an outlet speaks of itself: by its name, the last words of it, or its initials."""
    name, outlet = _plain(name), _plain(outlet)
    initials = "".join(word[0] for word in outlet.split())
    return bool(name) and (outlet == name or outlet.endswith(f" {name}") or (len(name) > 1 and initials == name))


def copies(said: Answer, article: Answer, others: Iterable[Answer]) -> list[dict[str, Any]]:
    """Everybody who carried the same words, this statement among them, in order of appearance; none where it is alone.

    The one that came first is marked, and so is the one that is shown.
    """
    found = [_mention(row) | {"here": False} for row in others]
    if not found:
        return []
    this = {"id": str(said["id"]), "outlet": article.get("outlet"), "title": article.get("title")}
    found.append(_mention(this | {"published_at": article.get("published_at")}) | {"here": True})
    found.sort(key=lambda row: (row["published"], not row["here"] or bool(said.get("copy_of"))))
    return [row | {"first": n == 0} for n, row in enumerate(found)]


def citation(said: Answer, article: Answer) -> str:
    """A reference to paste: who, the words, where, when, link, and the statement's id here."""
    who = str(said.get("speaker") or "") or "Speaker unknown"
    relayed = chain(said, article)[1:]
    how = "quoted" if said.get("kind") == "direct" else "reported"
    by = f"{who}, {how} in {article.get('outlet') or 'an unnamed outlet'}"
    by += f", citing {', '.join(relayed)}" if relayed else ""
    words = str(said.get("text") or "").strip(' “”"')
    title = str(article.get("title") or "")
    parts = [
        f"{by}: “{words}”",
        f"“{title}”" if title else "",
        wording.stamp(article.get("published_at")),
        str(article.get("url") or ""),
    ]
    return ". ".join(part for part in parts if part) + f". Statement {said['id']}."


def provenance(said: Answer, article: Answer) -> list[dict[str, str]]:
    """Where the article's record stood on the bus, what read it, and how long that took, as label and value."""
    source = article.get("source") or {}
    took = wording.between(article.get("observed_at"), article.get("stored_at"))
    rows = [
        ("Stream", str(source.get("topic") or source.get("stream") or "")),
        ("Partition, offset", f"{source['partition']}, {source['offset']}" if source.get("offset") is not None else ""),
        ("Cluster", str(source.get("cluster") or "")),
        ("Extractor", str(said.get("extractor") or "")),
        ("Rule", str(said.get("rule") or "")),
        ("Model", str(said.get("model") or "")),
        ("Processed in", wording.duration(took.total_seconds()) if took is not None else ""),
        ("Statement", str(said["id"])),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _plain(name: str) -> str:
    return name.casefold().removeprefix("the ")


def _article(article: Answer) -> dict[str, str]:
    names = ("id", "outlet", "title", "author", "licence", "attribution")
    fields = {name: str(article.get(name) or "") for name in names}
    return {
        **fields,
        "url": wording.safe_link(str(article.get("url") or "")),
        "published": wording.iso(article.get("published_at")),
    }


def _mention(row: Answer) -> dict[str, str]:
    return {
        "id": str(row.get("id") or ""),
        "outlet": str(row.get("outlet") or ""),
        "title": str(row.get("title") or ""),
        "text": str(row.get("text") or ""),
        "published": wording.iso(row.get("published_at")),
    }


def _evidence(rows: Iterable[Any]) -> list[tuple[str, int, int]]:
    return [
        (str(row["role"]), int(row.get("start", row.get("s", -1))), int(row.get("end", row.get("e", -1))))
        for row in rows
    ]


def _spans(rows: Iterable[Any]) -> list[tuple[int, int]]:
    return [
        (int(row.get("s", row.get("start"))), int(row.get("e", row.get("end"))))
        if isinstance(row, Mapping)
        else (int(row[0]), int(row[1]))
        for row in rows
    ]
