"""A log in memory, of one instance: a registry for tests that needs no Kafka and keeps nothing."""

import time
from collections.abc import Sequence

from odradek.registry.log.interface import Apply, Claim
from odradek.registry.state.codec import Written


class MemoryLog:
    """Records in a list; `records` may be given, as if they had been written before."""

    def __init__(self, records: Sequence[Written] = ()) -> None:
        self.records = list(records)
        self._apply: Apply | None = None
        self.is_leading = True
        self.fault: str | None = None

    async def start(self, apply: Apply) -> None:
        self._apply = apply
        for record in self.records:
            apply(record, _now_ms())

    async def lead(self, *, instead_of: Claim | None = None) -> None:
        """There is nobody else."""

    async def write(self, records: Sequence[Written]) -> None:
        assert self._apply is not None, "start the log first"  # noqa: S101
        self.records += records
        for record in records:
            self._apply(record, _now_ms())

    async def cluster_id(self) -> str:
        return "memory"

    async def stop(self) -> None:
        """Nothing is open."""


def _now_ms() -> int:
    return int(time.time() * 1000)
