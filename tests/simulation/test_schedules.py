"""Whatever happens to the broker, whenever it happens, it keeps what it promised."""

import os
import random
import time
from concurrent.futures import ProcessPoolExecutor

import pytest

from odradek.testing.simulation import Schedule, shrink, simulate
from tests.reliability_report import Row, write_row
from tests.simulation.regressions import REGRESSIONS

PARTS = 6
SCHEDULES_PER_PART = 50
SOAK_SCHEDULES = 10_000
FAILURES_SHOWN = 3


def run(number: int) -> tuple[int, int, int, str]:
    """One schedule: its number, deaths, operations, and what is wrong if anything is."""
    result = simulate(Schedule.from_seed(number))
    problem = str(result) if result.anomalies else ""
    return number, result.deaths, len(result.history.operations), problem


def numbers(seed: int, count: int) -> list[int]:
    noise = random.Random(seed)
    return [noise.randrange(2**32) for _ in range(count)]


def smallest(number: int) -> str:
    """What is left of a failing schedule when everything is taken away that it fails without."""
    return str(simulate(shrink(Schedule.from_seed(number), lambda each: fails(each))))


def assert_sound(number: int) -> None:
    _, _, _, problem = run(number)
    assert not problem, f"{problem}\n\nand smaller:\n{smallest(number)}"


def fails(schedule: Schedule) -> bool:
    return bool(simulate(schedule).anomalies)


@pytest.mark.timeout(1_200)  # all of it is computing, which other work may slow down
@pytest.mark.parametrize("part", range(PARTS))
def test_no_schedule_makes_the_broker_break_a_promise(part: int, seed: int) -> None:
    for number in numbers(seed + part, SCHEDULES_PER_PART):
        assert_sound(number)


def test_no_schedule_that_once_failed_fails_again() -> None:
    for number in REGRESSIONS:
        assert_sound(number)


@pytest.mark.soak
def test_ten_thousand_schedules_break_no_promise(seed: int) -> None:
    started = time.monotonic()
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        outcomes = list(workers.map(run, numbers(seed, SOAK_SCHEDULES), chunksize=20))
    problems = [problem for _, _, _, problem in outcomes if problem]
    deaths = sum(deaths for _, deaths, _, _ in outcomes)
    operations = sum(operations for _, _, operations, _ in outcomes)
    write_row(
        Row(
            name="simulated schedules",
            amount=f"{SOAK_SCHEDULES:,} schedules, {deaths:,} deaths of the broker, "
            f"{operations:,} operations in the histories",
            result=f"{len(problems)} with an anomaly",
            seconds=time.monotonic() - started,
            seed=seed,
        )
    )
    assert not problems, "\n\n".join(problems[:FAILURES_SHOWN])
