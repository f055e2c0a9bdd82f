"""OffsetCommit as nearly every consumer sends it, read and answered without building messages.

One topic, one partition, no instance id, a flexible version, short strings. Taking such a message
apart into objects and building the answer from others cost more than deciding about it. What is
decided is decided where it always is (`GroupCoordinator.commit`).

Invariant: `handle_plain_commit` does what `apis.offset_commit` would, or returns None and has
done nothing; whatever looks unusual or wrong is left to the general path.
"""

import struct

from odradek.broker.groups.records import CommittedOffset
from odradek.broker.groups.values import CommitReply, CommitRequest, Reply
from odradek.broker.request import Encodable, PendingResponse
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode

OFFSET_COMMIT = int(ApiKey.OFFSET_COMMIT)
OLDEST_VERSION = 8
NOT_FOUND_SINCE_VERSION = 9
TOPIC_IDS_SINCE_VERSION = 10
TOPIC_ID_BYTES = 16
LONGEST_SHORT_STRING = 127

# api_key, api_version, correlation_id, length of the client id
_HEADER = struct.Struct(">hhih")
_GENERATION = struct.Struct(">i")
# instance id, topic count
_BEFORE_TOPIC = struct.Struct(">BB")
# partition count, index, offset, leader epoch, length of the metadata
_PARTITION = struct.Struct(">BiqiB")
# partition count, index, error_code, no tags three times
_AFTER_TOPIC = struct.Struct(">BihBBB")
_ONE = 2  # compact arrays count from one
_NO_THROTTLE_ONE_TOPIC = bytes((0, 0, 0, 0, _ONE))
_NO_TAGS_THRICE = bytes(3)


class PlainCommitResponse:
    """The answer for one partition; `topic` is its name or id as it stood in the request."""

    __slots__ = ("_error", "_partition", "_topic", "api_version", "correlation_id")

    def __init__(self, api_version: int, correlation_id: int, topic: bytes, partition: int) -> None:
        self.api_version = api_version
        self.correlation_id = correlation_id
        self._topic = topic
        self._partition = partition
        self._error = ErrorCode.COORDINATOR_NOT_AVAILABLE

    @property
    def error_code(self) -> int:
        return self._error

    @property
    def response(self) -> Encodable:
        return self

    def answer(self, reply: Reply) -> None:
        """Fill in what became of the commit."""
        assert isinstance(reply, CommitReply)  # noqa: S101 - the reply to a commit
        self._error = reply.error or reply.outcomes[0]

    def encode_parts(self, version: int) -> list[bytes]:
        """The same bytes as those of an OffsetCommitResponse."""
        tail = _AFTER_TOPIC.pack(_ONE, self._partition, self._error, 0, 0, 0)
        return [_NO_THROTTLE_ONE_TOPIC + self._topic + tail]


class PlainCommit:
    """A plain commit on its way: its answer, and the response or the promise of it."""

    __slots__ = ("answer", "response")

    def __init__(self, answer: PlainCommitResponse, response: Encodable | PendingResponse) -> None:
        self.answer = answer
        self.response = response


def handle_plain_commit(broker: Broker, frame: memoryview) -> PlainCommit | None:
    """Commit a plain OffsetCommit; None for any other request."""
    try:
        api_key, version, correlation_id, client_id_bytes = _HEADER.unpack_from(frame)
        if api_key != OFFSET_COMMIT or not OLDEST_VERSION <= version <= TOPIC_IDS_SINCE_VERSION:
            return None
        found = _read_body(broker, frame, _HEADER.size + max(client_id_bytes, 0), version)
    except (struct.error, IndexError, UnicodeDecodeError):
        return None
    if found is None:
        return None
    request, topic = found
    ((_, partition), _) = request.offsets[0]
    answer = PlainCommitResponse(version, correlation_id, topic, partition)
    return PlainCommit(answer, broker.groups.commit(request, answer))


def _read_body(
    broker: Broker, frame: memoryview, position: int, version: int
) -> tuple[CommitRequest, bytes] | None:
    """What is committed, and the topic as it was sent; None unless it is one partition."""
    if frame[position]:
        return None
    group, position = _read_string(frame, position + 1)
    (generation_id,) = _GENERATION.unpack_from(frame, position)
    member, position = _read_string(frame, position + _GENERATION.size)
    instance_id, topic_count = _BEFORE_TOPIC.unpack_from(frame, position)
    if group is None or member is None or instance_id or topic_count != _ONE:
        return None
    start = position + _BEFORE_TOPIC.size
    if version >= TOPIC_IDS_SINCE_VERSION:
        position = start + TOPIC_ID_BYTES
        name = broker.image.names_by_id.get(bytes(frame[start:position]))
    else:
        name, position = _read_string(frame, start)
    known = None if name is None else broker.image.topics.get(name)
    count, index, offset, leader_epoch, length = _PARTITION.unpack_from(frame, position)
    end = position + _PARTITION.size + max(length - 1, 0)
    if (
        known is None
        or not 0 <= index < known.partition_count
        or count != _ONE
        or length > LONGEST_SHORT_STRING
        or frame[end:] != _NO_TAGS_THRICE
    ):
        return None
    metadata = str(frame[position + _PARTITION.size : end], "utf-8")
    committed = CommittedOffset(offset, leader_epoch, metadata, topic_id=known.topic_id)
    request = CommitRequest(
        group_id=group,
        generation_id=generation_id,
        member_id=member,
        offsets=(((known.name, index), committed),),
        unknown_group_error=(
            ErrorCode.GROUP_ID_NOT_FOUND
            if version >= NOT_FOUND_SINCE_VERSION
            else ErrorCode.ILLEGAL_GENERATION
        ),
    )
    return request, bytes(frame[start:position])


def _read_string(frame: memoryview, position: int) -> tuple[str | None, int]:
    """A short string and the position behind it; None for a null or a longer one."""
    length = frame[position]
    if not 0 < length <= LONGEST_SHORT_STRING:
        return None, position
    end = position + length
    return str(frame[position + 1 : end], "utf-8"), end
