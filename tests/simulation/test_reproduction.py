"""A schedule that fails fails again, and can be made smaller."""

import hashlib
import logging
import os
import subprocess
import sys

from odradek.testing.simulation import (
    Anomaly,
    PlantedFault,
    Result,
    Schedule,
    planted,
    shrink,
    simulate,
)
from odradek.testing.simulation.broker_life import FailureLog

NUMBER = 4
TELL = """
from tests.simulation.test_reproduction import tell
print(tell())
"""


def tell() -> str:
    """A digest of everything that happened."""
    result = simulate(Schedule.from_seed(NUMBER))
    return hashlib.sha256(repr((result.history, result.deaths)).encode()).hexdigest()


def told_with(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", TELL]
    return subprocess.run(
        command, env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_a_schedule_gives_the_same_history_in_every_process() -> None:
    assert told_with("1") == told_with("2") == tell()


def test_a_simulation_leaves_the_logs_as_they_were() -> None:
    logger, child = logging.getLogger("odradek"), logging.getLogger("odradek.simulated")
    was = logger.level
    logger.setLevel(logging.INFO)
    try:
        assert child.isEnabledFor(logging.INFO)
        simulate(Schedule.from_seed(NUMBER))
        assert child.isEnabledFor(logging.INFO)
        assert logger.propagate
        assert not any(isinstance(each, FailureLog) for each in logger.handlers)
    finally:
        logger.setLevel(was)


def of_kind(result: Result, kind: str) -> list[Anomaly]:
    return [each for each in result.anomalies if each.kind == kind]


def test_a_failing_schedule_shrinks_to_what_it_fails_of() -> None:
    with planted(PlantedFault.ACKNOWLEDGE_EARLY):

        def loses(schedule: Schedule) -> bool:
            return bool(of_kind(simulate(schedule), "lost write"))

        numbers = (number for number in range(200) if loses(Schedule.from_seed(number)))
        whole = Schedule.from_seed(next(numbers))
        smaller = shrink(whole, loses)
        assert loses(smaller)
    # One producer is enough; the power is lost in the end in any case.
    assert len(smaller.cast) == 1
    assert not smaller.disturbances


def test_a_schedule_tells_what_it_is() -> None:
    text = str(Schedule.from_seed(NUMBER))
    assert text.startswith(f"seed {NUMBER}, durability ")
    assert "pipeline-0: pipeline worker" in text
