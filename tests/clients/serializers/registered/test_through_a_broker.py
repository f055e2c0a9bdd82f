"""Records with schemas on their way through a broker, by producer and consumer."""

from dataclasses import dataclass

import pytest

from odradek import Producer, SimpleConsumer
from odradek.clients.errors import UnserializableValue
from odradek.clients.schema_registry import Schema, SchemaRegistry
from odradek.clients.serializers.registered import AvroFormat
from odradek.schemas.schema import SchemaType

ORDER = (
    '{"type": "record", "name": "Order", "fields": ['
    '{"name": "number", "type": "long"}, {"name": "item", "type": "string"}]}'
)


@dataclass
class Order:
    number: int
    item: str


@pytest.mark.parametrize("in_headers", [False, True])
def test_orders_arrive_as_they_were_sent(
    registry: SchemaRegistry, kafka_bootstrap_servers: str, kafka_topic: str, in_headers: bool
) -> None:
    registry.register(f"{kafka_topic}-value", Schema(ORDER, SchemaType.AVRO))
    orders = [Order(number, f"item {number}") for number in range(3)]
    writer = AvroFormat(registry, in_headers=in_headers)
    with Producer(kafka_bootstrap_servers, value_serializer=writer) as producer:
        for order in orders:
            producer.send_and_wait(kafka_topic, order, b"key", headers=[("own", b"1")])
        with pytest.raises(UnserializableValue, match="is no value of its schema"):
            producer.send(kafka_topic, {"number": "seven", "item": "tea"}, b"key")
    reader = AvroFormat(registry, type=Order)
    with SimpleConsumer(
        kafka_bootstrap_servers, kafka_topic, until_end=True, value_deserializer=reader
    ) as consumer:
        read = [record.value for record in consumer]
    assert read == orders
