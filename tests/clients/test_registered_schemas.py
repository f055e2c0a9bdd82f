"""Other people's serializers with our registry, and what they and ours write for each other."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pytest

from odradek import Producer, SimpleConsumer
from odradek.clients.schema_registry import SchemaRegistry
from odradek.clients.serializers import Deserializer, SerializationError
from odradek.clients.serializers.registered import AvroFormat, JsonSchemaFormat, ProtobufFormat
from odradek.testing import EphemeralBroker, EphemeralRegistry
from tests.clients.confluent_java import given_class_path
from tests.clients.json_lines import JsonLinesProgram
from tests.clients.registered_schemas import RegisteredSchemas, start
from tests.machine import obtain

N725MD = {"tail": "N725MD", "leg": {"to": "LAX"}}
N12114 = {"tail": "N12114", "leg": {"to": "ORD"}}
LATE = {**N12114, "delay": 7}
CONFLICT = 409


@dataclass(frozen=True)
class Format:
    """A schema of a flight, the next version of it, and one that breaks it, with a value of it."""

    schema_type: str
    ours: type[AvroFormat] | type[JsonSchemaFormat] | type[ProtobufFormat]
    flight: str
    evolved: str
    broken: str
    value_of_broken: dict[str, object]


def avro_flight(*fields: object) -> str:
    return json.dumps({"type": "record", "name": "Flight", "namespace": "air", "fields": fields})


def json_flight(*required: str, **properties: object) -> str:
    described = {"properties": properties, "required": required, "additionalProperties": False}
    return json.dumps({"type": "object", **described})


def protobuf_flight(*fields: str) -> str:
    leg = "message Leg { string to = 1; }"
    return f'syntax = "proto3"; package air; message Flight {{ {"; ".join(fields)}; {leg} }}'


AVRO_LEG = {"type": "record", "name": "Leg", "fields": [{"name": "to", "type": "string"}]}
AVRO_FIELDS = ({"name": "tail", "type": "string"}, {"name": "leg", "type": AVRO_LEG})
AVRO = Format(
    "AVRO",
    AvroFormat,
    avro_flight(*AVRO_FIELDS),
    avro_flight(*AVRO_FIELDS, {"name": "delay", "type": "int", "default": 0}),
    avro_flight(*AVRO_FIELDS, {"name": "delay", "type": "int"}),
    {**N725MD, "delay": 7},
)
JSON_FIELDS = {
    "tail": {"type": "string"},
    "leg": {"type": "object", "properties": {"to": {"type": "string"}}},
}
JSON = Format(
    "JSON",
    JsonSchemaFormat,
    json_flight("tail", "leg", **JSON_FIELDS),
    json_flight("tail", "leg", **JSON_FIELDS, delay={"type": "integer"}),
    json_flight("tail", "leg", "delay", **JSON_FIELDS, delay={"type": "integer"}),
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


class Use(NamedTuple):
    """A library and a format that it knows; with `in_headers` it names schemas in headers."""

    library: str
    format: Format
    in_headers: bool = False

    def __str__(self) -> str:
        return f"{self.library}, {self.format.schema_type}{', headers' * self.in_headers}"


JAVA = [Use("java", AVRO), Use("java", PROTOBUF)]
if given_class_path():  # what a test can install is older than headers, and has no JSON Schema
    JAVA += [Use("java", JSON), *(Use("java", each, True) for each in (AVRO, PROTOBUF, JSON))]
WELL_FRAMED = [
    *(pytest.param(each, marks=pytest.mark.drill) for each in JAVA),
    *(pytest.param(Use("kafkajs", each)) for each in (AVRO, JSON)),
]
KAFKAJS_PROTOBUF = pytest.param(Use("kafkajs", PROTOBUF))
"""It writes Protobuf without saying which message of the schema it is."""


@pytest.fixture(scope="module")
def broker() -> Iterator[EphemeralBroker]:
    """A broker whose groups do not wait for more members."""
    with EphemeralBroker(settings={"group.initial.rebalance.delay.ms": 0}) as broker:
        yield broker


@pytest.fixture(scope="module")
def program(
    broker: EphemeralBroker, schema_registry: EphemeralRegistry
) -> Iterator[Callable[[str], JsonLinesProgram]]:
    """Return a function from a library's name to its one program; a missing runtime skips."""
    started: dict[str, JsonLinesProgram] = {}
    servers, url = broker.bootstrap_servers, schema_registry.url

    def program_of(library: str) -> JsonLinesProgram:
        if library not in started:
            started[library] = obtain(lambda: start(library, servers, url))
        return started[library]

    yield program_of
    for each in started.values():
        each.close()


