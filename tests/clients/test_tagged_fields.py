"""Rules of a data contract that confluent-kafka's serializers carry out on the fields we tag."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from confluent_kafka.schema_registry import (
    Rule,
    RuleKind,
    RuleMode,
    RuleSet,
    Schema,
    SchemaRegistryClient,
)
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.confluent import meta_pb2
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer, ProtobufSerializer
from confluent_kafka.schema_registry.rule_registry import RuleRegistry
from confluent_kafka.schema_registry.serde import FieldRuleExecutor
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.message_factory import GetMessageClass

from odradek.schemas.protobuf import parse
from odradek.schemas.protobuf.encoded import encode_file
from odradek.testing import EphemeralRegistry
from tests.schemas.tagging import tags

AVRO = json.dumps(
    {
        "type": "record",
        "name": "Order",
        "fields": [{"name": "mail", "type": "string"}, {"name": "note", "type": "string"}],
    }
)
TEXT = {"type": "string"}
JSON = json.dumps({"type": "object", "title": "Order", "properties": {"mail": TEXT, "note": TEXT}})
PROTOBUF = """
syntax = "proto3";
package shop;
message Order { string mail = 1; string note = 2; }
"""
ORDER = {"mail": "anna@example.com", "note": "soon"}
MASKED = {"mail": "***", "note": "soon"}
MASK_RULE = Rule(
    name="mask",
    doc=None,
    kind=RuleKind.TRANSFORM,
    mode=RuleMode.WRITE,
    type="MASK",
    tags=["PII"],
    params=None,
    expr=None,
    on_success=None,
    on_failure=None,
    disabled=False,
)
LATEST = {"auto.register.schemas": False, "use.latest.version": True}


class Mask(FieldRuleExecutor):
    """Hides the text of a field."""

    def type(self) -> str:
        return "MASK"

    def new_transform(self, ctx: Any) -> Any:
        return lambda context, field, value: "***" if isinstance(value, str) else value


@pytest.fixture
def client(schema_registry: EphemeralRegistry) -> Iterator[SchemaRegistryClient]:
    """Confluent's client of the session's registry."""
    with SchemaRegistryClient({"url": schema_registry.url}) as client:
        yield client


def test_rule_by_tag_is_carried_out_on_a_field_of_a_message(
    schema_registry: EphemeralRegistry, client: SchemaRegistryClient
) -> None:
    order = parse(PROTOBUF).message([0])
    order_class: Any = GetMessageClass(order)
    tag_and_mask(schema_registry, client, "PROTOBUF", PROTOBUF, "Order.mail")
    rule_registry = RuleRegistry()
    rule_registry.register_executor(Mask())
    serialize = ProtobufSerializer(order_class, client, conf=LATEST, rule_registry=rule_registry)
    context = SerializationContext("tagged-PROTOBUF", MessageField.VALUE)
    data = serialize(order_class(**ORDER), context)
    deserialize = ProtobufDeserializer(order_class, schema_registry_client=client)
    assert deserialize(data, context) == order_class(**MASKED)


def test_descriptor_is_read_in_a_process_that_knows_its_option() -> None:
    file = FileDescriptorProto(name="order.proto", syntax="proto3")
    field = file.message_type.add(name="Order").field.add(name="mail", number=1, type=9, label=1)
    option = field.options.Extensions[meta_pb2.field_meta]
    option.tags.append("PII")
    option.params["k"] = "v"
    assert tags(parse(encode_file(file))) == {"field:Order.mail": ["PII"]}


def tag_and_mask(
    registry: EphemeralRegistry,
    client: SchemaRegistryClient,
    schema_type: str,
    schema: str,
    path: str,
) -> None:
    """Register a schema whose rule masks what is tagged, and tag a field."""
    subject = f"tagged-{schema_type}-value"
    rules = RuleSet(migration_rules=None, domain_rules=[MASK_RULE])
    client.register_schema(subject, Schema(schema, schema_type, rule_set=rules))
    entity = {"entityPath": path, "entityType": "sr_field"}
    body = {"tagsToAdd": [{"schemaEntity": entity, "tags": ["PII"]}]}
    httpx.post(f"{registry.url}/subjects/{subject}/versions/1/tags", json=body).raise_for_status()


@pytest.mark.parametrize(
    ("schema_type", "schema", "path", "serializer", "deserializer"),
    [
        ("AVRO", AVRO, "Order.mail", AvroSerializer, AvroDeserializer),
        ("JSON", JSON, "object.mail", JSONSerializer, JSONDeserializer),
    ],
)
def test_rule_by_tag_is_carried_out_on_the_field_that_was_tagged(
    schema_registry: EphemeralRegistry,
    client: SchemaRegistryClient,
    schema_type: str,
    schema: str,
    path: str,
    serializer: Any,
    deserializer: Any,
) -> None:
    tag_and_mask(schema_registry, client, schema_type, schema, path)
    topic = f"tagged-{schema_type}"
    rule_registry = RuleRegistry()
    rule_registry.register_executor(Mask())
    context = SerializationContext(topic, MessageField.VALUE)
    if schema_type == "AVRO":
        serialize = serializer(client, conf=LATEST, rule_registry=rule_registry)
        deserialize = deserializer(client)
    else:
        serialize = serializer(None, client, conf=LATEST, rule_registry=rule_registry)
        deserialize = deserializer(None, schema_registry_client=client)
    assert deserialize(serialize(ORDER, context), context) == MASKED
