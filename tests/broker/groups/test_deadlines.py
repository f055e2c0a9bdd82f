"""Deadlines come up once, at the time that was set last."""

from odradek.broker.groups.deadlines import Deadline, DeadlineKind, Deadlines

FIRST = Deadline(DeadlineKind.JOIN, "first")
SECOND = Deadline(DeadlineKind.SESSION, "second", "m")


def test_deadlines_come_up_in_order_and_once() -> None:
    deadlines = Deadlines()
    deadlines.set(SECOND, 20)
    deadlines.set(FIRST, 10)
    assert deadlines.next_ms() == 10
    assert list(deadlines.pop_due(25)) == [FIRST, SECOND]
    assert list(deadlines.pop_due(99)) == []


def test_deadline_moved_later_comes_up_later() -> None:
    deadlines = Deadlines()
    deadlines.set(FIRST, 10)
    deadlines.set(FIRST, 30)
    assert list(deadlines.pop_due(20)) == []
    assert deadlines.next_ms() == 30
    assert list(deadlines.pop_due(30)) == [FIRST]


def test_deadline_moved_earlier_comes_up_earlier_and_once() -> None:
    deadlines = Deadlines()
    deadlines.set(FIRST, 30)
    deadlines.set(FIRST, 10)
    assert list(deadlines.pop_due(10)) == [FIRST]
    assert list(deadlines.pop_due(30)) == []


def test_cancelled_deadline_never_comes_up() -> None:
    deadlines = Deadlines()
    deadlines.set(FIRST, 10)
    deadlines.cancel(FIRST)
    assert list(deadlines.pop_due(10)) == []


def test_deadline_may_be_cancelled_by_the_one_before() -> None:
    deadlines = Deadlines()
    deadlines.set(FIRST, 10)
    deadlines.set(SECOND, 10)
    seen = []
    for deadline in deadlines.pop_due(10):
        seen.append(deadline)
        deadlines.cancel(SECOND)
        deadlines.cancel(FIRST)
    assert len(seen) == 1


def test_memory_follows_what_is_expected_and_not_what_was() -> None:
    deadlines = Deadlines()
    for number in range(100_000):
        deadline = Deadline(DeadlineKind.SESSION, "g", str(number))
        deadlines.set(deadline, 1_000_000)
        deadlines.cancel(deadline)
    assert len(deadlines._heap) < 5_000
