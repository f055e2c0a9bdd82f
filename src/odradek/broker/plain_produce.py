"""Produce as nearly every client sends it, read and answered without building messages.

One topic, one partition, no transaction, a flexible version, an answer that need not wait for the
disk: of the requests a broker gets, most are this one, and half of what they cost was taking the
message apart into objects and building the answer from others. Everything that is decided about the
records is decided where it always is (`LogWriter.append`).

Invariant: `handle_plain_produce` either does exactly what `apis.produce` would, or returns None and
has done nothing; whatever looks unusual or wrong is left to the general path, and so is the
encoding of errors.
"""

import struct

from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import DecodeError
from odradek.protocol.messages.produce import (
    PartitionProduceResponse,
    ProduceResponse,
    TopicProduceResponse,
)
from odradek.protocol.varint import decode_unsigned_varint

PRODUCE = int(ApiKey.PRODUCE)
OLDEST_VERSION = 9
TOPIC_IDS_SINCE_VERSION = 13
TOPIC_ID_BYTES = 16
ACKS_ALL = -1
ACKS_LEADER = 1

# api_key, api_version, correlation_id, length of the client id
_HEADER = struct.Struct(">hhih")
# tag count of the header, transactional_id, acks, timeout_ms, topic count, first byte of the topic
_BEFORE_TOPIC = struct.Struct(">BBhiBB")
# partition count, index
_BEFORE_RECORDS = struct.Struct(">Bi")
# partition count, index, error_code, base_offset, log_append_time_ms, log_start_offset,
# no record_errors, no error_message, no tags twice, throttle_time_ms, no tags
_AFTER_TOPIC = struct.Struct(">BihqqqBBBBiB")
_ONE = 2  # compact arrays count from one
_ONE_TOPIC = bytes([_ONE])
_NO_TAGS_THRICE = bytes(3)


class PlainProduceResponse:
    """The answer to one partition; `topic` is its name or id as it stood in the request."""

    __slots__ = ("_answer", "_topic", "api_version", "correlation_id")

    def __init__(
        self, api_version: int, correlation_id: int, topic: bytes, answer: PartitionProduceResponse
    ) -> None:
        self.api_version = api_version
        self.correlation_id = correlation_id
        self._topic = topic
        self._answer = answer

    def encode_parts(self, version: int) -> list[bytes]:
        """The same bytes as those of a ProduceResponse."""
        answer = self._answer
        if answer.error_code:
            return [self._as_message(version).encode(version)]
        numbers = (answer.base_offset, answer.log_append_time_ms, answer.log_start_offset)
        tail = _AFTER_TOPIC.pack(_ONE, answer.index, 0, *numbers, 1, 0, 0, 0, 0, 0)
        return [_ONE_TOPIC + self._topic + tail]

    def _as_message(self, version: int) -> ProduceResponse:
        topic = TopicProduceResponse(partition_responses=[self._answer])
        if version >= TOPIC_IDS_SINCE_VERSION:
            topic.topic_id = self._topic
        else:
            topic.name = str(self._topic[1:], "utf-8")
        return ProduceResponse(responses=[topic])


def handle_plain_produce(broker: Broker, frame: memoryview) -> PlainProduceResponse | None:
    """Stage the batch of a plain Produce; None for any other request."""
    try:
        api_key, version, correlation_id, client_id_bytes = _HEADER.unpack_from(frame)
        if api_key != PRODUCE or not OLDEST_VERSION <= version <= TOPIC_IDS_SINCE_VERSION:
            return None
        position = _HEADER.size + max(client_id_bytes, 0)
        found = _read_body(broker, frame, position, has_topic_id=version >= TOPIC_IDS_SINCE_VERSION)
    except (struct.error, IndexError, UnicodeDecodeError, DecodeError):
        return None
    if found is None:
        return None
    name, topic, index, acks, records = found
    partition = broker.partitions.get(name, index)
    if partition is None or partition.is_internal:
        return None
    if acks != ACKS_LEADER and (
        acks != ACKS_ALL or broker.is_synced or partition.min_insync_replicas > 1
    ):
        return None
    answer = PartitionProduceResponse(index=index, base_offset=-1)
    broker.append(partition, records, answer, None)
    return PlainProduceResponse(version, correlation_id, topic, answer)


def _read_body(
    broker: Broker, frame: memoryview, position: int, *, has_topic_id: bool
) -> tuple[str, bytes, int, int, memoryview] | None:
    """Topic name, topic as sent, partition, acks, records; None unless it is one partition."""
    before_topic = _BEFORE_TOPIC.unpack_from(frame, position)
    tag_count, transactional_id, acks, _, topic_count, name_length = before_topic
    if tag_count or transactional_id or topic_count != _ONE:
        return None
    start = position + _BEFORE_TOPIC.size - 1
    if has_topic_id:
        end = start + TOPIC_ID_BYTES
        topic = bytes(frame[start:end])
        name = broker.image.names_by_id.get(topic, "")
    elif name_length > 127:
        return None
    else:
        end = start + name_length
        topic = bytes(frame[start:end])
        name = str(topic[1:], "utf-8")
    partition_count, index = _BEFORE_RECORDS.unpack_from(frame, end)
    length, records_start = decode_unsigned_varint(frame, end + _BEFORE_RECORDS.size)
    records_end = records_start + length - 1
    if partition_count != _ONE or not length or frame[records_end:] != _NO_TAGS_THRICE:
        return None
    return name, topic, index, acks, frame[records_start:records_end]
