"""A group's member: what each commit policy promises, rebalances, lag, and reading from a time."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from odradek.clients.consumer.commit_policy import AtLeastOnce, AtMostOnce, CommitPolicy, Manual
from odradek.clients.consumer.consumer import Consumer
from odradek.clients.consumer.record import ConsumedRecord
from odradek.clients.errors import ConsumingFailed, InvalidSetting
from odradek.clients.record import Partition
from tests.clients.consumer.conftest import Write

POLLS_MAX = 120
"""Of half a second: a group that gives nothing for so long gives nothing at all."""


class Broken(Exception):
    """What an application's function raises."""


def member(servers: str, group: str, topic: str, commits: CommitPolicy) -> Consumer:
    return Consumer(servers, group, [topic], commits=commits, value_deserializer="json")


def take(consumer: Consumer, count: int, max_records: int = 1) -> list[int]:
    """The values of the next records; those of the last poll are not processed yet."""
    values: list[int] = []
    for _ in range(POLLS_MAX):
        if len(values) >= count:
            break
        values += [record.value for record in consumer.poll(max_records, 0.5)]
    return values


def rest(servers: str, group: str, topic: str, count: int) -> list[int]:
    """What a new member of the group is given."""
    with member(servers, group, topic, Manual()) as consumer:
        return sorted(take(consumer, count, 100))


def test_at_least_once_gives_the_record_at_which_it_broke_again(
    servers: str, topic: str, group: str, write: Write
) -> None:
    write(0, 2, 4, 6)
    processed: list[int] = []

    def fail_at_four(records: Iterator[ConsumedRecord]) -> None:
        for record in records:
            if record.value == 4:
                raise Broken
            processed.append(record.value)

    with pytest.raises(Broken), member(servers, group, topic, AtLeastOnce()) as consumer:
        fail_at_four(iter(consumer))
    assert processed == [0, 2]
    assert rest(servers, group, topic, 2) == [4, 6]


def test_at_most_once_gives_no_record_again(
    servers: str, topic: str, group: str, write: Write
) -> None:
    write(0, 2, 4, 6)

    def fail(values: list[int]) -> None:
        raise Broken(values)

    with pytest.raises(Broken), member(servers, group, topic, AtMostOnce()) as consumer:
        fail(take(consumer, 1, 4))
    write(8)
    assert 0 not in rest(servers, group, topic, 1)


def test_manual_commits_when_told_and_never_otherwise(
    servers: str, topic: str, group: str, write: Write
) -> None:
    write(0, 2, 4, 6)
    with member(servers, group, topic, Manual()) as consumer:
        take(consumer, 2)
        consumer.commit()
        take(consumer, 1)
    assert rest(servers, group, topic, 2) == [4, 6]


def test_members_share_the_partitions_and_nothing_is_read_twice(
    servers: str, topic: str, group: str, write: Write
) -> None:
    write(*range(20))
    with member(servers, group, topic, AtLeastOnce()) as first:
        values = take(first, 20)
        with member(servers, group, topic, AtLeastOnce()) as second:
            for _ in range(POLLS_MAX):
                values += [record.value for record in first.poll(5, 0.25)]
                values += [record.value for record in second.poll(5, 0.25)]
                if len(first.assignment()) == len(second.assignment()) == 1:
                    break
            assert len(first.assignment()) == len(second.assignment()) == 1
            assert first.assignment() != second.assignment()
            write(*range(20, 40))
            for _ in range(POLLS_MAX):
                if len(values) >= 40:
                    break
                values += [record.value for record in first.poll(5, 0.25)]
                values += [record.value for record in second.poll(5, 0.25)]
    assert sorted(values) == list(range(40))


def test_lag_falls_as_records_are_handed_out(
    servers: str, topic: str, group: str, write: Write
) -> None:
    write(*range(10))
    with member(servers, group, topic, AtLeastOnce()) as consumer:
        take(consumer, 10)
        assert consumer.lag() == {Partition(topic, 0): 0, Partition(topic, 1): 0}
        write(10, 12)
        assert sum(consumer.lag().values()) <= 2


def test_reading_goes_on_from_a_time_or_an_offset(
    servers: str, topic: str, group: str, write: Write
) -> None:
    write(*range(10))
    with member(servers, group, topic, Manual()) as consumer:
        take(consumer, 10)
        consumer.seek_to_time(datetime.fromtimestamp(7, UTC))
        assert sorted(take(consumer, 4)) == [6, 7, 8, 9]
        consumer.seek(Partition(topic, 0), 4)
        assert take(consumer, 1) == [8]


def test_a_topic_that_does_not_exist_is_told_at_once(servers: str, topic: str, group: str) -> None:
    with pytest.raises(ConsumingFailed, match=f"did you mean {topic}"):
        Consumer(servers, group, [f"{topic}x"])


def test_seeking_without_an_assignment_says_what_to_do(
    servers: str, topic: str, group: str
) -> None:
    with (
        member(servers, group, topic, Manual()) as consumer,
        pytest.raises(ConsumingFailed, match="poll until some are"),
    ):
        consumer.seek_to_time(datetime.fromtimestamp(7, UTC))


@pytest.mark.parametrize(
    ("settings", "argument"),
    [({"enable.auto.commit": True}, "commits"), ({"auto.offset.reset": "latest"}, "start")],
)
def test_a_setting_that_an_argument_decides_is_refused(
    settings: dict[str, object], argument: str
) -> None:
    with pytest.raises(InvalidSetting, match=f"the argument {argument} does it"):
        Consumer("127.0.0.1:9", "group", ["topic"], settings=settings)


def test_an_unknown_format_or_setting_is_refused() -> None:
    with pytest.raises(InvalidSetting, match="csv is no format"):
        Consumer("127.0.0.1:9", "group", ["topic"], value_deserializer="csv")
    with pytest.raises(InvalidSetting, match="cannot be made"):
        Consumer("127.0.0.1:9", "group", ["topic"], settings={"no.such.setting": 1})