@pytest.fixture(params=[*WELL_FRAMED, KAFKAJS_PROTOBUF], ids=str)
def use(request: pytest.FixtureRequest) -> Use:
    """What is tried."""
    chosen: Use = request.param
    return chosen


@pytest.fixture
def theirs(use: Use, program: Callable[[str], JsonLinesProgram]) -> RegisteredSchemas:
    """The library, connected to our broker and our registry."""
    return RegisteredSchemas(program(use.library), in_headers=use.in_headers)


@pytest.fixture
def format(use: Use) -> Format:
    """The format."""
    return use.format


@pytest.fixture
def topic(broker: EphemeralBroker, request: pytest.FixtureRequest, use: Use) -> str:
    """An empty topic of one partition, for this test alone."""
    name = f"{request.function.__name__}-{use}".replace(", ", "-")
    broker.create_topic(name)
    return name


@pytest.fixture
def registry(schema_registry_url: str) -> Iterator[SchemaRegistry]:
    """Our client of the same registry."""
    with SchemaRegistry(schema_registry_url) as client:
        yield client


def values(broker: EphemeralBroker, topic: str, ours: Deserializer) -> list[object]:
    """What our serializer reads of a topic."""
    servers = broker.bootstrap_servers
    with SimpleConsumer(servers, topic, until_end=True, value_deserializer=ours) as consumer:
        return [record.value for record in consumer]


def test_a_library_reads_what_it_wrote_with_two_versions(
    theirs: RegisteredSchemas, registry: SchemaRegistry, topic: str, format: Format
) -> None:
    assert theirs.produce(topic, format.schema_type, format.flight, [N725MD]) is None
    assert theirs.produce(topic, format.schema_type, format.evolved, [LATE]) is None
    assert theirs.consume(topic, format.schema_type, count=2) == [N725MD, LATE]
    assert registry.latest(f"{topic}-value").version == 2


def test_a_library_is_refused_a_schema_that_breaks_the_last(
    theirs: RegisteredSchemas, registry: SchemaRegistry, topic: str, format: Format
) -> None:
    assert theirs.produce(topic, format.schema_type, format.flight, [N725MD]) is None
    broken = format.broken, [format.value_of_broken]
    assert theirs.produce(topic, format.schema_type, *broken) == CONFLICT
    assert registry.latest(f"{topic}-value").version == 1


def test_a_library_reads_what_our_serializer_wrote_with_the_schema_it_registered(
    theirs: RegisteredSchemas,
    registry: SchemaRegistry,
    broker: EphemeralBroker,
    topic: str,
    use: Use,
) -> None:
    format = use.format
    assert theirs.produce(topic, format.schema_type, format.flight, [N725MD]) is None
    ours = format.ours(registry, format.flight, auto_register=True, in_headers=use.in_headers)
    with Producer(broker.bootstrap_servers, value_serializer=ours) as producer:
        producer.send_and_wait(topic, N12114, b"key")
    assert theirs.consume(topic, format.schema_type, count=2) == [N725MD, N12114]
    assert registry.latest(f"{topic}-value").version == 1


@pytest.mark.parametrize("use", WELL_FRAMED, ids=str)
def test_our_serializer_reads_what_a_library_wrote(
    theirs: RegisteredSchemas,
    registry: SchemaRegistry,
    broker: EphemeralBroker,
    topic: str,
    format: Format,
) -> None:
    assert theirs.produce(topic, format.schema_type, format.flight, [N725MD]) is None
    assert theirs.produce(topic, format.schema_type, format.evolved, [LATE]) is None
    assert values(broker, topic, format.ours(registry)) == [N725MD, LATE]


@pytest.mark.parametrize("use", [KAFKAJS_PROTOBUF], ids=str)
def test_a_record_that_does_not_say_which_message_it_is_cannot_be_read(
    theirs: RegisteredSchemas,
    registry: SchemaRegistry,
    broker: EphemeralBroker,
    topic: str,
    format: Format,
) -> None:
    assert theirs.produce(topic, format.schema_type, format.flight, [N725MD]) is None
    with pytest.raises(SerializationError, match="of no message of its schema"):
        values(broker, topic, format.ours(registry))
