"""Time passes only when everybody waits, and the same way every time."""

import asyncio
import gc
import warnings

from odradek.testing.simulation.virtual_clock import START_S, VirtualClock, VirtualLoop

LONG_S = 1_000_000.0


def loop_of(clock: VirtualClock, failures: list[BaseException]) -> VirtualLoop:
    return VirtualLoop(clock, failures.append)  # type: ignore[abstract]


def test_a_year_passes_at_once() -> None:
    clock = VirtualClock()
    loop = loop_of(clock, [])
    task = loop.create_task(asyncio.sleep(LONG_S, "awake"))
    assert clock.run_until(task.done, 2 * LONG_S)
    assert task.result() == "awake"
    assert clock.now_s == START_S + LONG_S
    assert clock.now_ms() == clock.monotonic_ms() == int(clock.now_s * 1000)


def test_what_is_due_at_the_same_time_happens_in_the_order_in_which_it_was_asked_for() -> None:
    clock = VirtualClock()
    happened: list[str] = []
    first, second = loop_of(clock, []), loop_of(clock, [])
    second.call_later(1, happened.append, "third")
    first.call_soon(happened.append, "first")
    second.call_soon(happened.append, "second")
    first.call_later(1, happened.append, "fourth")
    first.call_later(1, happened.append, "cancelled").cancel()
    assert not clock.run_until(lambda: False, 2)
    assert happened == ["first", "second", "third", "fourth"]
    assert clock.now_s == START_S + 2


def test_nothing_of_a_dead_process_happens() -> None:
    clock = VirtualClock()
    failures: list[BaseException] = []
    loop = loop_of(clock, failures)
    happened: list[str] = []
    loop.call_later(1, happened.append, "too late")
    loop.close()
    clock.run_until(lambda: False, 2)
    assert happened == []
    assert not loop.is_running()


def test_a_dead_process_leaves_no_coroutine_that_somebody_else_hears_of() -> None:
    clock = VirtualClock()
    failures: list[BaseException] = []
    loop = loop_of(clock, failures)
    begun = loop.create_task(asyncio.sleep(1))
    clock.run_until(lambda: False, 0.5)
    never_begun = loop.create_task(asyncio.sleep(1))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        loop.close()
        del begun, never_begun
        gc.collect()
    assert caught == []
    assert failures == []


def test_an_exception_that_nobody_catches_is_told() -> None:
    clock = VirtualClock()
    failures: list[BaseException] = []
    loop_of(clock, failures).call_soon(lambda: 1 // 0)
    clock.run_until(lambda: False, 1)
    assert [type(each) for each in failures] == [ZeroDivisionError]


def test_work_for_a_thread_is_done_in_one_piece_and_later() -> None:
    clock = VirtualClock()
    loop = VirtualLoop(clock, lambda error: None, lambda: 3.0)  # type: ignore[abstract]
    work = loop.run_in_executor(None, lambda: clock.now_s)
    assert not clock.run_until(work.done, 2)
    assert clock.run_until(work.done, 2)
    assert work.result() == START_S + 3
