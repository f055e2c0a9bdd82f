"""Keys and values of the topic `_schemas` as bytes: compact JSON, as Confluent's registry writes
it.

Invariants:
- The order of a key's fields is Confluent's, for compaction compares bytes; keys that others wrote
  in another order are read, and the index remembers their bytes.
- What no version of the format knows is read as UnknownRecord, and is left alone.
"""

from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Struct

from odradek.registry.state.content import AVRO, Content, Metadata, Reference, RuleSet
from odradek.registry.state.records import (
    TENANT,
    Association,
    AssociationRecord,
    ClearSubjectRecord,
    ConfigRecord,
    ContextRecord,
    DeleteSubjectRecord,
    Key,
    ModeRecord,
    NoopRecord,
    Record,
    SchemaRecord,
    UnknownRecord,
    key_of,
)
from odradek.registry.state.settings import Config, Mode


@dataclass(frozen=True, slots=True)
class Written:
    """A key and a value as they lie in the topic."""

    key: bytes
    value: bytes | None


class _KeyFields(Struct):
    keytype: str
    subject: str | None = None
    version: int = 0
    context: str = ""
    resourceName: str = ""
    resourceNamespace: str = ""
    resourceType: str = ""
    associationType: str = ""


class _SchemaValue(Struct, kw_only=True, omit_defaults=True):
    subject: str
    version: int
    id: int
    schemaType: str = AVRO
    references: tuple[Reference, ...] = ()
    metadata: Metadata | None = None
    ruleSet: RuleSet | None = None
    schema: str
    deleted: bool


class _StoredSchemaValue(_SchemaValue):
    """As it may have been written long ago: nothing of it was always there."""

    references: tuple[Reference, ...] | None = ()  # type: ignore[assignment]  # null in old records
    deleted: bool = False


class _ModeValue(Struct, omit_defaults=True):
    subject: str | None = None
    mode: Mode | None = None


class _DeleteSubjectValue(Struct):
    subject: str
    version: int


_read_key = msgspec.json.Decoder(_KeyFields).decode
_read_schema = msgspec.json.Decoder(_StoredSchemaValue).decode
_read_config = msgspec.json.Decoder(Config).decode
_read_mode = msgspec.json.Decoder(_ModeValue).decode
_read_delete_subject = msgspec.json.Decoder(_DeleteSubjectValue).decode
_read_association = msgspec.json.Decoder(Association).decode
_write = msgspec.json.encode
_READ_ELSEWHERE = ("createTs", "updateTs")
"""What the timestamps of an association's records tell."""


def decode(written: Written) -> tuple[Key, Record]:
    """What a record says, and which key it has."""
    try:
        fields = _read_key(written.key)
        read = _READERS.get(fields.keytype)
        if read is None:
            return (fields.keytype,), UnknownRecord(f"of key type {fields.keytype}")
        value = None if written.value in (None, b"", b"null") else written.value
        return read(fields, value)
    except msgspec.MsgspecError as error:
        return ("?",), UnknownRecord(f"that cannot be read: {error}")


def encode(record: Record) -> Written:
    """The record as Confluent's registry would write it."""
    return Written(encode_key(key_of(record)), _encode_value(record))


def encode_key(key: Key) -> bytes:
    """A key's bytes, with its fields in Confluent's order."""
    return _write(_key_fields(key))


def _key_fields(key: Key) -> dict[str, Any]:
    match key:
        case ("SCHEMA", subject, version):
            return {"keytype": "SCHEMA", "subject": subject, "version": version, "magic": 1}
        case (keytype, None):
            return {"keytype": keytype, "magic": 0}
        case ("CONFIG" | "MODE" | "DELETE_SUBJECT" | "CLEAR_SUBJECT" as keytype, subject):
            return {"keytype": keytype, "subject": subject, "magic": 0}
        case ("CONTEXT", context):
            return {"keytype": "CONTEXT", "tenant": TENANT, "context": context, "magic": 0}
        case ("ASSOC", name, namespace, resource_type, association_type, subject):
            return {
                "keytype": "ASSOC",
                "tenant": TENANT,
                "resourceName": name,
                "resourceNamespace": namespace,
                "resourceType": resource_type,
                "associationType": association_type,
                "subject": subject,
                "magic": 0,
            }
        case _:
            return {"keytype": "NOOP", "magic": 0}


