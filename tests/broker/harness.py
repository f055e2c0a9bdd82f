"""The broker's own code without sockets: requests go in as bytes, responses come out decoded.

Everything between the frame and the reply is the real thing: the codec, dispatch, handlers, logs on
a real directory. Only the connection is missing, so a turn is one request.
"""

import asyncio
import struct
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from odradek.broker.log import Files
from odradek.broker.requests.dispatch import SERVED_VERSIONS, dispatch
from odradek.broker.runtime import Broker
from odradek.config import Listener, load
from odradek.protocol.declaration import Piece, Request
from odradek.protocol.headers import (
    RequestHeader,
    decode_response_header,
    encode_request_header,
)
from odradek.protocol.messages.create_topics import (
    CreatableTopic,
    CreatableTopicConfig,
    CreateTopicsRequest,
)
from odradek.protocol.messages.fetch import (
    FetchPartition,
    FetchRequest,
    FetchTopic,
    PartitionData,
)
from odradek.protocol.messages.produce import (
    PartitionProduceData,
    PartitionProduceResponse,
    ProduceRequest,
    TopicProduceData,
)
from odradek.protocol.records import Record, decode_records, encode_batch, split_batches

CLIENT_HOST = "127.0.0.1"
TURNS = 5


class Harness:
    """One broker on a directory; `ask` is one request and its answer."""

    def __init__(
        self,
        data_dir: Path,
        *settings: str,
        durability: str = "process",
        files: Files | None = None,
    ) -> None:
        self.loop = asyncio.new_event_loop()
        overrides = [
            f"broker.log.dirs={data_dir}",
            f"broker.durability={durability}",
            *(f"broker.{setting}" for setting in settings),
        ]
        configuration = load(None, {}, overrides).broker
        self.broker = Broker(configuration, self.loop, SERVED_VERSIONS, files)
        try:
            self.broker.open()
        except BaseException:
            self.loop.close()
            raise
        self.broker.advertise(Listener(CLIENT_HOST, 9092))

    def close(self) -> None:
        """Shut down cleanly."""
        self.broker.close()
        self.loop.close()

    def abandon(self) -> None:
        """Die on the spot; what was open is for the disk to close."""
        self.loop.close()

    def let_timers_fire(self) -> None:
        """Do what is due now, and what follows from it at once."""
        for _ in range(TURNS):
            self.loop.run_until_complete(asyncio.sleep(0))

    def frame(self, request: Request, version: int) -> bytearray:
        """What a client would send, without the size."""
        header = RequestHeader(request.api_key, version, 7, "tests")
        return bytearray(encode_request_header(header) + request.encode(version))

    def start(self, request: Request, version: int) -> "Asked":
        """Send a request and let its turn end; the answer may still be pending."""
        frame = self.frame(request, version)
        reply = dispatch(self.broker, memoryview(frame), CLIENT_HOST)
        self.broker.write_staged()
        frame[:] = bytes(len(frame))  # the receive buffer is used again: nobody may look back
        return Asked(self, reply, request, version)

    def ask(self, request: Request, version: int) -> Any:
        """Send a request and wait for its answer."""
        return self.start(request, version).answer()

    def create_topic(self, name: str, partitions: int = 1, **configs: str) -> None:
        """Create a topic; settings with underscores for dots."""
        topic = CreatableTopic(
            name=name,
            num_partitions=partitions,
            replication_factor=1,
            configs=[
                CreatableTopicConfig(name=key.replace("_", "."), value=value)
                for key, value in configs.items()
            ],
        )
        (result,) = self.ask(CreateTopicsRequest(topics=[topic]), 7).topics
        assert result.error_code == 0, result.error_message

    def produce(
        self, topic: str, batch: bytes, *, acks: int = -1, partition: int = 0, version: int = 9
    ) -> PartitionProduceResponse:
        """Send one batch to one partition."""
        data = TopicProduceData(
            name=topic, partition_data=[PartitionProduceData(index=partition, records=batch)]
        )
        request = ProduceRequest(acks=acks, timeout_ms=10_000, topic_data=[data])
        answer: PartitionProduceResponse = (
            self.ask(request, version).responses[0].partition_responses[0]
        )
        return answer

    def fetch_request(
        self, topic: str, offset: int, *, partition: int = 0, max_wait_ms: int = 0, **changes: Any
    ) -> FetchRequest:
        """A sessionless Fetch of one partition."""
        asked = FetchPartition(
            partition=partition,
            fetch_offset=offset,
            partition_max_bytes=changes.pop("partition_max_bytes", 1 << 20),
            current_leader_epoch=changes.pop("current_leader_epoch", -1),
            last_fetched_epoch=changes.pop("last_fetched_epoch", -1),
        )
        return FetchRequest(
            max_wait_ms=max_wait_ms,
            min_bytes=changes.pop("min_bytes", 1),
            max_bytes=changes.pop("max_bytes", 1 << 20),
            session_epoch=changes.pop("session_epoch", -1),
            topics=[FetchTopic(topic=topic, partitions=[asked])],
            **changes,
        )

    def fetch(self, topic: str, offset: int, **changes: Any) -> PartitionData:
        """Fetch one partition once."""
        response = self.ask(self.fetch_request(topic, offset, **changes), 12)
        answer: PartitionData = response.responses[0].partitions[0]
        return answer

    def values(self, topic: str, offset: int = 0) -> list[bytes | None]:
        """The values of all records from an offset on."""
        return [record.value for record in records_of(self.fetch(topic, offset))]


