"""The read API as a server in a thread of the store's process."""

from __future__ import annotations

import socket
import threading

import uvicorn
from fastapi import FastAPI

from processors.errors import SettingsError


class ApiServer:
    """Serves an app until it is stopped. The socket is bound at once, so that a port in use is known before start."""

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        """Bind ``host:port`` (0 takes any free port); raises SettingsError where that is not possible."""
        self._app = app
        self._host = host
        self._socket = _bind(host, port)
        config = uvicorn.Config(
            app, log_config=None, access_log=False, timeout_graceful_shutdown=3, server_header=False
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="read-api", daemon=True)

    @property
    def port(self) -> int:
        """The port that is bound."""
        return int(self._socket.getsockname()[1])

    @property
    def url(self) -> str:
        """Where it answers."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)  # noqa: S104
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def start(self) -> None:
        """Serve from now on; connections made since the socket was bound are answered too."""
        self._thread.start()

    def stop(self, seconds: float = 5.0) -> None:
        """End the live feeds, let requests finish for up to three seconds, and stop."""
        self._app.state.events.close()
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(seconds)
        self._socket.close()


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind(address)
            bound.listen(128)
        except BaseException:
            bound.close()
            raise
    except OSError as error:
        raise SettingsError(
            f"the read API cannot listen on {host}:{port} ({error.strerror or error}); "
            "set api.host and api.port to an address that is free, or stop the program that has it"
        ) from error
    return bound
