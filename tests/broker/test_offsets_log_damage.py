"""A damaged `__consumer_offsets`: a torn tail is cut, all else stops the start with a sentence.

Real files, damaged between two starts of a real broker.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from odradek.broker.errors import StartupError
from odradek.broker.log.directory import CLEAN_SHUTDOWN_FILE
from odradek.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from odradek.protocol.records import Record, encode_batch
from tests.broker.harness import Harness

SETTINGS = ("offsets.topic.num.partitions=1", "offsets.topic.segment.bytes=1048576")
COMMITS = 6
ROLLED_AT = (2, 4)
"""The commits before which a new segment begins."""


def commit(broker: Harness, offset: int) -> None:
    partition = OffsetCommitRequestPartition(partition_index=0, committed_offset=offset)
    topic = OffsetCommitRequestTopic(name="t", partitions=[partition])
    response = broker.ask(OffsetCommitRequest(group_id="g", topics=[topic]), 8)
    assert response.topics[0].partitions[0].error_code == 0


def committed(path: Path) -> int:
    """Start the broker and look."""
    broker = Harness(path, *SETTINGS)
    found = broker.broker.groups.groups.offset_of("g", ("t", 0))
    broker.close()
    assert found is not None
    return found.offset


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """The directory of a broker that was stopped after six commits, in segments of two."""
    broker = Harness(tmp_path, *SETTINGS)
    broker.create_topic("t")
    for offset in range(COMMITS):
        if offset in ROLLED_AT:
            offsets_log(broker).roll_segment(broker.broker.now_ms())
        commit(broker, offset)
    broker.close()
    return tmp_path


def offsets_log(broker: Harness) -> Any:
    partition = broker.broker.partitions.get("__consumer_offsets", 0)
    assert partition is not None
    return partition.log


def segment(path: Path, base_offset: int) -> Path:
    return path / "__consumer_offsets-0" / f"{base_offset:020d}.log"


def refusal(path: Path) -> str:
    """The sentence with which the broker does not start; it must leave the log as it is."""
    before = {file: file.read_bytes() for file in path.glob("__consumer_offsets-*/*.log")}
    with pytest.raises(StartupError) as refused:
        Harness(path, *SETTINGS)
    assert {file: file.read_bytes() for file in path.glob("__consumer_offsets-*/*.log")} == before
    sentence = str(refused.value)
    assert "restore" in sentence
    return sentence


@pytest.mark.parametrize("was_clean", [True, False])
@pytest.mark.parametrize("torn", [b"\0" * 100, b"\0\0\0\0\0\0\0\x06\0\0\1"])
def test_torn_tail_is_cut(stored: Path, torn: bytes, was_clean: bool) -> None:
    with segment(stored, 4).open("ab") as file:
        file.write(torn)
    if not was_clean:
        (stored / CLEAN_SHUTDOWN_FILE).unlink()
    assert committed(stored) == COMMITS - 1
    assert committed(stored) == COMMITS - 1


def test_half_of_the_last_batch_is_cut(stored: Path) -> None:
    (stored / CLEAN_SHUTDOWN_FILE).unlink()
    os.truncate(segment(stored, 4), segment(stored, 4).stat().st_size - 20)
    assert committed(stored) == COMMITS - 2


def test_missing_first_segment_stops_the_start(stored: Path) -> None:
    segment(stored, 0).unlink()
    sentence = refusal(stored)
    assert "the segments before offset 2 are missing" in sentence
    assert str(segment(stored, 2)) in sentence


def test_missing_segment_in_the_middle_stops_the_start(stored: Path) -> None:
    segment(stored, 2).unlink()
    sentence = refusal(stored)
    assert "at offset 2" in sentence
    assert "the records up to offset 4 are missing" in sentence


def test_missing_segment_is_found_after_a_kill_too(stored: Path) -> None:
    segment(stored, 2).unlink()
    (stored / CLEAN_SHUTDOWN_FILE).unlink()
    assert "the records up to offset 4 are missing" in refusal(stored)


@pytest.mark.parametrize("size_bytes", [0, 30])
def test_segment_that_was_cut_stops_the_start(stored: Path, size_bytes: int) -> None:
    os.truncate(segment(stored, 2), size_bytes)
    assert "at offset 2" in refusal(stored)


@pytest.mark.parametrize("position", [8, 16, 21, 61, 80, 100])
def test_damaged_batch_stops_the_start(stored: Path, position: int) -> None:
    content = bytearray(segment(stored, 2).read_bytes())
    content[position] ^= 0x55
    segment(stored, 2).write_bytes(content)
    sentence = refusal(stored)
    assert "at offset 2" in sentence
    assert str(segment(stored, 2)) in sentence


OFFSET_KEY = b"\0\1\0\1g\0\1t\0\0\0\0"


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        (b"\0\3\0\1g", b"\0\0", "record type 3"),
        (b"\0\x63\0\1g", None, "record type 99"),
        (b"\0\2\0\1g", b"\0\x63\0", "99"),
        (OFFSET_KEY, b"\0\5" + bytes(30), "5"),
        (OFFSET_KEY, b"\0\3" + bytes(4), "cut short"),
        (OFFSET_KEY, b"\0\3" + bytes(30), "trailing bytes"),
        (OFFSET_KEY + b"?", None, "trailing bytes"),
        (b"\0", None, "too short"),
        (None, b"v", "without a key"),
    ],
)
def test_record_that_cannot_be_understood_stops_the_start(
    stored: Path, key: bytes | None, value: bytes | None, fault: str
) -> None:
    broker = Harness(stored, *SETTINGS)
    append(broker, encode_batch([Record(0, 1, key, value)]))
    broker.close()
    sentence = refusal(stored)
    assert fault in sentence
    assert f"{segment(stored, 4)} cannot be read at offset {COMMITS}" in sentence


def test_group_in_a_partition_that_is_not_its_own_stops_the_start(tmp_path: Path) -> None:
    broker = Harness(tmp_path)
    broker.create_topic("t")
    commit(broker, 1)
    partition = broker.broker.partitions.get("__consumer_offsets", 3)
    assert partition is not None
    batch = encode_batch([Record(0, 1, b"\0\2\0\1h", None)])
    partition.log.append(memoryview(bytearray(batch)), leader_epoch=0, now_ms=1)
    partition.log.write_staged()
    broker.close()
    assert "group 'h' belongs in another partition" in refusal(tmp_path)


def append(broker: Harness, batch: bytes) -> None:
    """Put a batch into the log that no coordinator would write."""
    log = offsets_log(broker)
    log.append(memoryview(bytearray(batch)), leader_epoch=0, now_ms=1)
    log.write_staged()
