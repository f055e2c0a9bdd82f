"""Answers as plain values in which two brokers can agree: ids, addresses and times are masked.

Random values become names in the order of their first appearance, `<member 1>`, so it still shows
when one broker repeats an id and the other makes up a new one. Words in error messages are each
broker's own; whether there are any is compared.
"""

import re
from typing import Any

import msgspec

from odradek.protocol.declaration import Struct
from odradek.protocol.records import RecordsError, decode_records
from odradek.protocol.records.batch import HEADER, HEADER_BYTES, BatchHeader
from odradek.protocol.wire_types import ZERO_UUID

RANDOM = {
    "topic_id": "topic",
    "member_id": "member",
    "leader": "member",
    "session_id": "session",
    "producer_id": "producer",
    "cluster_id": "cluster",
}
"""Fields with values that each broker makes up, and what they are the ids of."""
NOTHING = ("", 0, -1, None, ZERO_UUID)
"""What stands for no id; it is compared as it is."""
WORDS = {"error_message", "batch_index_error_message", "documentation"}
TIMES = {"log_append_time_ms", "last_timestamp", "transaction_start_time_ms"}
GROWING = {
    ("ApiVersionsResponse", "finalized_features_epoch"),
    ("DescribeLogDirsResult", "total_bytes"),
    ("DescribeLogDirsResult", "usable_bytes"),
    ("PartitionDataResponse", "high_watermark"),
    ("PartitionDataResponse", "leader_epoch"),
    ("ReplicaState", "last_caught_up_timestamp"),
    ("ReplicaState", "last_fetch_timestamp"),
    ("ReplicaState", "log_end_offset"),
}
"""Numbers that depend on how much happened before; whether they are positive is compared."""
KEYED_BY = {
    "AddPartitionsToTxnPartitionResult": ("partition_index",),
    "AddPartitionsToTxnTopicResult": ("name",),
    "AlterReplicaLogDirPartitionResult": ("partition_index",),
    "ApiVersion": ("api_key",),
    "CreatableTopicConfigs": ("name",),
    "DeletableGroupResult": ("group_id",),
    "DeletableTopicResult": ("name", "topic_id"),
    "DescribeConfigsResourceResult": ("name",),
    "DescribeLogDirsPartition": ("partition_index",),
    "DescribedGroup": ("group_id",),
    "DescribedGroupMember": ("member_id",),
    "EntityData": ("entity_type",),
    "EntryData": ("entity",),
    "FetchableTopicResponse": ("topic", "topic_id"),
    "FinalizedFeatureKey": ("name",),
    "JoinGroupResponseMember": ("member_id",),
    "ListOffsetsPartitionResponse": ("partition_index",),
    "ListOffsetsTopicResponse": ("name",),
    "MetadataResponseTopic": ("name", "topic_id"),
    "OffsetCommitResponsePartition": ("partition_index",),
    "PartitionProduceResponse": ("index",),
    "SupportedFeatureKey": ("name",),
    "TopicData": ("topic",),
    "TopicProduceResponse": ("name", "topic_id"),
    "TransactionState": ("transactional_id",),
    "WritableTxnMarkerPartitionResult": ("partition_index",),
}
"""Elements of lists that Apache answers in the order of a hash table: no client relies on it."""
NUMBERS_OF_A_SET = {("TopicData", "partitions")}
"""Lists of plain numbers that Apache answers in such an order."""
LENGTH_END = 12
LOG_APPEND_TIME = 8
COMPRESSION = 7
DIRECTORY = re.compile(r"[^,]*/(odradek|apache-kafka)-[^/,]*(/data)?")
CLUSTER_ID = re.compile(rb"[A-Za-z0-9_-]{22}")


