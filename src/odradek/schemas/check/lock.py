"""registry.lock: what a registry has, written down, so that checking needs no network.

A JSON file beside the schemas, with the words of the registry's REST API. It is made for review:
one subject after the other in alphabetical order, the oldest version first.
"""

from collections.abc import Sequence

import msgspec

from odradek.schemas.levels import CompatibilityLevel, Policy
from odradek.schemas.schema import InvalidSchema, ReferencedSchema, SchemaType

FILE_NAME = "registry.lock"
DEPTH_MAX = 100
"""Of references of references; a circle would be endless."""


class InvalidLock(ValueError):
    """The file is no lock, or refers to what it does not hold; says what and where."""


class _Locked(
    msgspec.Struct,
    frozen=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    rename="camel",
):
    """How all of them are written."""


class LockedReference(_Locked, frozen=True):
    """To a version of another subject."""

    name: str
    subject: str
    version: int


class LockedVersion(_Locked, frozen=True, kw_only=True):
    """One version of a subject, byte for byte."""

    version: int
    schema_type: SchemaType = SchemaType.AVRO
    schema: str
    references: tuple[LockedReference, ...] = ()


class LockedSubject(_Locked, frozen=True):
    """All versions of a subject, and its own level where it has one."""

    compatibility_level: CompatibilityLevel | None = None
    compatibility_policy: Policy | None = None
    versions: tuple[LockedVersion, ...] = ()


class Lock(_Locked, frozen=True):
    """A registry; its level is that of subjects that have none of their own."""

    compatibility_level: CompatibilityLevel = CompatibilityLevel.BACKWARD
    compatibility_policy: Policy = Policy.STRICT
    subjects: dict[str, LockedSubject] = msgspec.field(default_factory=dict)

    def versions(self, subject: str) -> tuple[LockedVersion, ...]:
        """Oldest first; none of a subject that the registry does not know."""
        return self._subject(subject).versions

    def level(self, subject: str) -> CompatibilityLevel:
        """What the registry asks of a new version."""
        own = self._subject(subject).compatibility_level
        return self.compatibility_level if own is None else own

    def policy(self, subject: str) -> Policy:
        """How it compares properties of JSON Schema."""
        own = self._subject(subject).compatibility_policy
        return self.compatibility_policy if own is None else own

    def referenced(
        self, references: Sequence[LockedReference], depth: int = 0
    ) -> list[ReferencedSchema]:
        """What the references stand for, whole; raises InvalidSchema where the lock lacks it."""
        if depth > DEPTH_MAX:
            raise InvalidSchema(f"references of references are more than {DEPTH_MAX} deep")
        found = []
        for each in references:
            locked = self._version(each)
            inner = self.referenced(locked.references, depth + 1)
            found.append(ReferencedSchema(each.name, locked.schema, tuple(inner)))
        return found

    def _subject(self, name: str) -> LockedSubject:
        return self.subjects.get(name) or LockedSubject()

    def _version(self, reference: LockedReference) -> LockedVersion:
        for locked in self.versions(reference.subject):
            if locked.version == reference.version:
                return locked
        raise InvalidSchema(
            f"{reference.name} is version {reference.version} of {reference.subject}, which the"
            " lock does not have; export it, too"
        )


def decode_lock(data: bytes) -> Lock:
    """Raises InvalidLock."""
    try:
        lock = msgspec.json.decode(data, type=Lock)
    except msgspec.DecodeError as error:
        raise InvalidLock(str(error)) from error
    for name, subject in lock.subjects.items():
        numbers = [each.version for each in subject.versions]
        if numbers != sorted(set(numbers)):
            raise InvalidLock(f"the versions of {name} are {numbers}; list each once, oldest first")
    return lock


def encode_lock(lock: Lock) -> bytes:
    """The file, in the one form that makes it easy to compare."""
    ordered = msgspec.structs.replace(lock, subjects=dict(sorted(lock.subjects.items())))
    return msgspec.json.format(msgspec.json.encode(ordered), indent=2) + b"\n"
