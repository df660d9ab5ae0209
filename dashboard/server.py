"""One process: Streamlit's pages, the live feed's route, the browser's modules, and health."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

from dashboard.guard import Guard
from processors.errors import SettingsError
from processors.hosts import KnownHosts
from processors.settings import Settings

_HERE = Path(__file__).parent
_LOG = logging.getLogger("onrecord.dashboard")
_GRACE = 3
"""Seconds that open connections get to end in when the server is stopped."""


def run(settings: Settings) -> None:
    """Serve the dashboard until SIGTERM or SIGINT; raises SettingsError where the port cannot be had."""
    listener = _listen(settings.dashboard.host, settings.dashboard.port)
    host, port = listener.getsockname()[:2]
    # Before Streamlit is imported, because it reads its settings then.
    os.environ["STREAMLIT_SERVER_ADDRESS"] = str(settings.dashboard.host)
    os.environ["STREAMLIT_SERVER_PORT"] = str(port)
    import uvicorn

    application, proxy = build(settings)

    class Server(uvicorn.Server):
        """Tells the live feeds to end before the server waits for its connections."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(proxy.stop)
            super().handle_exit(sig, frame)

    config = uvicorn.Config(
        application,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=_GRACE,
        ws_max_size=16_000_000,
        lifespan="on",
    )
    server = Server(config)
    # uvicorn raises the signal again after its own clean stop; by then there is nothing left to do.
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, lambda *_: None)
    print(f"dashboard: http://{'[' + host + ']' if ':' in host else host}:{port}", flush=True)
    # Streamlit gives uvicorn's loggers a handler of its own, access log included.
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        runner.run(server.serve(sockets=[listener]))


def build(settings: Settings) -> tuple[Any, Any]:
    """The application and its proxy. Importing Streamlit takes seconds, so it happens here and not on a first visit."""
    import streamlit as st
    from starlette.middleware import Middleware
    from starlette.routing import Mount
    from starlette.staticfiles import StaticFiles

    from dashboard.proxy import Proxy

    proxy = Proxy(settings.api_url)

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        _warm()
        try:
            yield
        finally:
            await proxy.close()

    known = KnownHosts(settings.dashboard.host, settings.dashboard.allow_hosts)
    guards = [Middleware(Guard, known=known)]
    routes = [*proxy.routes(), Mount("/live/static", StaticFiles(directory=_HERE / "static"))]

    def failed(error: Exception) -> bool:
        """Log a defect and say so calmly; the reader can do nothing with a traceback."""
        _LOG.error("a page failed", exc_info=error)
        st.error(
            "This page failed, which is a defect; its log says more. Reload to try again.", icon=":material/error:"
        )
        return True

    application = st.App(_HERE / "app.py", routes=routes, lifespan=lifespan, middleware=guards, on_script_error=failed)
    return application, proxy


def _warm() -> None:
    """Import what a first visit would otherwise wait for."""
    for name in ("pandas", "pyarrow", "dashboard.components", "dashboard.dialog", "dashboard.livepanels"):
        import_module(name)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if sys.platform != "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(256)
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"the dashboard cannot listen on {host}:{port} ({error.strerror}); "
            "set dashboard.port to another port, or to 0 for any"
        ) from error
    listener.setblocking(False)
    return listener
