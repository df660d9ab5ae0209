"""What every request passes: the Host header's check, headers against misuse, and the count."""

from __future__ import annotations

from urllib.parse import urlsplit

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from processors.api.formats import to_json
from processors.api.metrics import Metrics
from processors.hosts import KnownHosts, host_of
from processors.settings import Settings

_log = structlog.get_logger(__name__)

HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"same-origin",
    b"content-security-policy": (
        b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    b"cache-control": b"no-store",
}


def known_hosts(settings: Settings) -> KnownHosts:
    """Loopback, ``api.host``, and the host of ``dashboard.api_url``, under which other processes ask."""
    return KnownHosts(settings.api.host, [urlsplit(settings.dashboard.api_url).hostname or ""])


class Guard:
    """ASGI middleware around the whole app."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self._app = app
        self._known = known_hosts(settings)
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, pass on, and add headers to the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        timer = self._metrics.timer()
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                present = {name.lower() for name, _ in message["headers"]}
                added = [(name, value) for name, value in HEADERS.items() if name not in present]
                message["headers"] = [*message["headers"], *added]
                self._metrics.answered(_route(scope), scope["method"], message["status"], timer())
            await send(message)

        host = host_of(scope)
        if host not in self._known:
            sentence = f"this API does not answer to the host name {host!r}; ask 127.0.0.1, or set api.host"
            await _say(answer, 421, sentence)
            return
        try:
            await self._app(scope, receive, answer)
        except Exception:
            _log.exception("a request failed", path=scope["path"])
            if begun:  # nothing can be said any more: the server cuts the connection
                raise
            await _say(answer, 500, "the store met a defect of its own; its log says which")


def _route(scope: Scope) -> str:
    """The route's template, so that ids and made-up paths do not each become a series of their own."""
    return getattr(scope.get("route"), "path", "other")


async def _say(send: Send, status: int, sentence: str) -> None:
    body = to_json({"error": sentence})
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
