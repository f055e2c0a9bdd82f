"""The records of the topic `_schemas`, by meaning. `codec.py` knows their bytes.

A record whose value is None deletes what its key names; compaction keeps the last of each key.
"""

from dataclasses import dataclass
from enum import StrEnum

from msgspec import Struct

from odradek.registry.state.content import Content
from odradek.registry.state.settings import Config, Mode

TENANT = "default"
"""Confluent's cloud has many; a registry of one's own has this one."""

Key = tuple[str | int | None, ...]
"""A key's meaning, whatever its bytes: the key type, then the fields that tell records apart."""


@dataclass(frozen=True, slots=True)
class SchemaRecord:
    """A version of a subject; `content` is None where it is deleted for good."""

    subject: str
    version: int
    id: int = -1
    content: Content | None = None
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class ConfigRecord:
    """The config of a subject, of a context, or of null."""

    subject: str | None
    config: Config | None


@dataclass(frozen=True, slots=True)
class ModeRecord:
    """The mode of a subject, of a context, or of null."""

    subject: str | None
    mode: Mode | None


@dataclass(frozen=True, slots=True)
class DeleteSubjectRecord:
    """Versions of a subject up to this one are deleted, softly; None takes the record back."""

    subject: str
    up_to_version: int | None


@dataclass(frozen=True, slots=True)
class ClearSubjectRecord:
    """What was deleted softly is forgotten: of a subject, a context, or null."""

    subject: str | None


@dataclass(frozen=True, slots=True)
class ContextRecord:
    """A context exists, or no longer."""

    context: str
    exists: bool


class Lifecycle(StrEnum):
    """How a subject belongs to a resource."""

    STRONG = "STRONG"
    """It is the resource's own: made with it, deleted with it, and of nobody else."""
    WEAK = "WEAK"
    """It is used, maybe by several."""


class Association(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A topic, or another resource, whose keys or values have a subject's schemas."""

    guid: str | None = None
    tenant: str = TENANT
    resourceName: str
    resourceNamespace: str
    resourceId: str | None = None
    resourceType: str
    associationType: str
    subject: str
    lifecycle: Lifecycle
    frozen: bool
    createTs: int | None = None
    updateTs: int | None = None
    """Both in ms; not written: they are the times of the first record and of the last."""


@dataclass(frozen=True, slots=True)
class AssociationRecord:
    """An association; None where it is deleted. `key` tells which."""

    key: Key
    association: Association | None


@dataclass(frozen=True, slots=True)
class NoopRecord:
    """Tells nothing: a writer writes it to learn where the topic ends."""


@dataclass(frozen=True, slots=True)
class UnknownRecord:
    """What this version cannot read; `reason` for the log."""

    reason: str


Record = (
    SchemaRecord
    | ConfigRecord
    | ModeRecord
    | DeleteSubjectRecord
    | ClearSubjectRecord
    | ContextRecord
    | AssociationRecord
    | NoopRecord
    | UnknownRecord
)


def key_of(record: Record) -> Key:
    """The key of a record, by meaning."""
    match record:
        case SchemaRecord(subject, version):
            return ("SCHEMA", subject, version)
        case ConfigRecord(subject):
            return ("CONFIG", subject)
        case ModeRecord(subject):
            return ("MODE", subject)
        case DeleteSubjectRecord(subject):
            return ("DELETE_SUBJECT", subject)
        case ClearSubjectRecord(subject):
            return ("CLEAR_SUBJECT", subject)
        case ContextRecord(context):
            return ("CONTEXT", context)
        case AssociationRecord(key):
            return key
        case _:
            return ("NOOP",)


def association_key(association: Association) -> Key:
    """What tells an association from others."""
    return (
        "ASSOC",
        association.resourceName,
        association.resourceNamespace,
        association.resourceType,
        association.associationType,
        association.subject,
    )
