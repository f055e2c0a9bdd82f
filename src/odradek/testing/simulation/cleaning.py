"""The cleaning of a simulated broker: the work of its cleaning process, on its disk, in no process.

It is done in one piece some time after it was asked for, and its result comes some time after that.
So everything may happen between the job, the work and the change of segments; and a fault of the
disk may hit any single operation of the work. A crash there ends broker and cleaning together, as
the broker's real cleaning process ends with it.
"""

import asyncio
from collections.abc import Callable
from enum import Enum

from odradek.broker.cleaning_process import CleaningOrder
from odradek.broker.log import LogError
from odradek.broker.log.cleaner.cleaning import Cleaning, CleaningResult
from odradek.broker.log_cleaner import CleaningFailed
from odradek.protocol.records import RecordsError
from odradek.testing.simulation.disk import SimulatedFiles
from odradek.testing.simulation.virtual_clock import VirtualLoop


class Step(Enum):
    """The parts of a cleaning, in their order."""

    WORK = "new segments are written beside the old ones"
    SWAP = "they take the place of these"


class SimulatedCleaning:
    """Cleans for one life of a broker; `on_step` hears of each that begins."""

    def __init__(
        self,
        loop: VirtualLoop,
        files: SimulatedFiles,
        on_step: Callable[[Step], None],
        delay_s: Callable[[], float],
    ) -> None:
        self._loop = loop
        self._files = files
        self._on_step = on_step
        self._delay_s = delay_s

    async def run(self, order: CleaningOrder) -> CleaningResult:
        """Clean. Raises CleaningFailed, as `run_cleaning` does."""
        self._on_step(Step.WORK)
        cleaning = Cleaning(order.job, self._files, lambda size_bytes: None)
        try:
            result = await self._loop.run_in_executor(None, cleaning.run)
        except (OSError, LogError, RecordsError) as error:
            raise CleaningFailed(str(error)) from error
        await asyncio.sleep(self._delay_s())
        self._on_step(Step.SWAP)
        return result
