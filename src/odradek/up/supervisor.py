"""Starts the parts in their order, starts again what dies, stops them in reverse.

    starting ──> serving ──> stopped      all parts together
                  │   ▲
                  ▼   │ after a while, longer each time
                 a part that died

Before all parts have served once, a part that ends is an error of the user's, such as an address in
use: everything is stopped and its own sentence is told. Afterwards nothing but `stop` ends it.
"""

import asyncio
import time
from collections.abc import Callable

from odradek.up.backoff import Backoff
from odradek.up.plan import Part, Plan
from odradek.up.process import Log, PartProcess

Announce = Callable[[str, str], None]
"""Takes a part's name and the address at which it serves."""


class PartFailed(Exception):
    """A part ended before it served; its log has said why."""

    def __init__(self, name: str, code: int) -> None:
        super().__init__(f"the {name} did not start: it ended with code {code}")
        self.name = name


class Supervisor:
    """The parts of one plan. `start`, then `run` until `stop`."""

    def __init__(self, plan: Plan, log: Log, announce: Announce) -> None:
        self._plan = plan
        self._log = log
        self._announce = announce
        self._kafka = plan.kafka
        self._processes: dict[str, PartProcess] = {}
        self._watches: list[asyncio.Task[None]] = []
        self.addresses: dict[str, str] = {}
        """Where each part serves, in the order in which they were started."""

    async def start(self) -> None:
        """Return once every part serves; raises PartFailed with all of them stopped again."""
        try:
            for part in self._plan.parts:
                await self._begin(part)
        except BaseException:
            await self.stop()
            raise
        self._watches = [asyncio.create_task(self._keep(part)) for part in self._plan.parts]

    async def stop(self) -> None:
        """End all parts, the last one first."""
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        self._watches = []
        for process in reversed(list(self._processes.values())):
            await process.stop()

    def pid(self, name: str) -> int:
        """The process id of a part; it changes when the part is started again."""
        return self._processes[name].pid

    async def _begin(self, part: Part) -> None:
        """Start a part and wait until it serves."""
        command = part.command(self._kafka, self.addresses.get(part.name))
        process = await PartProcess.start(part.name, command, self._log)
        self._processes[part.name] = process
        address = await process.ready()
        if address is None:
            raise PartFailed(part.name, await process.ended())
        if part.name == "broker":
            self._kafka = address
        self.addresses[part.name] = address
        self._announce(part.name, address)

    async def _keep(self, part: Part) -> None:
        """Start the part again whenever it ends."""
        backoff = Backoff()
        while True:
            began_s = time.monotonic()
            code = await self._processes[part.name].ended()
            wait_s = backoff.wait_s(time.monotonic() - began_s)
            self._log(part.name, f"ended with code {code}; starts again in {wait_s:g} s")
            await asyncio.sleep(wait_s)
            try:
                await self._begin(part)
            except PartFailed:
                continue  # its end is waited for, and counted, like any other
