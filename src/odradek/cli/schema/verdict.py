"""What a registry would say of a schema, explained as `odradek schema check` does.

The versions and all that they refer to are asked of the registry, and compared here. So every
registry explains itself, also one that only says no.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from odradek.cli.schema.connection import live_numbers
from odradek.clients.errors import RegistryRefused
from odradek.clients.schema_registry import (
    Reference,
    RegistryAdministration,
    StoredVersion,
)
from odradek.registry.state.names import qualify_within
from odradek.schemas.check.sources import Source
from odradek.schemas.check.verdicts import Known, Report, Status, judge
from odradek.schemas.comparison import Earlier
from odradek.schemas.formats import parse
from odradek.schemas.levels import CompatibilityLevel, Policy
from odradek.schemas.schema import InvalidSchema, ReferencedSchema

NOT_FOUND = 404
DEPTH_MAX = 64
"""Of references of references; a circle would be endless."""


class References:
    """What schemas refer to, as whole trees; each version is asked for once."""

    def __init__(self, registry: RegistryAdministration) -> None:
        self._registry = registry
        self._known: dict[tuple[str, int], StoredVersion] = {}

    def add(self, versions: Sequence[StoredVersion]) -> None:
        """Take in versions that are known already."""
        self._known.update({each.place: each for each in versions})

    def tree(
        self, subject: str, references: Sequence[Reference], depth: int = 0
    ) -> tuple[ReferencedSchema, ...]:
        """What a schema of this subject refers to; raises InvalidSchema where it is not there."""
        if depth > DEPTH_MAX:
            raise InvalidSchema(f"references of references are more than {DEPTH_MAX} deep")
        found = []
        for each in references:
            target = self._target(qualify_within(subject, each.subject), each)
            inner = self.tree(target.subject, target.schema.references, depth + 1)
            found.append(ReferencedSchema(each.name, target.schema.text, inner))
        return tuple(found)

    def _target(self, subject: str, reference: Reference) -> StoredVersion:
        place = (subject, reference.version)
        if place not in self._known:
            try:
                self._known[place] = self._registry.version(*place, deleted=True)
            except RegistryRefused as refused:
                if refused.status != NOT_FOUND:
                    raise
                raise InvalidSchema(
                    f"{reference.name} is version {reference.version} of {subject}, which the"
                    " registry does not have"
                ) from refused
        return self._known[place]


def explain(
    registry: RegistryAdministration,
    source: Source,
    references: Sequence[Reference],
    versions: Sequence[StoredVersion],
) -> Report:
    """The schema against these versions of its subject, at all levels."""
    config = registry.config(source.subject, applying=True) or {}
    trees = References(registry)
    trees.add(versions)
    by_number = {each.version: each for each in versions}
    return judge(
        Report(source, Status.NEW, level_of(config), tuple(by_number)),
        policy_of(config),
        lambda: trees.tree(source.subject, references),
        lambda number: known(trees, by_number[number]),
    )


def known(trees: References, stored: StoredVersion) -> Known:
    """A version, read; raises InvalidSchema."""
    schema = stored.schema
    try:
        references = trees.tree(stored.subject, schema.references)
        parsed = parse(schema.type, schema.text, references, is_new=False)
    except InvalidSchema as error:
        raise InvalidSchema(f"version {stored.version} of {stored.subject}: {error}") from error
    return Known(Earlier(stored.version, parsed), references)


def live_versions(registry: RegistryAdministration, subject: str) -> list[StoredVersion]:
    """The versions of a subject, oldest first; none of one that does not exist."""
    return [registry.version(subject, each) for each in live_numbers(registry, subject)]


def comparable(
    registry: RegistryAdministration, subject: str, versions: Sequence[StoredVersion]
) -> list[StoredVersion]:
    """The versions that a schema without metadata is compared with: those of no group."""
    group = (registry.config(subject, applying=True) or {}).get("compatibilityGroup")
    return [each for each in versions if group is None or group not in properties_of(each)]


def level_of(config: Mapping[str, Any]) -> CompatibilityLevel:
    """The level of a config that applies."""
    return CompatibilityLevel(config.get("compatibilityLevel") or CompatibilityLevel.BACKWARD)


def policy_of(config: Mapping[str, Any]) -> Policy:
    """How properties of JSON Schema are compared under it."""
    return Policy.LENIENT if config.get("compatibilityPolicy") == Policy.LENIENT else Policy.STRICT


def properties_of(version: StoredVersion) -> dict[str, str]:
    """What its metadata says."""
    return dict((version.metadata or {}).get("properties") or {})
