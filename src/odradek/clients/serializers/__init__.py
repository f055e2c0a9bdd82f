"""Values to bytes and back, behind one interface: `key.serializer` and `value.serializer`.

    interface.py     Serializer, Deserializer, and where the bytes stand
    formats.py       bytes, string, json
    names.py         finds a format by its name, and says why CSV and XML are none
    registered/      Avro, JSON Schema and Protobuf, with schemas from a registry

Invariant of every format: None is null, in both directions. A tombstone never becomes the text
"null", and no format can write one by accident.
"""

from odradek.clients.serializers.formats import BYTES, JSON, STRING, JsonFormat
from odradek.clients.serializers.interface import (
    Deserializer,
    Part,
    Place,
    SerializationError,
    Serializer,
)
from odradek.clients.serializers.names import deserializer, serializer

__all__ = [
    "BYTES",
    "JSON",
    "STRING",
    "Deserializer",
    "JsonFormat",
    "Part",
    "Place",
    "SerializationError",
    "Serializer",
    "deserializer",
    "serializer",
]
