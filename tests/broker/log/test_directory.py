"""A data directory: its lock, its identity, its partitions, its checkpoints."""

import base64
import subprocess
import sys
from pathlib import Path

import pytest

from odradek.broker.log import LogConfig, LogDirectory, LogDirectoryError
from odradek.broker.log.directory import NO_TOPIC_ID
from tests.broker.log.batches import NOW_MS, TOPIC_ID, all_records, append, sync

CONFIG = LogConfig(file_delete_delay_ms=1000)


def reopened(path: Path) -> LogDirectory:
    directory = LogDirectory.open(path)
    directory.load(lambda _: CONFIG)
    return directory


# --- whose directory it is


def test_a_new_directory_gets_an_identity_and_keeps_it(tmp_path: Path) -> None:
    first = LogDirectory.open(tmp_path / "data", node_id=3)
    first.close()
    again = LogDirectory.open(tmp_path / "data", cluster_id=first.cluster_id, node_id=3)
    assert (again.cluster_id, again.directory_id) == (first.cluster_id, first.directory_id)
    lines = (tmp_path / "data" / "meta.properties").read_text().splitlines()
    assert lines == [
        f"cluster.id={first.cluster_id}",
        f"directory.id={first.directory_id}",
        "node.id=3",
        "version=1",
    ]
    assert len(base64.urlsafe_b64decode(first.cluster_id + "==")) == 16


def test_properties_that_kafka_wrote_are_understood(tmp_path: Path) -> None:
    content = "#\n#Sun Nov 22 21:34:00 UTC 2026\ncluster.id=abc\nnode.id=1\nversion=1\n"
    (tmp_path / "meta.properties").write_text(content)
    assert LogDirectory.open(tmp_path, node_id=1).cluster_id == "abc"


def test_a_directory_in_use_is_refused_and_free_again_after_closing(tmp_path: Path) -> None:
    first = LogDirectory.open(tmp_path)
    with pytest.raises(LogDirectoryError, match="in use by another broker") as refused:
        LogDirectory.open(tmp_path)
    assert str(tmp_path) in str(refused.value)
    first.close()
    LogDirectory.open(tmp_path).close()


def test_another_process_is_kept_out_as_well(tmp_path: Path) -> None:
    opened = LogDirectory.open(tmp_path)
    code = f"from odradek.broker.log import LogDirectory; LogDirectory.open({str(tmp_path)!r})"
    outcome = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert "in use by another broker" in outcome.stderr
    opened.close()


def test_a_directory_of_another_cluster_is_refused_with_both_names(tmp_path: Path) -> None:
    LogDirectory.open(tmp_path, cluster_id="ours").close()
    with pytest.raises(LogDirectoryError, match="belongs to cluster ours, this broker to theirs"):
        LogDirectory.open(tmp_path, cluster_id="theirs")
    LogDirectory.open(tmp_path).close()


def test_a_directory_of_another_node_is_refused_with_both_numbers(tmp_path: Path) -> None:
    LogDirectory.open(tmp_path, node_id=1).close()
    with pytest.raises(LogDirectoryError, match="belongs to node 1, this broker is node 2"):
        LogDirectory.open(tmp_path, node_id=2)


def test_a_file_is_no_data_directory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LogDirectoryError, match="File exists"):
        LogDirectory.open(tmp_path / "file")


def test_a_place_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(LogDirectoryError, match="cannot be used"):
        LogDirectory.open("/proc/odradek")


@pytest.mark.parametrize("content", ["", "version=0\n", "version=1\ncluster.id=a\nnode.id=x\n"])
def test_damaged_properties_are_refused_and_the_lock_released(tmp_path: Path, content: str) -> None:
    (tmp_path / "meta.properties").write_text(content)
    for _ in range(2):
        with pytest.raises(LogDirectoryError, match=r"meta\.properties"):
            LogDirectory.open(tmp_path)


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    LogDirectory.open(tmp_path).close()
    (tmp_path / "recovery-point-offset-checkpoint").write_text("garbage")
    with pytest.raises(LogDirectoryError, match="recovery-point-offset-checkpoint"):
        LogDirectory.open(tmp_path)


# --- partitions


def test_partitions_come_back_as_they_were(tmp_path: Path) -> None:
    directory = LogDirectory.open(tmp_path)
    for partition in range(3):
        log = directory.create("flights.by-tail_number", partition, TOPIC_ID, CONFIG)
        append(log, *[b"v"] * (partition + 1))
    directory.create("empty", 0, bytes(16), CONFIG)
    directory.close()
    again = reopened(tmp_path)
    assert again.was_clean
    assert {(log.topic, log.partition): log.log_end_offset for log in again} == {
        ("flights.by-tail_number", 0): 1,
        ("flights.by-tail_number", 1): 2,
        ("flights.by-tail_number", 2): 3,
        ("empty", 0): 0,
    }
    log = again.get("flights.by-tail_number", 1)
    assert log is not None
    assert log.topic_id == TOPIC_ID
    assert log.high_watermark == log.recovery_point == 2


def test_the_partition_metadata_is_kafkas_text(tmp_path: Path) -> None:
    log = LogDirectory.open(tmp_path).create("flights", 0, TOPIC_ID, CONFIG)
    content = (Path(log.directory) / "partition.metadata").read_text()
    assert content == "version: 0\ntopic_id: AAECAwQFBgcICQoLDA0ODw\n"


def test_a_partition_can_be_loaded_ahead_of_the_others(tmp_path: Path) -> None:
    directory = LogDirectory.open(tmp_path)
    for topic in ("flights", "planes"):
        append(directory.create(topic, 0, TOPIC_ID, CONFIG), b"v")
    directory.close()
    again = LogDirectory.open(tmp_path)
    first = again.load_partition("planes", 0, CONFIG)
    assert first is not None
    assert again.load_partition("weather", 0, CONFIG) is None
    assert len(again.load(lambda _: CONFIG)) == 2
    assert again.get("planes", 0) is first


