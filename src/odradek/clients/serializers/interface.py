"""What a format must do, and what it is told about the record whose part it reads or writes.

A format that keeps its schemas elsewhere has room here: it knows the topic and the part, from which
a subject is named, and it may read and add headers.

What it does not do: choose a format by looking at the bytes.
"""

from typing import Literal, Protocol, runtime_checkable

from msgspec import Struct, field

Part = Literal["key", "value"]
Headers = list[tuple[str, bytes | None]]


class SerializationError(ValueError):
    """The value has no bytes in this format, or the bytes no value. The same input fails again."""


class Place(Struct, frozen=True):
    """Which part of which record is meant; `headers` are the record's own and may be added to."""

    topic: str
    part: Part
    headers: Headers = field(default_factory=list)

    def __str__(self) -> str:
        return f"the {self.part} of a record of {self.topic}"


@runtime_checkable
class Serializer(Protocol):
    """Makes the bytes that travel."""

    def serialize(self, data: object, place: Place) -> bytes | None:
        """The bytes of `data`, None for None; raises SerializationError."""


@runtime_checkable
class Deserializer(Protocol):
    """Makes a value of the bytes that came."""

    def deserialize(self, data: bytes | None, place: Place) -> object:
        """The value of `data`, None for None; raises SerializationError."""
