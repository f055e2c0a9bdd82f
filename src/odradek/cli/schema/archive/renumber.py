"""Carries out an import where the registry chooses the ids, and counts versions anew.

For registries that have no import mode, or whose ids are taken. A gap in an archive's versions is
closed; what refers to a version refers to its new number afterwards.

Invariant: a schema that a subject has already is not registered again, so that it can be repeated.
Compatibility is not asked for meanwhile: what one registry let pass, another has to.
"""

from dataclasses import dataclass, field
from typing import Any

from odradek.cli.errors import CommandError
from odradek.cli.schema.archive.associations import make_associations
from odradek.cli.schema.archive.contents import Archive
from odradek.cli.schema.archive.order import registration_order
from odradek.cli.schema.archive.plan import Plan
from odradek.cli.schema.archive.restore import Watch
from odradek.cli.schema.archive.settings import apply_config, apply_mode
from odradek.cli.schema.connection import existing_versions, live_numbers
from odradek.clients.errors import RegistryRefused
from odradek.clients.schema_registry import RegistryAdministration, StoredVersion
from odradek.clients.schema_registry.administration import LEVEL, Place
from odradek.registry.state.names import qualify_within
from odradek.schemas.levels import CompatibilityLevel


@dataclass(slots=True)
class Renumbered:
    """What became of the archive's versions."""

    versions: dict[Place, StoredVersion] = field(default_factory=dict)
    """By their place in the archive: what they are in the registry."""
    registered: int = 0
    deleted: int = 0


def renumber(
    client: RegistryAdministration,
    archive: Archive,
    plan: Plan,
    watch: Watch,
) -> Renumbered:
    """Register what is missing, delete what is deleted in the archive, set what is to be set."""
    done = Renumbered()
    relaxed: set[str] = set()
    try:
        for place in registration_order(archive.versions):
            _register(client, archive, place, done, relaxed)
            watch(len(done.versions))
        _delete(client, archive, done)
    finally:
        for subject in sorted(relaxed):
            apply_config(client, subject, archive.subjects[subject].settings.config)
    make_associations(client, plan.associations)
    for scope, wanted in plan.settings.items():
        apply_config(client, scope, wanted.config)
        if client.mode(scope) != wanted.mode:
            apply_mode(client, scope, wanted.mode)
    return done


def _register(
    client: RegistryAdministration,
    archive: Archive,
    place: Place,
    done: Renumbered,
    relaxed: set[str],
) -> None:
    version = archive.versions[place]
    body = _body(version, done)
    try:
        known = _find(client, version.subject, body, deleted=archive.is_deleted(place))
        if known is None:
            _relax(client, version.subject, relaxed)
            client.register(version.subject, body)
            done.registered += 1
            known = client.find(version.subject, body)
    except RegistryRefused as refused:
        raise CommandError(
            f"version {version.version} of {version.subject} was refused: {refused.said}"
            f" ({refused.error_code}); what came before it is imported"
        ) from refused
    if known is None:
        raise CommandError(
            f"{version.subject} has not what was registered under it: is it deleted?"
        )
    done.versions[place] = known


def _find(
    client: RegistryAdministration, subject: str, body: dict[str, Any], *, deleted: bool
) -> StoredVersion | None:
    """The version that is this schema. A subject that normalizes does not find, as Confluent's
    does not, what was registered before it did: that is compared text by text."""
    known = client.find(subject, body, deleted=deleted)
    if known is not None or not (client.config(subject, applying=True) or {}).get("normalize"):
        return known
    numbers = existing_versions(client, subject, deleted=deleted)
    stored = (client.version(subject, number, deleted=deleted) for number in reversed(numbers))
    return next((each for each in stored if each.body() == body), None)


def _body(version: StoredVersion, done: Renumbered) -> dict[str, Any]:
    """The version with the new numbers of what it refers to."""
    body = version.body()
    for reference in body.get("references", ()):
        target = (qualify_within(version.subject, reference["subject"]), reference["version"])
        if target in done.versions:
            reference["version"] = done.versions[target].version
    return body


def _relax(client: RegistryAdministration, subject: str, relaxed: set[str]) -> None:
    if subject in relaxed:
        return
    level = (client.config(subject, applying=True) or {}).get(LEVEL)
    if level != CompatibilityLevel.NONE:
        relaxed.add(subject)
        client.set_config(subject, {LEVEL: CompatibilityLevel.NONE.value})


def _delete(client: RegistryAdministration, archive: Archive, done: Renumbered) -> None:
    """Delete softly, the last ones first, but for what has become one with a live version."""
    alive = {known.place for place, known in done.versions.items() if not archive.is_deleted(place)}
    doomed = [known.place for place, known in done.versions.items() if archive.is_deleted(place)]
    for subject, version in reversed(dict.fromkeys(doomed)):
        if (subject, version) not in alive and version in live_numbers(client, subject):
            client.delete_version(subject, version)
            done.deleted += 1
