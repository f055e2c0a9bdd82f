"""Killed with -9 while groups read and commit, the broker loses no committed offset."""

import random
import time
from pathlib import Path

import pytest

from odradek.testing import EphemeralBroker
from tests.brokers import Durability
from tests.clients.members import group_of
from tests.crash.group_rounds import GROUP, TOPIC, GroupRounds
from tests.reliability_report import Row, write_row

ROUNDS = 2
SOAK_ROUNDS = 100
SETTINGS = {"group.initial.rebalance.delay.ms": 100}


def crash(durability: Durability, rounds: int, directory: Path, seed: int) -> GroupRounds:
    """Crash a broker that many times while four members read; all of it must arrive."""
    with (
        EphemeralBroker(data_dir=directory, durability=durability, settings=SETTINGS) as broker,
        group_of(broker.bootstrap_servers, GROUP, TOPIC) as group,
    ):
        group_rounds = GroupRounds(broker, group, random.Random(seed))
        group_rounds.prepare()
        for _ in range(rounds):
            group_rounds.run()
        group_rounds.finish()
    return group_rounds


@pytest.mark.parametrize("durability", ["disk", pytest.param("process", marks=pytest.mark.drill)])
def test_committed_offsets_survive_a_few_kills_and_every_record_is_read(
    durability: Durability, tmp_path: Path, seed: int
) -> None:
    assert crash(durability, ROUNDS, tmp_path, seed).lost == []


@pytest.mark.soak
def test_committed_offsets_survive_a_hundred_kills_and_every_record_is_read(
    tmp_path: Path, seed: int
) -> None:
    started = time.monotonic()
    rounds = crash("disk", SOAK_ROUNDS, tmp_path, seed)
    write_row(
        Row(
            name="kill -9 under groups of four clients",
            amount=f"{SOAK_ROUNDS} kills, {rounds.produced * 4:,} records",
            result=f"{len(rounds.lost)} committed offsets lost, every record read",
            seconds=time.monotonic() - started,
            seed=seed,
        )
    )
    assert rounds.lost == []
