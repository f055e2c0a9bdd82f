"""Read, transform, write: each input counts once, through kills, exceptions and evictions."""

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, Message, TopicPartition

from odradek import Producer, process_exactly_once
from odradek.clients.exactly_once import Output
from odradek.protocol.messages import leave_group
from odradek.testing import EphemeralBroker
from tests.wire import KafkaSocket

TIMEOUT_S = 60.0
RECORDS = 300
SOURCE, SINK = "source", "sink"

_groups = count()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EphemeralBroker]:
    with EphemeralBroker(data_dir=tmp_path) as started:
        started.create_topic(SOURCE, partitions=2)
        started.create_topic(SINK)
        with Producer(started.bootstrap_servers) as producer:
            for number in range(RECORDS):
                producer.send(SOURCE, b"%d" % number, partition=number % 2)
        yield started


@pytest.fixture
def group() -> str:
    return f"group-{next(_groups)}"


def reader(broker: EphemeralBroker, group: str) -> Consumer:
    return Consumer(
        {
            "bootstrap.servers": broker.bootstrap_servers,
            "group.id": group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "heartbeat.interval.ms": 500,
            "reconnect.backoff.max.ms": 500,
            "log_level": 0,
        }
    )


def all_are_committed(broker: EphemeralBroker, group: str) -> Callable[[], bool]:
    """Says whether the group has committed all inputs."""
    asking = reader(broker, group)
    ends = [TopicPartition(SOURCE, partition) for partition in range(2)]

    def says() -> bool:
        return sum(max(each.offset, 0) for each in asking.committed(ends, TIMEOUT_S)) == RECORDS

    return says


def process(
    broker: EphemeralBroker,
    group: str,
    function: Callable[[Message], list[Output]],
    transactional_id: str,
    consumer: Consumer | None = None,
) -> int:
    """Process everything with a consumer and a producer of its own."""
    with (
        closing(consumer or reader(broker, group)) as consumer,
        Producer(
            broker.bootstrap_servers, profile="eos", transactional_id=transactional_id
        ) as producer,
    ):
        consumer.subscribe([SOURCE])
        return process_exactly_once(
            consumer,
            producer,
            function,
            until=all_are_committed(broker, group),
            batch_records=40,
            batch_wait_s=0.1,
        )


def written(broker: EphemeralBroker) -> list[int]:
    """What readers of committed data find in the sink, sorted."""
    with closing(reader(broker, "written")) as consumer:
        place = TopicPartition(SINK, 0, 0)
        _, end = consumer.get_watermark_offsets(place, timeout=TIMEOUT_S)
        consumer.assign([place])
        found: list[int] = []
        while consumer.position([place])[0].offset < end:
            message = consumer.poll(1.0)
            if message is not None and message.error() is None:
                found.append(int(message.value() or b""))
        return sorted(found)


def copied(message: Message) -> list[Output]:
    return [Output(SINK, message.value())]


class Once:
    """Does something when a record with this number is processed for the first time."""

    def __init__(self, number: int, act: Callable[[], object]) -> None:
        self._number = number
        self._act: Callable[[], object] | None = act

    def __call__(self, message: Message) -> list[Output]:
        if self._act is not None and message.value() == b"%d" % self._number:
            act, self._act = self._act, None
            act()
        return copied(message)


def test_each_input_counts_once_though_the_broker_is_killed_amid_a_transaction(
    broker: EphemeralBroker, group: str
) -> None:
    def kill_and_start() -> None:
        broker.kill()
        broker.start()

    assert process(broker, group, Once(120, kill_and_start), f"id-{uuid4().hex}") == RECORDS
    assert written(broker) == list(range(RECORDS))


def test_an_exception_aborts_its_batch_and_a_new_instance_goes_on(
    broker: EphemeralBroker, group: str
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    transactional_id = f"id-{uuid4().hex}"
    with pytest.raises(ZeroDivisionError):
        process(broker, group, Once(120, fail), transactional_id)
    before = written(broker)
    assert 120 not in before
    assert process(broker, group, copied, transactional_id) == RECORDS - len(before)
    assert written(broker) == list(range(RECORDS))


def test_a_batch_read_before_a_rebalance_is_read_again(broker: EphemeralBroker, group: str) -> None:
    consumer = reader(broker, group)

    def be_evicted() -> None:
        member = leave_group.MemberIdentity(member_id=consumer.memberid())
        request = leave_group.LeaveGroupRequest(group_id=group, members=[member])
        with KafkaSocket(broker.bootstrap_servers) as admin:
            answer = admin.ask(request, leave_group.LeaveGroupResponse, 4)
        assert [each.error_code for each in answer.members] == [0]

    seen: list[bytes | None] = []
    evict = Once(120, be_evicted)

    def note(message: Message) -> list[Output]:
        seen.append(message.value())
        return evict(message)

    assert process(broker, group, note, f"id-{uuid4().hex}", consumer) == RECORDS
    assert seen.count(b"120") > 1
    assert written(broker) == list(range(RECORDS))
