"""A transaction that begins while the one before is not over: it waits, and is not refused.

Under durability `disk` the markers of a transaction come two syncs after the answer to EndTxn. A
fast producer is there long before.
"""

import errno
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from odradek.broker.coordinators import put_off_requests
from odradek.broker.log import Files
from odradek.broker.metadata.topic_names import TRANSACTIONS_TOPIC
from odradek.protocol.declaration import Request, Response
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.produce import PartitionProduceData
from tests.broker.harness import Harness, batch_of
from tests.transactional import V1_END, V1_PRODUCE, Ask, Producer, committed, described, visible

TOPIC, PARTITIONS = "topic", 3
GROUP = "group"
NONE = ErrorCode.NONE
SETTINGS = ("transaction.state.log.num.partitions=1", "offsets.topic.num.partitions=1")


@pytest.fixture(params=["process", "disk"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Harness]:
    harness = Harness(tmp_path, *SETTINGS, durability=request.param)
    harness.create_topic(TOPIC, PARTITIONS)
    yield harness
    harness.close()


@pytest.fixture
def ask(broker: Harness) -> Ask:
    return asking(broker)


def asking(broker: Harness) -> Ask:
    def ask(request: Request, response_type: type[Response], version: int) -> Any:
        return broker.ask(request, version)

    return ask


def begin(ask: Ask) -> Producer:
    """A V2 producer with a record in an open transaction."""
    producer = Producer(ask, "t")
    assert producer.init() == NONE
    assert producer.send(TOPIC, b"first").error_code == NONE
    return producer


class RefusingFiles(Files):
    """A disk with no room for the files below one directory."""

    def __init__(self) -> None:
        self.refused: str | None = None
        self._paths: dict[int, str] = {}

    def open(self, path: str, *, create: bool = False) -> int:
        descriptor = super().open(path, create=create)
        self._paths[descriptor] = path
        return descriptor

    def pwritev(self, descriptor: int, buffers: Sequence[bytes | memoryview], position: int) -> int:
        if self.refused is not None and self.refused in self._paths[descriptor]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().pwritev(descriptor, buffers, position)


def stored_records(broker: Harness) -> int:
    partition = broker.broker.partitions.get(TRANSACTIONS_TOPIC, 0)
    assert partition is not None
    return partition.log.log_end_offset


def test_all_new_partitions_of_a_produce_are_added_by_one_record(broker: Harness, ask: Ask) -> None:
    producer = Producer(ask, "t")
    producer.init()
    before = stored_records(broker)
    assert producer.send_each(TOPIC, b"v", 0, 1, 2, 2) == [NONE] * 4
    assert stored_records(broker) == before + 1
    assert producer.end(committed=True) == NONE
    assert producer.send(TOPIC, b"next").error_code == NONE
    assert visible(ask, TOPIC, partition=2)[:2] == [b"v", b"v"]


def test_produces_that_arrive_together_wait_for_each_other(broker: Harness, ask: Ask) -> None:
    producer = begin(ask)
    pending = []
    for partition in (1, 2):
        batch = batch_of(
            b"v",
            producer_id=producer.producer_id,
            producer_epoch=producer.epoch,
            base_sequence=0,
            is_transactional=True,
        )
        data = PartitionProduceData(index=partition, records=batch)
        pending.append(broker.start(producer.produce_request(TOPIC, [data]), 12))
    answers = [asked.answer().responses[0].partition_responses[0] for asked in pending]
    assert [answer.error_code for answer in answers] == [NONE, NONE]
    partitions = described(ask, "t").topics[0].partitions
    assert sorted(partitions) == [0, 1, 2]


def test_a_produce_of_the_next_transaction_waits(ask: Ask) -> None:
    producer = begin(ask)
    for value in (b"second", b"third", b"fourth"):
        assert producer.end(committed=True) == NONE
        assert producer.send(TOPIC, value).error_code == NONE
    assert producer.end(committed=False) == NONE
    assert producer.send(TOPIC, b"open").error_code == NONE
    seen = [value for value in visible(ask, TOPIC) if value]
    assert seen == [b"first", b"second", b"third"]


def test_partitions_and_groups_of_the_next_transaction_wait(ask: Ask) -> None:
    producer = Producer(ask, "t")
    producer.init()
    for offset in (1, 2, 3):
        assert producer.add(TOPIC, 0) == [NONE]
        assert producer.add_group(GROUP) == NONE
        assert producer.send(TOPIC, b"v", version=V1_PRODUCE).error_code == NONE
        assert producer.commit_offset(GROUP, offset, topic=TOPIC, version=4) == NONE
        assert producer.end(committed=True, version=V1_END) == NONE
        assert producer.add(TOPIC, 1) == [NONE]
        assert producer.end(committed=False, version=V1_END) == NONE
    assert producer.add_group(GROUP) == NONE
    assert committed(ask, GROUP, TOPIC) == (NONE, 3)


def test_offsets_of_the_next_transaction_wait(ask: Ask) -> None:
    producer = begin(ask)
    for offset in (1, 2, 3):
        assert producer.end(committed=True) == NONE
        assert producer.commit_offset(GROUP, offset, topic=TOPIC) == NONE


def test_an_end_of_the_next_transaction_is_not_fenced(ask: Ask) -> None:
    producer = begin(ask)
    for _ in range(3):
        epoch = producer.epoch
        assert producer.end(committed=False) == NONE
        assert producer.epoch == epoch + 1


def test_a_repeated_end_waits_and_is_told_the_same(ask: Ask) -> None:
    producer = begin(ask)
    before = producer.epoch
    assert producer.end(committed=True) == NONE
    after, producer.epoch = producer.epoch, before
    assert producer.end(committed=True) == NONE
    assert producer.epoch == after


def test_nobody_waits_for_ever_for_a_disk_that_refuses_markers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(put_off_requests, "PATIENCE_S", 0.0)
    files = RefusingFiles()
    broker = Harness(tmp_path, *SETTINGS, files=files)
    broker.create_topic(TOPIC)
    producer = begin(asking(broker))
    files.refused = f"/{TOPIC}-0/"
    assert producer.end(committed=True) == NONE
    assert producer.send(TOPIC, b"early").error_code == ErrorCode.CONCURRENT_TRANSACTIONS
    assert producer.end(committed=False) == ErrorCode.CONCURRENT_TRANSACTIONS
    files.refused = None
    broker.broker.transactions.finish_decided()
    assert producer.send(TOPIC, b"late").error_code == NONE
    broker.close()
