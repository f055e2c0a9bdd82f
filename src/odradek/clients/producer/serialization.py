"""The keys and values of a producer become bytes, by the formats it was given.

Invariant: what has no bytes is refused before anything is queued, and the sentence names the part.
"""

from dataclasses import dataclass
from typing import Any, Self

from odradek.clients.errors import InvalidSetting, UnserializableValue
from odradek.clients.record import Content, Headers
from odradek.clients.serializers import Place, SerializationError, Serializer, serializer

Chosen = str | Serializer | None
"""A format by name or itself; None takes bytes and text as they are."""


@dataclass(frozen=True, slots=True)
class Serialization:
    """The formats of keys and values, of which at least one is given."""

    key: Serializer | None
    value: Serializer | None

    @classmethod
    def of(cls, key: Chosen, value: Chosen) -> Self | None:
        """The formats of these names, or None if both are None; raises InvalidSetting."""
        if key is None and value is None:
            return None
        try:
            return cls(
                None if key is None else serializer(key),
                None if value is None else serializer(value),
            )
        except ValueError as error:
            raise InvalidSetting(str(error)) from None

    def bytes_of(
        self, topic: str, key: Any, value: Any, headers: Headers | None
    ) -> tuple[Content, Content, Headers | None]:
        """Key, value and headers as they travel; raises UnserializableValue."""
        own = list(headers or ())
        try:
            if self.key is not None:
                key = self.key.serialize(key, Place(topic, "key", own))
            if self.value is not None:
                value = self.value.serialize(value, Place(topic, "value", own))
        except SerializationError as error:
            raise UnserializableValue(str(error)) from error
        return key, value, own or None


def unserializable(topic: str, key: object, value: object) -> UnserializableValue:
    """The error for a record whose parts are not bytes, where no format was given."""
    for part, content in (("key", key), ("value", value)):
        if content is not None and not isinstance(content, bytes | str):
            return UnserializableValue(
                f"the {part} of a record of {topic} is of type {type(content).__name__}, and must"
                f" be bytes, text or None: give the producer a {part}_serializer"
            )
    return UnserializableValue(
        f"a header of a record of {topic} is not a pair of text and bytes, text or None"
    )
