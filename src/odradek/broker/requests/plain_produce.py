"""Produce as nearly every client sends it, read and answered without building messages.

One topic, one partition, no transaction, a flexible version, an answer that need not wait for the
disk: of the requests a broker gets, most are this one, and half of what they cost was taking the
message apart into objects and building the answer from others. A producer also begins all its
requests to one partition with the same bytes, so these are understood once and looked up afterwards
(`ProduceTarget`). Everything that is decided about the records is decided where it always is
(`LogWriter.append`).

Invariant: `handle_plain_produce` either does exactly what `apis.produce` would, or returns None and
has done nothing; whatever looks unusual or wrong is left to the general path, and so is the
encoding of errors.
"""

import struct
from typing import NamedTuple

from odradek.broker.coordinators.transactional_produce import is_transactional
from odradek.broker.request import PendingResponse
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Piece
from odradek.protocol.errors import DecodeError
from odradek.protocol.headers import encode_response_header
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

TARGETS_MAX = 4096
TARGET_BYTES_MAX = 512

# api_key, api_version, correlation_id, length of the client id
_HEADER = struct.Struct(">hhih")
_CLIENT_ID_LENGTH_POSITION = 8
# tag count of the header, transactional_id, acks, timeout_ms, topic count, first byte of the topic
_BEFORE_TOPIC = struct.Struct(">BBhiBB")
# partition count, index
_BEFORE_RECORDS = struct.Struct(">Bi")
# size, correlation_id, no tags, topic count
_HEAD = struct.Struct(">iiBB")
# partition count, index, error_code, base_offset, log_append_time_ms, log_start_offset,
# no record_errors, no error_message, no tags twice, throttle_time_ms, no tags
_AFTER_TOPIC = struct.Struct(">BihqqqBBBBiB")
_ONE = 2  # compact arrays count from one
_SIZE_BYTES = 4
_BYTES_AROUND_TOPIC = _HEAD.size - _SIZE_BYTES + _AFTER_TOPIC.size
_TAG_COUNTS = 3  # of partition, topic and request, a byte each


class ProduceTarget(NamedTuple):
    """Where a plain Produce goes: `topic` is the name or id as it stands in the request."""

    topic: bytes
    name: str
    partition: int
    acks: int


# What requests begin with, from the client id to the partition, and what it means: by topic name,
# and by topic id. Only bytes are remembered, nothing that a broker knows about them.
_targets_by_name: dict[bytes, ProduceTarget] = {}
_targets_by_id: dict[bytes, ProduceTarget] = {}


class PlainProduceReply:
    """A place in a connection's queue of replies, for the answer to one partition."""

    __slots__ = ("_answer", "_api_version", "_correlation_id", "_topic")

    is_pipelined = True
    pending: PendingResponse | None = None

    def __init__(
        self, api_version: int, correlation_id: int, topic: bytes, answer: PartitionProduceResponse
    ) -> None:
        self._api_version = api_version
        self._correlation_id = correlation_id
        self._topic = topic
        self._answer = answer

    @property
    def error_code(self) -> int:
        return self._answer.error_code

    def encode(self, parts: list[Piece]) -> None:
        """Append the same bytes as those of a ProduceResponse behind its header."""
        answer, topic = self._answer, self._topic
        if answer.error_code:
            self._encode_message(parts)
            return
        numbers = (answer.base_offset, answer.log_append_time_ms, answer.log_start_offset)
        head = _HEAD.pack(len(topic) + _BYTES_AROUND_TOPIC, self._correlation_id, 0, _ONE)
        tail = _AFTER_TOPIC.pack(_ONE, answer.index, 0, *numbers, 1, 0, 0, 0, 0, 0)
        parts.append(head + topic + tail)

    def _encode_message(self, parts: list[Piece]) -> None:
        version = self._api_version
        topic = TopicProduceResponse(partition_responses=[self._answer])
        if version >= TOPIC_IDS_SINCE_VERSION:
            topic.topic_id = self._topic
        else:
            topic.name = str(self._topic[1:], "utf-8")
        header = encode_response_header(PRODUCE, version, self._correlation_id)
        body = ProduceResponse(responses=[topic]).encode(version)
        parts.append((len(header) + len(body)).to_bytes(_SIZE_BYTES, "big") + header + body)


