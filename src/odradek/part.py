"""A part of odradek as a process of its own: served until a signal, then stopped cleanly.

On stdout stands one line, `ready: PART at ADDRESS`, once the part serves. What keeps it from
starting is one sentence on stderr.
"""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Protocol


class Service(Protocol):
    """What every part's `build` gives."""

    @property
    def address(self) -> str:
        """Where it serves, once it has started."""
        ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


def run_part(name: str, build: Callable[[], Service], startup_error: type[Exception]) -> int:
    """Serve until SIGTERM or SIGINT; return the process's exit code."""
    try:
        _find_runner()(_serve(name, build))
    except startup_error as error:
        sys.stderr.write(f"odradek {name}: {error}\n")
        return 1
    return 0


def _find_runner() -> Callable[[Coroutine[None, None, None]], None]:
    """uvloop's event loop if the extra is installed, else the standard one."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run
    return uvloop.run


async def _serve(name: str, build: Callable[[], Service]) -> None:
    service = build()
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    try:
        # What a start makes lives until the end: collecting while it grows finds nothing, and
        # frozen it is never walked again, however much there is.
        gc.disable()
        await service.start()
        gc.freeze()
        gc.enable()
        sys.stdout.write(f"ready: {name} at {service.address}\n")
        sys.stdout.flush()
        await stopping.wait()
    finally:
        await service.stop()