class Masks:
    """The masks of one talk: what has been named so far."""

    def __init__(self, bootstrap_servers: str, label: str) -> None:
        self._address = bootstrap_servers
        self._label = label
        self._port = int(bootstrap_servers.rsplit(":", 1)[1])
        self._names: dict[tuple[str, Any], str] = {}

    def mask(self, message: Struct) -> dict[str, Any]:
        """The message as dictionaries and lists of plain values."""
        kind = type(message).__name__
        return {
            name: self._field(kind, name, value)
            for name, value in msgspec.structs.asdict(message).items()
        }

    def _field(self, kind: str, name: str, value: Any) -> Any:
        if (kind, name) in GROWING and value > 0:
            return "<number>"
        if (kind, name) in NUMBERS_OF_A_SET:
            return sorted(value)
        return self._value(name, value)

    def mask_bytes(self, reply: bytes) -> bytes:
        port = self._port.to_bytes(4, "big")
        return CLUSTER_ID.sub(b"<cluster>", reply.replace(port, b"<port>"))

    def _value(self, name: str, value: Any) -> Any:
        if isinstance(value, Struct):
            return self.mask(value)
        if name == "records" and value is not None:
            return self._batches(bytes(value))
        if isinstance(value, list):
            return self._list(name, value)
        if name in WORDS:
            return "<words>" if value else value
        if name in TIMES:
            return "<time>" if value > 0 else value
        if name == "port" and value == self._port:
            return "<port>"
        if name in RANDOM and value not in NOTHING:
            return self._named(RANDOM[name], value)
        if isinstance(value, str):
            return self._text(value)
        return bytes(value) if isinstance(value, memoryview) else value

    def _text(self, text: str) -> str:
        """Without what names this broker and this run."""
        known = text.replace(self._address, "<address>").replace(self._label, "~")
        return DIRECTORY.sub("<directory>", known)

    def _list(self, name: str, items: list[Any]) -> list[Any] | dict[str, Any]:
        fields = KEYED_BY.get(type(items[0]).__name__) if items else None
        if fields is None:
            return [self._value(name, item) for item in items]
        keyed: dict[str, Any] = {}
        for item in sorted(items, key=lambda item: self._key(item, fields)):
            key = self._key(item, fields)
            keyed[key + " again" * (key in keyed)] = self._value(name, item)
        return keyed

    def _key(self, item: Struct, fields: tuple[str, ...]) -> str:
        """What the item is of: the first of the fields that says something."""
        named = [field for field in fields if getattr(item, field) not in NOTHING] or fields
        return str(self._value(named[0], getattr(item, named[0])))

    def _named(self, kind: str, value: Any) -> str:
        number = sum(known == kind for known, _ in self._names) + 1
        return self._names.setdefault((kind, value), f"<{kind} {number}>")

    def _batches(self, records: bytes) -> list[dict[str, Any] | str]:
        """Batches by their headers and records; a last one that is cut is only mentioned."""
        batches: list[dict[str, Any] | str] = []
        position = 0
        while position + HEADER_BYTES <= len(records):
            header = BatchHeader(*HEADER.unpack_from(records, position))
            end = position + LENGTH_END + header.batch_length
            if end > len(records):
                break
            batches.append(self._batch(header, records[position:end]))
            position = end
        return batches + ["<part of a batch>"] * (position < len(records))

    def _batch(self, header: BatchHeader, batch: bytes) -> dict[str, Any]:
        fields = {name: self._value(name, value) for name, value in header._asdict().items()}
        del fields["crc"]
        if header.attributes & LOG_APPEND_TIME:
            fields["max_timestamp"] = "<time>"
        if header.is_control:
            fields["base_timestamp"] = fields["max_timestamp"] = "<time>"
        if header.attributes & COMPRESSION:
            del fields["batch_length"]
            return {**fields, "records": [repr(record) for record in unpacked(header, batch)]}
        return {**fields, "payload": batch[HEADER_BYTES:]}


def unpacked(header: BatchHeader, batch: bytes) -> list[tuple[int, bytes | None, bytes | None]]:
    """The records of a compressed batch: two libraries seldom compress to the same bytes."""
    try:
        records = decode_records(batch)
    except RecordsError:
        return []
    return [(record.offset, record.key, record.value) for record in records]
