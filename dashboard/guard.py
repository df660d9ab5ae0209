"""What every request to the pages passes: the Host header's check, and headers against misuse."""

from __future__ import annotations

from typing import Any

from processors.hosts import KnownHosts, host_of

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"referrer-policy", b"no-referrer"),
)


class Guard:
    """Answers only to hosts that are known, and keeps other sites from framing the pages or guessing at types."""

    def __init__(self, app: Any, known: KnownHosts) -> None:
        self._app = app
        self._known = known

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Check and pass on; only answers over HTTP get the headers."""

        async def add(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif host_of(scope) in self._known:
            await self._app(scope, receive, add if scope["type"] == "http" else send)
        elif scope["type"] == "http":
            await _refuse(host_of(scope), add)
        else:
            await send({"type": "websocket.close", "code": 1008})


async def _refuse(host: str, send: Any) -> None:
    sentence = (
        f"These pages do not answer to the host name {host[:200]!r}; ask 127.0.0.1, or set dashboard.allow_hosts.\n"
    )
    body = sentence.encode("utf-8", "replace")
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 421, "headers": headers})
    await send({"type": "http.response.body", "body": body})
