"""Killed with -9 under load again and again, the broker keeps what it acknowledged, once."""

import random
import time
from pathlib import Path

import pytest

from tests.brokers import KINDS, Durability, restartable_broker
from tests.conformance.dump_log import dump_log_problems
from tests.crash.crash_rounds import CrashRounds
from tests.crash.verdict import Verdict
from tests.reliability_report import Row, write_row

ROUNDS = 3
SOAK_ROUNDS = 100


def crash(kind: str, durability: Durability, rounds: int, directory: Path, seed: int) -> Verdict:
    """Crash a broker that many times and judge everything at the end, and every tenth round."""
    with restartable_broker(kind, directory, durability=durability) as broker:
        crash_rounds = CrashRounds(broker, random.Random(seed))
        crash_rounds.prepare()
        for number in range(1, rounds + 1):
            crash_rounds.run()
            if number % 10 == 0 or number == rounds:
                verdict = crash_rounds.judge_everything()
                assert verdict.cases == [], f"seed {seed}, round {number}"
        broker.stop()
    return verdict


@pytest.mark.parametrize("durability", ["disk", pytest.param("process", marks=pytest.mark.drill)])
@pytest.mark.parametrize("kind", KINDS)
def test_acknowledged_records_survive_a_few_kills_exactly_once(
    kind: str, durability: Durability, tmp_path: Path, seed: int
) -> None:
    verdict = crash(kind, durability, ROUNDS, tmp_path, seed)
    assert verdict.acknowledged > 0


@pytest.mark.soak
@pytest.mark.usefixtures("kafka_jars")
@pytest.mark.parametrize("durability", ["disk", "process"])
def test_acknowledged_records_survive_a_hundred_kills_exactly_once(
    durability: Durability, tmp_path: Path, seed: int
) -> None:
    started = time.monotonic()
    verdict = crash("odradek", durability, SOAK_ROUNDS, tmp_path, seed)
    problems = dump_log_problems(tmp_path)
    write_row(
        Row(
            name=f"kill -9, durability {durability}",
            amount=f"{SOAK_ROUNDS} kills, {verdict.acknowledged:,} records acknowledged",
            result=f"{verdict.lost} lost, {verdict.duplicated} duplicated, "
            f"{verdict.out_of_order} out of order, {len(problems)} complaints of DumpLogSegments",
            seconds=time.monotonic() - started,
            seed=seed,
        )
    )
    assert problems == []
