"""Which open transactions hang: a partition has them open, and no coordinator knows of it.

A transaction that is older than any may be is a candidate. It hangs when its coordinator knows no
such producer, or knows it and does not have the partition in its transaction: then nobody will ever
write its marker, and readers of committed data wait in front of it for ever (KIP-664).
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from odradek.cli.log_offsets import Partition
from odradek.cli.output import Row

SLACK_MS = 5 * 60 * 1000
"""A transaction may be this much older than the longest timeout: its coordinator looks rarely."""


class OpenTransaction(NamedTuple):
    """A transaction as a partition's leader knows it."""

    partition: Partition
    producer_id: int
    producer_epoch: int
    coordinator_epoch: int
    start_offset: int
    last_timestamp_ms: int

    def row(self) -> Row:
        """For people and programs."""
        return {**self.partition._asdict(), **self._asdict(), "partition": self.partition.partition}


class KnownTransaction(NamedTuple):
    """A transaction as its coordinator knows it; `partitions` only while it is open."""

    transactional_id: str
    producer_id: int
    producer_epoch: int
    state: str
    partitions: frozenset[Partition]


def candidates(
    transactions: Iterable[OpenTransaction], now_ms: int, longest_timeout_ms: int
) -> list[OpenTransaction]:
    """Those that have been silent for longer than any transaction may be open."""
    oldest_ms = now_ms - longest_timeout_ms - SLACK_MS
    return [each for each in transactions if each.last_timestamp_ms <= oldest_ms]


def hanging(
    transactions: Iterable[OpenTransaction], known: Mapping[int, KnownTransaction]
) -> list[OpenTransaction]:
    """Those that no coordinator will end; `known` by producer id."""
    return [
        each
        for each in transactions
        if each.producer_id not in known or each.partition not in known[each.producer_id].partitions
    ]
