"""Logs that do what Kafka does now and then: take their time, fail, refuse what is large."""

import asyncio
from collections.abc import Sequence

from odradek.registry.log.interface import TooLarge
from odradek.registry.log.memory_log import MemoryLog
from odradek.registry.state.codec import Written


class HeldLog(MemoryLog):
    """Each write waits to be let through; one that is made to fail leaves nothing behind."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: asyncio.Queue[tuple[Sequence[Written], asyncio.Future[None]]] = asyncio.Queue()
        """What is to be written, and what ends it: a result, or an exception."""

    async def write(self, records: Sequence[Written]) -> None:
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.writes.put_nowait((records, end))
        await end
        await super().write(records)


class NarrowLog(MemoryLog):
    """Takes no transaction with more than `bytes_max` of values."""

    def __init__(self, bytes_max: int) -> None:
        super().__init__()
        self._bytes_max = bytes_max

    async def write(self, records: Sequence[Written]) -> None:
        size = sum(len(record.value or b"") for record in records)
        if size > self._bytes_max:
            raise TooLarge(f"{size} bytes")
        await super().write(records)
