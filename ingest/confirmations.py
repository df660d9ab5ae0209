"""What the store says of the inputs that were published: the one way in which ingest learns that something is done."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import httpx
import msgspec

from processors.errors import RunError, StoreUnavailable
from processors.runs import Positions, RunKind

_TOKEN_HEADER = "X-Onrecord-Token"  # noqa: S105 - the header's name


class Confirmations(Protocol):
    """Asks how much of an origin the store has accounted for, and tells it which run is being fed."""

    def positions(self, run: str, origin: str) -> Positions:
        """The lowest position not accounted for, and how many are. Raises StoreUnavailable or RunError."""
        ...

    def start(self, run: str, kind: RunKind, origin: str, expected: int) -> None:
        """Have the store consume a run; doing so twice is the same as once. Raises StoreUnavailable or RunError."""
        ...


class HttpConfirmations:
    """The read API's answers. ``token`` is the file that the store writes at its start: it proves that we may write."""

    def __init__(self, api_url: str, token: Path, client: httpx.Client | None = None) -> None:
        self._token = token
        # Settings of the environment, such as a proxy, are not for a service on this machine.
        self._client = client or httpx.Client(base_url=api_url, timeout=10.0, trust_env=False)

    def positions(self, run: str, origin: str) -> Positions:
        """Ask ``GET /v1/runs/{run}/positions``."""
        answer = self._ask("GET", f"/v1/runs/{run}/positions", params={"origin": origin})
        try:
            return msgspec.json.decode(answer.content, type=Positions)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise StoreUnavailable(f"{self._client.base_url} does not answer like the read API: {error}") from error

    def start(self, run: str, kind: RunKind, origin: str, expected: int) -> None:
        """Ask ``POST /v1/runs``."""
        try:
            token = self._token.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise StoreUnavailable(
                f"cannot read {self._token} ({error.strerror}), which the store writes at its start; "
                "start the store first, with the same store.directory"
            ) from error
        body = {"name": run, "kind": kind, "origin": origin, "expected": expected}
        self._ask("POST", "/v1/runs", json=body, headers={_TOKEN_HEADER: token})

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _ask(self, method: str, path: str, **options: object) -> httpx.Response:
        try:
            answer = self._client.request(method, path, **options)  # type: ignore[arg-type]
        except httpx.HTTPError as error:
            raise StoreUnavailable(
                f"the read API at {self._client.base_url} does not answer ({type(error).__name__}); "
                "start the store, or correct dashboard.api_url"
            ) from error
        if answer.status_code >= 500:
            raise StoreUnavailable(f"the read API answered {answer.status_code} to {method} {path}")
        if answer.status_code >= 400:
            raise RunError(f"the store refused {method} {path}: {_sentence(answer)}")
        return answer


class FakeConfirmations:
    """A store for tests: it accounts for what it is told to, and can be away."""

    def __init__(self) -> None:
        self.away = False
        self.started: list[tuple[str, RunKind, str, int]] = []
        self._accounted: dict[tuple[str, str], set[int]] = {}

    def account(self, run: str, origin: str, position: int) -> None:
        """Say that an input is stored, a duplicate or a dead letter."""
        self._accounted.setdefault((run, origin), set()).add(position)

    def positions(self, run: str, origin: str) -> Positions:
        """What was accounted for."""
        if self.away:
            raise StoreUnavailable("the store is away")
        seen = self._accounted.get((run, origin), set())
        following = next(position for position in range(len(seen) + 1) if position not in seen)
        return Positions(next=following, accounted=len(seen))

    def start(self, run: str, kind: RunKind, origin: str, expected: int) -> None:
        """Remember the call."""
        if self.away:
            raise StoreUnavailable("the store is away")
        self.started.append((run, kind, origin, expected))


def _sentence(answer: httpx.Response) -> str:
    try:
        said = answer.json()
        return str(said.get("error") or said.get("detail") or said)
    except (ValueError, AttributeError):
        return f"status {answer.status_code}"
