"""The index and the log brought together: reads at once, changes one after the other.

Invariants: a change is decided on an index that has everything before it; what it answers is read
back already. Nothing is kept anywhere but in the log.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from odradek.event_log import get_logger
from odradek.registry.decisions.view import Decision, Defaults, View
from odradek.registry.errors import RegistryError
from odradek.registry.log.interface import Claim, Log
from odradek.registry.state.codec import Written

logger = get_logger(__name__)

Answer = TypeVar("Answer")
Decide = Callable[[View], Decision[Answer]]


class Registry:
    """One instance of the registry, without its HTTP."""

    def __init__(self, log: Log, defaults: Defaults) -> None:
        self.view = View(defaults=defaults)
        self.log = log
        self._turn = asyncio.Lock()
        self.is_ready = False

    async def start(self) -> None:
        """Read the log to its end; raises StartupError."""
        await self.log.start(self._replay)
        self.is_ready = True

    async def stop(self) -> None:
        """End what runs."""
        self.is_ready = False
        await self.log.stop()

    async def take_over(self, claim: Claim) -> None:
        """Write from now on, instead of an instance that does not answer; raises
        WrittenElsewhere."""
        async with self._turn:
            await self.log.lead(instead_of=claim)

    async def change(self, decide: "Decide[Answer]") -> Answer:
        """Decide, write, answer; raises RegistryError, WrittenElsewhere.

        An instance that does not write answers itself what changes nothing: a schema that it knows
        can be registered again while nobody writes.
        """
        if not self.log.is_leading:
            unchanged = self._decide_without_writing(decide)
            if unchanged is not None:
                return unchanged.answer
        async with self._turn:
            await self.log.lead()
            decision = decide(self.view)
            if decision.records:
                index = self.view.index
                await self.log.write(
                    [each for record in decision.records for each in index.written(record)]
                )
            return decision.answer

    def _decide_without_writing(self, decide: "Decide[Answer]") -> Decision[Answer] | None:
        try:
            decision = decide(self.view)
        except RegistryError:
            return None  # the one who writes may know better
        return None if decision.records else decision

    def _replay(self, written: Written, timestamp_ms: int) -> None:
        self.view.index.replay(written, timestamp_ms)
        for conflict in self.view.index.conflicts:
            logger.warning("record left out", reason=conflict)
        self.view.index.conflicts.clear()
