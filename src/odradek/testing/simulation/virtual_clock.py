"""Time that passes only when everybody waits: an event loop that a seed can repeat.

`VirtualClock` keeps what is due, of all processes, in one order: by time, then by who asked first.
`VirtualLoop` is one process's view of it, with as much of asyncio's interface as the broker and
coroutines need. When the process dies, what its loop still had to do is forgotten.

Invariant: nothing here asks the machine for the time, for a thread or for a random number.

Deliberately not here: sockets (see `network`), signals, subprocesses; a type checker sees that the
loop lacks them.
"""

import asyncio
import contextvars
import heapq
import inspect
import itertools
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, TypeVarTuple

from odradek.broker.runtime import SystemClock

START_S = 1_700_000_000.0

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Delay = Callable[[], float]


class VirtualClock(SystemClock):
    """The time, and everything that will happen."""

    def __init__(self) -> None:
        self.now_s = START_S
        self._due: list[tuple[float, int, asyncio.Handle, VirtualLoop]] = []
        self._order = itertools.count()

    def now_ms(self) -> int:
        return int(self.now_s * 1000)

    def monotonic_ms(self) -> int:
        return self.now_ms()

    def schedule(self, when_s: float, handle: asyncio.Handle, loop: "VirtualLoop") -> None:
        """Run the handle at its time; not before what was scheduled earlier for the same time."""
        heapq.heappush(self._due, (max(when_s, self.now_s), next(self._order), handle, loop))

    def run_until(self, is_done: Callable[[], bool], limit_s: float) -> bool:
        """Let things happen until `is_done`; False when `limit_s` have passed without it."""
        deadline_s = self.now_s + limit_s
        while not is_done():
            if not self._due or self._due[0][0] > deadline_s:
                self.now_s = deadline_s
                return False
            self.now_s, _, handle, loop = heapq.heappop(self._due)
            loop.run_handle(handle)
        return True


class VirtualLoop(asyncio.AbstractEventLoop):
    """The loop of one process. `on_failure` hears of exceptions that nobody caught."""

    def __init__(
        self,
        clock: VirtualClock,
        on_failure: Callable[[BaseException], None],
        work_delay: Delay = lambda: 0.0,
    ) -> None:
        self._clock = clock
        self._on_failure = on_failure
        self._work_delay = work_delay
        self._is_closed = False

    def run_handle(self, handle: asyncio.Handle) -> None:
        """Called by the clock when the handle is due."""
        if self._is_closed or handle.cancelled():
            return
        asyncio._set_running_loop(self)
        try:
            handle._run()
        finally:
            asyncio._set_running_loop(None)

    def close(self) -> None:
        """The process is dead: nothing of it happens any more.

        A coroutine that never began is closed, so that Python does not complain, some time later
        and in the middle of something else, that nobody awaited it.
        """
        self._is_closed = True
        for task in asyncio.all_tasks(self):
            coroutine = task.get_coro()
            assert inspect.iscoroutine(coroutine)  # noqa: S101 - that is what tasks are made of
            if inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED:
                coroutine.close()

    # --- what asyncio asks of a loop

    def is_running(self) -> bool:
        return not self._is_closed

    def is_closed(self) -> bool:
        return self._is_closed

    def get_debug(self) -> bool:
        return False

    def time(self) -> float:
        return self._clock.now_s

    def call_soon(
        self,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: contextvars.Context | None = None,
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._clock.schedule(self._clock.now_s, handle, self)
        return handle

    def call_later(
        self,
        delay: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        return self.call_at(self._clock.now_s + delay, callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._clock.schedule(when, handle, self)
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """The clock passes over cancelled handles; nothing is to be done."""

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(  # type: ignore[override] # context and names are for people who debug
        self, coro: Coroutine[Any, Any, T], *, name: str | None = None
    ) -> asyncio.Task[T]:
        return asyncio.Task(coro, loop=self, name=name)

    def run_in_executor(  # type: ignore[override] # any work, in no thread
        self, executor: object, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        """Do the work in one piece, some time later."""
        future: asyncio.Future[T] = self.create_future()

        def work() -> None:
            try:
                result = func(*args)
            except Exception as error:  # noqa: BLE001 - belongs to whoever awaits the work
                future.set_exception(error)
            else:
                future.set_result(result)

        self.call_later(self._work_delay(), work)
        return future

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is not None and not self._is_closed:
            self._on_failure(error)
