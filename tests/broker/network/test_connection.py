"""Connections over real sockets: order, isolation, and what a slow client costs."""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from odradek.broker.network.server import Server
from odradek.protocol.declaration import Request
from odradek.protocol.errors import ErrorCode
from odradek.protocol.headers import (
    RequestHeader,
    decode_response_header,
    encode_request_header,
)
from odradek.protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from odradek.protocol.messages.delete_topics import DeleteTopicsRequest, DeleteTopicsResponse
from odradek.protocol.messages.fetch import FetchResponse
from odradek.protocol.messages.join_group import (
    JoinGroupRequest,
    JoinGroupRequestProtocol,
    JoinGroupResponse,
)
from odradek.protocol.messages.metadata import MetadataRequest, MetadataResponse
from odradek.protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    ProduceResponse,
    TopicProduceData,
)
from tests.broker.harness import Harness, batch_of, records_of

ANSWER_TIMEOUT_S = 60.0
JOIN = JoinGroupRequest(
    group_id="g",
    session_timeout_ms=10_000,
    rebalance_timeout_ms=10_000,
    protocol_type="consumer",
    protocols=[JoinGroupRequestProtocol(name="range")],
)
Scenario = Callable[["Connect"], Awaitable[None]]


class Client:
    """A socket that speaks frames; correlation ids count up from 1."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._sent = 0
        self._size: int | None = None

    def frame(self, request: Request, version: int) -> bytes:
        self._sent += 1
        header = RequestHeader(request.api_key, version, self._sent, "tests")
        body = encode_request_header(header) + request.encode(version)
        return struct.pack(">i", len(body)) + body

    def send(self, *frames: bytes) -> None:
        self._writer.write(b"".join(frames))

    async def receive(self, response_type: Any, version: int) -> tuple[int, Any]:
        """The next reply: its correlation id and its body."""
        data = memoryview(await self._read(await self.next_size()))
        self._size = None
        key = response_type.api_key
        correlation_id, position = decode_response_header(data, key, version)
        return correlation_id, response_type.decode(data[position:], version)

    async def next_size(self) -> int:
        """Wait until a reply begins to arrive; how many bytes it has."""
        if self._size is None:
            self._size = struct.unpack(">i", await self._read(4))[0]
        return self._size

    async def is_closed_by_broker(self) -> bool:
        return await asyncio.wait_for(self._reader.read(), ANSWER_TIMEOUT_S) == b""

    async def _read(self, size: int) -> bytes:
        return await asyncio.wait_for(self._reader.readexactly(size), ANSWER_TIMEOUT_S)

    def stop_reading(self) -> None:
        """Take nothing from the socket any more."""
        self._writer.transport.pause_reading()  # type: ignore[attr-defined]

    def go_on_reading(self) -> None:
        self._writer.transport.resume_reading()  # type: ignore[attr-defined]

    def close(self) -> None:
        self._writer.close()

    def abort(self) -> None:
        self._writer.transport.abort()


class Connect:
    """Opens connections to one server."""

    def __init__(self, harness: Harness, server: Server, port: int) -> None:
        self.harness = harness
        self.server = server
        self.port = port

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        client = Client(*await asyncio.open_connection("127.0.0.1", self.port))
        try:
            yield client
        finally:
            client.close()


@pytest.fixture
def serve(broker: Harness) -> Callable[[Scenario], None]:
    """Run a scenario against a broker that listens on a free port."""
    return lambda scenario: _run(broker, scenario)


@pytest.fixture
def serve_disk(disk_broker: Harness) -> Callable[[Scenario], None]:
    """The same with durability disk."""
    return lambda scenario: _run(disk_broker, scenario)


def _run(harness: Harness, scenario: Scenario) -> None:
    async def serve() -> None:
        server = Server(harness.broker, "127.0.0.1", 0)
        port = await server.start()
        try:
            await scenario(Connect(harness, server, port))
        finally:
            await server.stop()

    harness.loop.run_until_complete(serve())


def produce_request(*values: bytes, acks: int = -1) -> ProduceRequest:
    data = PartitionProduceData(records=batch_of(*values))
    topic = TopicProduceData(name="t", partition_data=[data])
    return ProduceRequest(acks=acks, timeout_ms=10_000, topic_data=[topic])


def test_replies_come_in_the_order_of_requests(serve: Any) -> None:
    async def scenario(connect: Connect) -> None:
        connect.harness.create_topic("t")
        async with connect.client() as client:
            client.send(
                client.frame(produce_request(b"a"), 9),
                client.frame(MetadataRequest(topics=None), 12),
                client.frame(produce_request(b"b"), 9),
            )
            assert (await client.receive(ProduceResponse, 9))[0] == 1
            assert (await client.receive(MetadataResponse, 12))[0] == 2
            last, response = await client.receive(ProduceResponse, 9)
            assert last == 3
            assert response.responses[0].partition_responses[0].base_offset == 1

    serve(scenario)


def test_a_request_arrives_byte_by_byte(serve: Any) -> None:
    async def scenario(connect: Connect) -> None:
        async with connect.client() as client:
            for byte in client.frame(MetadataRequest(topics=None), 12):
                client.send(bytes([byte]))
                await asyncio.sleep(0)
            assert (await client.receive(MetadataResponse, 12))[0] == 1

    serve(scenario)


def test_a_parked_fetch_holds_what_is_behind_it_on_its_own_connection_only(serve: Any) -> None:
    async def scenario(connect: Connect) -> None:
        connect.harness.create_topic("t")
        async with connect.client() as consumer, connect.client() as producer:
            fetch = connect.harness.fetch_request("t", 0, max_wait_ms=60_000)
            consumer.send(
                consumer.frame(fetch, 12), consumer.frame(MetadataRequest(topics=None), 12)
            )
            producer.send(producer.frame(produce_request(b"a"), 9))
            assert (await producer.receive(ProduceResponse, 9))[0] == 1
            first, response = await consumer.receive(FetchResponse, 12)
            assert first == 1
            (answer,) = response.responses[0].partitions
            assert [record.value for record in records_of(answer)] == [b"a"]
            assert (await consumer.receive(MetadataResponse, 12))[0] == 2

    serve(scenario)


def test_produces_are_pipelined_while_the_disk_syncs(serve_disk: Any) -> None:
    async def scenario(connect: Connect) -> None:
        connect.harness.create_topic("t")
        async with connect.client() as client:
            client.send(*[client.frame(produce_request(b"a"), 9) for _ in range(50)])
            offsets = []
            for expected in range(1, 51):
                correlation_id, response = await client.receive(ProduceResponse, 9)
                assert correlation_id == expected
                offsets.append(response.responses[0].partition_responses[0].base_offset)
            assert offsets == list(range(50))

    serve_disk(scenario)


def test_an_unknown_version_of_api_versions_is_answered_in_the_oldest(serve: Any) -> None:
    async def scenario(connect: Connect) -> None:
        async with connect.client() as client:
            body = struct.pack(">hhih", 18, 99, 1, -1) + b"\0\0\0\0"
            client.send(struct.pack(">i", len(body)) + body)
            _, response = await client.receive(ApiVersionsResponse, 0)
            assert response.error_code == ErrorCode.UNSUPPORTED_VERSION
            assert [(api.api_key, api.max_version) for api in response.api_keys] == [(18, 4)]
            client.send(client.frame(ApiVersionsRequest(), 0))
            _, response = await client.receive(ApiVersionsResponse, 0)
            assert len(response.api_keys) > 10

    serve(scenario)


@pytest.mark.parametrize(
    "body",
    [
        struct.pack(">hhih", 99, 0, 1, -1),
        struct.pack(">hhih", 3, 99, 1, -1),
        struct.pack(">hhih", 0, 2, 1, -1) + bytes(20),
        struct.pack(">hhih", 3, 9, 1, 200),
        b"\xff" * 40,
        bytes(8),
    ],
    ids=["unknown api", "unknown version", "refused version", "cut header", "noise", "zeros"],
)
def test_what_cannot_be_answered_closes_its_own_connection_only(serve: Any, body: bytes) -> None:
    async def scenario(connect: Connect) -> None:
        async with connect.client() as good, connect.client() as bad:
            bad.send(struct.pack(">i", len(body)) + body)
            assert await bad.is_closed_by_broker()
            good.send(good.frame(MetadataRequest(topics=None), 12))
            assert (await good.receive(MetadataResponse, 12))[0] == 1

    serve(scenario)


@pytest.mark.parametrize("size", [-1, 0, 2**31 - 1])
def test_an_impossible_frame_size_closes_the_connection(serve: Any, size: int) -> None:
    async def scenario(connect: Connect) -> None:
        async with connect.client() as client:
            client.send(struct.pack(">i", size))
            assert await client.is_closed_by_broker()

    serve(scenario)


def test_what_came_before_a_broken_frame_is_still_answered(serve: Any) -> None:
    async def scenario(connect: Connect) -> None:
        connect.harness.create_topic("t")
        async with connect.client() as client:
            client.send(client.frame(produce_request(b"a"), 9), struct.pack(">i", -5))
            assert (await client.receive(ProduceResponse, 9))[0] == 1
            assert await client.is_closed_by_broker()

    serve(scenario)


def test_a_client_that_leaves_takes_its_parked_fetch_along(serve: Any) -> None:
    async def scenario(connect: Connect) -> None:
        connect.harness.create_topic("t")
        purgatory = connect.harness.broker.purgatory
        async with connect.client() as client:
            fetch = connect.harness.fetch_request("t", 0, max_wait_ms=60_000)
            client.send(client.frame(fetch, 12))
            while not purgatory:  # noqa: ASYNC110 - the broker sets no event
                await asyncio.sleep(0)
            client.abort()
            while purgatory:  # noqa: ASYNC110 - the broker sets no event
                await asyncio.sleep(0)

    serve(scenario)


def test_a_client_that_never_reads_holds_back_nobody(serve: Any) -> None:
    async def scenario(connect: Connect) -> None:
        connect.harness.create_topic("t")
        async with connect.client() as stuck, connect.client() as other:
            other.send(other.frame(produce_request(b"x" * 1_000_000), 9))
            await other.receive(ProduceResponse, 9)
            fetch = connect.harness.fetch_request("t", 0)
            stuck.send(*[stuck.frame(fetch, 12) for _ in range(200)])
            for expected in range(2, 22):
                other.send(other.frame(MetadataRequest(topics=None), 12))
                assert (await other.receive(MetadataResponse, 12))[0] == expected

    serve(scenario)


def test_join_that_waits_holds_up_its_own_connection_only(
    serve: Callable[[Scenario], None],
) -> None:
    async def scenario(connect: Connect) -> None:
        async with connect.client() as member, connect.client() as other:
            member.send(member.frame(JOIN, 3), member.frame(ApiVersionsRequest(), 3))
            for _ in range(3):
                other.send(other.frame(ApiVersionsRequest(), 3))
                await other.receive(ApiVersionsResponse, 3)
            number, joined = await member.receive(JoinGroupResponse, 3)
            assert (number, joined.error_code) == (1, ErrorCode.NONE)
            number, _ = await member.receive(ApiVersionsResponse, 3)
            assert number == 2

    serve(scenario)


def test_member_that_vanishes_while_it_joins_harms_nobody(
    serve: Callable[[Scenario], None],
) -> None:
    async def scenario(connect: Connect) -> None:
        async with connect.client() as vanishing, connect.client() as member:
            vanishing.send(vanishing.frame(JOIN, 3))
            member.send(member.frame(JOIN, 3))
            vanishing.abort()
            _, joined = await member.receive(JoinGroupResponse, 3)
            assert (joined.error_code, joined.generation_id) == (ErrorCode.NONE, 1)

    serve(scenario)


def test_what_a_slow_consumer_asked_for_arrives_although_its_topic_is_deleted(serve: Any) -> None:
    async def scenario(connect: Connect) -> None:
        connect.harness.create_topic("t")
        async with connect.client() as slow, connect.client() as other:
            for number in range(1, 21):
                other.send(other.frame(produce_request(b"x" * 900_000), 9))
                assert (await other.receive(ProduceResponse, 9))[0] == number
            fetch = connect.harness.fetch_request(
                "t", 0, max_bytes=50 << 20, partition_max_bytes=50 << 20
            )
            slow.send(slow.frame(fetch, 12))
            assert await slow.next_size() > 20 * 900_000
            other.send(other.frame(DeleteTopicsRequest(topic_names=["t"], timeout_ms=1000), 4))
            await other.receive(DeleteTopicsResponse, 4)
            _, response = await slow.receive(FetchResponse, 12)
            (answer,) = response.responses[0].partitions
            assert [len(record.value) for record in records_of(answer)] == [900_000] * 20

    serve(scenario)


def test_a_client_behind_another_network_family_is_served_on_the_same_port(broker: Harness) -> None:
    async def scenario() -> None:
        server = Server(broker.broker, "localhost", 0)
        port = await server.start()
        found = await asyncio.get_running_loop().getaddrinfo("localhost", port)
        for host in {address[0] for *_, address in found}:
            client = Client(*await asyncio.open_connection(host, port))
            client.send(client.frame(MetadataRequest(topics=None), 12))
            assert (await client.receive(MetadataResponse, 12))[0] == 1
            client.close()
        await server.stop()

    broker.loop.run_until_complete(scenario())
