"""Formats by name: `key.serializer=string`, `value.serializer=json`, or Java's class names.

A name that is no wire format is refused with the reason, so that nobody finds out in production.
"""

from odradek.clients.serializers.formats import (
    BYTES,
    JSON,
    STRING,
    BytesFormat,
    JsonFormat,
    StringFormat,
)
from odradek.clients.serializers.interface import Deserializer, Serializer

Format = BytesFormat | StringFormat | JsonFormat

FORMATS: dict[str, Format] = {"bytes": BYTES, "string": STRING, "json": JSON}

JAVA_PACKAGE = "org.apache.kafka.common.serialization."
JAVA_NAMES = {
    f"{JAVA_PACKAGE}{kind}{role}": name
    for kind, name in (("ByteArray", "bytes"), ("String", "string"))
    for role in ("Serializer", "Deserializer")
}

NO_WIRE_FORMATS = {
    "csv": (
        "a CSV line carries neither names nor types, so every reader must guess both, and a new"
        " column breaks them all; use json, and let `odradek produce --format csv` convert files"
    ),
    "xml": (
        "XML has no type of its own for a number or a list, takes several times the bytes, and can"
        " make its reader fetch and unfold what it names; use json, and convert at the edge"
    ),
}


def serializer(chosen: str | Serializer) -> Serializer:
    """The serializer of that name, or the one given; ValueError says why there is none."""
    return _format(chosen) if isinstance(chosen, str) else chosen


def deserializer(chosen: str | Deserializer) -> Deserializer:
    """The deserializer of that name, or the one given; ValueError says why there is none."""
    return _format(chosen) if isinstance(chosen, str) else chosen


def _format(name: str) -> Format:
    known = FORMATS.get(JAVA_NAMES.get(name, name).lower())
    if known is not None:
        return known
    reason = NO_WIRE_FORMATS.get(name.lower())
    if reason is not None:
        raise ValueError(f"{name} is no format for records: {reason}")
    raise ValueError(f"there is no format {name}; there are {', '.join(FORMATS)}")
