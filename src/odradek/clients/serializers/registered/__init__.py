"""Formats whose schemas a registry keeps: Avro, JSON Schema, Protobuf.

    framing.py        how a record says which schema it was written with
    subjects.py       under which name a schema is registered
    registrations.py  which schema to write with, and which a record was written with
    values.py         dicts, dataclasses and structs, and the kinds of data that formats know
    avro.py           by fastavro
    json_schema.py    by msgspec, judged by jsonschema-rs
    protobuf.py       by Google's runtime

    registry = SchemaRegistry("http://127.0.0.1:8081")
    with Producer(servers, value_serializer=AvroFormat(registry, schema)) as producer: ...

What they write, Confluent's deserializers read, and the other way round.
"""

from odradek.clients.serializers.registered.avro import AvroFormat
from odradek.clients.serializers.registered.json_schema import JsonSchemaFormat
from odradek.clients.serializers.registered.protobuf import ProtobufFormat
from odradek.clients.serializers.registered.subjects import (
    record_name,
    topic_name,
    topic_record_name,
)

__all__ = [
    "AvroFormat",
    "JsonSchemaFormat",
    "ProtobufFormat",
    "record_name",
    "topic_name",
    "topic_record_name",
]
