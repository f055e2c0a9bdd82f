"""Where logs begin and end, and which record was written when: ListOffsets as plain values.

A partition that cannot answer (no leader, gone) has no value; the others still have theirs.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from typing import Any, NamedTuple

from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from odradek.cli.connection import REQUEST_TIMEOUT_S

EARLIEST: OffsetSpec = OffsetSpec.earliest()  # type: ignore[no-untyped-call]
LATEST: OffsetSpec = OffsetSpec.latest()  # type: ignore[no-untyped-call]
NO_SUCH_RECORD = -1


class Partition(NamedTuple):
    """A partition by its topic's name and its number, in the order they are shown in."""

    topic: str
    partition: int


class LogRange(NamedTuple):
    """What a log holds: from the first offset up to, and without, the end."""

    start_offset: int
    end_offset: int


def log_ranges(admin: AdminClient, partitions: Iterable[Partition]) -> dict[Partition, LogRange]:
    """Where each log begins and ends; partitions that do not answer are missing."""
    wanted = list(partitions)
    starts = _list_offsets(admin, wanted, EARLIEST)
    ends = _list_offsets(admin, wanted, LATEST)
    return {
        partition: LogRange(starts[partition], ends[partition])
        for partition in wanted
        if partition in starts and partition in ends
    }


def offsets_at(
    admin: AdminClient, partitions: Iterable[Partition], time_ms: int
) -> dict[Partition, int | None]:
    """The first offset written at or after a time; None where nothing was written since."""
    found = _list_offsets(admin, list(partitions), OffsetSpec.for_timestamp(time_ms))
    return {
        partition: None if offset == NO_SUCH_RECORD else offset
        for partition, offset in found.items()
    }


def _list_offsets(
    admin: AdminClient, partitions: Sequence[Partition], spec: OffsetSpec
) -> dict[Partition, int]:
    if not partitions:
        return {}
    request = {TopicPartition(*partition): spec for partition in partitions}
    futures = admin.list_offsets(request, request_timeout=REQUEST_TIMEOUT_S)
    answers = {Partition(each.topic, each.partition): _offset(f) for each, f in futures.items()}
    return {partition: offset for partition, offset in answers.items() if offset is not None}


def _offset(future: "Future[Any]") -> int | None:
    try:
        offset: int = future.result(2 * REQUEST_TIMEOUT_S).offset
    except KafkaException:
        return None
    return offset
