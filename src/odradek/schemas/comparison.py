"""A new schema against the earlier versions of its subject, at one level or at all seven."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from odradek.schemas.incompatibility import Incompatibility, Witness
from odradek.schemas.levels import CompatibilityLevel, Policy
from odradek.schemas.schema import ParsedSchema


class Broken(StrEnum):
    """Who is left behind by a change."""

    NEW_CONSUMERS = "new consumers"
    """They read with the new schema what earlier producers wrote: not backward compatible."""
    OLD_CONSUMERS = "old consumers"
    """They read with an earlier schema what new producers write: not forward compatible."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One incompatibility with one earlier version."""

    version: int
    broken: Broken
    incompatibility: Incompatibility


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier version of the subject."""

    version: int
    schema: ParsedSchema


def compare(
    new: ParsedSchema,
    earlier: Sequence[Earlier],
    level: CompatibilityLevel,
    policy: Policy = Policy.STRICT,
) -> list[Finding]:
    """What `level` forbids about registering `new` after `earlier` (oldest first); empty if fine.

    Newer versions come first, as a registry reports them.
    """
    asked = earlier if level.is_transitive else earlier[-1:]
    return [
        finding
        for version in reversed(asked)
        for finding in _compare_with(version, new, level, policy)
    ]


def witness_of(new: ParsedSchema, earlier: Earlier, broken: Broken) -> Witness | None:
    """A record that shows the finding: written by one schema, refused by the other."""
    if new.type is not earlier.schema.type:
        return None
    if broken is Broken.NEW_CONSUMERS:
        return new.witness(earlier.schema)
    return earlier.schema.witness(new)


def _compare_with(
    earlier: Earlier, new: ParsedSchema, level: CompatibilityLevel, policy: Policy
) -> Iterable[Finding]:
    if level.new_reads_old:
        for found in _incompatibilities(new, earlier.schema, policy):
            yield Finding(earlier.version, Broken.NEW_CONSUMERS, found)
    if level.old_reads_new:
        for found in _incompatibilities(earlier.schema, new, policy):
            yield Finding(earlier.version, Broken.OLD_CONSUMERS, found)


def _incompatibilities(
    reader: ParsedSchema, writer: ParsedSchema, policy: Policy
) -> Sequence[Incompatibility]:
    if reader.type is writer.type:
        return reader.incompatibilities(writer, policy)
    return [
        Incompatibility(
            kind="SCHEMA_TYPE_CHANGED",
            path="/",
            description=f"the reader's schema is {reader.type}, the writer's {writer.type}",
            remedy=f"stay with {writer.type}, or register under another subject",
        )
    ]
