"""The face for coroutines: nothing blocks the loop, everything is awaited."""

import asyncio

import pytest

from odradek import AsyncProducer
from odradek.clients.errors import UnknownTopic
from odradek.clients.producer.delivery.receipt import Receipt
from tests.clients.producer.conftest import ReadBack


def test_awaited_sends_return_offsets_in_the_order_of_sending(servers: str, topic: str) -> None:
    async def send_all() -> list[int | None]:
        async with AsyncProducer(servers) as producer:
            receipts = [await producer.send(topic, b"%d" % number) for number in range(100)]
            return [(await receipt).offset for receipt in receipts]

    assert asyncio.run(send_all()) == list(range(100))


def test_many_tasks_share_one_producer(servers: str, topic: str, read_back: ReadBack) -> None:
    async def send_all() -> None:
        async with AsyncProducer(servers, profile="sync") as producer:
            sends = (producer.send_and_wait(topic, b"%d" % number) for number in range(200))
            found = await asyncio.gather(*sends)
        assert sorted(each.offset or 0 for each in found) == list(range(200))

    asyncio.run(send_all())
    assert sorted(value or b"" for _, value in read_back(topic)) == sorted(
        b"%d" % number for number in range(200)
    )


def test_on_delivery_is_called_in_the_loop(servers: str, topic: str) -> None:
    async def send_one() -> None:
        called: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        async with AsyncProducer(servers) as producer:
            receipt = await producer.send(topic, b"v", on_delivery=called.set_result)
            assert await called is receipt

    asyncio.run(send_one())


def test_back_pressure_suspends_the_sender_alone(
    servers: str, topic: str, read_back: ReadBack
) -> None:
    async def send_all() -> None:
        settings = {"queue.buffering.max.messages": 10}
        async with AsyncProducer(servers, settings=settings) as producer:
            for number in range(200):
                await producer.send_and_forget(topic, b"%d" % number)

    asyncio.run(send_all())
    assert [value for _, value in read_back(topic)] == [b"%d" % number for number in range(200)]


def test_an_unknown_topic_is_raised_where_it_was_sent(servers: str) -> None:
    async def send_one() -> None:
        async with AsyncProducer(servers) as producer:
            with pytest.raises(UnknownTopic):
                await producer.send_and_wait("no-such-topic", b"v")

    asyncio.run(send_one())
