"""Making a failing schedule smaller: take away what it fails without."""

from collections.abc import Callable, Iterator

from odradek.testing.simulation.schedule import Schedule

Fails = Callable[[Schedule], bool]


def shrink(schedule: Schedule, fails: Fails) -> Schedule:
    """A schedule that still fails and would not if any one thing more were taken away.

    `fails` runs a schedule; `schedule` itself must fail.
    """
    while True:
        smaller = next((each for each in _one_less(schedule) if fails(each)), None)
        if smaller is None:
            return schedule
        schedule = smaller


def _one_less(schedule: Schedule) -> Iterator[Schedule]:
    for disturbance in schedule.disturbances:
        yield schedule.without(disturbance)
    for name, _ in schedule.cast:
        yield schedule.without_client(name)