def _encode_value(record: Record) -> bytes | None:
    match record:
        case SchemaRecord(content=Content() as content):
            return _write(_schema_value(record, content))
        case ConfigRecord(subject, Config() as config):
            given = {} if subject is None else {"subject": subject}
            return _write({**given, **msgspec.to_builtins(config)})
        case ModeRecord(subject, Mode() as mode):
            return _write(_ModeValue(subject, mode))
        case DeleteSubjectRecord(subject, int(version)):
            return _write(_DeleteSubjectValue(subject, version))
        case ClearSubjectRecord(subject):
            return _write(_ModeValue(subject))
        case ContextRecord(context, exists=True):
            return _write({"tenant": TENANT, "context": context})
        case AssociationRecord(_, Association() as association):
            given = msgspec.structs.asdict(association)
            told = {name: value for name, value in given.items() if name not in _READ_ELSEWHERE}
            return _write({name: value for name, value in told.items() if value is not None})
        case _:
            return None


def _schema_value(record: SchemaRecord, content: Content) -> _SchemaValue:
    return _SchemaValue(
        subject=record.subject,
        version=record.version,
        id=record.id,
        schemaType=content.told_type(),
        references=content.references,
        metadata=content.metadata,
        ruleSet=content.rule_set,
        schema=content.text,
        deleted=record.is_deleted,
    )


def _schema(fields: _KeyFields, value: bytes | None) -> tuple[Key, Record]:
    subject = fields.subject or ""
    key = ("SCHEMA", subject, fields.version)
    if value is None:
        return key, SchemaRecord(subject, fields.version)
    stored = _read_schema(value)
    content = Content(
        stored.schemaType,
        stored.schema,
        stored.references or (),
        stored.metadata,
        stored.ruleSet,
    )
    return key, SchemaRecord(subject, fields.version, stored.id, content, stored.deleted)


def _config(fields: _KeyFields, value: bytes | None) -> tuple[Key, Record]:
    config = None if value is None else _read_config(value)
    return ("CONFIG", fields.subject), ConfigRecord(fields.subject, config)


def _mode(fields: _KeyFields, value: bytes | None) -> tuple[Key, Record]:
    mode = None if value is None else _read_mode(value).mode
    return ("MODE", fields.subject), ModeRecord(fields.subject, mode)


def _delete_subject(fields: _KeyFields, value: bytes | None) -> tuple[Key, Record]:
    subject = fields.subject or ""
    version = None if value is None else _read_delete_subject(value).version
    return ("DELETE_SUBJECT", subject), DeleteSubjectRecord(subject, version)


def _clear_subject(fields: _KeyFields, value: bytes | None) -> tuple[Key, Record]:
    key = ("CLEAR_SUBJECT", fields.subject)
    return key, NoopRecord() if value is None else ClearSubjectRecord(fields.subject)


def _context(fields: _KeyFields, value: bytes | None) -> tuple[Key, Record]:
    return ("CONTEXT", fields.context), ContextRecord(fields.context, value is not None)


def _association(fields: _KeyFields, value: bytes | None) -> tuple[Key, Record]:
    key = (
        "ASSOC",
        fields.resourceName,
        fields.resourceNamespace,
        fields.resourceType,
        fields.associationType,
        fields.subject or "",
    )
    return key, AssociationRecord(key, None if value is None else _read_association(value))


def _noop(_: _KeyFields, __: bytes | None) -> tuple[Key, Record]:
    return ("NOOP",), NoopRecord()


_READERS = {
    "SCHEMA": _schema,
    "CONFIG": _config,
    "MODE": _mode,
    "DELETE_SUBJECT": _delete_subject,
    "CLEAR_SUBJECT": _clear_subject,
    "CONTEXT": _context,
    "ASSOC": _association,
    "NOOP": _noop,
}
