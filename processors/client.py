"""What the dashboard, ingest and the commands ask the read API: one method a question.

Rows come as Arrow and become dicts whose times are aware UTC datetimes. ``processors.client_fake`` answers the same
questions without a server.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import msgspec
import pyarrow as pa

from processors.errors import RunError, StoreError, StoreUnavailable
from processors.filters import Filters
from processors.pipeline import LIVE
from processors.runs import Positions, RunInfo, RunKind

Row = dict[str, Any]
Parameters = Mapping[str, Any]

_EVERYTHING = Filters()
_TOKEN_HEADER = "X-Onrecord-Token"  # noqa: S105 - the header's name, not its value


class ReadClient:
    """A connection to the read API at ``url``; may be shared by threads.

    Every method raises StoreUnavailable where the API does not answer, RunError where it knows no such run or statement
    or cannot start one, and StoreError with its sentence where it refuses the question.
    ``token`` is the file that lets this process start and finish runs. ``seconds`` is the longest wait for an answer:
    longer than ``api.query_seconds``, so that the API can say itself what took too long.
    """

    def __init__(
        self,
        url: str,
        token: Path | None = None,
        seconds: float = 15.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self._token = token
        timeout = httpx.Timeout(seconds, connect=min(seconds, 2.0))
        # A proxy from the environment is not for a service on this machine.
        self._http = httpx.Client(base_url=self.url, timeout=timeout, transport=transport, trust_env=False)

    def runs(self) -> list[RunInfo]:
        """All runs, newest first."""
        return msgspec.convert(self._value("/v1/runs", {}), list[RunInfo])

    def overview(self, run: str = LIVE) -> Row:
        """Freshness, counts, lag and accounting of a run."""
        found: Row = _with_times(self._value("/v1/overview", {"run": run}))
        return found

    def statements(
        self,
        run: str = LIVE,
        filters: Filters = _EVERYTHING,
        limit: int = 50,
        before: int | None = None,
        *,
        unfolded: bool = False,
    ) -> list[Row]:
        """Statements newest first, copies folded unless ``unfolded``; ``before`` continues below a ``seq``."""
        more = {"before": before, "unfolded": "true" if unfolded else None}
        return self._rows("/v1/statements", {"run": run, "limit": limit, **more, **filters.parameters()})

    def count(self, run: str = LIVE, filters: Filters = _EVERYTHING) -> int:
        """How many statements meet the filters, copies folded."""
        return int(self._value("/v1/count", {"run": run, **filters.parameters()})["count"])

    def statement(self, statement_id: str, run: str = LIVE) -> Row:
        """``statement, speaker, article, topic, copies, said_before``; raises RunError where there is none."""
        found: Row = _with_times(self._value(f"/v1/statements/{quote(statement_id, safe='')}", {"run": run}))
        return found

    def topics(self, run: str = LIVE, filters: Filters = _EVERYTHING, window: int = 3600, limit: int = 20) -> list[Row]:
        """Topics in the last ``window`` seconds, most first, with the time before and the course."""
        return self._rows("/v1/topics", {"run": run, "window": window, "limit": limit, **filters.parameters()})

    def speakers(
        self,
        run: str = LIVE,
        filters: Filters = _EVERYTHING,
        window: int = 3600,
        limit: int = 20,
        *,
        unnamed: bool = False,
        name: str = "",
    ) -> list[Row]:
        """Speakers in the last ``window`` seconds, most first, with the time before and the course.

        Also those whom no article names, where ``unnamed``; only those with ``name`` in one of their names, if given.
        """
        more = {"unnamed": "true" if unnamed else None, "name": name or None}
        return self._rows(
            "/v1/speakers", {"run": run, "window": window, "limit": limit, **more, **filters.parameters()}
        )

    def speaker(self, speaker_id: str, run: str = LIVE) -> Row:
        """Names, terms, merges with reasons, outlets, topics; raises RunError where there is no such speaker."""
        found: Row = _with_times(self._value(f"/v1/speakers/{quote(speaker_id, safe='')}", {"run": run}))
        return found

    def timeline(
        self,
        run: str = LIVE,
        filters: Filters = _EVERYTHING,
        window: int = 6 * 3600,
        bucket: int = 300,
        top: int = 6,
    ) -> list[Row]:
        """Rows ``bucket, topic_id, title, count``; topics behind the ``top`` ones are folded under topic_id ''."""
        chosen = {"run": run, "window": window, "bucket": bucket, "top": top}
        return self._rows("/v1/timeline", {**chosen, **filters.parameters()})

    def facets(self, run: str = LIVE, filters: Filters = _EVERYTHING) -> dict[str, list[Row]]:
        """``speakers, topics, outlets, kinds``: rows ``value, label, count``, fifty at most each."""
        found: dict[str, list[Row]] = self._value("/v1/facets", {"run": run, **filters.parameters()})
        return found

    def pipeline(self, run: str = LIVE) -> Row:
        """Accounting, offsets, lag of each stage, versions."""
        found: Row = self._value("/v1/pipeline", {"run": run})
        return found

    def dead_letters(self, run: str = LIVE, limit: int = 50, before: int | None = None) -> list[Row]:
        """Inputs that could not be processed, newest first."""
        return self._rows("/v1/dead-letters", {"run": run, "limit": limit, "before": before})

    def positions(self, run: str, origin: str) -> Positions:
        """How much of an origin is accounted for."""
        answer = self._value(f"/v1/runs/{quote(run, safe='')}/positions", {"origin": origin})
        return msgspec.convert(answer, Positions)

    def start_run(self, name: str, kind: RunKind, origin: str = "", expected: int | None = None) -> RunInfo:
        """Have the store consume a run; doing so twice is the same as once. Raises StoreError without the token."""
        body = {"name": name, "kind": kind, "origin": origin, "expected": expected}
        return msgspec.convert(self._post("/v1/runs", body), RunInfo)

    def finish_run(self, name: str) -> RunInfo:
        """Have the store stop consuming a run, after what has come is written."""
        return msgspec.convert(self._post(f"/v1/runs/{quote(name, safe='')}/finish", None), RunInfo)

    def check_ready(self) -> None:
        """Return where the store serves; else raise StoreUnavailable with what it waits for."""
        self._value("/readyz", {})

    def events_url(self, run: str = LIVE, filters: Filters = _EVERYTHING) -> str:
        """Where the live feed of these filters is, for something that reads server-sent events."""
        return f"{self.url}/v1/events?{urlencode({'run': run, **filters.parameters()})}"

    def table(self, path: str, parameters: Parameters) -> pa.Table:
        """Rows of any list of the API as an Arrow table."""
        answer = self._ask("GET", path, params=_given({**parameters, "format": "arrow"}))
        try:
            return pa.ipc.open_stream(answer.content).read_all()
        except pa.ArrowInvalid as error:
            raise self._strange(error) from error

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def _rows(self, path: str, parameters: Parameters) -> list[Row]:
        rows: list[Row] = self.table(path, parameters).to_pylist()
        return rows

    def _value(self, path: str, parameters: Parameters) -> Any:
        return self._decoded(self._ask("GET", path, params=_given(parameters)))

    def _post(self, path: str, body: Any) -> Any:
        return self._decoded(self._ask("POST", path, json=body, headers={_TOKEN_HEADER: self._read_token()}))

    def _read_token(self) -> str:
        if self._token is None:
            raise StoreError("starting and finishing runs needs the store's control.token; say where its folder is")
        try:
            return self._token.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise StoreUnavailable(
                f"cannot read {self._token}, which the store writes when it starts; "
                "start it with the same store.directory"
            ) from error

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise StoreUnavailable(
                f"the read API at {self.url} does not answer ({type(error).__name__}); "
                "start it with: onrecord up, or correct dashboard.api_url"
            ) from error
        if answer.status_code < 400:
            return answer
        sentence = _sentence(answer)
        if answer.status_code in {404, 409}:
            raise RunError(sentence)
        raise (StoreUnavailable if answer.status_code >= 500 else StoreError)(sentence)

    def _decoded(self, answer: httpx.Response) -> Any:
        try:
            return msgspec.json.decode(answer.content)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._strange(error) from error

    def _strange(self, error: Exception) -> StoreUnavailable:
        return StoreUnavailable(f"what answers at {self.url} is not the read API ({error}); correct dashboard.api_url")


def _given(parameters: Parameters) -> dict[str, str]:
    return {name: str(value) for name, value in parameters.items() if value is not None}


def _with_times(value: Any) -> Any:
    """Times in an answer's JSON, by their names: ``now``, ``at`` and whatever ends in ``_at``."""
    if isinstance(value, list):
        return [_with_times(part) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        name: datetime.fromisoformat(part)
        if isinstance(part, str) and (name in {"now", "at"} or name.endswith("_at"))
        else _with_times(part)
        for name, part in value.items()
    }


def _sentence(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        return f"the read API answered {answer.status_code} to {answer.request.method} {answer.request.url.path}"
