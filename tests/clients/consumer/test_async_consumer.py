"""The member for coroutines: what it promises is what `Consumer` does, also when cancelled."""

import asyncio
from datetime import UTC, datetime

import pytest

from odradek import AsyncConsumer
from odradek.clients.consumer.commit_policy import AtLeastOnce, CommitPolicy, Manual
from odradek.clients.errors import ConsumingFailed
from odradek.clients.record import Partition
from tests.clients.consumer.conftest import Write

POLLS_MAX = 120
"""Of half a second: a group that gives nothing for so long gives nothing at all."""
LONG_S = 60.0


def member(servers: str, group: str, topic: str, commits: CommitPolicy) -> AsyncConsumer:
    return AsyncConsumer(servers, group, [topic], commits=commits, value_deserializer="json")


async def take(consumer: AsyncConsumer, count: int) -> list[int]:
    values: list[int] = []
    for _ in range(POLLS_MAX):
        if len(values) >= count:
            break
        values += [record.value for record in await consumer.poll(count - len(values), 0.5)]
    return sorted(values)


async def give_up_a_poll(consumer: AsyncConsumer) -> None:
    """Cancel one that has begun."""
    polling = asyncio.create_task(consumer.poll(10, 0.5))
    await asyncio.sleep(0)
    polling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await polling


async def rest(servers: str, group: str, topic: str, count: int) -> list[int]:
    """What a new member of the group is given."""
    async with member(servers, group, topic, Manual()) as consumer:
        return await take(consumer, count)


def test_leaving_the_block_commits_what_was_processed_and_not_where_it_broke(
    servers: str, topic: str, group: str, write: Write
) -> None:
    write(0, 2, 4, 6)

    async def process(last: int) -> None:
        async with member(servers, group, topic, AtLeastOnce()) as consumer:
            async for record in consumer:
                if record.value == last:
                    raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(process(4))
    assert asyncio.run(rest(servers, group, topic, 2)) == [4, 6]


def test_a_poll_that_was_cancelled_loses_nothing(
    servers: str, topic: str, group: str, write: Write
) -> None:
    async def read() -> list[int]:
        async with member(servers, group, topic, AtLeastOnce()) as consumer:
            await give_up_a_poll(consumer)
            await asyncio.to_thread(write, 0, 2)
            found = await take(consumer, 2)
            await asyncio.to_thread(write, 4, 6)
            await give_up_a_poll(consumer)
            return found

    assert asyncio.run(read()) == [0, 2]
    # The last poll said that the first records are processed; its own it never handed out.
    assert asyncio.run(rest(servers, group, topic, 2)) == [4, 6]


def test_a_record_is_handed_out_when_it_comes_and_not_when_the_time_is_up(
    servers: str, topic: str, group: str, write: Write
) -> None:
    async def read() -> list[int]:
        async with member(servers, group, topic, AtLeastOnce()) as consumer:
            polling = asyncio.create_task(consumer.poll(10, LONG_S))
            await asyncio.to_thread(write, 0)
            await asyncio.wait([polling], timeout=LONG_S / 2)
            assert polling.done()
            return [record.value for record in polling.result()]

    assert asyncio.run(read()) == [0]


def test_commits_lag_and_places_are_asked_without_blocking_the_loop(
    servers: str, topic: str, group: str, write: Write
) -> None:
    write(*range(10))

    async def read() -> None:
        async with member(servers, group, topic, Manual()) as consumer:
            assert await take(consumer, 10) == list(range(10))
            assert await consumer.assignment() == [Partition(topic, 0), Partition(topic, 1)]
            assert await consumer.lag() == {Partition(topic, 0): 0, Partition(topic, 1): 0}
            await consumer.seek_to_time(datetime.fromtimestamp(7, UTC))
            assert await take(consumer, 4) == [6, 7, 8, 9]
            await consumer.seek(Partition(topic, 0), 4)
            assert await take(consumer, 1) == [8]
            await consumer.commit()

    asyncio.run(read())
    write(10, 11)
    assert asyncio.run(rest(servers, group, topic, 2)) == [10, 11]


def test_what_cannot_be_read_is_told_on_entering(servers: str, topic: str, group: str) -> None:
    async def enter() -> None:
        async with AsyncConsumer(servers, group, [f"{topic}x"]):
            pass

    with pytest.raises(ConsumingFailed, match=f"did you mean {topic}"):
        asyncio.run(enter())

    async def read_without() -> None:
        await AsyncConsumer(servers, group, [topic]).poll()

    with pytest.raises(ConsumingFailed, match="has not joined it: read in its `async with`"):
        asyncio.run(read_without())
