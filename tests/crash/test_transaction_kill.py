"""Killed with -9 under Apache's own transactional copiers, the broker lets them copy once each."""

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from odradek.testing import EphemeralBroker
from tests.brokers import Durability
from tests.crash.copier_rounds import CopierRounds
from tests.reliability_report import Row, write_row

ROUNDS, RECORDS = 3, 600
SOAK_ROUNDS, SOAK_RECORDS = 50, 20_000
SETTINGS = {"group.initial.rebalance.delay.ms": 0}


def copy(
    durability: Durability, rounds: int, records: int, directory: Path, seed: int
) -> Counter[bytes]:
    """Crash a broker that many times while two copiers work."""
    with EphemeralBroker(
        data_dir=directory / "data", durability=durability, settings=SETTINGS
    ) as broker:
        copiers = CopierRounds(broker, random.Random(seed), directory, records)
        try:
            copiers.prepare()
            for _ in range(rounds):
                copiers.run()
            return copiers.finish()
        finally:
            copiers.stop()


def whole(records: int) -> Counter[bytes]:
    return Counter(b"%d" % number for number in range(records))


@pytest.mark.usefixtures("kafka_jars")
@pytest.mark.parametrize("durability", ["disk", pytest.param("process", marks=pytest.mark.drill)])
def test_a_transactional_copy_is_exact_after_a_few_kills(
    durability: Durability, tmp_path: Path, seed: int
) -> None:
    assert copy(durability, ROUNDS, RECORDS, tmp_path, seed) == whole(RECORDS)


@pytest.mark.soak
@pytest.mark.usefixtures("kafka_jars")
def test_a_transactional_copy_is_exact_after_fifty_kills(tmp_path: Path, seed: int) -> None:
    started = time.monotonic()
    copied = copy("disk", SOAK_ROUNDS, SOAK_RECORDS, tmp_path, seed)
    differing = (copied - whole(SOAK_RECORDS)) + (whole(SOAK_RECORDS) - copied)
    write_row(
        Row(
            name="kill -9 under Apache's TransactionalMessageCopier",
            amount=f"{SOAK_ROUNDS} kills, {SOAK_RECORDS:,} records",
            result=f"{differing.total()} records missing or twice",
            seconds=time.monotonic() - started,
            seed=seed,
        )
    )
    assert not differing
