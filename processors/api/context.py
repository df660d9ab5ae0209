"""What every route has at hand, and how it opens a run to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Request

from processors.api.errors import Refused
from processors.api.metrics import Metrics
from processors.api.parameters import JSON_ROWS, Format
from processors.clock import Clock
from processors.pipeline import LIVE
from processors.runs import RunsView, RunView
from processors.settings import Settings
from processors.store.queries import overview as overview_queries
from processors.store.queries.execute import Cursor, snapshot, time_limit


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of one app."""

    runs: RunsView
    settings: Settings
    clock: Clock
    metrics: Metrics
    token: str

    def run(self, name: str) -> RunView:
        """The run; refused with 404 where there is none."""
        run = self.runs.get(name)
        if run is None:
            hint = "nothing has come in yet" if name == LIVE else "/v1/runs lists the runs"
            raise Refused(404, f"there is no run {name!r}; {hint}")
        return run

    @contextmanager
    def reading(self, name: str) -> Iterator[tuple[RunView, Cursor]]:
        """A run and a cursor for this request: one state of the data, and not longer than ``api.query_seconds``."""
        run = self.run(name)
        with run.cursor() as cursor, time_limit(cursor, self.settings.api.query_seconds), snapshot(cursor):
            yield run, cursor

    def now(self, run: RunView, cursor: Cursor) -> datetime:
        """The run's present: the clock for the live run, the newest publication for recorded ones."""
        if run.kind != "live":
            newest: datetime | None = overview_queries.newest_published(cursor).to_pylist()[0]["newest"]
            if newest is not None:
                return newest.astimezone(UTC)
        return self.clock.now()

    def rows(self, limit: int, form: Format) -> int:
        """The limit, refused with 422 where an answer of this form may not have as many rows."""
        most = min(JSON_ROWS, self.settings.api.max_rows) if form == "json" else self.settings.api.max_rows
        if limit > most:
            hint = (
                "; ask for format=arrow, csv or jsonl, or page with before" if form == "json" else "; page with before"
            )
            raise Refused(422, f"the parameter 'limit' must be at most {most} here{hint}")
        return limit

    def overview(self, run: RunView, cursor: Cursor) -> dict[str, Any]:
        """The answer of /v1/overview, which the live feed sends too."""
        (row,) = overview_queries.overview(cursor, self.clock.now()).to_pylist()
        now = self.clock.now() if run.kind == "live" else row["newest_published_at"] or self.clock.now()
        return {"run": run.name, "kind": run.kind, "now": now, **row, "accounting": run.accounting()}


def context(request: Request) -> Context:
    """The app's parts, for routes."""
    found: Context = request.app.state.context
    return found


Here = Annotated[Context, Depends(context)]
