"""Mistakes that a producer can only warn of, and keys that land where Java puts them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count

import pytest
from confluent_kafka.admin import AdminClient, NewTopic
from kafka.partitioner.default import murmur2

from odradek import KafkaConfig, Producer
from odradek.clients.producer.habits import FLUSHES_JUDGED, OPEN_PRODUCERS_MAX
from odradek.testing import EphemeralCluster

TIMEOUT_S = 60.0
POSITIVE = 0x7FFFFFFF

_topics = count()


def test_keys_land_on_the_partitions_that_java_chooses(
    servers: str, create_topic: Callable[..., str]
) -> None:
    topic = create_topic(12)
    keys = [b"key-%d" % number for number in range(100)]
    with Producer(servers) as producer:
        receipts = [producer.send(topic, b"v", key) for key in keys]
        found = [receipt.result(TIMEOUT_S).partition for receipt in receipts]
    assert found == [(murmur2(key) & POSITIVE) % 12 for key in keys]


def test_a_flush_after_each_record_is_told_once(
    servers: str, topic: str, caplog: pytest.LogCaptureFixture
) -> None:
    with Producer(servers, profile="sync") as producer:
        for _ in range(FLUSHES_JUDGED + 10):
            producer.send(topic, b"v")
            producer.flush()
    assert caplog.text.count("flush() was called 100 times for") == 1


def test_a_producer_for_each_request_is_told(
    servers: str, caplog: pytest.LogCaptureFixture
) -> None:
    with ExitStack() as stack:
        for _ in range(OPEN_PRODUCERS_MAX + 1):
            stack.enter_context(Producer(servers))
    assert "one for each profile is enough" in caplog.text


@pytest.fixture
def badly_replicated(apache_cluster: EphemeralCluster) -> Iterator[str]:
    """A topic of a single replica on three brokers."""
    topic = f"single-{next(_topics)}"
    admin = AdminClient(dict(apache_cluster.client_settings))
    new = NewTopic(topic, num_partitions=1, replication_factor=1)
    admin.create_topics([new])[topic].result(TIMEOUT_S)
    yield topic
    admin.delete_topics([topic])[topic].result(TIMEOUT_S)


def test_acks_all_on_a_single_copy_is_told(
    apache_cluster: EphemeralCluster, badly_replicated: str, caplog: pytest.LogCaptureFixture
) -> None:
    kafka = KafkaConfig.from_properties(apache_cluster.client_settings)
    with Producer(kafka) as producer:
        producer.send_and_wait(badly_replicated, b"v")
    assert f"topic {badly_replicated} has 1 replicas" in caplog.text
