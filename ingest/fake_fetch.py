"""Answers from memory in place of the net, for tests: what ``ingest.http`` does for real."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ingest.http import FetchFailed, Response

Answer = Response | FetchFailed | Callable[[Mapping[str, str]], Response]


@dataclass
class FakeFetch:
    """Answers by URL, and a list of what was asked. An address that is not known answers 404."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, url: str, headers: Mapping[str, str]) -> Response:
        """The answer that was put there for this URL."""
        self.asked.append(url)
        answer = self.answers.get(url, Response(404, url, {}, b""))
        if isinstance(answer, FetchFailed):
            raise answer
        return answer if isinstance(answer, Response) else answer(headers)

    def put(self, url: str, body: bytes | str, status: int = 200, **headers: str) -> None:
        """Answer this URL so; header names are written with ``_`` for ``-``."""
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[url] = Response(status, url, named, data)
