"""Every file our broker leaves is one that Apache Kafka's own tool reads without complaint."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from confluent_kafka import Producer

from odradek.cli.demo.compaction_story import TOPIC as WHEREABOUTS
from odradek.ops.cluster import run_tool
from odradek.testing import EphemeralBroker
from tests.brokers import Target, restartable_broker
from tests.clients.librdkafka import Librdkafka
from tests.conformance.dump_log import TOOL, dump_log_problems
from tests.conformance.mixed_load import write_mixed_load

DEMO_FLIGHTS = 30_000

pytestmark = [pytest.mark.drill, pytest.mark.usefixtures("kafka_jars")]


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
    assert dump_log_problems(data_dir, compacted={WHEREABOUTS}) == []


def test_the_metadata_log_is_readable_as_one_of_kafkas(stopped_data_dir: Path) -> None:
    (log,) = stopped_data_dir.glob("__cluster_metadata-0/*.log")
    result = run_tool(TOOL, "--cluster-metadata-decoder", "--files", str(log))
    for expected in ("REGISTER_BROKER_RECORD", "TOPIC_RECORD", '"name":"before-zstd"'):
        assert expected in result.stdout


def test_data_dir_of_transactions_is_clean_and_readable_as_kafkas(tmp_path: Path) -> None:
    with EphemeralBroker(data_dir=tmp_path) as broker:
        broker.create_topic("t", partitions=1, configs={"segment.bytes": "1048576"})
        for life in range(2):
            write_transactions(broker.bootstrap_servers, f"id-{life}")
            broker.kill()
            broker.start()
        broker.stop()
        assert dump_log_problems(tmp_path) == []
        (index, *_) = sorted((tmp_path / "t-0").glob("*.txnindex"))
        assert "producerId: " in run_tool(TOOL, "--files", str(index)).stdout
        logs = [str(log) for log in tmp_path.glob("__transaction_state-*/*.log")]
        result = run_tool(TOOL, "--transaction-log-decoder", "--files", ",".join(logs))
        for expected in ("id-0", "id-1", *(f'"transactionStatus":{each}' for each in range(6))):
            assert expected in result.stdout


def write_transactions(bootstrap_servers: str, transactional_id: str) -> None:
    """Commit some and abort some, with enough records to roll segments."""
    producer = Producer(
        {"bootstrap.servers": bootstrap_servers, "transactional.id": transactional_id}
    )
    producer.init_transactions(30)
    for number in range(8):
        producer.begin_transaction()
        for _ in range(20):
            producer.produce("t", bytes(20_000))
        assert producer.flush(60) == 0
        if number % 3 == 2:
            producer.commit_transaction(30)
        else:
            producer.abort_transaction(30)


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
