"""Whether a type is what its `logicalType` says: anything else is a property like others."""

import math

from odradek.schemas.avro.types import AvroType, Fixed

_DECIMAL = "decimal"
_KINDS = {
    "big-decimal": "bytes",
    "uuid": "string",
    "date": "int",
    "time-millis": "int",
    "time-micros": "long",
} | {
    f"{prefix}timestamp-{unit}": "long"
    for prefix in ("", "local-")
    for unit in ("millis", "micros", "nanos")
}
_BYTES = {"uuid": 16, "duration": 12}
"""How many bytes a fixed type has for them."""

_CLASSES = ("java-class", "java-key-class", "java-element-class", "avro.java.string")
"""What names a class of Java for the values: then Avro's library looks at no logical type."""


def properties_of_logical_type(avro_type: AvroType) -> tuple[str, ...]:
    """The properties that say it, in the order in which they are written; none if it is not."""
    name = avro_type.properties.get("logicalType")
    if not isinstance(name, str) or _has_class_of_its_own(avro_type):
        return ()
    if name == _DECIMAL:
        return _of_decimal(avro_type)
    if isinstance(avro_type, Fixed):
        is_valid = avro_type.size == _BYTES.get(name)
    else:
        is_valid = avro_type.kind == _KINDS.get(name)
    return ("logicalType",) if is_valid else ()


def _has_class_of_its_own(avro_type: AvroType) -> bool:
    return any(isinstance(avro_type.properties.get(name), str) for name in _CLASSES)


def _of_decimal(avro_type: AvroType) -> tuple[str, ...]:
    precision = avro_type.properties.get("precision")
    scale = avro_type.properties.get("scale", 0)
    if type(precision) is not int or type(scale) is not int:
        return ()
    if not 0 <= scale <= precision or not 0 < precision <= _most_digits(avro_type):
        return ()
    return ("logicalType", "precision", "scale") if scale else ("logicalType", "precision")


def _most_digits(avro_type: AvroType) -> float:
    if isinstance(avro_type, Fixed):
        return math.floor(math.log10(2) * (8 * avro_type.size - 1))
    return math.inf if avro_type.kind == "bytes" else 0
