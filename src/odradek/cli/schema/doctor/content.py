"""Schemas that cannot be read, references that lead nowhere, one schema under several ids."""

from collections.abc import Iterator, Mapping

from odradek.cli.schema.archive.contents import Archive
from odradek.cli.schema.archive.order import needs_of
from odradek.cli.schema.doctor.finding import Finding, error, warning
from odradek.clients.schema_registry import StoredVersion
from odradek.clients.schema_registry.administration import Place
from odradek.registry.state.names import context_of
from odradek.schemas.schema import ParsedSchema


def broken_references(archive: Archive) -> Iterator[Finding]:
    """Of live versions: to what is not there, and to what is deleted softly."""
    versions = archive.versions
    for version in versions.values():
        if archive.is_deleted(version.place):
            continue
        for subject, number in needs_of(version):
            target = f"version {number} of {subject}"
            if number < 1:
                continue  # the latest, whichever that is
            if (subject, number) not in versions:
                yield error(
                    "REFERENCE_LOST",
                    _name(version),
                    f"refers to {target}, which is not there: consumers cannot read it",
                    f"import {subject} from a backup, or register {version.subject} anew",
                )
            elif archive.is_deleted((subject, number)):
                yield warning(
                    "REFERENCE_DELETED",
                    _name(version),
                    f"refers to {target}, which is deleted softly",
                    "never delete that one for good; registering its text again brings it back",
                )


def unreadable(archive: Archive, reasons: Mapping[Place, str]) -> Iterator[Finding]:
    """Versions whose text is no schema; where a reference is missing, that is told already."""
    versions = archive.versions
    for place, reason in reasons.items():
        if all(each in versions for each in needs_of(versions[place])):
            yield error(
                "INVALID_SCHEMA",
                _name(versions[place]),
                f"cannot be read: {reason}",
                "register a valid version, and delete this one softly",
            )


def duplicates(archive: Archive, parsed: Mapping[Place, ParsedSchema]) -> Iterator[Finding]:
    """Ids of one context that mean the same schema: consumers know each of them apart."""
    versions = archive.versions
    groups: dict[object, dict[int, StoredVersion]] = {}
    for place, schema in parsed.items():
        version = versions[place]
        if not archive.is_deleted(place):
            key = (
                context_of(version.subject),
                schema.type,
                schema.identity(),
                tuple(needs_of(version)),
                repr(version.metadata),
                repr(version.rule_set),
            )
            groups.setdefault(key, {}).setdefault(version.id, version)
    for same in groups.values():
        if len(same) > 1:
            first, *others = same.values()
            told = ", ".join(f"{_name(each)} (id {each.id})" for each in others)
            yield warning(
                "ONE_SCHEMA_SEVERAL_IDS",
                _name(first),
                f"(id {first.id}) is the same schema as {told}, but for the form of the text",
                "register one text everywhere, or with --normalize, so that all share one id",
            )


def _name(version: StoredVersion) -> str:
    return f"{version.subject} version {version.version}"
