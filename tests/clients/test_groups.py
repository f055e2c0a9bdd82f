"""Foreign clients share a topic in groups: they come, go, crash, and lose no offset."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient
from kafka import KafkaAdminClient

from odradek.testing import EphemeralBroker
from tests.clients.driver import Message, ProduceOptions
from tests.clients.librdkafka import Librdkafka
from tests.clients.members import SHORT_SESSION_TIMEOUT_MS, group_of

PYTHON = ("confluent-kafka", "kafka-python", "aiokafka")
LIBRARIES = (*PYTHON, "java", "kafkajs")
COOPERATIVE = ("confluent-kafka", "kafka-python", "java")
STATIC = (*PYTHON, "java")
PARTITIONS = 4
TIMEOUT_S = 60


@pytest.fixture(scope="module")
def broker() -> Iterator[EphemeralBroker]:
    """One broker for all groups; the initial delay is short, as in most test suites."""
    with EphemeralBroker(settings={"group.initial.rebalance.delay.ms": 100}) as broker:
        yield broker


def produce(broker: EphemeralBroker, topic: str, count: int) -> None:
    """Put `count` records into each partition of a topic."""
    client = Librdkafka(broker.bootstrap_servers)
    for partition in range(PARTITIONS):
        messages = [Message(b"%d" % number) for number in range(count)]
        client.produce(topic, partition, messages, ProduceOptions())


def committed(broker: EphemeralBroker, group: str, topic: str) -> dict[int, int]:
    """What a group has committed, as confluent-kafka's admin client sees it."""
    admin = AdminClient({"bootstrap.servers": broker.bootstrap_servers})
    asked = ConsumerGroupTopicPartitions(group)
    found = admin.list_consumer_group_offsets([asked])[group].result(TIMEOUT_S)
    return {each.partition: each.offset for each in found.topic_partitions if each.topic == topic}


@pytest.mark.parametrize("library", LIBRARIES)
def test_two_members_share_what_one_read_alone(broker: EphemeralBroker, library: str) -> None:
    topic = f"shared-{library}"
    broker.create_topic(topic, partitions=PARTITIONS)
    produce(broker, topic, 25)
    with group_of(broker.bootstrap_servers, topic, topic) as group:
        first = group.start(library)
        group.wait_for_shares([first], PARTITIONS)
        second = group.start(library)
        group.wait_for_shares([first, second], PARTITIONS)
        group.wait_for_records(25 * PARTITIONS)
        second.leave()
        group.wait_for_shares([first], PARTITIONS)
        first.leave()
    assert committed(broker, topic, topic) == dict.fromkeys(range(PARTITIONS), 25)


@pytest.mark.parametrize(
    "library",
    [
        library if library in PYTHON else pytest.param(library, marks=pytest.mark.drill)
        for library in LIBRARIES
    ],
)
def test_partitions_of_a_killed_member_go_to_the_others(
    broker: EphemeralBroker, library: str
) -> None:
    topic = f"killed-{library}"
    broker.create_topic(topic, partitions=PARTITIONS)
    with group_of(broker.bootstrap_servers, topic, topic) as group:
        short = {"session_timeout_ms": SHORT_SESSION_TIMEOUT_MS}
        members = [group.start(library, **short) for _ in range(2)]
        group.wait_for_shares(members, PARTITIONS)
        members[0].kill()
        group.wait_for_shares(members[1:], PARTITIONS)
        produce(broker, topic, 5)
        group.wait_for_records(5 * PARTITIONS)


@pytest.mark.parametrize("library", COOPERATIVE)
def test_cooperative_members_keep_what_they_need_not_give_away(
    broker: EphemeralBroker, library: str
) -> None:
    topic = f"cooperative-{library}"
    broker.create_topic(topic, partitions=PARTITIONS)
    with group_of(broker.bootstrap_servers, topic, topic) as group:
        first = group.start(library, strategy="cooperative")
        group.wait_for_shares([first], PARTITIONS)
        second = group.start(library, strategy="cooperative")
        group.wait_for_shares([first, second], PARTITIONS)
        assert [] not in first.assignments[first.assignments.index([0, 1, 2, 3]) :]
        first.leave()
        group.wait_for_shares([second], PARTITIONS)


