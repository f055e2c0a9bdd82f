"""A disk that is full in the middle of a transaction: refused with an error, and never half done.

A producer writes a record into two partitions, commits an offset with them and ends. The scenario
is run once for each of its operations on the disk, with no room there and for some operations after
it. The producer tries each step again, as its client would.
"""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from odradek.broker.coordinators import put_off_requests
from odradek.protocol.declaration import Request, Response
from odradek.protocol.errors import ErrorCode
from odradek.testing.faulty_files import Fault
from tests.broker.harness import Harness
from tests.broker.storage_faults import FailingDisk
from tests.transactional import (
    V1_COMMIT_OFFSETS,
    V1_END,
    V1_PRODUCE,
    V2_COMMIT_OFFSETS,
    V2_END,
    V2_PRODUCE,
    Producer,
    committed,
    fetched,
    visible,
)

TOPIC, GROUP, ID = "t", "group", "id"
PARTITIONS = (0, 1)
FULL_FOR = 5
"""Operations in a row for which there is no room."""
PATIENCE_S = 60.0
SETTINGS = (
    "transaction.state.log.num.partitions=1",
    "offsets.topic.num.partitions=1",
    "log.segment.bytes=1048576",
)
REASONS_TO_TRY_AGAIN = {
    ErrorCode.KAFKA_STORAGE_ERROR,
    ErrorCode.NOT_COORDINATOR,
    ErrorCode.NOT_ENOUGH_REPLICAS,
    ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.CONCURRENT_TRANSACTIONS,
}


class NothingHelps(Exception):
    """A sync has failed, and the log is offline until the broker restarts."""


class Transactions:
    """Transactions by one producer; `ended` are the numbers of those that were answered."""

    def __init__(self, harness: Harness, *, is_v2: bool) -> None:
        self._harness = harness
        self._is_v2 = is_v2
        self._producer = Producer(self.ask, ID)
        self.errors: set[int] = set()
        self.ended: set[int] = set()

    def ask(self, request: Request, response_type: type[Response], version: int) -> Any:
        return self._harness.ask(request, version)

    def init(self) -> None:
        self._until_done(self._producer.init)

    def run(self, number: int, *, is_commit: bool) -> None:
        """One transaction that writes its number everywhere. Raises NothingHelps."""
        producer, is_v2 = self._producer, self._is_v2
        if not is_v2:
            self._until_done(lambda: max(producer.add(TOPIC, *PARTITIONS)))
            self._until_done(lambda: producer.add_group(GROUP))
        for partition in PARTITIONS:
            self._until_done(partial(self._send, number, partition))
        version = V2_COMMIT_OFFSETS if is_v2 else V1_COMMIT_OFFSETS
        self._until_done(
            lambda: producer.commit_offset(GROUP, number, topic=TOPIC, version=version)
        )
        version = V2_END if is_v2 else V1_END
        self._until_done(lambda: producer.end(committed=is_commit, version=version))
        self.ended.add(number)

    def _send(self, number: int, partition: int) -> int:
        version = V2_PRODUCE if self._is_v2 else V1_PRODUCE
        value = b"%d" % number
        answer = self._producer.send(TOPIC, value, partition=partition, version=version)
        return int(answer.error_code)

    def _until_done(self, step: Callable[[], int]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while (error := step()) != ErrorCode.NONE:
            self.errors.add(error)
            broker = self._harness.broker
            if any(partition.log.is_offline for partition in broker.partitions):
                raise NothingHelps
            assert time.monotonic() < deadline, f"no step succeeds any more: {self.errors}"
            # What the broker does every second.
            broker.transactions.finish_decided()
            broker.partitions.open_missing()
            self._harness.let_timers_fire()


def prepare(harness: Harness, *, is_v2: bool) -> Transactions:
    """A first transaction, so that all topics are there."""
    harness.create_topic(TOPIC, len(PARTITIONS))
    transactions = Transactions(harness, is_v2=is_v2)
    transactions.init()
    transactions.run(1, is_commit=True)
    transactions.run(2, is_commit=False)
    return transactions


def judge(harness: Harness, *, is_v2: bool, is_committed: bool) -> None:
    """Everything tells the same of the third transaction, and nothing is left open."""
    after = Transactions(harness, is_v2=is_v2)
    after.init()
    seen = [visible(after.ask, TOPIC, partition=partition) for partition in PARTITIONS]
    assert seen[0] == seen[1], "a transaction was seen in one partition alone"
    is_seen = seen[0] == [b"1", b"3"]
    assert is_seen or seen[0] == [b"1"]
    assert committed(after.ask, GROUP, TOPIC) == (ErrorCode.NONE, 3 if is_seen else 1)
    assert is_seen or not is_committed, "what the producer was told is not what became of it"
    for partition in PARTITIONS:
        answer = fetched(after.ask, TOPIC, partition=partition)
        assert answer.last_stable_offset == answer.high_watermark
    after.run(4, is_commit=True)


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here it is known that markers do not come before somebody asks again."""
    monkeypatch.setattr(put_off_requests, "PATIENCE_S", 0.0)


@pytest.mark.parametrize("is_v2", [False, True])
@pytest.mark.parametrize("durability", ["process", "disk"])
def test_a_full_disk_ends_no_transaction_by_halves(
    tmp_path: Path, durability: str, is_v2: bool
) -> None:
    disk = FailingDisk(tmp_path, durability, *SETTINGS)
    prepared: list[Transactions] = []
    operations = disk.operations_of(
        lambda _: prepared[0].run(3, is_commit=True),
        lambda harness: prepared.append(prepare(harness, is_v2=is_v2)),
    )
    errors: set[int] = set()
    for operation in operations:
        files, harness = disk.failing_at(operation, Fault.DISK_FULL, faults=FULL_FOR)
        assert harness is not None
        transactions = prepare(harness, is_v2=is_v2)
        try:
            transactions.run(3, is_commit=True)
        except NothingHelps:
            assert durability == "disk", f"a log is offline: {files.journal[-30:]}"
        harness.close()
        errors |= transactions.errors
        restarted = disk.restart(operation)
        judge(restarted, is_v2=is_v2, is_committed=3 in transactions.ended)
        restarted.close()
    assert ErrorCode.KAFKA_STORAGE_ERROR in errors
    assert ErrorCode.NOT_COORDINATOR in errors
    assert errors <= REASONS_TO_TRY_AGAIN
