"""Killed with -9 under a pipeline of transactions, the broker lets it copy everything once."""

import random
import time
from pathlib import Path

import pytest

from odradek.testing import EphemeralBroker
from tests.brokers import Durability
from tests.crash.pipeline_rounds import PARTITIONS, PipelineRounds, differences
from tests.reliability_report import Row, write_row

ROUNDS = 3
SOAK_ROUNDS = 200
SETTINGS = {"group.initial.rebalance.delay.ms": 0}


def crash(
    durability: Durability, rounds: int, directory: Path, seed: int
) -> tuple[PipelineRounds, list[str]]:
    """Crash a broker that many times while two instances work; what is wrong with their copy."""
    with EphemeralBroker(
        data_dir=directory / "data", durability=durability, settings=SETTINGS
    ) as broker:
        pipeline = PipelineRounds(broker, random.Random(seed), directory)
        try:
            pipeline.prepare()
            for _ in range(rounds):
                pipeline.run()
            return pipeline, pipeline.finish()
        finally:
            pipeline.stop()


@pytest.mark.parametrize("durability", ["disk", pytest.param("process", marks=pytest.mark.drill)])
def test_a_pipeline_is_exact_after_a_few_kills(
    durability: Durability, tmp_path: Path, seed: int
) -> None:
    _, problems = crash(durability, ROUNDS, tmp_path, seed)
    assert problems == []


@pytest.mark.soak
def test_a_pipeline_is_exact_after_two_hundred_kills(tmp_path: Path, seed: int) -> None:
    started = time.monotonic()
    pipeline, problems = crash("disk", SOAK_ROUNDS, tmp_path, seed)
    write_row(
        Row(
            name="kill -9 under a consume-transform-produce pipeline",
            amount=f"{SOAK_ROUNDS} kills of the broker, {pipeline.instance_kills} of an instance, "
            f"{pipeline.produced * PARTITIONS:,} records",
            result=f"{len(problems)} records missing, twice or out of order",
            seconds=time.monotonic() - started,
            seed=seed,
        )
    )
    assert problems == []


def test_the_judge_finds_what_is_missing_twice_or_out_of_order() -> None:
    expected = [b"1", b"2", b"3"]
    assert differences(0, expected, expected) == []
    assert differences(0, expected, [b"1", b"3", b"3"]) == [
        "partition 0: b'2' is missing",
        "partition 0: b'3' is surplus",
    ]
    assert differences(0, expected, [b"2", b"1", b"3"]) == ["partition 0 is out of order"]