def handle_plain_produce(broker: Broker, frame: memoryview) -> PlainProduceReply | None:
    """Stage the batch of a plain Produce; None for any other request."""
    try:
        api_key, version, correlation_id, client_id_bytes = _HEADER.unpack_from(frame)
        if api_key != PRODUCE or not OLDEST_VERSION <= version <= TOPIC_IDS_SINCE_VERSION:
            return None
        start = _HEADER.size + (client_id_bytes if client_id_bytes > 0 else 0)
        found = _find_target(frame, start, version)
        if found is None:
            return None
        target, end = found
        records = _find_records(frame, end)
    except (struct.error, IndexError, UnicodeDecodeError, DecodeError):
        return None
    topic, name, index, acks = target
    if version >= TOPIC_IDS_SINCE_VERSION:
        name = broker.image.names_by_id.get(topic, "")
    partition = broker.partitions.get(name, index)
    if records is None or partition is None or partition.is_internal:
        return None
    if is_transactional(records):
        return None
    if acks != ACKS_LEADER and (
        acks != ACKS_ALL or broker.is_synced or partition.min_insync_replicas > 1
    ):
        return None
    answer = PartitionProduceResponse(index=index, base_offset=-1)
    broker.append(partition, records, answer, None)
    return PlainProduceReply(version, correlation_id, topic, answer)


def _find_target(frame: memoryview, start: int, version: int) -> tuple[ProduceTarget, int] | None:
    """The target and where the records begin; None unless it is one partition."""
    topic_start = start + _BEFORE_TOPIC.size - 1
    if version >= TOPIC_IDS_SINCE_VERSION:
        known, topic_end = _targets_by_id, topic_start + TOPIC_ID_BYTES
    else:
        # Its length, plus one, is a varint: two bytes of it make no plain request.
        known, topic_end = _targets_by_name, topic_start + frame[topic_start]
    end = topic_end + _BEFORE_RECORDS.size
    beginning = bytes(frame[_CLIENT_ID_LENGTH_POSITION:end])
    target = known.get(beginning)
    if target is None:
        target = _read_target(frame, start, topic_start, topic_end, version)
        if target is None:
            return None
        if len(beginning) <= TARGET_BYTES_MAX:
            if len(known) >= TARGETS_MAX:
                known.clear()
            known[beginning] = target
    return target, end


def _read_target(
    frame: memoryview, start: int, topic_start: int, topic_end: int, version: int
) -> ProduceTarget | None:
    before_topic = _BEFORE_TOPIC.unpack_from(frame, start)
    tag_count, transactional_id, acks, _, topic_count, name_length = before_topic
    if tag_count or transactional_id or topic_count != _ONE:
        return None
    topic, name = bytes(frame[topic_start:topic_end]), ""
    if version < TOPIC_IDS_SINCE_VERSION:
        if name_length > 127:
            return None
        name = str(topic[1:], "utf-8")
    partition_count, index = _BEFORE_RECORDS.unpack_from(frame, topic_end)
    return ProduceTarget(topic, name, index, acks) if partition_count == _ONE else None


def _find_records(frame: memoryview, position: int) -> memoryview | None:
    """The records whose compact length stands at `position`, if nothing but tags follows them."""
    low, high = frame[position], frame[position + 1]
    if high < 128 <= low:
        start = position + 2
        end = start + (low & 127 | high << 7) - 1
    else:
        length, start = decode_unsigned_varint(frame, position)
        if not length:
            return None
        end = start + length - 1
    if end + _TAG_COUNTS != len(frame) or frame[end] or frame[end + 1] or frame[end + 2]:
        return None
    return frame[start:end]
