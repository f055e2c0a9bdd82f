"""Read, transform, write: each input counts once, through kills, exceptions and evictions."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import count

import pytest
from confluent_kafka import Consumer, Message, TopicPartition

from odradek import (
    AsyncProducer,
    KafkaConfig,
    Producer,
    process_exactly_once,
    process_exactly_once_async,
)
from odradek.clients.committed_offsets import committed_offsets
from odradek.clients.exactly_once import Output
from odradek.protocol.messages import leave_group
from tests.clients.mortal_kafka import MortalKafka
from tests.clients.topics import TIMEOUT_S, make_topic
from tests.wire import KafkaSocket

RECORDS = 300

_pipelines = count()


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What a test processes: numbers in two partitions of a topic, by a group, into another."""

    kafka: KafkaConfig
    name: str

    @property
    def source(self) -> str:
        return f"{self.name}-source"

    @property
    def sink(self) -> str:
        return f"{self.name}-sink"

    @property
    def group(self) -> str:
        return f"{self.name}-group"

    @property
    def transactional_id(self) -> str:
        return f"{self.name}-id"


def filled_pipeline(kafka: KafkaConfig, create_topic: Callable[..., None]) -> Pipeline:
    """A pipeline of its own, its numbers in the source."""
    pipeline = Pipeline(kafka, f"pipeline-{next(_pipelines)}")
    create_topic(pipeline.source, partitions=2)
    create_topic(pipeline.sink)
    with Producer(kafka) as producer:
        for number in range(RECORDS):
            producer.send(pipeline.source, b"%d" % number, partition=number % 2)
    return pipeline


@pytest.fixture
def pipeline(any_kafka: str) -> Pipeline:
    return filled_pipeline(KafkaConfig(any_kafka), partial(make_topic, any_kafka))


def reader(pipeline: Pipeline) -> Consumer:
    return Consumer(
        {
            **pipeline.kafka.librdkafka(),
            "group.id": pipeline.group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "heartbeat.interval.ms": 500,
            "reconnect.backoff.max.ms": 500,
            "log_level": 0,
        }
    )


def all_are_committed(pipeline: Pipeline) -> Callable[[], bool]:
    """Says whether the group has committed all inputs."""
    asking = reader(pipeline)
    ends = [TopicPartition(pipeline.source, partition) for partition in range(2)]

    def says() -> bool:
        found = committed_offsets(asking, ends, TIMEOUT_S)
        return sum(max(each.offset, 0) for each in found) == RECORDS

    return says


def process(
    pipeline: Pipeline,
    function: Callable[[Message], list[Output]],
    consumer: Consumer | None = None,
) -> int:
    """Process everything with a consumer and a producer of its own."""
    with (
        closing(consumer or reader(pipeline)) as consumer,
        Producer(
            pipeline.kafka, profile="eos", transactional_id=pipeline.transactional_id
        ) as producer,
    ):
        consumer.subscribe([pipeline.source])
        return process_exactly_once(
            consumer,
            producer,
            function,
            until=all_are_committed(pipeline),
            batch_records=40,
            batch_wait_s=0.1,
        )


def written(pipeline: Pipeline) -> list[int]:
    """What readers of committed data find in the sink, sorted."""
    with closing(reader(pipeline)) as consumer:
        place = TopicPartition(pipeline.sink, 0, 0)
        _, end = consumer.get_watermark_offsets(place, timeout=TIMEOUT_S)
        consumer.assign([place])
        found: list[int] = []
        while consumer.position([place])[0].offset < end:
            message = consumer.poll(1.0)
            if message is not None and message.error() is None:
                found.append(int(message.value() or b""))
        return sorted(found)


class Copy:
    """Copies each input to the sink; `act` is called when the one with this number comes first."""

    def __init__(
        self, pipeline: Pipeline, number: int = -1, act: Callable[[], object] = lambda: None
    ) -> None:
        self._sink = pipeline.sink
        self._number = b"%d" % number
        self._act = act
        self.seen: list[bytes | None] = []

    def __call__(self, message: Message) -> list[Output]:
        is_first = message.value() not in self.seen
        self.seen.append(message.value())
        if is_first and message.value() == self._number:
            self._act()
        return [Output(self._sink, message.value())]


def fail() -> None:
    raise ZeroDivisionError


def evict(pipeline: Pipeline, consumer: Consumer) -> None:
    """Take the consumer out of its group, which it does not know yet."""
    member = leave_group.MemberIdentity(member_id=consumer.memberid())
    request = leave_group.LeaveGroupRequest(group_id=pipeline.group, members=[member])
    with KafkaSocket(pipeline.kafka.bootstrap_servers) as admin:
        answer = admin.ask(request, leave_group.LeaveGroupResponse, 4)
    assert [each.error_code for each in answer.members] == [0]


def test_each_input_counts_once_though_a_broker_is_killed_amid_a_transaction(
    mortal_kafka: MortalKafka,
) -> None:
    pipeline = filled_pipeline(mortal_kafka.kafka, mortal_kafka.create_topic)

    def kill_and_revive() -> None:
        mortal_kafka.kill_leader(pipeline.source)
        mortal_kafka.revive()

    assert process(pipeline, Copy(pipeline, 120, kill_and_revive)) == RECORDS
    assert written(pipeline) == list(range(RECORDS))


def test_an_exception_aborts_its_batch_and_a_new_instance_goes_on(pipeline: Pipeline) -> None:
    with pytest.raises(ZeroDivisionError):
        process(pipeline, Copy(pipeline, 120, fail))
    before = written(pipeline)
    assert 120 not in before
    assert process(pipeline, Copy(pipeline)) == RECORDS - len(before)
    assert written(pipeline) == list(range(RECORDS))


def test_a_batch_read_before_a_rebalance_is_read_again(pipeline: Pipeline) -> None:
    consumer = reader(pipeline)
    copy = Copy(pipeline, 120, lambda: evict(pipeline, consumer))
    assert process(pipeline, copy, consumer) == RECORDS
    assert copy.seen.count(b"120") > 1
    assert written(pipeline) == list(range(RECORDS))


def test_coroutines_abort_an_exception_and_read_again_after_a_rebalance(
    pipeline: Pipeline,
) -> None:
    with pytest.raises(ZeroDivisionError):
        asyncio.run(process_in_loop(pipeline, Copy(pipeline, 120, fail), reader(pipeline)))
    before = written(pipeline)
    assert 120 not in before
    consumer = reader(pipeline)
    copy = Copy(pipeline, 298, lambda: evict(pipeline, consumer))
    asyncio.run(process_in_loop(pipeline, copy, consumer))
    assert copy.seen.count(b"298") > 1
    assert written(pipeline) == list(range(RECORDS))


async def process_in_loop(pipeline: Pipeline, copy: Copy, consumer: Consumer) -> None:
    """As `process`, in coroutines."""

    async def copied(message: Message) -> AsyncIterator[Output]:
        for output in copy(message):
            yield output

    async with AsyncProducer(
        pipeline.kafka, profile="eos", transactional_id=pipeline.transactional_id
    ) as producer:
        with closing(consumer):
            consumer.subscribe([pipeline.source])
            await process_exactly_once_async(
                consumer,
                producer,
                copied,
                until=all_are_committed(pipeline),
                batch_records=40,
                batch_wait_s=0.1,
            )
