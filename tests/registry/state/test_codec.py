"""Records as bytes: those of Confluent's registry, and those that Karapace writes."""

import pytest
from msgspec.structs import replace

from odradek.registry.state.codec import Written, decode, encode
from odradek.registry.state.content import Content, Metadata, Reference
from odradek.registry.state.records import (
    Association,
    AssociationRecord,
    ClearSubjectRecord,
    ConfigRecord,
    ContextRecord,
    DeleteSubjectRecord,
    Lifecycle,
    ModeRecord,
    NoopRecord,
    Record,
    SchemaRecord,
    UnknownRecord,
    association_key,
)
from odradek.registry.state.settings import Config, Mode

STRING = Content("AVRO", '{"type":"string"}')
JSON = Content("JSON", "{}", (Reference("r", "s", 3),), Metadata(properties={"a": "b"}))
ASSOCIATION = Association(
    guid="g",
    resourceName="orders",
    resourceNamespace="lkc",
    resourceId="1",
    resourceType="topic",
    associationType="value",
    subject="orders-value",
    lifecycle=Lifecycle.WEAK,
    frozen=False,
)

RECORDS: list[tuple[Record, bytes, bytes | None]] = [
    (
        SchemaRecord("orders", 2, 7, STRING),
        b'{"keytype":"SCHEMA","subject":"orders","version":2,"magic":1}',
        b'{"subject":"orders","version":2,"id":7,"schema":"{\\"type\\":\\"string\\"}","deleted":false}',
    ),
    (
        SchemaRecord("orders", 3, 8, JSON, is_deleted=True),
        b'{"keytype":"SCHEMA","subject":"orders","version":3,"magic":1}',
        b'{"subject":"orders","version":3,"id":8,"schemaType":"JSON","references":[{"name":"r",'
        b'"subject":"s","version":3}],"metadata":{"properties":{"a":"b"}},"schema":"{}",'
        b'"deleted":true}',
    ),
    (
        SchemaRecord("orders", 2),
        b'{"keytype":"SCHEMA","subject":"orders","version":2,"magic":1}',
        None,
    ),
    (
        ConfigRecord(None, Config(compatibilityLevel="FULL")),
        b'{"keytype":"CONFIG","magic":0}',
        b'{"compatibilityLevel":"FULL"}',
    ),
    (
        ConfigRecord("orders", Config(normalize=True)),
        b'{"keytype":"CONFIG","subject":"orders","magic":0}',
        b'{"subject":"orders","normalize":true}',
    ),
    (
        ModeRecord("orders", Mode.IMPORT),
        b'{"keytype":"MODE","subject":"orders","magic":0}',
        b'{"subject":"orders","mode":"IMPORT"}',
    ),
    (ModeRecord(None, None), b'{"keytype":"MODE","magic":0}', None),
    (
        DeleteSubjectRecord("orders", 4),
        b'{"keytype":"DELETE_SUBJECT","subject":"orders","magic":0}',
        b'{"subject":"orders","version":4}',
    ),
    (
        ClearSubjectRecord("orders"),
        b'{"keytype":"CLEAR_SUBJECT","subject":"orders","magic":0}',
        b'{"subject":"orders"}',
    ),
    (
        ContextRecord(".staging", exists=True),
        b'{"keytype":"CONTEXT","tenant":"default","context":".staging","magic":0}',
        b'{"tenant":"default","context":".staging"}',
    ),
    (NoopRecord(), b'{"keytype":"NOOP","magic":0}', None),
    (
        AssociationRecord(association_key(ASSOCIATION), None),
        b'{"keytype":"ASSOC","tenant":"default","resourceName":"orders","resourceNamespace":"lkc",'
        b'"resourceType":"topic","associationType":"value","subject":"orders-value","magic":0}',
        None,
    ),
    (
        AssociationRecord(association_key(ASSOCIATION), ASSOCIATION),
        b'{"keytype":"ASSOC","tenant":"default","resourceName":"orders","resourceNamespace":"lkc",'
        b'"resourceType":"topic","associationType":"value","subject":"orders-value","magic":0}',
        b'{"guid":"g","tenant":"default","resourceName":"orders","resourceNamespace":"lkc",'
        b'"resourceId":"1","resourceType":"topic","associationType":"value",'
        b'"subject":"orders-value","lifecycle":"WEAK","frozen":false}',
    ),
]


@pytest.mark.parametrize(("record", "key", "value"), RECORDS, ids=lambda each: type(each).__name__)
def test_record_is_written_as_confluent_does_and_read_back(
    record: Record, key: bytes, value: bytes | None
) -> None:
    assert encode(record) == Written(key, value)
    assert decode(Written(key, value))[1] == record


def test_the_global_config_of_older_registries_is_that_of_newer_ones() -> None:
    old = Written(
        b'{"keytype":"CONFIG","subject":null,"magic":0}', b'{"compatibilityLevel":"FULL"}'
    )
    new = encode(ConfigRecord(None, Config(compatibilityLevel="FULL")))
    assert decode(old) == decode(new)


def test_keys_of_others_are_read_in_any_order_of_fields() -> None:
    ours = encode(SchemaRecord("a", 1, 1, STRING))
    for key in (
        b'{"keytype":"SCHEMA","subject":"a","version":1,"magic":0}',
        b'{"subject":"a","version":1,"magic":1,"keytype":"SCHEMA"}',
        b'{"keytype": "SCHEMA", "subject": "a", "version": 1, "magic": 1}',
    ):
        assert decode(Written(key, ours.value)) == decode(ours)


def test_values_of_older_registries_are_read() -> None:
    value = b'{"subject":"a","version":1,"id":1,"schema":"\\"int\\"","references":null,"new":1}'
    _, record = decode(Written(encode(SchemaRecord("a", 1)).key, value))
    assert record == SchemaRecord("a", 1, 1, Content("AVRO", '"int"'))


def test_avro_is_not_mentioned_although_a_client_said_it() -> None:
    stored = encode(SchemaRecord("a", 1, 1, STRING))
    said = (stored.value or b"").replace(b'"schema":', b'"schemaType":"AVRO","schema":')
    assert encode(decode(Written(stored.key, said))[1]) == stored


@pytest.mark.parametrize(
    "written",
    [
        Written(b"", None),
        Written(b"nonsense", b"{}"),
        Written(b'{"keytype":"TOMORROW"}', b"{}"),
        Written(b'{"keytype":"SCHEMA","subject":"a","version":1}', b"nonsense"),
        Written(b'{"keytype":"SCHEMA","subject":"a","version":1}', b'{"id":"x"}'),
        Written(b"\xff", b"\xff"),
    ],
)
def test_what_cannot_be_read_is_said_to_be_unknown(written: Written) -> None:
    assert isinstance(decode(written)[1], UnknownRecord)


def test_times_of_an_association_are_not_written() -> None:
    record = AssociationRecord(association_key(ASSOCIATION), ASSOCIATION)
    timed = replace(ASSOCIATION, createTs=1, updateTs=2)
    assert encode(AssociationRecord(record.key, timed)) == encode(record)


def test_association_of_an_unknown_lifecycle_is_unknown() -> None:
    key, value = encode(AssociationRecord(association_key(ASSOCIATION), ASSOCIATION)).key, b"{}"
    assert isinstance(decode(Written(key, value))[1], UnknownRecord)
