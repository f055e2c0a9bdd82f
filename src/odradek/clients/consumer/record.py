"""A record that was read, and where it stands.

Invariant: the bytes are kept as they came. Key and value are decoded when somebody asks, so a
record that cannot be decoded can still be skipped, shown, or made a dead letter.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from confluent_kafka import Message

from odradek.clients.errors import InvalidSetting
from odradek.clients.record import Header, Partition
from odradek.clients.serializers import Deserializer, Place, deserializer


class Formats(NamedTuple):
    """How keys and values are decoded."""

    key: Deserializer
    value: Deserializer


@dataclass(frozen=True, slots=True)
class ConsumedRecord:
    """One record; `value` and `key` raise SerializationError when the bytes are none of theirs."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int | None
    raw_key: bytes | None
    raw_value: bytes | None
    headers: tuple[Header, ...]
    formats: Formats

    @property
    def key(self) -> Any:
        """The key, decoded."""
        return self.formats.key.deserialize(self.raw_key, self._place("key"))

    @property
    def value(self) -> Any:
        """The value, decoded; None is a tombstone."""
        return self.formats.value.deserialize(self.raw_value, self._place("value"))

    @property
    def place(self) -> Partition:
        """Its partition."""
        return Partition(self.topic, self.partition)

    def _place(self, part: Any) -> Place:
        return Place(self.topic, part, list(self.headers))


def formats_named(key: str | Deserializer, value: str | Deserializer) -> Formats:
    """The deserializers of these names, or themselves; raises InvalidSetting."""
    try:
        return Formats(deserializer(key), deserializer(value))
    except ValueError as error:
        raise InvalidSetting(str(error)) from None


def consumed_record(message: "Message[bytes, bytes]", formats: Formats) -> ConsumedRecord:
    """The record in a message of librdkafka that carries no error."""
    timestamp_type, timestamp_ms = message.timestamp()
    headers: Any = message.headers() or ()
    return ConsumedRecord(
        topic=message.topic() or "",
        partition=message.partition() or 0,
        offset=message.offset() or 0,
        timestamp_ms=timestamp_ms if timestamp_type else None,
        raw_key=message.key(),
        raw_value=message.value(),
        headers=tuple(headers),
        formats=formats,
    )
