"""Answers about the end of a log of which the disk has not taken everything yet.

With acks=1 a record is acknowledged when the operating system has it, and can be read when the disk
has it. Who asks in between must not be told of an end without it: on one node of Apache Kafka's an
acknowledged record can be read at once. So the answer waits, as a produce with acks=all does.
"""

import asyncio
from collections.abc import Callable, Iterable

from odradek.broker.data_path.partition import Partition
from odradek.broker.data_path.syncer import Syncer
from odradek.broker.request import Encodable, PendingResponse

PATIENCE_S = 5.0
"""A disk that takes longer is told of as it is: clients wait half a minute and ask again."""


def when_stored(
    syncer: Syncer,
    partitions: Iterable[Partition],
    answer: Callable[[], Encodable],
    patience_s: float | None = None,
) -> Encodable | PendingResponse:
    """What `answer` says, once everything written to these partitions can be read."""
    behind = [
        partition
        for partition in partitions
        if partition.log.high_watermark < partition.log.written_end_offset
    ]
    if not behind:
        return answer()
    waiting = _wait(syncer, behind, answer, PATIENCE_S if patience_s is None else patience_s)
    return syncer.loop.create_task(waiting)


async def _wait(
    syncer: Syncer,
    partitions: list[Partition],
    answer: Callable[[], Encodable],
    patience_s: float,
) -> Encodable:
    syncs = [asyncio.ensure_future(syncer.sync(partition)) for partition in partitions]
    await asyncio.wait(syncs, timeout=patience_s)
    return answer()
