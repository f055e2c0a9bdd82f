"""Killed with -9 while it compacts, the broker keeps the latest value of every key."""

import random
import time
from pathlib import Path

import pytest

from odradek.testing import EphemeralBroker
from tests.conformance.dump_log import dump_log_problems
from tests.crash.compaction_rounds import (
    BROKER_SETTINGS,
    TOPIC,
    CompactionRounds,
    Onlooker,
    read_table,
)
from tests.reliability_report import Row, write_row

KEYS, ROUNDS, CHANGES = 2_000, 3, 30_000
SOAK_KEYS, SOAK_ROUNDS, SOAK_CHANGES = 1_000_000, 10, 150_000


def compact_and_crash(
    directory: Path, seed: int, *, keys: int, rounds: int, changes: int
) -> tuple[CompactionRounds, int, int]:
    """The rounds, what an onlooker has read meanwhile, and how many records are left."""
    with EphemeralBroker(data_dir=directory, settings=BROKER_SETTINGS) as broker:
        table = CompactionRounds(broker, random.Random(seed), keys)
        producer = table.prepare()
        for number in range(keys):
            table.send(producer, number, table.noise.random())
        onlooker = Onlooker(broker.bootstrap_servers)
        onlooker.start()
        for number in range(rounds):
            table.run(producer, changes)
            found, _ = read_table(broker.bootstrap_servers)
            assert table.problems(found)[:5] == [], f"seed {seed}, round {number}"
        records = table.clean_until_tombstones_are_gone(producer)
        onlooker.stop()
        assert onlooker.problems[:5] == [], f"seed {seed}"
        broker.stop()
    return table, onlooker.records, records


def test_keys_survive_a_few_kills_amid_cleanings(tmp_path: Path, seed: int) -> None:
    table, read, left = compact_and_crash(tmp_path, seed, keys=KEYS, rounds=ROUNDS, changes=CHANGES)
    assert read > 0
    assert left < table.acknowledged


@pytest.mark.soak
@pytest.mark.usefixtures("kafka_jars")
def test_a_million_keys_survive_kills_amid_cleanings(tmp_path: Path, seed: int) -> None:
    started = time.monotonic()
    table, read, left = compact_and_crash(
        tmp_path, seed, keys=SOAK_KEYS, rounds=SOAK_ROUNDS, changes=SOAK_CHANGES
    )
    problems = dump_log_problems(tmp_path, compacted={TOPIC})
    write_row(
        Row(
            name="kill -9 amid compaction",
            amount=f"{SOAK_ROUNDS} kills, {SOAK_KEYS:,} keys, {table.acknowledged:,} records",
            result=f"every key's latest record at its offset, no tombstone left behind its time; "
            f"{left:,} records remain, {read:,} were read meanwhile; "
            f"{len(problems)} complaints of DumpLogSegments",
            seconds=time.monotonic() - started,
            seed=seed,
        )
    )
    assert problems == []
