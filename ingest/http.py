"""One HTTP request at a time, with every limit that a stranger's server makes necessary.

Only http and https; no private, loopback or link-local address unless its host is allowed by name, checked on the
address that is connected to, so that neither a DNS answer nor a redirect leads inside; a cap on the body before and
after decompression; one deadline for the whole request. Redirects are answers like any other: ``ingest.polite`` follows
them, so that robots.txt and the host's delay hold for each.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from processors.errors import SourceError
from processors.settings import IngestSettings

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_CHUNK = 65_536

Resolve = Callable[[str, int], list[tuple[Any, ...]]]
"""``socket.getaddrinfo`` for a host and a port: rows that end in the socket address."""


class FetchFailed(SourceError):
    """A request without a usable answer. ``retriable``: the same request may work later; ``status``: 0 without one."""

    def __init__(
        self, reason: str, *, retriable: bool = True, status: int = 0, retry_after: float | None = None
    ) -> None:
        super().__init__(reason)
        self.retriable = retriable
        self.status = status
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: its status, where it came from, headers by lower-case name, and the decoded body."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes


class Fetch(Protocol):
    """Makes one request."""

    def __call__(self, url: str, headers: Mapping[str, str]) -> Response:
        """The answer, whatever its status; raises FetchFailed where there is none within the limits."""
        ...


class HttpFetch:
    """Requests over the net. May be called from several threads.

    ``allow_private`` lifts the refusal of private addresses, for tests on the loopback interface.
    """

    def __init__(
        self, settings: IngestSettings, *, allow_private: bool = False, resolve: Resolve | None = None
    ) -> None:
        self._settings = settings
        self._allow_private = allow_private
        self._allowed = {host.lower() for host in settings.allow_hosts}
        self._resolve = resolve or (lambda host, port: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        self._tls = ssl.create_default_context()
        self._pools = _guarded_pools(self._connect)
        self._current = threading.local()

    def __call__(self, url: str, headers: Mapping[str, str]) -> Response:
        """Ask once, on a connection of its own. Raises FetchFailed."""
        _check_scheme(url)
        deadline = _Deadline(self._settings.timeout_seconds)
        self._current.deadline = deadline
        sent = {"User-Agent": self._settings.user_agent, "Accept-Encoding": "gzip", "Connection": "close", **headers}
        try:
            with deadline, urllib3.PoolManager(num_pools=1, maxsize=1, ssl_context=self._tls) as manager:
                manager.pool_classes_by_scheme = self._pools
                answer = self._ask(manager, url, sent)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            # ValueError: a host name that cannot be encoded, or a header that cannot be read.
            reason = self._too_slow() if deadline.passed else _transport_reason(error)
            raise FetchFailed(reason) from error
        if deadline.passed:
            # An answer without a length ends where it is cut off, and looks whole.
            raise FetchFailed(self._too_slow())
        return answer

    def _ask(self, manager: urllib3.PoolManager, url: str, headers: Mapping[str, str]) -> Response:
        answer = manager.request(
            "GET",
            url,
            headers=headers,
            redirect=False,
            retries=False,
            timeout=urllib3.Timeout(total=self._settings.timeout_seconds),
            preload_content=False,
            decode_content=False,
        )
        received = {name.lower(): value for name, value in answer.headers.items()}
        length = received.get("content-length", "")
        if length.isdigit() and int(length) > self._settings.max_bytes:
            raise self._too_long()
        body = self._unpack(_chunks(answer), received.get("content-encoding", "").lower())
        return Response(answer.status, url, received, body)

    def _unpack(self, chunks: Iterator[bytes], encoding: str) -> bytes:
        most = self._settings.max_bytes
        if encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise FetchFailed(f"the answer is packed as {encoding[:30]!r}, which was not asked for")
        unpacker = zlib.decompressobj(47) if encoding not in {"", "identity"} else None
        body = bytearray()
        packed = 0
        for chunk in chunks:
            packed += len(chunk)
            try:
                # One byte more than may be: enough to know that there is more.
                body += unpacker.decompress(chunk, most + 1 - len(body)) if unpacker else chunk
            except zlib.error as error:
                raise FetchFailed(f"the answer is not what its Content-Encoding says ({error})") from error
            if len(body) > most or packed > most:
                raise self._too_long()
        if unpacker is not None and packed and not unpacker.eof:
            raise FetchFailed("the answer ended too early")
        return bytes(body)

    def _too_slow(self) -> str:
        return f"no complete answer within {self._settings.timeout_seconds:g} s"

    def _too_long(self) -> FetchFailed:
        return FetchFailed(f"the answer has more than {self._settings.max_bytes:,} bytes", retriable=False)

    def _connect(self, host: str, port: int, seconds: float) -> socket.socket:
        """A connection to the first address of ``host`` that may be asked and answers."""
        last: OSError | None = None
        for row in self._resolve(host, port):
            address = row[-1]
            if not (self._allow_private or host.lower() in self._allowed or is_public(str(address[0]))):
                raise FetchFailed(
                    f"{host} has the private address {address[0]}, which is not asked "
                    "(ingest.allow_hosts names the exceptions)",
                    retriable=False,
                )
            connection = socket.socket(row[0], socket.SOCK_STREAM)
            try:
                connection.settimeout(seconds)
                self._current.deadline.watch(connection)
                connection.connect(address)
            except OSError as error:
                connection.close()
                last = error
            else:
                return connection
        raise last or OSError(f"{host} has no address")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, also when it is wrapped in an IPv6 address."""
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class _Deadline:
    """Cuts the connections of a request when its time is over, whatever they are doing then."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self._until

    def watch(self, connection: socket.socket) -> None:
        # A second handle on the same connection: TLS takes the first one away.
        self._sockets.append(connection.dup())

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()
        for connection in self._sockets:
            connection.close()

    def _cut(self) -> None:
        for connection in self._sockets:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                # It was not connected, or is closed already.
                continue


def _guarded_pools(connect: Callable[[str, int, float], socket.socket]) -> dict[str, Any]:
    """urllib3's pools, with connections that are opened by ``connect``."""

    def new_connection(self: HTTPConnection) -> socket.socket:
        seconds = self.timeout if isinstance(self.timeout, int | float) else 60.0
        return connect(self.host.strip("[]"), int(self.port or self.default_port), float(seconds))

    plain = type("GuardedConnection", (HTTPConnection,), {"_new_conn": new_connection})
    tls = type("GuardedTlsConnection", (HTTPSConnection,), {"_new_conn": new_connection})
    return {
        "http": type("GuardedPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("GuardedTlsPool", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
    }


def _chunks(answer: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    while chunk := answer.read1(_CHUNK):
        yield chunk


def _check_scheme(url: str) -> None:
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        known = False
    if not known:
        raise FetchFailed(f"{url[:200]!r} is no http or https address", retriable=False)


def _transport_reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:200]}" if text else type(error).__name__
