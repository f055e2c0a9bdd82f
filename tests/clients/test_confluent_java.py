"""Confluent's Java serializers with our registry, and what they and ours write for each other."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from odradek import Producer, SimpleConsumer
from odradek.clients.schema_registry import SchemaRegistry
from odradek.clients.serializers.registered import AvroFormat, ProtobufFormat
from odradek.testing import EphemeralBroker, EphemeralRegistry
from tests.clients.confluent_java import ConfluentJava
from tests.machine import obtain

pytestmark = pytest.mark.drill

N725MD = {"tail": "N725MD", "leg": {"to": "LAX"}}
N12114 = {"tail": "N12114", "leg": {"to": "ORD"}}


@dataclass(frozen=True)
class Format:
    """A schema of a flight, the next version of it, and one that breaks it, with a value of it."""

    schema_type: str
    ours: type[AvroFormat] | type[ProtobufFormat]
    flight: str
    evolved: str
    broken: str
    value_of_broken: dict[str, object]


def avro_flight(*fields: object) -> str:
    return json.dumps({"type": "record", "name": "Flight", "namespace": "air", "fields": fields})


def protobuf_flight(*fields: str) -> str:
    leg = "message Leg { string to = 1; }"
    return f'syntax = "proto3"; package air; message Flight {{ {"; ".join(fields)}; {leg} }}'


LEG = {"type": "record", "name": "Leg", "fields": [{"name": "to", "type": "string"}]}
AVRO_FIELDS = ({"name": "tail", "type": "string"}, {"name": "leg", "type": LEG})
AVRO = Format(
    "AVRO",
    AvroFormat,
    avro_flight(*AVRO_FIELDS),
    avro_flight(*AVRO_FIELDS, {"name": "delay", "type": "int", "default": 0}),
    avro_flight(*AVRO_FIELDS, {"name": "delay", "type": "int"}),
    {**N725MD, "delay": 7},
)
PROTOBUF = Format(
    "PROTOBUF",
    ProtobufFormat,
    protobuf_flight("string tail = 1", "Leg leg = 2"),
    protobuf_flight("string tail = 1", "Leg leg = 2", "int32 delay = 3"),
    protobuf_flight("int32 tail = 1", "Leg leg = 2"),
    {"tail": 7},
)


@pytest.fixture(scope="module")
def java(
    kafka_broker: EphemeralBroker, schema_registry: EphemeralRegistry
) -> Iterator[ConfluentJava]:
    """Confluent's serializers, connected to our broker and our registry."""
    servers, url = kafka_broker.bootstrap_servers, schema_registry.url
    program = obtain(lambda: ConfluentJava(servers, url))
    yield program
    program.close()


@pytest.fixture
def registry(schema_registry_url: str) -> Iterator[SchemaRegistry]:
    """Our client of the same registry."""
    with SchemaRegistry(schema_registry_url) as client:
        yield client


@pytest.fixture(params=[AVRO, PROTOBUF], ids=lambda format: format.schema_type)
def format(request: pytest.FixtureRequest) -> Format:
    """Each format that Confluent's serializers are there for."""
    chosen: Format = request.param
    return chosen


def test_java_reads_what_java_wrote_with_two_versions(
    java: ConfluentJava, registry: SchemaRegistry, kafka_topic: str, format: Format
) -> None:
    late = {**N12114, "delay": 7}
    assert java.produce(kafka_topic, format.schema_type, format.flight, [N725MD]) is None
    assert java.produce(kafka_topic, format.schema_type, format.evolved, [late]) is None
    assert java.consume(kafka_topic, format.schema_type, count=2) == [N725MD, late]
    assert registry.latest(f"{kafka_topic}-value").version == 2


def test_java_is_refused_a_schema_that_breaks_the_last(
    java: ConfluentJava, registry: SchemaRegistry, kafka_topic: str, format: Format
) -> None:
    assert java.produce(kafka_topic, format.schema_type, format.flight, [N725MD]) is None
    refused = java.produce(kafka_topic, format.schema_type, format.broken, [format.value_of_broken])
    assert refused == (409, 409)
    assert registry.latest(f"{kafka_topic}-value").version == 1


def test_java_and_our_serializers_read_each_other_and_register_once(
    java: ConfluentJava,
    registry: SchemaRegistry,
    kafka_bootstrap_servers: str,
    kafka_topic: str,
    format: Format,
) -> None:
    assert java.produce(kafka_topic, format.schema_type, format.flight, [N725MD]) is None
    ours = format.ours(registry, format.flight, auto_register=True)
    with Producer(kafka_bootstrap_servers, value_serializer=ours) as producer:
        producer.send_and_wait(kafka_topic, N12114, b"key")
    assert java.consume(kafka_topic, format.schema_type, count=2) == [N725MD, N12114]
    with SimpleConsumer(
        kafka_bootstrap_servers, kafka_topic, until_end=True, value_deserializer=ours
    ) as consumer:
        assert [record.value for record in consumer] == [N725MD, N12114]
    assert registry.latest(f"{kafka_topic}-value").version == 1
