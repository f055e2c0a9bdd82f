"""Asks a Kafka broker over its own protocol whether it serves, instead of reading its log.

A KRaft broker accepts connections, and answers ApiVersions, before it is registered; a client that
trusts that moment gets LEADER_NOT_AVAILABLE. Ready means: Metadata names the brokers expected.
"""

import socket
import struct
import time
from collections.abc import Callable

POLL_INTERVAL_S = 0.05
_METADATA, _METADATA_VERSION = 3, 1
_NO_TOPICS = struct.pack(">i", 0)


class NotReady(RuntimeError):
    """The broker did not serve in time, or its process ended; the message says which."""


def wait_until_ready(
    host: str, port: int, *, brokers: int, timeout_s: float, is_running: Callable[[], bool]
) -> None:
    """Return once the broker's Metadata lists at least `brokers` brokers; else raise NotReady."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if not is_running():
            raise NotReady("the process ended before it served")
        if count_brokers(host, port) >= brokers:
            return
        time.sleep(POLL_INTERVAL_S)
    raise NotReady(f"no {brokers} broker(s) in the metadata of {host}:{port} after {timeout_s} s")


def count_brokers(host: str, port: int, timeout_s: float = 2.0) -> int:
    """Return how many brokers one Metadata v1 request finds; 0 when nobody answers it."""
    header = struct.pack(">hhih", _METADATA, _METADATA_VERSION, 1, -1)
    request = header + _NO_TOPICS
    try:
        with socket.create_connection((host, port), timeout=timeout_s) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            with connection.makefile("rb") as reply:
                size_correlation_count = reply.read(12)
    except OSError:
        return 0
    if len(size_correlation_count) < 12:
        return 0
    return int(struct.unpack(">iii", size_correlation_count)[2])
