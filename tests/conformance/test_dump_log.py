"""Every file our broker leaves is one that Apache Kafka's own tool reads without complaint."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from odradek.ops.cluster import run_tool
from tests.brokers import Target, restartable_broker
from tests.clients.librdkafka import Librdkafka
from tests.conformance.dump_log import TOOL, dump_log_problems
from tests.conformance.mixed_load import write_mixed_load

DEMO_FLIGHTS = 30_000

pytestmark = pytest.mark.usefixtures("kafka_jars")


@pytest.fixture(scope="module")
def stopped_data_dir(target: Target, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a broker that rolled segments, was killed, restarted, and stopped."""
    directory = tmp_path_factory.mktemp("mixed-load")
    with restartable_broker(target.kind, directory) as broker:
        client = Librdkafka(broker.bootstrap_servers)
        write_mixed_load(client, "before")
        broker.kill()
        broker.start()
        write_mixed_load(client, "after")
        broker.stop()
        return broker.data_dir


def test_data_dir_after_rolls_kill_and_restart_is_clean(stopped_data_dir: Path) -> None:
    assert len(list(stopped_data_dir.glob("before-*/*.log"))) > 10
    assert len(list(stopped_data_dir.glob("before-*/*.snapshot"))) > 0
    assert dump_log_problems(stopped_data_dir) == []


def test_data_dir_of_the_demo_is_clean(tmp_path: Path) -> None:
    data_dir = tmp_path / "demo"
    demo = ["demo", "--flights", str(DEMO_FLIGHTS), "--data-dir", str(data_dir)]
    subprocess.run([sys.executable, "-m", "odradek", *demo], check=True, capture_output=True)
    assert dump_log_problems(data_dir) == []


def test_the_metadata_log_is_readable_as_one_of_kafkas(stopped_data_dir: Path) -> None:
    (log,) = stopped_data_dir.glob("__cluster_metadata-0/*.log")
    result = run_tool(TOOL, "--cluster-metadata-decoder", "--files", str(log))
    for expected in ("REGISTER_BROKER_RECORD", "TOPIC_RECORD", '"name":"before-zstd"'):
        assert expected in result.stdout


def test_data_dir_without_log_files_is_a_problem(tmp_path: Path) -> None:
    assert dump_log_problems(tmp_path) == [f"no log files in {tmp_path}"]


def flip_record_byte(partition: Path) -> None:
    log = min(partition.glob("*.log"))
    content = bytearray(log.read_bytes())
    content[100] ^= 0x10
    log.write_bytes(content)


def tear_last_batch(partition: Path) -> None:
    log = max(partition.glob("*.log"))
    log.write_bytes(log.read_bytes()[:-7])


def shift_index_entry(partition: Path) -> None:
    index = min(file for file in partition.glob("*.index") if file.stat().st_size)
    content = bytearray(index.read_bytes())
    content[7] ^= 0x01
    index.write_bytes(content)


def cut_time_index(partition: Path) -> None:
    index = min(file for file in partition.glob("*.timeindex") if file.stat().st_size)
    index.write_bytes(index.read_bytes()[:-5])


def damage_snapshot(partition: Path) -> None:
    snapshot = max(partition.glob("*.snapshot"))
    content = bytearray(snapshot.read_bytes())
    content[-1] ^= 0xFF
    snapshot.write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [flip_record_byte, tear_last_batch, shift_index_entry, cut_time_index, damage_snapshot],
)
def test_damage_to_one_file_is_noticed(
    stopped_data_dir: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    partition = next(stopped_data_dir.glob("before-lz4-0"))
    shutil.copytree(partition, tmp_path / partition.name)
    damage(tmp_path / partition.name)
    assert dump_log_problems(tmp_path) != []
