"""Transactions of coroutines: all or nothing, also for a task that is cancelled amid one."""

import asyncio
from uuid import uuid4

import pytest

from odradek import AsyncProducer
from odradek.clients.errors import ProducerFenced, TransactionError
from tests.clients.producer.conftest import ReadBack


def transactional(servers: str, transactional_id: str | None = None) -> AsyncProducer:
    return AsyncProducer(
        servers, profile="eos", transactional_id=transactional_id or f"id-{uuid4().hex}"
    )


async def require_cancelled(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_a_block_commits_what_is_in_it_and_an_exception_aborts(
    servers: str, topic: str, read_back: ReadBack
) -> None:
    async def send_once(producer: AsyncProducer, value: bytes, divisor: int) -> None:
        async with producer.transaction():
            await producer.send_and_wait(topic, value)
            1 // divisor

    async def send() -> None:
        async with transactional(servers) as producer:
            await send_once(producer, b"first", 1)
            with pytest.raises(ZeroDivisionError):
                await send_once(producer, b"lost", 0)
            await send_once(producer, b"second", 1)

    asyncio.run(send())
    assert read_back(topic) == [(None, b"first"), (None, b"second")]


def test_a_task_that_is_cancelled_leaves_no_transaction_behind(
    servers: str, topic: str, read_back: ReadBack
) -> None:
    async def send() -> None:
        is_inside = asyncio.Event()
        async with transactional(servers) as producer:

            async def stay() -> None:
                async with producer.transaction():
                    await producer.send_and_wait(topic, b"lost")
                    is_inside.set()
                    await asyncio.Event().wait()

            entering = asyncio.create_task(stay())
            await asyncio.sleep(0)
            await require_cancelled(entering)
            assert not is_inside.is_set()
            inside = asyncio.create_task(stay())
            await is_inside.wait()
            await require_cancelled(inside)
            async with producer.transaction():
                await producer.send(topic, b"kept")

    asyncio.run(send())
    assert read_back(topic) == [(None, b"kept")]


def test_another_instance_fences_the_first_and_plain_producers_have_none(
    servers: str, topic: str, read_back: ReadBack
) -> None:
    async def send() -> None:
        name = f"id-{uuid4().hex}"
        async with transactional(servers, name) as first, transactional(servers, name) as second:
            async with first.transaction():
                await first.send(topic, b"first")
            async with second.transaction():
                await second.send(topic, b"second")
            with pytest.raises(ProducerFenced, match="this one must end"):
                async with first.transaction():
                    await first.send(topic, b"zombie")
        async with AsyncProducer(servers) as plain:
            with pytest.raises(TransactionError, match="take the profile eos"):
                plain.transaction()

    asyncio.run(send())
    assert read_back(topic) == [(None, b"first"), (None, b"second")]
