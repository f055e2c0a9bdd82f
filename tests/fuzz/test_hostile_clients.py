"""Clients that claim, flood or stall cost bounded memory and hold back nobody else."""

import struct
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.fetch import FetchPartition, FetchRequest, FetchTopic
from odradek.protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    ProduceResponse,
    TopicProduceData,
)
from odradek.protocol.records import Compression, Record, encode_batch
from odradek.testing import EphemeralBroker
from tests.fuzz.assault import answer_healthy_client
from tests.machine import obtain
from tests.process_facts import Footprint
from tests.wire import KafkaSocket, frame_body, framed

TOPIC = "target"
MIB = 1024 * 1024
HEALTHY_ANSWER_CPU_S_MAX = 1.0
SETTLE_TIMEOUT_S = 60.0
PRODUCE_VERSION, FETCH_VERSION = 9, 11


@pytest.fixture
def broker() -> Iterator[EphemeralBroker]:
    with EphemeralBroker() as broker:
        broker.create_topic(TOPIC)
        obtain(lambda: Footprint.of(broker.pid))
        assert_healthy(broker)  # the first produce loads what produces need
        yield broker


@pytest.fixture
def footprint(broker: EphemeralBroker) -> Callable[[], Footprint]:
    return lambda: Footprint.of(broker.pid)


def assert_healthy(broker: EphemeralBroker) -> None:
    """Another client is answered before the broker has done much else."""
    with KafkaSocket(broker.bootstrap_servers) as client:
        spent_s = answer_healthy_client(client, TOPIC, broker.pid)
    assert spent_s < HEALTHY_ANSWER_CPU_S_MAX


def await_files(broker: EphemeralBroker, footprint: Callable[[], Footprint], files: int) -> None:
    """Return once the broker holds no more than that many files, while it serves a client."""
    deadline = time.monotonic() + SETTLE_TIMEOUT_S
    while footprint().open_files > files:
        assert time.monotonic() < deadline, f"{footprint().open_files} files, expected {files}"
        assert_healthy(broker)


def test_claimed_frame_size_allocates_nothing(
    broker: EphemeralBroker, footprint: Callable[[], Footprint]
) -> None:
    before = footprint()
    claim = struct.pack(">i", 100 * MIB) + b"\0\0\0\t"
    with ExitStack() as stack:
        for _ in range(50):
            stack.enter_context(KafkaSocket(broker.bootstrap_servers)).send(claim)
        assert_healthy(broker)
        assert footprint().resident_bytes - before.resident_bytes < 16 * MIB
    await_files(broker, footprint, before.open_files)


@pytest.mark.parametrize("compression", [c for c in Compression if c is not Compression.NONE])
def test_batch_that_unfolds_to_a_thousand_times_its_size_stays_folded(
    broker: EphemeralBroker, footprint: Callable[[], Footprint], compression: Compression
) -> None:
    before = footprint()
    bomb = encode_batch([record_of(300 * MIB)], compression=compression)
    data = PartitionProduceData(index=0, records=bomb)
    topics = [TopicProduceData(name=TOPIC, partition_data=[data])]
    request = ProduceRequest(acks=-1, timeout_ms=1_000, topic_data=topics)
    with KafkaSocket(broker.bootstrap_servers) as client:
        for _ in range(3):
            client.ask(request, ProduceResponse, PRODUCE_VERSION)
    assert_healthy(broker)
    assert footprint().resident_bytes - before.resident_bytes < 64 * MIB


def test_memory_of_large_frames_does_not_add_up(
    broker: EphemeralBroker, footprint: Callable[[], Footprint]
) -> None:
    before = footprint()
    for _ in range(5):
        with KafkaSocket(broker.bootstrap_servers) as client:
            client.send(struct.pack(">i", 80 * MIB) + bytes(60 * MIB))
            assert_healthy(broker)
        await_files(broker, footprint, before.open_files)
    # Usually under 1 MiB. What a buffer grew through, up to 32 MiB, lay in the allocator's heap,
    # which something small may keep from shrinking; two of the five would not fit.
    assert footprint().resident_bytes - before.resident_bytes < 80 * MIB


def test_clients_that_never_read_hold_back_nobody_and_cost_no_response(
    broker: EphemeralBroker, footprint: Callable[[], Footprint]
) -> None:
    clients, response_bytes = 20, 2 * MIB
    fill_topic(broker, 8 * MIB)
    before = footprint()
    partition = FetchPartition(partition=0, fetch_offset=0, partition_max_bytes=response_bytes)
    request = FetchRequest(
        max_wait_ms=1,
        min_bytes=1,
        max_bytes=response_bytes,
        topics=[FetchTopic(topic=TOPIC, partitions=[partition])],
    )
    fetches = framed(frame_body(request, FETCH_VERSION)) * 50
    with ExitStack() as stack:
        for _ in range(clients):
            stuck = KafkaSocket(broker.bootstrap_servers, receive_buffer_bytes=4096)
            stack.enter_context(stuck).send(fetches)
        for _ in range(5):
            assert_healthy(broker)
        grown_bytes = footprint().resident_bytes - before.resident_bytes
        # What they were to get lies in the page cache, not in the broker: of 50 responses nothing.
        assert grown_bytes < clients * response_bytes / 8
    await_files(broker, footprint, before.open_files)


def test_connections_that_say_nothing_cost_little_and_are_all_released(
    broker: EphemeralBroker, footprint: Callable[[], Footprint]
) -> None:
    before = footprint()
    with ExitStack() as stack:
        for _ in range(500):
            stack.enter_context(KafkaSocket(broker.bootstrap_servers))
        assert_healthy(broker)
        assert footprint().resident_bytes - before.resident_bytes < 500 * 64 * 1024
    await_files(broker, footprint, before.open_files)


def fill_topic(broker: EphemeralBroker, size_bytes: int) -> None:
    """Write that many bytes to the topic's only partition."""
    batch = encode_batch([record_of(MIB // 2)], compression=Compression.NONE)
    data = PartitionProduceData(index=0, records=batch)
    topics = [TopicProduceData(name=TOPIC, partition_data=[data])]
    request = ProduceRequest(acks=-1, timeout_ms=1_000, topic_data=topics)
    with KafkaSocket(broker.bootstrap_servers) as client:
        for _ in range(size_bytes // (MIB // 2)):
            answer = client.ask(request, ProduceResponse, PRODUCE_VERSION)
            assert answer.responses[0].partition_responses[0].error_code == ErrorCode.NONE


def record_of(size_bytes: int) -> Record:
    return Record(offset=0, timestamp_ms=0, key=None, value=bytes(size_bytes))
