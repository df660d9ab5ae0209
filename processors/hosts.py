"""Which host names a server of ours answers to.

A page on the web can make a browser ask 127.0.0.1 under a name of its own (DNS rebinding) and read the answer. The Host
header then carries that name, so only names of this machine, and those that the settings give, are answered.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104


class KnownHosts:
    """Loopback, the address that is listened on, and ``names``.

    Where a server listens on every address, any address written as a number is ours too: rebinding needs a name.
    """

    def __init__(self, listens_on: str, names: Iterable[str] = ()) -> None:
        self._names = {*_LOOPBACK, listens_on, *names} - {""}
        self._everywhere = listens_on in _EVERYWHERE

    def __contains__(self, host: str) -> bool:
        return host in self._names or (self._everywhere and _is_address(host))


def host_of(scope: Mapping[str, Any]) -> str:
    """The Host header's name without its port in an ASGI scope; empty where there is none, or more than one."""
    given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    try:
        return urlsplit(f"//{given[0]}").hostname or "" if len(given) == 1 else ""
    except ValueError:
        return ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
