"""The index and the log brought together: reads at once, changes in the order they come.

Changes that come while others are written wait, and are then written together in one transaction
(group commit): Kafka takes as long for one as for many.

Invariants: a change is decided on an index that has everything before it; what it answers is read
back already. What a transaction failed with, all whose changes it held are told. Nothing is kept
anywhere but in the log.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from odradek.event_log import get_logger
from odradek.registry.decisions.group import Group
from odradek.registry.decisions.view import Decision, Defaults, View
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.log.interface import Claim, Log, TooLarge
from odradek.registry.state.codec import Written

logger = get_logger(__name__)

GROUP_CHANGES_MAX = 50
"""As many are lost at once where a transaction fails, and the first waits for the last."""

Answer = TypeVar("Answer")
Decide = Callable[[View], Decision[Answer]]


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """A change that is to be decided and written, and where its answer is waited for."""

    decide: Decide[Any]
    answer: asyncio.Future[Any]

    def settle(self, outcome: Any) -> None:
        """Tell whoever waits: an answer, or an exception; nobody, if they have gone."""
        if self.answer.done():
            return
        if isinstance(outcome, Exception):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


class Registry:
    """One instance of the registry, without its HTTP."""

    def __init__(self, log: Log, defaults: Defaults) -> None:
        self.view = View(defaults=defaults)
        self.log = log
        self._turn = asyncio.Lock()
        self._waiting: deque[Waiting] = deque()
        self._writing: asyncio.Task[None] | None = None
        """Writes what waits; a client that goes away does not end it in the middle."""
        self.is_ready = False

    async def start(self) -> None:
        """Read the log to its end; raises StartupError."""
        await self.log.start(self._replay)
        self.is_ready = True

    async def stop(self) -> None:
        """End what runs."""
        self.is_ready = False
        if self._writing is not None:
            self._writing.cancel()
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
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(decide, answer))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_what_waits())
        return await answer

    def _decide_without_writing(self, decide: "Decide[Answer]") -> Decision[Answer] | None:
        try:
            decision = decide(self.view)
        except RegistryError:
            return None  # the one who writes may know better
        return None if decision.records else decision

    async def _write_what_waits(self) -> None:
        try:
            while self._waiting:
                count = min(len(self._waiting), GROUP_CHANGES_MAX)
                await self._write([self._waiting.popleft() for _ in range(count)])
        finally:
            self._writing = None

    async def _write(self, group: Sequence[Waiting]) -> None:
        """Decide a group, write it in one transaction, and tell everybody what became of it."""
        try:
            async with self._turn:
                await self.log.lead()
                decided = Group(self.view)
                for waiting in group:
                    decided.decide(waiting.decide)
                    await asyncio.sleep(0)  # lets reads be answered in between
                if decided.records:
                    await self.log.write(decided.records)
            outcomes = decided.outcomes
        except TooLarge as error:
            if len(group) > 1:
                await self._write_in_halves(group)
                return
            outcomes = [_too_large(error)]
        except Exception as error:  # noqa: BLE001 - each is told, and says it in its own request
            outcomes = [error] * len(group)
        for waiting, outcome in zip(group, outcomes, strict=True):
            waiting.settle(outcome)

    async def _write_in_halves(self, group: Sequence[Waiting]) -> None:
        """So that the one which is too large fails alone."""
        middle = len(group) // 2
        await self._write(group[:middle])
        await self._write(group[middle:])

    def _replay(self, written: Written, timestamp_ms: int) -> None:
        self.view.index.replay(written, timestamp_ms)
        for conflict in self.view.index.conflicts:
            logger.warning("record left out", reason=conflict)
        self.view.index.conflicts.clear()


def _too_large(error: TooLarge) -> RegistryError:
    return RegistryError(
        ErrorCode.SCHEMA_TOO_LARGE,
        f"Kafka does not take a record as large as this one ({error}): make it smaller, or raise"
        " max.message.bytes of the registry's topic and kafka.message.max.bytes of the registry",
    )
