"""Our serializers beside confluent-kafka's: `python -m benchmarks.registry.serializers`.

The same record of eight fields, the same registry, one process; ours and theirs in turn, round
after round. Prints one line of JSON: CPU time of a record, in microseconds, the median of the
rounds.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer, ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf.json_format import ParseDict
from google.protobuf.message_factory import GetMessageClass

from odradek.clients.schema_registry import SchemaRegistry
from odradek.clients.serializers.interface import Place
from odradek.clients.serializers.registered import AvroFormat, JsonSchemaFormat, ProtobufFormat
from odradek.schemas import protobuf
from odradek.testing import EphemeralRegistry

ORDER = {
    "id": 4_711_000,
    "customer": "c-000042",
    "placed_ms": 1_780_000_000_000,
    "total": 129.95,
    "is_paid": True,
    "note": "leave it at the door",
    "tags": ["fragile", "gift"],
    "address": {"city": "Berlin", "zip": "10115"},
}
AVRO = json.dumps(
    {
        "type": "record",
        "name": "Order",
        "fields": [
            {"name": "id", "type": "long"},
            {"name": "customer", "type": "string"},
            {"name": "placed_ms", "type": "long"},
            {"name": "total", "type": "double"},
            {"name": "is_paid", "type": "boolean"},
            {"name": "note", "type": ["null", "string"], "default": None},
            {"name": "tags", "type": {"type": "array", "items": "string"}},
            {
                "name": "address",
                "type": {
                    "type": "record",
                    "name": "Address",
                    "fields": [
                        {"name": "city", "type": "string"},
                        {"name": "zip", "type": "string"},
                    ],
                },
            },
        ],
    }
)
JSON_SCHEMA = json.dumps(
    {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Order",
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "customer": {"type": "string"},
            "placed_ms": {"type": "integer"},
            "total": {"type": "number"},
            "is_paid": {"type": "boolean"},
            "note": {"type": ["null", "string"]},
            "tags": {"type": "array", "items": {"type": "string"}},
            "address": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "zip": {"type": "string"}},
                "required": ["city", "zip"],
            },
        },
        "required": ["id", "customer", "placed_ms", "total", "is_paid", "tags", "address"],
        "additionalProperties": False,
    }
)
PROTO = """\
syntax = "proto3";
message Order {
  int64 id = 1;
  string customer = 2;
  int64 placed_ms = 3;
  double total = 4;
  bool is_paid = 5;
  optional string note = 6;
  repeated string tags = 7;
  Address address = 8;
}
message Address {
  string city = 1;
  string zip = 2;
}
"""
OrderMessage: Any = GetMessageClass(protobuf.parse(PROTO, ()).message([0]))

Format = tuple[Callable[[Any, str], bytes], Callable[[bytes, str], Any]]
"""What writes a record of a topic, and what reads one."""


class Cost(msgspec.Struct, frozen=True):
    """A record written and read, in microseconds of CPU."""

    write_us: float
    read_us: float


class Compared(msgspec.Struct, frozen=True):
    """One format."""

    ours: Cost
    theirs: Cost


def ours(registry_format: Any) -> Format:
    """Our serializers, called as our producer and consumer call them."""
    return (
        lambda data, topic: registry_format.serialize(data, Place(topic, "value")),
        lambda data, topic: registry_format.deserialize(data, Place(topic, "value")),
    )


def theirs(serialize: Any, deserialize: Any) -> Format:
    """confluent-kafka's, called as its SerializingProducer and DeserializingConsumer call them."""
    return (
        lambda data, topic: serialize(data, SerializationContext(topic, MessageField.VALUE)),
        lambda data, topic: deserialize(data, SerializationContext(topic, MessageField.VALUE)),
    )


def formats(url: str) -> dict[str, tuple[Format, Format, Any]]:
    """Every format: ours, theirs, and the record that they write."""
    own = SchemaRegistry(url)
    client = SchemaRegistryClient({"url": url})
    message = ParseDict(ORDER, OrderMessage())
    return {
        "Avro": (
            ours(AvroFormat(own, AVRO, auto_register=True)),
            theirs(AvroSerializer(client, AVRO), AvroDeserializer(client, AVRO)),
            ORDER,
        ),
        "JSON Schema": (
            ours(JsonSchemaFormat(own, JSON_SCHEMA, auto_register=True)),
            theirs(JSONSerializer(JSON_SCHEMA, client), JSONDeserializer(JSON_SCHEMA)),
            ORDER,
        ),
        "Protobuf": (
            ours(ProtobufFormat(own, PROTO, type=OrderMessage, auto_register=True)),
            theirs(
                ProtobufSerializer(OrderMessage, client, {"use.deprecated.format": False}),
                ProtobufDeserializer(OrderMessage, {"use.deprecated.format": False}),
            ),
            message,
        ),
    }


def measure(rounds: int, seconds: float) -> dict[str, Compared]:
    """Both sides in turn, so many rounds; every measurement takes about so many seconds."""
    with EphemeralRegistry() as registry:
        return {
            name: _compare(name, *each, rounds=rounds, seconds=seconds)
            for name, each in formats(registry.url).items()
        }


def _compare(
    name: str, own: Format, other: Format, data: Any, *, rounds: int, seconds: float
) -> Compared:
    topic = f"orders-{name.partition(' ')[0]}"
    calls: list[Callable[[], Any]] = []
    for write, read in (own, other):
        written = write(data, topic)
        assert read(written, topic) == data, f"{name} reads not what it wrote"
        calls += [partial(write, data, topic), partial(read, written, topic)]
    taken = [[_cost_us(call, seconds) for call in calls] for _ in range(rounds)]
    medians = [statistics.median(each) for each in zip(*taken, strict=True)]
    return Compared(Cost(*medians[:2]), Cost(*medians[2:]))


def _cost_us(call: Callable[[], Any], seconds: float) -> float:
    """The CPU time of a call, over about so many seconds of them."""
    count = 1
    while True:
        began_s = time.process_time()
        for _ in range(count):
            call()
        taken_s = time.process_time() - began_s
        if taken_s >= seconds / 2:
            return taken_s / count * 1e6
        count *= 2


def main() -> int:
    """Measure; print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.3)
    options = parser.parse_args()
    found = measure(options.rounds, options.seconds)
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
