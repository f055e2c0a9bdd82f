"""DescribeLogDirs and AlterReplicaLogDirs: what lies in the one directory."""

import os
from pathlib import Path
from typing import Any

import pytest

from odradek.broker.log import Files
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.alter_replica_log_dirs import (
    AlterReplicaLogDir,
    AlterReplicaLogDirsRequest,
    AlterReplicaLogDirTopic,
)
from odradek.protocol.messages.describe_log_dirs import (
    DescribableLogDirTopic,
    DescribeLogDirsRequest,
)
from tests.broker.harness import Harness, batch_of


def describe(broker: Harness, version: int = 5, topics: Any = None) -> Any:
    """The one directory."""
    response = broker.ask(DescribeLogDirsRequest(topics=topics), version)
    assert response.error_code == ErrorCode.NONE
    (directory,) = response.results
    return directory


def sizes_in(directory: Any) -> dict[tuple[str, int], int]:
    return {
        (topic.name, partition.partition_index): partition.partition_size
        for topic in directory.topics
        for partition in topic.partitions
    }


@pytest.mark.parametrize("version", range(1, 6))
def test_sizes_are_those_of_the_files(broker: Harness, tmp_path: Path, version: int) -> None:
    broker.create_topic("t", partitions=2)
    broker.produce("t", batch_of(b"x" * 1000))
    directory = describe(broker, version)
    assert directory.error_code == ErrorCode.NONE
    assert directory.log_dir == str(tmp_path)
    on_disk = sum(file.stat().st_size for file in (tmp_path / "t-0").glob("*.log"))
    assert sizes_in(directory) == {("t", 0): on_disk, ("t", 1): 0}
    assert on_disk > 1000


def test_the_disk_and_the_space_left_on_it_are_told(broker: Harness, tmp_path: Path) -> None:
    directory = describe(broker)
    status = os.statvfs(tmp_path)
    assert directory.total_bytes == status.f_blocks * status.f_frsize
    assert 0 <= directory.usable_bytes <= directory.total_bytes
    assert describe(broker, 3).total_bytes == -1


def test_every_partition_is_where_it_should_be_and_none_lags(broker: Harness) -> None:
    broker.create_topic("t")
    ((partition,),) = [topic.partitions for topic in describe(broker).topics]
    assert (partition.offset_lag, partition.is_future_key) == (0, False)


def test_only_partitions_asked_for_are_listed_and_unknown_ones_left_out(broker: Harness) -> None:
    broker.create_topic("t", partitions=3)
    broker.create_topic("u")
    asked = [
        DescribableLogDirTopic(topic="t", partitions=[0, 9, 0]),
        DescribableLogDirTopic(topic="nobody", partitions=[0]),
        DescribableLogDirTopic(topic="u", partitions=[]),
        DescribableLogDirTopic(topic="t", partitions=[2]),
    ]
    assert sizes_in(describe(broker, topics=asked)) == {("t", 0): 0, ("t", 2): 0}
    assert describe(broker, topics=[]).topics == []


def test_the_log_of_the_metadata_is_not_listed(broker: Harness) -> None:
    asked = [DescribableLogDirTopic(topic="__cluster_metadata", partitions=[0])]
    assert describe(broker, topics=asked).topics == []
    assert describe(broker).topics == []


class NoSuchDisk(Files):
    def disk_space(self, path: str) -> tuple[int, int]:
        raise OSError(5, "Input/output error")


def test_a_disk_that_does_not_answer_is_a_storage_error(tmp_path: Path) -> None:
    broker = Harness(tmp_path, files=NoSuchDisk())
    broker.create_topic("t")
    directory = describe(broker)
    assert directory.error_code == ErrorCode.KAFKA_STORAGE_ERROR
    assert directory.topics == []
    broker.close()


def move(broker: Harness, version: int, *places: tuple[str, str, list[int]]) -> Any:
    """What is answered for each partition that is to be in a directory."""
    dirs = [
        AlterReplicaLogDir(
            path=path, topics=[AlterReplicaLogDirTopic(name=topic, partitions=partitions)]
        )
        for path, topic, partitions in places
    ]
    response = broker.ask(AlterReplicaLogDirsRequest(dirs=dirs), version)
    return {
        (topic.topic_name, partition.partition_index): partition.error_code
        for topic in response.results
        for partition in topic.partitions
    }


@pytest.mark.parametrize("version", [1, 2])
def test_a_partition_is_already_where_it_can_be(
    broker: Harness, tmp_path: Path, version: int
) -> None:
    broker.create_topic("t")
    here = str(tmp_path)
    assert move(broker, version, (here, "t", [0, 9]), (here, "nobody", [0])) == {
        ("t", 0): ErrorCode.NONE,
        ("t", 9): ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ("nobody", 0): ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    }


def test_there_is_no_other_directory(broker: Harness, tmp_path: Path) -> None:
    broker.create_topic("t")
    for path in ("/elsewhere", "relative", f"{tmp_path}/"):
        assert move(broker, 2, (path, "t", [0])) == {("t", 0): ErrorCode.LOG_DIR_NOT_FOUND}


def test_of_two_places_for_one_partition_the_last_counts(broker: Harness, tmp_path: Path) -> None:
    broker.create_topic("t")
    here = str(tmp_path)
    answer = move(broker, 2, ("/elsewhere", "t", [0]), (here, "t", [0]))
    assert answer == {("t", 0): ErrorCode.NONE}
