"""What the tests ask of a Kafka client library, whichever language it is written in.

One subclass of `KafkaClient` per library. A driver passes bytes through and translates nothing but
the library's spelling: what differs between two libraries must show up in a test, not vanish here.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

ALL_COMPRESSIONS = ("none", "gzip", "snappy", "lz4", "zstd")
CLIENT_LIMIT_BYTES = 4 * 1024 * 1024
"""Above the broker's own limit, so that a record which is too large is refused by the broker."""
TIMEOUT_S = 60.0
AN_HOUR_AGO_MS = time.time_ns() // 1_000_000 - 3_600_000
"""Timestamps begin here: retention would delete much older records while tests read them."""


@dataclass(frozen=True, slots=True)
class Message:
    """One record as a user sees it; None is a null, which is not the same as an empty value."""

    value: bytes | None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes | None], ...] = ()
    timestamp_ms: int = AN_HOUR_AGO_MS


@dataclass(frozen=True, slots=True)
class ProduceOptions:
    """How to produce: acks is 0, 1 or -1 (all)."""

    compression: str = "none"
    acks: int = -1
    is_idempotent: bool = False


class ProduceRefused(Exception):
    """The broker refused a record; `error` is Kafka's name of the error code."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class KafkaClient(ABC):
    """One client library, connected to one cluster."""

    name: ClassVar[str]

    def __init__(self, bootstrap_servers: str) -> None:
        self.bootstrap_servers = bootstrap_servers

    @abstractmethod
    def create_topic(
        self, topic: str, *, partitions: int, configs: Mapping[str, str] | None = None
    ) -> None:
        """Create the topic and return when its partitions have leaders."""

    @abstractmethod
    def produce(
        self, topic: str, partition: int, messages: Sequence[Message], options: ProduceOptions
    ) -> list[int]:
        """Produce in order; return the offsets (-1 with acks 0), or raise ProduceRefused."""

    @abstractmethod
    def consume(self, topic: str, partition: int, *, count: int) -> list[tuple[int, Message]]:
        """Return the first `count` records with their offsets, read by assignment, in no group."""

    @abstractmethod
    def offset_for_time(self, topic: str, partition: int, timestamp_ms: int) -> int | None:
        """Return the first offset whose timestamp is at least `timestamp_ms`, if there is one."""

    def close(self) -> None:
        """End what the driver started; drivers that keep nothing between calls need nothing."""
        return
