"""Addresses as Kafka writes them: `PLAINTEXT://host:port`, or plain `host:port`."""

from typing import NamedTuple


class Listener(NamedTuple):
    """Where a broker listens, or where clients are told to find it. Port 0 means "pick one"."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def parse_listener(text: str) -> Listener:
    """Read one listener; raises ValueError with the reason.

    An empty host means every interface, as in Kafka.
    Differs from Kafka: one listener, PLAINTEXT only, and its name may be left out.
    """
    if "," in text:
        raise ValueError("one listener is served, and this names several")
    protocol, separator, address = text.strip().rpartition("://")
    if separator and protocol != "PLAINTEXT":
        raise ValueError(f"{protocol} is not served, only PLAINTEXT")
    host, colon, port = address.rpartition(":")
    if not colon or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise ValueError("write it as host:port, with a port from 0 (pick one) to 65535")
    return Listener(host.removeprefix("[").removesuffix("]") or "0.0.0.0", int(port))  # noqa: S104 - asked for
