"""confluent-kafka's own registry client and serializers against our registry and our broker."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext

from odradek.testing import EphemeralBroker, EphemeralRegistry
from tests.registry.world import record

TIMEOUT_S = 60.0
FLIGHT = record("Flight", "tail", "to")
FLIGHT_2 = record("Flight", "tail", "to", optional=["gate"])
N725MD = {"tail": "N725MD", "to": "LAX"}


@pytest.fixture
def client(schema_registry: EphemeralRegistry) -> Iterator[SchemaRegistryClient]:
    """Confluent's client of the session's registry."""
    with SchemaRegistryClient({"url": schema_registry.url}) as client:
        yield client


def consume_value(servers: str, topic: str) -> bytes:
    consumer = Consumer(
        {"bootstrap.servers": servers, "group.id": topic, "auto.offset.reset": "earliest"}
    )
    consumer.subscribe([topic])
    message = consumer.poll(TIMEOUT_S)
    consumer.close()
    assert message is not None
    assert message.error() is None
    value = message.value()
    assert isinstance(value, bytes)
    return value


def test_records_written_with_one_schema_are_read_with_the_next(
    client: SchemaRegistryClient, kafka_broker: EphemeralBroker, kafka_topic: str
) -> None:
    context = SerializationContext(kafka_topic, MessageField.VALUE)
    serialize: Any = AvroSerializer(client, FLIGHT)
    producer = Producer({"bootstrap.servers": kafka_broker.bootstrap_servers})
    producer.produce(kafka_topic, serialize(N725MD, context))
    assert producer.flush(TIMEOUT_S) == 0

    deserialize: Any = AvroDeserializer(client, FLIGHT_2)
    value = consume_value(kafka_broker.bootstrap_servers, kafka_topic)
    assert deserialize(value, context) == {**N725MD, "gate": ""}
    assert client.get_latest_version(f"{kafka_topic}-value").version == 1


def test_client_does_what_it_can(client: SchemaRegistryClient) -> None:
    subject = "client-does-what-it-can"
    schema_id = client.register_schema(subject, Schema(FLIGHT, "AVRO"))
    assert client.get_schema(schema_id).schema_str == FLIGHT
    looked_up = client.lookup_schema(subject, Schema(FLIGHT, "AVRO"))
    assert (looked_up.schema_id, looked_up.version) == (schema_id, 1)
    assert client.get_schema_by_guid(looked_up.guid).schema_str == FLIGHT
    assert client.test_compatibility(subject, Schema(FLIGHT_2, "AVRO"))
    client.set_compatibility(subject, "FULL")
    assert client.get_compatibility(subject) == "FULL"
    client.register_schema(subject, Schema(FLIGHT_2, "AVRO"))
    assert client.get_versions(subject) == [1, 2]
    assert client.delete_version(subject, 2) == 2
    assert client.delete_subject(subject) == [1]
    assert client.delete_subject(subject, permanent=True) == [1, 2]
    assert subject not in client.get_subjects()


def test_client_understands_refusals(client: SchemaRegistryClient) -> None:
    subject = "client-understands-refusals"
    client.register_schema(subject, Schema(FLIGHT, "AVRO"))
    with pytest.raises(SchemaRegistryError) as error:
        client.register_schema(subject, Schema(record("Flight", "new"), "AVRO"))
    assert (error.value.http_status_code, error.value.error_code) == (409, 409)
    with pytest.raises(SchemaRegistryError) as error:
        client.register_schema(subject, Schema(json.dumps({"type": "nothing"}), "AVRO"))
    assert (error.value.http_status_code, error.value.error_code) == (422, 42201)
