import asyncio
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from odradek.testing import BrokerStartError, EphemeralBroker

REQUEST_TIMEOUT_S = 60


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def produce(broker: EphemeralBroker, topic: str, count: int) -> None:
    producer = Producer({"bootstrap.servers": broker.bootstrap_servers, "acks": "all"})
    for number in range(count):
        producer.produce(topic, str(number))
    assert producer.flush(REQUEST_TIMEOUT_S) == 0


def end_offset(broker: EphemeralBroker, topic: str) -> int:
    consumer = Consumer({"bootstrap.servers": broker.bootstrap_servers, "group.id": "none"})
    try:
        _, end = consumer.get_watermark_offsets(TopicPartition(topic, 0), REQUEST_TIMEOUT_S)
    finally:
        consumer.close()
    return end


def partition_count(broker: EphemeralBroker, topic: str) -> int:
    producer = Producer({"bootstrap.servers": broker.bootstrap_servers})
    return len(producer.list_topics(timeout=REQUEST_TIMEOUT_S).topics[topic].partitions)


def test_block_has_a_broker_and_leaves_nothing_behind() -> None:
    with EphemeralBroker() as broker:
        pid, data_dir = broker.pid, broker.data_dir
        assert broker.is_running
        assert broker.bootstrap_servers == broker.address
        assert (data_dir / "meta.properties").exists()
        produce(broker, "made-by-auto-create", 3)
        assert end_offset(broker, "made-by-auto-create") == 3

    assert not is_alive(pid)
    assert not data_dir.exists()


async def serve_asynchronously() -> tuple[int, Path]:
    async with EphemeralBroker() as broker:
        host, port = broker.address.split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.close()
        await writer.wait_closed()
        return broker.pid, broker.data_dir


def test_async_block_has_a_broker_and_leaves_nothing_behind() -> None:
    pid, data_dir = asyncio.run(serve_asynchronously())

    assert not is_alive(pid)
    assert not data_dir.exists()


def test_two_brokers_stand_side_by_side() -> None:
    with EphemeralBroker() as one, EphemeralBroker() as other:
        assert one.address != other.address


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_restart_keeps_the_address_and_the_records(end: str) -> None:
    with EphemeralBroker() as broker:
        broker.create_topic("kept")
        produce(broker, "kept", 100)
        address, pid = broker.address, broker.pid
        if end == "kill":
            broker.kill()
            assert not broker.is_running
        broker.restart()

        assert broker.address == address
        assert broker.pid != pid
        assert not is_alive(pid)
        assert end_offset(broker, "kept") == 100


def test_directory_of_the_callers_is_kept(tmp_path: Path) -> None:
    with EphemeralBroker(data_dir=tmp_path) as broker:
        produce(broker, "kept", 1)

    with EphemeralBroker(data_dir=tmp_path) as broker:
        assert end_offset(broker, "kept") == 1


def test_settings_reach_the_broker() -> None:
    settings = {"auto.create.topics.enable": True, "num.partitions": 3}
    with EphemeralBroker(settings=settings) as broker:
        produce(broker, "made-by-auto-create", 1)

        assert partition_count(broker, "made-by-auto-create") == 3


def test_created_topic_has_its_partitions_and_configs() -> None:
    with EphemeralBroker() as broker:
        broker.create_topic("orders", partitions=6, configs={"retention.ms": "1000"})

        assert partition_count(broker, "orders") == 6
        with pytest.raises(KafkaException):
            broker.create_topic("orders")


def test_start_that_fails_shows_why_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    broker = EphemeralBroker(settings={"no.such.setting": 1})

    with pytest.raises(BrokerStartError, match=r"no\.such\.setting"), broker:
        pytest.fail("the broker must not start")

    assert not broker.is_running
    assert list(tmp_path.iterdir()) == []


def test_broker_that_is_not_ready_in_time_is_ended() -> None:
    broker = EphemeralBroker(start_timeout_s=0.0)

    with pytest.raises(BrokerStartError, match="gave no ready line within 0 s"), broker:
        pytest.fail("the broker must not be waited for")

    assert not broker.is_running


def test_started_broker_cannot_be_started_again() -> None:
    with EphemeralBroker() as broker, pytest.raises(RuntimeError, match="already runs"):
        broker.start()


def test_broker_that_was_not_started_says_so() -> None:
    with pytest.raises(RuntimeError, match="was not started"):
        _ = EphemeralBroker().address


def test_broker_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from odradek.testing import EphemeralBroker\n"
        f"with EphemeralBroker(data_dir=Path({str(tmp_path)!r})) as broker:\n"
        "    print(broker.address, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    host, port = parent.stdout.readline().split(":")
    with socket.create_connection((host, int(port)), timeout=REQUEST_TIMEOUT_S) as connection:
        parent.kill()
        parent.communicate()
        # The broker closes its connections as it stops; a living one would let us wait.
        assert connection.recv(1) == b""
