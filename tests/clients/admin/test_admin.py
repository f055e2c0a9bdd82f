"""Topics, configs, groups and offsets from a coroutine, on our broker and on Apache's."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from confluent_kafka.admin import AdminClient

from odradek.clients.admin.admin import Admin
from odradek.clients.admin.values import LogRange
from odradek.clients.consumer.commit_policy import Manual
from odradek.clients.consumer.consumer import Consumer
from odradek.clients.errors import AdminFailed, ClusterUnreachable, InvalidSetting
from odradek.clients.producer.producer import Producer
from odradek.clients.record import Partition

Story = Callable[[Admin], Awaitable[Any]]
Value = TypeVar("Value")


@pytest.fixture
def name() -> str:
    return f"administered-{uuid4().hex}"


def administer(servers: str, story: Story) -> None:
    async def run() -> None:
        async with Admin(servers) as admin:
            await story(admin)

    asyncio.run(run())


async def read_until(read: Callable[[], Awaitable[Value]], is_so: Callable[[Value], bool]) -> Value:
    """A broker of Apache's knows a moment later what its controller has decided."""
    while not is_so(found := await read()):
        pass
    return found


async def create(admin: Admin, name: str, **options: Any) -> None:
    """Make a topic, and wait until the broker that is asked knows it."""
    await admin.create_topic(name, **options)
    await read_until(admin.list_topics, lambda names: name in names)


def test_a_cluster_has_an_id(any_kafka: str) -> None:
    async def story(admin: Admin) -> None:
        metadata = AdminClient({"bootstrap.servers": any_kafka}).list_topics()
        assert await admin.cluster_id() == metadata.cluster_id

    administer(any_kafka, story)


def test_a_topic_is_made_grown_and_deleted(any_kafka: str, name: str) -> None:
    async def story(admin: Admin) -> None:
        await create(admin, name, partitions=2, configs={"retention.ms": "1000"})
        topic = await admin.describe_topic(name)
        assert [each.partition for each in topic.partitions] == [0, 1]
        assert topic.replication_factor == 1
        assert topic.partitions[0].leader is not None
        await admin.add_partitions(name, 3)
        await read_until(
            lambda: admin.describe_topic(name), lambda topic: len(topic.partitions) == 3
        )
        with pytest.raises(AdminFailed, match="has 3 partitions and cannot have 2"):
            await admin.add_partitions(name, 2)
        with pytest.raises(AdminFailed) as caught:
            await admin.create_topic(name)
        assert caught.value.name == "TOPIC_ALREADY_EXISTS"
        await admin.delete_topic(name)
        await read_until(admin.list_topics, lambda names: name not in names)
        with pytest.raises(AdminFailed, match="does not exist"):
            await admin.describe_topic(name)

    administer(any_kafka, story)


def test_more_replicas_than_brokers_are_refused_in_a_sentence(any_kafka: str, name: str) -> None:
    async def story(admin: Admin) -> None:
        with pytest.raises(AdminFailed, match="a replication factor of 3: the cluster has 1"):
            await admin.create_topic(name, replication_factor=3)

    administer(any_kafka, story)


def test_one_config_is_altered_and_the_others_stay(any_kafka: str, name: str) -> None:
    async def story(admin: Admin) -> None:
        await create(admin, name, configs={"retention.ms": "1000"})
        await admin.set_topic_config(name, "cleanup.policy", "compact")
        configs = await read_until(
            lambda: admin.topic_configs(name),
            lambda configs: configs["cleanup.policy"].value == "compact",
        )
        assert (configs["retention.ms"].value, configs["retention.ms"].is_set) == ("1000", True)
        assert not configs["segment.bytes"].is_set
        await admin.reset_topic_config(name, "retention.ms")
        await read_until(
            lambda: admin.topic_configs(name), lambda configs: not configs["retention.ms"].is_set
        )
        with pytest.raises(AdminFailed, match=r"altering no\.such\.key of topic"):
            await admin.set_topic_config(name, "no.such.key", "1")

    administer(any_kafka, story)


def test_a_group_is_described_and_its_offsets_are_set_and_deleted(
    any_kafka: str, name: str
) -> None:
    first, second = Partition(name, 0), Partition(name, 1)

    async def story(admin: Admin) -> None:
        await create(admin, name, partitions=2)
        await admin.set_group_offsets(name, {first: 0, second: 0})
        assert (await admin.list_groups())[name] == "Empty"
        assert await admin.group_offsets(name) == {first: 0, second: 0}
        await admin.delete_group_offsets(name, [second])
        assert await admin.group_offsets(name) == {first: 0}
        await asyncio.to_thread(join, admin)
        await admin.delete_group(name)
        assert name not in await admin.list_groups()

    def join(admin: Admin) -> None:
        with Consumer(any_kafka, name, [name], commits=Manual()) as consumer:
            while len(consumer.assignment()) < 2:
                consumer.poll(1, 0.2)
            described = asyncio.run(admin.describe_group(name))
        [member] = described.members
        assert described.state == "Stable"
        assert member.partitions == (first, second)

    administer(any_kafka, story)


def test_logs_are_measured_found_by_time_and_cut(any_kafka: str, name: str) -> None:
    async def story(admin: Admin) -> None:
        await create(admin, name, partitions=1, configs={"retention.ms": "-1"})
        with Producer(any_kafka, profile="sync") as producer:
            for second in range(5):
                producer.send(name, b"value", timestamp_ms=1_000 * (second + 1))
        assert await admin.log_ranges(name) == {0: LogRange(0, 5)}
        assert await admin.offsets_at(name, datetime.fromtimestamp(3, UTC)) == {0: 2}
        assert await admin.offsets_at(name, datetime.fromtimestamp(9, UTC)) == {0: None}
        await admin.delete_records(name, {0: 4})
        assert await admin.log_ranges(name) == {0: LogRange(4, 5)}

    administer(any_kafka, story)


def test_requests_of_one_loop_run_side_by_side(any_kafka: str, name: str) -> None:
    async def story(admin: Admin) -> None:
        names = [f"{name}-{number}" for number in range(5)]
        await asyncio.gather(*(admin.create_topic(each, partitions=1) for each in names))
        await read_until(admin.list_topics, lambda found: set(names) <= set(found))

    administer(any_kafka, story)


def test_a_cluster_that_nobody_reaches_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("odradek.clients.admin.requests.REQUEST_TIMEOUT_S", 0.5)

    async def story(admin: Admin) -> None:
        with pytest.raises(ClusterUnreachable, match="asking for metadata failed"):
            await admin.list_topics()

    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        administer(f"127.0.0.1:{closed.getsockname()[1]}", story)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidSetting, match="HOST:PORT"):
        Admin("nowhere")