class Asked:
    """A request on its way."""

    def __init__(self, harness: Harness, reply: Any, request: Request, version: int) -> None:
        self._harness = harness
        self._reply = reply
        self._request = request
        self._version = version

    @property
    def is_pending(self) -> bool:
        """Whether the answer waits for something."""
        return self._reply.pending is not None and not self._reply.pending.done()

    @property
    def is_cancelled(self) -> bool:
        """Whether the client has disconnected before it was answered."""
        pending = self._reply.pending
        return pending is not None and bool(pending.cancelled())

    def cancel(self) -> None:
        """Disconnect while the answer is pending, as a connection does."""
        self._reply.pending.cancel()

    def answer(self) -> Any:
        """The decoded response, waiting for it if need be; None where none is sent."""
        if self._reply is None:
            return None
        if self._reply.pending is not None:
            self._harness.loop.run_until_complete(asyncio.wait_for(self._reply.pending, 60))
        parts: list[Piece] = []
        self._reply.encode(parts)
        data = b"".join(map(bytes, parts))
        assert struct.unpack_from(">i", data)[0] == len(data) - 4
        body = memoryview(data)[4:]
        response_type = _response_type(self._request)
        _, position = decode_response_header(body, response_type.api_key, self._version)
        return response_type.decode(body[position:], self._version)


def _response_type(request: Request) -> Any:
    """The class beside the request's in its module: FetchResponse for a FetchRequest."""
    name = type(request).__name__.removesuffix("Request") + "Response"
    return getattr(sys.modules[type(request).__module__], name)


def batch_of(*values: bytes, **options: Any) -> bytes:
    """One batch of records that carry these values, stamped by `timestamp_ms`."""
    timestamp_ms = options.pop("timestamp_ms", NOW_MS)
    records = [
        Record(offset=index, timestamp_ms=timestamp_ms, key=None, value=value)
        for index, value in enumerate(values)
    ]
    return bytes(encode_batch(records, **options))


def records_of(answer: PartitionData) -> list[Record]:
    """All records of a fetched partition."""
    return list(_records(answer.records or b""))


def _records(data: Any) -> Iterable[Record]:
    for batch in split_batches(memoryview(data)):
        yield from decode_records(batch)


NOW_MS = 1_700_000_000_000
