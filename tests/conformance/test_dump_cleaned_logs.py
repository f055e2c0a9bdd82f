"""What a cleaning leaves is read by Apache Kafka's own tool: tables, offsets and transactions."""

import threading
import time
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from odradek.ops.cluster import run_tool
from odradek.testing import EphemeralBroker
from tests.conformance.dump_log import TOOL, dump_log_problems

OFFSETS, TRANSACTIONS, TABLE = "__consumer_offsets", "__transaction_state", "table"
SEGMENT_BYTES = 1024 * 1024
SETTINGS = {
    "log.cleaner.backoff.ms": 50,
    "log.cleaner.min.cleanable.ratio": 0.1,
    "offsets.topic.num.partitions": 1,
    "offsets.topic.segment.bytes": SEGMENT_BYTES,
    "transaction.state.log.num.partitions": 1,
    "transaction.state.log.segment.bytes": SEGMENT_BYTES,
}
CONFIGS = {"cleanup.policy": "compact", "segment.bytes": str(SEGMENT_BYTES)}
ROUNDS = 60
KEYS = 3
VALUE_BYTES = 10_000
TRANSACTIONAL_ID = "id".ljust(10_000, "-")
METADATA = "metadata".ljust(4_000, "-")
"""Long ones, so that few records fill a segment."""
COMMITS_A_ROUND = 6
PATIENCE_S = 120.0

pytestmark = [pytest.mark.drill, pytest.mark.usefixtures("kafka_jars")]


@pytest.fixture(scope="module")
def cleaned_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a broker that has cleaned each of the three topics."""
    directory = tmp_path_factory.mktemp("cleaned")
    with EphemeralBroker(data_dir=directory, settings=SETTINGS) as broker:
        broker.create_topic(TABLE, partitions=1, configs=CONFIGS)
        write_tables(broker.bootstrap_servers)
        deadline = time.monotonic() + PATIENCE_S
        while (missing := {OFFSETS, TRANSACTIONS, TABLE} - cleaned_topics(directory)) != set():
            assert time.monotonic() < deadline, f"{missing} were not cleaned"
            threading.Event().wait(0.05)
        broker.stop()
    return directory


def write_tables(bootstrap_servers: str) -> None:
    """Transactions that set the same keys, every third aborted; and commits of one group."""
    producer = Producer(
        {"bootstrap.servers": bootstrap_servers, "transactional.id": TRANSACTIONAL_ID}
    )
    producer.init_transactions(PATIENCE_S)
    committer = Consumer({"bootstrap.servers": bootstrap_servers, "group.id": "group"})
    for number in range(ROUNDS):
        producer.begin_transaction()
        for key in range(KEYS):
            producer.produce(TABLE, bytes(VALUE_BYTES), b"key-%d" % key, partition=0)
        assert producer.flush(PATIENCE_S) == 0
        if number % 3 == 2:
            producer.abort_transaction(PATIENCE_S)
        else:
            producer.commit_transaction(PATIENCE_S)
        for commit in range(number * COMMITS_A_ROUND, (number + 1) * COMMITS_A_ROUND):
            position = TopicPartition(TABLE, 0, commit, METADATA)
            committer.commit(offsets=[position], asynchronous=False)
    committer.close()


def cleaned_topics(directory: Path) -> set[str]:
    """The topics that the cleaner's checkpoint names."""
    path = directory / "cleaner-offset-checkpoint"
    return {line.split()[0] for line in path.read_text().splitlines()} if path.exists() else set()


def test_no_file_has_a_mismatch(cleaned_data_dir: Path) -> None:
    for suffix in ("snapshot", "txnindex"):
        assert list(cleaned_data_dir.glob(f"{TABLE}-0/*.{suffix}"))
    compacted = {TABLE, OFFSETS, TRANSACTIONS}
    assert dump_log_problems(cleaned_data_dir, compacted=compacted) == []


@pytest.mark.parametrize(
    ("topic", "decoder", "expected"),
    [
        (OFFSETS, "--offsets-decoder", f'"offset":{COMMITS_A_ROUND * ROUNDS - 1}'),
        (TRANSACTIONS, "--transaction-log-decoder", f'"transactionalId":"{TRANSACTIONAL_ID}"'),
    ],
)
def test_what_is_left_is_readable_as_kafkas(
    cleaned_data_dir: Path, topic: str, decoder: str, expected: str
) -> None:
    logs = ",".join(map(str, sorted(cleaned_data_dir.glob(f"{topic}-0/*.log"))))
    printed = run_tool(TOOL, decoder, "--files", logs).stdout
    assert expected in printed
    assert "Exception" not in printed