def test_creating_what_exists_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    directory = LogDirectory.open(tmp_path)
    directory.create("flights", 0, TOPIC_ID, CONFIG)
    with pytest.raises(ValueError, match="flights-0 exists"):
        directory.create("flights", 0, TOPIC_ID, CONFIG)


def test_a_log_that_lost_its_topic_id_can_be_given_it_again(tmp_path: Path) -> None:
    directory = LogDirectory.open(tmp_path)
    log = directory.create("flights", 0, TOPIC_ID, CONFIG)
    directory.close()
    (Path(log.directory) / "partition.metadata").write_bytes(b"")
    again = reopened(tmp_path)
    log = next(iter(again))
    assert log.topic_id == NO_TOPIC_ID
    again.assign_topic_id(log, TOPIC_ID)
    again.close()
    assert next(iter(reopened(tmp_path))).topic_id == TOPIC_ID


def test_a_deleted_partition_is_renamed_and_removed_after_its_delay(tmp_path: Path) -> None:
    directory = LogDirectory.open(tmp_path)
    append(directory.create("flights", 0, TOPIC_ID, CONFIG), b"v")
    directory.delete("flights", 0)
    assert directory.get("flights", 0) is None
    (renamed,) = tmp_path.glob("flights-0.*-delete")
    for now_ms in (NOW_MS, NOW_MS + 999):
        directory.remove_deleted(now_ms)
        assert renamed.exists()
    directory.remove_deleted(NOW_MS + 1000)
    assert not renamed.exists()


def test_a_deleted_partition_does_not_come_back_after_a_restart(tmp_path: Path) -> None:
    directory = LogDirectory.open(tmp_path)
    append(directory.create("flights", 0, TOPIC_ID, CONFIG), b"v")
    directory.delete("flights", 0)
    directory.close()
    assert list(reopened(tmp_path)) == []
    assert list(tmp_path.glob("*-delete")) == []


def test_the_longest_topic_name_can_be_deleted(tmp_path: Path) -> None:
    directory = LogDirectory.open(tmp_path)
    directory.create("t" * 249, 0, TOPIC_ID, CONFIG)
    directory.delete("t" * 249, 0)
    assert len(next(tmp_path.glob("*-delete")).name) == 255


def test_a_topic_created_again_inherits_nothing_from_the_checkpoints(tmp_path: Path) -> None:
    directory = LogDirectory.open(tmp_path)
    log = directory.create("flights", 0, TOPIC_ID, CONFIG)
    for _ in range(5):
        append(log, b"old")
    sync(log)
    log.delete_records_before(4)
    directory.checkpoint()
    directory.delete("flights", 0)
    append(directory.create("flights", 0, bytes(16), CONFIG), b"new")
    directory.abandon()
    (again,) = reopened(tmp_path)
    assert [record.value for record in all_records(again)] == [b"new"]


def test_other_directories_and_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "lost+found").mkdir()
    (tmp_path / "flights-x").mkdir()
    (tmp_path / "notes-1").write_text("not a directory")
    assert list(reopened(tmp_path)) == []
    assert (tmp_path / "lost+found").exists()


def test_a_thousand_partitions_need_few_open_files(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    directory = LogDirectory.open(tmp_path, open_files_max=10)
    logs = [directory.create("flights", number, TOPIC_ID, CONFIG) for number in range(1000)]
    for log in logs:
        append(log, b"v")
    assert len(list(Path("/proc/self/fd").iterdir())) < before + 20
    assert all(len(list(all_records(log))) == 1 for log in logs)
    directory.abandon()


# --- checkpoints and the clean mark


def test_the_clean_mark_exists_only_between_two_lives(tmp_path: Path) -> None:
    mark = tmp_path / ".kafka_cleanshutdown"
    directory = LogDirectory.open(tmp_path)
    assert not directory.was_clean
    directory.close()
    assert mark.exists()
    again = LogDirectory.open(tmp_path)
    assert again.was_clean
    assert not mark.exists()


def test_a_directory_that_was_abandoned_is_not_clean(tmp_path: Path) -> None:
    LogDirectory.open(tmp_path).abandon()
    assert not LogDirectory.open(tmp_path).was_clean


def test_a_deleted_start_offset_in_the_middle_of_a_segment_survives_a_crash(
    tmp_path: Path,
) -> None:
    directory = LogDirectory.open(tmp_path)
    log = directory.create("flights", 0, TOPIC_ID, CONFIG)
    append(log, *[b"v"] * 10)
    log.delete_records_before(7)
    directory.checkpoint_log_starts()
    directory.abandon()
    (again,) = reopened(tmp_path)
    assert (again.log_start_offset, again.log_end_offset) == (7, 10)


def test_checkpoints_name_every_partition_with_its_offsets(tmp_path: Path) -> None:
    directory = LogDirectory.open(tmp_path)
    log = directory.create("flights", 2, TOPIC_ID, CONFIG)
    append(log, *[b"v"] * 10)
    log.delete_records_before(4)
    sync(log)
    directory.checkpoint()
    contents = {
        name: (tmp_path / f"{name}-checkpoint").read_text()
        for name in ("recovery-point-offset", "replication-offset", "log-start-offset")
    }
    assert contents == {
        "recovery-point-offset": "0\n1\nflights 2 10\n",
        "replication-offset": "0\n1\nflights 2 10\n",
        "log-start-offset": "0\n1\nflights 2 4\n",
    }
