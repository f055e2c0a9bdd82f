"""Chooses ports on loopback that a server can keep for its whole life, restarts included.

Invariant: a port chosen lies below the range from which systems take the local ports of outgoing
connections (32768 on Linux, 49152 on macOS). One from that range could be somebody's connection by
the time a killed server wants it back.
"""

import random
import socket
from contextlib import ExitStack

HOST = "127.0.0.1"
LOWEST, HIGHEST = 12_000, 32_000
_ATTEMPTS_MAX = 1_000


def free_ports(count: int) -> list[int]:
    """Return distinct ports nobody listened on a moment ago; all are held until all are chosen."""
    with ExitStack() as held:
        return [held.enter_context(_listener()).getsockname()[1] for _ in range(count)]


def _listener() -> socket.socket:
    choice = random.SystemRandom()
    for _ in range(_ATTEMPTS_MAX):
        try:
            return socket.create_server((HOST, choice.randrange(LOWEST, HIGHEST)))
        except OSError:
            continue
    raise OSError(f"no free port of {HOST} between {LOWEST} and {HIGHEST}")
