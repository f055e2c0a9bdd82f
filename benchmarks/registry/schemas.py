"""The schemas that the benchmark registers: Avro records of 20 documented fields, 1.8 kB each."""

import json

from confluent_kafka import Producer

from odradek.registry.state.codec import encode
from odradek.registry.state.content import Content
from odradek.registry.state.records import SchemaRecord

FIELDS = 20
VERSIONS = 2
"""Of each subject; the second has one optional field more."""
TIMEOUT_S = 120.0
QUEUED_MAX = 10_000


def schema(number: int, version: int = 1) -> str:
    """A version of a schema; no two numbers have the same."""
    kinds = ("string", "long", "double", "boolean")
    fields: list[dict[str, object]] = [
        {
            "name": f"field_{each}",
            "type": kinds[each % len(kinds)],
            "doc": f"What field {each} of records of kind {number} says.",
        }
        for each in range(FIELDS)
    ]
    added: list[dict[str, object]] = [
        {"name": f"added_{each}", "type": ["null", "string"], "default": None}
        for each in range(1, version)
    ]
    return json.dumps({"type": "record", "name": f"Record{number}", "fields": fields + added})


def subject(number: int) -> str:
    """The subject of that schema."""
    return f"topic-{number}-value"


def fill_topic(servers: str, topic: str, schemas: int) -> None:
    """Write so many schemas into a topic, as a registry would have them written."""
    producer = Producer({"bootstrap.servers": servers, "linger.ms": 20})
    for index in range(schemas):
        number, version = divmod(index, VERSIONS)
        content = Content("AVRO", schema(number, version + 1))
        record = encode(SchemaRecord(subject(number), version + 1, index + 1, content))
        producer.produce(topic, key=record.key, value=record.value, partition=0)
        if len(producer) >= QUEUED_MAX:
            producer.flush(TIMEOUT_S)
    if producer.flush(TIMEOUT_S):
        raise TimeoutError(f"{topic} was not filled within {TIMEOUT_S:g} s")
