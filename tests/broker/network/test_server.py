"""Many connections at once, over real sockets: who is closed, who waits, whose turn it is."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from odradek.broker.network.connection import TURN_PRODUCES_MAX, TURN_ROUNDS_MAX
from odradek.broker.network.server import Server
from odradek.protocol.declaration import Request
from odradek.protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from odradek.protocol.messages.produce import ProduceResponse
from tests.broker.harness import Harness
from tests.broker.network.test_connection import Client, Connect, produce_request

TIMEOUT_S = 60.0
STALL_S = 0.05
PIPELINED = 10_000
COUNTING = "metrics.address=127.0.0.1:0"
"""Requests are counted where metrics are to be served."""
Scenario = Callable[[Connect], Awaitable[None]]


class UnstalledClock:
    """A loop's time without the moments in which this process had no CPU to run on.

    Client and broker share one loop here. Both stand still then, and neither may find that the
    other was silent for too long.
    """

    def __init__(self, time: Callable[[], float]) -> None:
        self._time = time
        self._seen_s = time()
        self._now_s = self._seen_s

    def __call__(self) -> float:
        before_s, self._seen_s = self._seen_s, self._time()
        self._now_s += min(self._seen_s - before_s, STALL_S)
        return self._now_s


def serve(directory: Path, scenario: Scenario, *settings: str) -> None:
    """Run a scenario against a broker with these settings."""
    harness = Harness(directory, *settings)
    harness.loop.time = UnstalledClock(harness.loop.time)

    async def run() -> None:
        server = Server(harness.broker, "127.0.0.1", 0)
        port = await server.start()
        try:
            await asyncio.wait_for(scenario(Connect(harness, server, port)), TIMEOUT_S)
        finally:
            await server.stop()

    try:
        harness.loop.run_until_complete(run())
    finally:
        harness.close()


async def ask(client: Client) -> None:
    """Be answered."""
    client.send(client.frame(ApiVersionsRequest(), 3))
    await client.receive(ApiVersionsResponse, 3)


def reasons(caplog: pytest.LogCaptureFixture) -> list[str]:
    fields = [getattr(record, "event_fields", {}) for record in caplog.records]
    return [f"{each.get('client')}: {each['reason']}" for each in fields if "reason" in each]


def test_thousand_idle_connections_are_closed_and_one_that_talks_is_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    async def scenario(connect: Connect) -> None:
        async with AsyncExitStack() as stack:
            idle = [await stack.enter_async_context(connect.client()) for _ in range(1000)]
            # Last, for on a busy machine a thousand connections take longer than one may idle.
            talking = await stack.enter_async_context(connect.client())
            closed = asyncio.gather(*(client.is_closed_by_broker() for client in idle))
            while not closed.done():
                await ask(talking)
                await asyncio.sleep(0.02)
            assert all(await closed)
            await ask(talking)
        meter = connect.harness.broker.connection_meter
        assert meter.refused == {"connections.max.idle.ms": 1000}

    serve(tmp_path, scenario, "connections.max.idle.ms=1500")
    assert set(reasons(caplog)) == {"127.0.0.1: idle for 1500 ms (connections.max.idle.ms)"}
    assert len(reasons(caplog)) < 20


def test_client_that_waits_for_its_answer_is_not_idle(tmp_path: Path) -> None:
    async def scenario(connect: Connect) -> None:
        connect.harness.create_topic("t")
        async with connect.client() as waiting, connect.client() as idle, connect.client() as late:
            fetch = connect.harness.fetch_request("t", 0, max_wait_ms=60_000)
            waiting.send(waiting.frame(fetch, 12))
            assert await idle.is_closed_by_broker()
            assert connect.harness.broker.purgatory
            assert await late.is_closed_by_broker()

    serve(tmp_path, scenario, "connections.max.idle.ms=200")


def test_client_that_does_not_take_its_answers_is_closed_as_idle(tmp_path: Path) -> None:
    async def scenario(connect: Connect) -> None:
        connect.harness.create_topic("t")
        async with connect.client() as stuck, connect.client() as other:
            other.send(other.frame(produce_request(b"x" * 900_000), 9))
            await other.receive(ProduceResponse, 9)
            fetch = connect.harness.fetch_request("t", 0)
            stuck.stop_reading()
            stuck.send(*[stuck.frame(fetch, 12) for _ in range(100)])
            meter = connect.harness.broker.connection_meter
            while meter.closed == 0:
                await ask(other)
                await asyncio.sleep(0.02)
            await ask(other)

    serve(tmp_path, scenario, "connections.max.idle.ms=400")


def test_address_with_too_many_connections_is_turned_away_until_one_is_closed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    async def scenario(connect: Connect) -> None:
        async with connect.client() as first:
            async with connect.client() as second:
                await ask(first)
                await ask(second)
                async with connect.client() as third:
                    assert await third.is_closed_by_broker()
            while connect.harness.broker.connection_meter.closed == 0:
                await ask(first)
            async with connect.client() as fourth:
                await ask(fourth)

    serve(tmp_path, scenario, "max.connections.per.ip=2")
    reason = "2 connections of this address are open, and 2 may be (max.connections.per.ip)"
    assert reasons(caplog) == [f"127.0.0.1: {reason}"]


def test_override_lets_one_address_have_more(tmp_path: Path) -> None:
    async def scenario(connect: Connect) -> None:
        async with connect.client() as first, connect.client() as second:
            await ask(first)
            await ask(second)

    serve(
        tmp_path,
        scenario,
        "max.connections.per.ip=1",
        "max.connections.per.ip.overrides=127.0.0.1:2",
    )


def test_client_of_a_full_broker_waits_and_is_served_when_another_leaves(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    async def scenario(connect: Connect) -> None:
        async with connect.client() as second, connect.client() as first:
            await ask(second)
            await ask(first)
            async with connect.client() as third:
                third.send(third.frame(ApiVersionsRequest(), 3))
                for _ in range(20):
                    await ask(first)
                assert connect.harness.broker.connection_meter.accepted == 2
                first.close()
                await third.receive(ApiVersionsResponse, 3)

    serve(tmp_path, scenario, "max.connections=2")
    assert reasons(caplog) == ["the next: 2 are open, and 2 may be (max.connections)"]


def test_connections_beyond_the_rate_come_later_and_all_are_served(tmp_path: Path) -> None:
    async def scenario(connect: Connect) -> None:
        async with AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(connect.client()) for _ in range(25)]
            await asyncio.gather(*map(ask, clients))

    serve(tmp_path, scenario, "max.connection.creation.rate=20")


async def most_handled_at_once(connect: Connect, request: Request, version: int) -> int:
    """How many requests of this kind one pass of the loop handles at most, until all are.

    A pass may have the end of a turn that was put off, and a turn for what has come since.
    """
    counts = connect.harness.broker.request_meters.counts
    most = handled = 0
    while handled < PIPELINED:
        before, handled = handled, counts[request.api_key, version]
        most = max(most, handled - before)
        await asyncio.sleep(0)
    return most


def test_client_with_thousands_of_requests_shares_the_broker_with_one_that_asks_now_and_then(
    tmp_path: Path,
) -> None:
    async def scenario(connect: Connect) -> None:
        async with connect.client() as greedy, connect.client() as modest:
            request = ApiVersionsRequest()
            greedy.send(*[greedy.frame(request, 0) for _ in range(PIPELINED)])
            measuring = asyncio.create_task(most_handled_at_once(connect, request, 0))

            async def take_all() -> None:
                for expected in range(1, PIPELINED + 1):
                    assert (await greedy.receive(ApiVersionsResponse, 0))[0] == expected

            taking = asyncio.create_task(take_all())
            for _ in range(20):
                await ask(modest)
            assert not measuring.done(), "the modest client had to wait for the whole pipeline"
            await taking
            assert await measuring <= 2 * TURN_ROUNDS_MAX

    serve(tmp_path, scenario, COUNTING)


def test_pipeline_of_produces_ends_its_turn_and_keeps_its_order(tmp_path: Path) -> None:
    async def scenario(connect: Connect) -> None:
        connect.harness.create_topic("t")
        async with connect.client() as greedy:
            request = produce_request(b"a", acks=1)
            measuring = asyncio.create_task(most_handled_at_once(connect, request, 9))
            greedy.send(*[greedy.frame(request, 9) for _ in range(PIPELINED)])
            for taken in range(PIPELINED):
                number, response = await greedy.receive(ProduceResponse, 9)
                answer = response.responses[0].partition_responses[0]
                assert (number, answer.base_offset) == (taken + 1, taken)
            assert await measuring <= 2 * TURN_PRODUCES_MAX

    serve(tmp_path, scenario, COUNTING)


def test_slow_consumer_does_not_hold_up_a_producer(tmp_path: Path) -> None:
    async def scenario(connect: Connect) -> None:
        connect.harness.create_topic("t")
        async with connect.client() as slow, connect.client() as producer:
            producer.send(producer.frame(produce_request(b"x" * 900_000), 9))
            await producer.receive(ProduceResponse, 9)
            slow.stop_reading()
            fetch = connect.harness.fetch_request("t", 0)
            slow.send(*[slow.frame(fetch, 12) for _ in range(500)])
            for offset in range(1, 200):
                producer.send(producer.frame(produce_request(b"y"), 9))
                _, response = await producer.receive(ProduceResponse, 9)
                assert response.responses[0].partition_responses[0].base_offset == offset
            slow.go_on_reading()

    serve(tmp_path, scenario)


def test_requests_that_would_need_too_much_memory_together_come_one_after_the_other(
    tmp_path: Path,
) -> None:
    async def scenario(connect: Connect) -> None:
        connect.harness.create_topic("t")
        memory = connect.harness.broker.request_memory
        async with connect.client() as stalled, connect.client() as late, connect.client() as other:
            frame = stalled.frame(produce_request(b"x" * 900_000), 9)
            stalled.send(frame[:500_000])
            while memory.claimed_bytes < len(frame):  # noqa: ASYNC110 - the broker sets no event
                await asyncio.sleep(0)
            late.send(late.frame(produce_request(b"y" * 900_000), 9))
            while not memory.is_scarce:  # noqa: ASYNC110 - the broker sets no event
                await asyncio.sleep(0)
            await ask(other)
            assert memory.claimed_bytes == len(frame)
            stalled.abort()
            number, response = await late.receive(ProduceResponse, 9)
            assert (number, response.responses[0].partition_responses[0].base_offset) == (1, 0)

    serve(tmp_path, scenario, "queued.max.request.bytes=600000")
