"""A topic and groups on our broker and on a live Apache Kafka: the commands must work on both."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from odradek.cli.group.inspection import COORDINATOR_IS_COMING, RETRY_INTERVAL_S
from odradek.testing import EphemeralBroker
from tests.cli.conftest import Odradek

PARTITIONS = 3
RECORDS = 10
FIRST_TIMESTAMP_MS = 1_700_000_000_000
"""Every record is a second later than the one before it in its partition."""

JOIN_TIMEOUT_S = 60.0
Commit = Callable[[dict[int, int]], str]


@pytest.fixture(scope="module", params=["odradek", "apache"])
def servers(request: pytest.FixtureRequest) -> Iterator[str]:
    """The bootstrap servers of a Kafka."""
    if request.param == "apache":
        yield request.getfixturevalue("apache_kafka").bootstrap_servers
        return
    with EphemeralBroker(settings={"group.initial.rebalance.delay.ms": 0}) as broker:
        yield broker.bootstrap_servers


@pytest.fixture(scope="module")
def topic(servers: str) -> str:
    """A topic of three partitions with ten records each."""
    return filled_topic(servers)


def filled_topic(servers: str) -> str:
    """Make a topic of three partitions with ten records each."""
    name = f"topic-{uuid4().hex}"
    admin = AdminClient({"bootstrap.servers": servers})
    new_topic = NewTopic(name, PARTITIONS, 1, config={"retention.ms": "-1"})
    admin.create_topics([new_topic])[name].result()
    producer = Producer({"bootstrap.servers": servers})
    for number in range(RECORDS):
        for partition in range(PARTITIONS):
            timestamp_ms = FIRST_TIMESTAMP_MS + 1000 * number
            producer.produce(name, b"value", partition=partition, timestamp=timestamp_ms)
    assert producer.flush(JOIN_TIMEOUT_S) == 0
    return name


@pytest.fixture
def commit(servers: str, topic: str) -> Commit:
    """Makes a group that has committed the given offsets of the topic, and has no members."""

    def commit_as_new_group(offsets: dict[int, int]) -> str:
        group = f"group-{uuid4().hex}"
        consumer = Consumer(
            {"bootstrap.servers": servers, "group.id": group, "enable.auto.commit": False}
        )
        positions = [TopicPartition(topic, *position) for position in offsets.items()]
        while not has_committed(consumer, positions):
            consumer.poll(RETRY_INTERVAL_S)
        consumer.close()
        return group

    return commit_as_new_group


def has_committed(consumer: Consumer, positions: list[TopicPartition]) -> bool:
    """Commit; False when a new cluster is still about to make the topic of the offsets."""
    try:
        consumer.commit(offsets=positions, asynchronous=False)
    except KafkaException as error:
        if error.args[0].code() not in COORDINATOR_IS_COMING:
            raise
        return False
    return True


@pytest.fixture(scope="module")
def active_group(servers: str, topic: str) -> Iterator[str]:
    """A group with one member, which has read partition 0 as far as offset 4."""
    with member(servers, topic) as (group, consumer):
        consumer.commit(offsets=[TopicPartition(topic, 0, 4)], asynchronous=False)
        yield group


@contextmanager
def member(servers: str, topic: str, **settings: str) -> Iterator[tuple[str, Consumer]]:
    """A consumer that has got its partitions, as the only member of a new group."""
    group = f"group-{uuid4().hex}"
    consumer = Consumer(
        {
            "bootstrap.servers": servers,
            "group.id": group,
            "client.id": "reader",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            **settings,
        }
    )
    consumer.subscribe([topic])
    try:
        # The first record shows that it was told what to read.
        assert consumer.poll(JOIN_TIMEOUT_S) is not None
        yield group, consumer
    finally:
        consumer.close()


@pytest.fixture
def on_kafka(odradek: Odradek, servers: str, monkeypatch: pytest.MonkeyPatch) -> Odradek:
    """Runs commands that find the Kafka under test by the environment."""
    monkeypatch.setenv("ODRADEK_KAFKA_BOOTSTRAP_SERVERS", servers)
    return odradek