def test_clients_of_five_libraries_work_in_one_group(broker: EphemeralBroker) -> None:
    topic = "mixed"
    broker.create_topic(topic, partitions=len(LIBRARIES))
    produce(broker, topic, 25)
    with group_of(broker.bootstrap_servers, topic, topic) as group:
        members = [group.start(library) for library in LIBRARIES]
        group.wait_for_shares(members, len(LIBRARIES))
        group.wait_for_records(25 * PARTITIONS)


@pytest.mark.parametrize("library", STATIC)
def test_static_member_restarts_without_a_rebalance(broker: EphemeralBroker, library: str) -> None:
    topic = f"static-{library}"
    broker.create_topic(topic, partitions=PARTITIONS)
    with group_of(broker.bootstrap_servers, topic, topic) as group:
        stays = group.start(library, instance_id="a")
        goes = group.start(library, instance_id="b")
        group.wait_for_shares([stays, goes], PARTITIONS)
        told, share = len(stays.assignments), goes.assigned
        goes.kill()
        returns = group.start(library, instance_id="b")
        group.wait_for_shares([stays, returns], PARTITIONS)
        assert returns.assigned == share
        assert len(stays.assignments) == told


@pytest.mark.parametrize("library", PYTHON)
@pytest.mark.parametrize("end", ["restart", "kill"])
def test_committed_offsets_survive_the_broker(library: str, end: str) -> None:
    topic = "survivors"
    settings = {"group.initial.rebalance.delay.ms": 100}
    with EphemeralBroker(settings=settings) as broker:
        broker.create_topic(topic, partitions=PARTITIONS)
        produce(broker, topic, 10)
        with group_of(broker.bootstrap_servers, topic, topic) as group:
            member = group.start(library)
            group.wait_until(
                lambda: member.committed == dict.fromkeys(range(PARTITIONS), 10), "all committed"
            )
            if end == "kill":
                broker.kill()
            broker.restart()
            assert committed(broker, topic, topic) == member.committed
            produce(broker, topic, 5)
            group.wait_for_records(15 * PARTITIONS)
            assert sorted(member.records) == sorted(group.records_read()), "read twice"


def test_admin_clients_list_describe_and_delete_groups(broker: EphemeralBroker) -> None:
    topic = "administered"
    broker.create_topic(topic, partitions=PARTITIONS)
    produce(broker, topic, 1)
    admin = AdminClient({"bootstrap.servers": broker.bootstrap_servers})
    with (
        group_of(broker.bootstrap_servers, topic, topic) as group,
        closing(KafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)) as kafka_python,
    ):
        member = group.start("confluent-kafka")
        group.wait_for_records(PARTITIONS)
        listed = {each.group_id: each for each in admin.list_consumer_groups().result().valid}
        assert listed[topic].state.name == "STABLE"
        described = admin.describe_consumer_groups([topic])[topic].result(TIMEOUT_S)
        assert (described.state.name, described.partition_assignor) == ("STABLE", "range")
        assert len(described.members[0].assignment.topic_partitions) == PARTITIONS
        assert topic in str(kafka_python.list_groups())
        assert "Stable" in str(kafka_python.describe_groups([topic]))
        with pytest.raises(Exception, match="NON_EMPTY_GROUP"):
            admin.delete_consumer_groups([topic])[topic].result(TIMEOUT_S)
        member.leave()
        admin.delete_consumer_groups([topic])[topic].result(TIMEOUT_S)
        assert topic not in str(kafka_python.list_groups())


def test_group_may_be_moved_by_hand_while_nobody_reads(broker: EphemeralBroker) -> None:
    topic = "moved"
    broker.create_topic(topic, partitions=PARTITIONS)
    consumer = Consumer(
        {"bootstrap.servers": broker.bootstrap_servers, "group.id": topic, "log_level": 4}
    )
    consumer.commit(offsets=[TopicPartition(topic, 2, 7, metadata="by hand")], asynchronous=False)
    (found,) = consumer.committed([TopicPartition(topic, 2)], TIMEOUT_S)
    consumer.close()
    assert (found.offset, found.metadata) == (7, "by hand")
    assert committed(broker, topic, topic) == {2: 7}
