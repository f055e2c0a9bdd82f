"""A value that the writer's type writes and the reader's fails on, both really tried.

Some verdicts have no witness: a type without small values has none, and what fastavro reads in
spite of the rules, or fails on without knowing why, counts for nothing.
"""

from typing import Any

import msgspec
from fastavro.schema import SchemaParseException, UnknownType

from odradek.schemas.avro.codec import SchemaResolutionError, decode, encode
from odradek.schemas.avro.resolution import resolve
from odradek.schemas.avro.samples import NoSample, sample
from odradek.schemas.avro.types import Array, AvroType, Json, Map, Record, Union
from odradek.schemas.incompatibility import Witness

ATTEMPTS_MAX = 20
ERROR_CHARS_MAX = 300


def find_witness(reader: AvroType, writer: AvroType) -> Witness | None:
    """The first that is found among the mismatches."""
    for mismatch in resolve(reader, writer)[:ATTEMPTS_MAX]:
        try:
            value = sample(writer, mismatch.route)
            data = encode(writer, value)
        except (NoSample, SchemaParseException, UnknownType):
            continue
        error = _failure(reader, writer, data)
        if error is not None:
            return Witness(msgspec.json.encode(as_json(writer, value)).decode(), error)
    return None


def _failure(reader: AvroType, writer: AvroType, data: bytes) -> str | None:
    try:
        decode(reader, writer, data)
    except SchemaResolutionError as error:
        text = str(error)
        return text if len(text) <= ERROR_CHARS_MAX else f"{text[: ERROR_CHARS_MAX - 3]}..."
    except (SchemaParseException, UnknownType, LookupError, TypeError):
        return None  # fastavro lost its way: that is no verdict about the record
    return None


def as_json(avro_type: AvroType, value: Any) -> Json:
    """The value in Avro's JSON encoding, as Kafka's console tools read and print it."""
    match avro_type:
        case Union(branches=branches):
            label, inner = value
            branch = next(each for each in branches if each.label == label)
            return None if label == "null" else {label: as_json(branch, inner)}
        case Record(fields=fields):
            return {each.name: as_json(each.type, value[each.name]) for each in fields}
        case Array(items=items):
            return [as_json(items, each) for each in value]
        case Map(values=values):
            return {name: as_json(values, each) for name, each in value.items()}
    return value.decode("latin-1") if isinstance(value, bytes) else value
