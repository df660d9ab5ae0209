"""``onrecord speakers``: who spoke in a run, under which names and in which roles, and why names were joined."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from typing import Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from processors.client import ReadClient
from processors.errors import RunError
from processors.pipeline import LIVE
from processors.settings import load_settings
from processors.supervise.state import read_state

_ALWAYS = 3660 * 86_400
_NAMESAKES = 10


def speakers(
    name: str = "", *, run: str = LIVE, limit: Annotated[int, Parameter(validator=Number(gte=1))] = 20
) -> None:
    """Show who spoke in a run, most first; with a name, everything about that speaker.

    Parameters
    ----------
    name
        Part of a speaker's name, or of one of its forms, or an id.
    run
        Name of the run.
    limit
        How many speakers, or lines about one.

    """
    settings = load_settings()
    system = read_state(settings.data)
    with closing(ReadClient(system.api_url if system else settings.api_url)) as client:
        if name.strip():
            _show_one(Console(), client, name.strip(), run, limit)
        else:
            _show_all(Console(), client.speakers(run, window=_ALWAYS, limit=limit), run)


def _show_all(console: Console, rows: list[dict[str, Any]], run: str) -> None:
    if not rows:
        console.print(f"nobody with a name has spoken in the run {escape(run)} yet")
        return
    table = Table("name", "kind", "role", box=None)
    table.add_column("statements", justify="right")
    table.add_column("names", justify="right")
    for row in rows:
        # As text, never as markup: strangers wrote it.
        said = (Text(str(row[column])) for column in ("speaker", "kind", "role"))
        table.add_row(*said, f"{row['total']:,}", str(row["aliases"]))
    console.print(table)


def _show_one(console: Console, client: ReadClient, name: str, run: str, limit: int) -> None:
    found = client.speakers(run, window=_ALWAYS, limit=_NAMESAKES, unnamed=True, name=name)
    same = [row for row in found if row["speaker"].casefold() == name.casefold()]
    chosen = next(iter(same or found), None)
    try:
        one = client.speaker(chosen["speaker_id"] if chosen else name, run)
    except RunError as error:
        if chosen or "no speaker" not in str(error):
            raise
        raise RunError(
            f"nobody called {name!r} has spoken in the run {run!r}; without a name all are listed"
        ) from error
    for line in _lines(one, limit):
        console.print(line, soft_wrap=True)
    others = [row["speaker"] for row in found if row is not chosen]
    if others:
        console.print(f"\nalso found: {escape(', '.join(others))}", soft_wrap=True)


def _lines(one: dict[str, Any], limit: int) -> Iterable[str]:
    """Everything about one speaker, as lines with markup."""
    yield f"[bold]{escape(one['name'])}[/bold] ({one['kind']}, {one['id']})"
    if one["role"]:
        yield escape(one["role"])
    count = one["statements"]
    yield f"{count:,} {'statement' if count == 1 else 'statements'}, {_stretch(one['first_at'], one['last_at'])}"
    for title, rows in (
        ("roles", [f"{term['role']}: {_stretch(term['first_at'], term['last_at'])}, {_articles(term['articles'])}"
                   for term in one["terms"]]),
        ("written as", [f"{form['name']} ({form['statements']:,})" for form in one["aliases"]]),
        ("joined", [f"{gone['name']}: {gone['reason']} ({_day(gone['at'])})" for gone in one["merged"]]),
        ("outlets", [f"{outlet['label']} ({outlet['count']:,})" for outlet in one["outlets"]]),
        ("topics", [f"{topic['label'] or 'untitled topic'} ({topic['count']:,})" for topic in one["topics"]]),
    ):  # fmt: skip
        if rows:
            yield f"\n{title}"
            yield from (f"  {escape(row)}" for row in rows[:limit])
            if len(rows) > limit:
                yield f"  and {len(rows) - limit:,} more"


def _stretch(first: datetime, last: datetime) -> str:
    return _day(first) if _day(first) == _day(last) else f"{_day(first)} to {_day(last)}"


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"


def _articles(count: int) -> str:
    return f"{count:,} {'article' if count == 1 else 'articles'}"
