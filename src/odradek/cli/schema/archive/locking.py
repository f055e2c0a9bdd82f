"""An archive as registry.lock, so that `odradek schema check` says what this registry would say."""

from odradek.cli.schema.archive.contents import Archive, ArchivedSubject, Config
from odradek.cli.schema.verdict import level_of, policy_of
from odradek.clients.schema_registry import StoredVersion
from odradek.registry.state.names import qualify_within
from odradek.schemas.check.lock import Lock, LockedReference, LockedSubject, LockedVersion


def lock_of(archive: Archive) -> Lock:
    """What is live, with the level of every subject that has not the registry's."""
    whole: Config = archive.scopes[""].config or {}
    level, policy = level_of(whole), policy_of(whole)
    subjects = {}
    for name, subject in archive.subjects.items():
        config = archive.applying_config(subject)
        own_level, own_policy = level_of(config), policy_of(config)
        versions = tuple(_locked(each) for each in _live(subject))
        if versions:
            subjects[name] = LockedSubject(
                None if own_level is level else own_level,
                None if own_policy is policy else own_policy,
                versions,
            )
    return Lock(level, policy, subjects)


def _live(subject: ArchivedSubject) -> list[StoredVersion]:
    return [each for each in subject.versions if each.version not in subject.deleted]


def _locked(stored: StoredVersion) -> LockedVersion:
    return LockedVersion(
        version=stored.version,
        schema_type=stored.schema.type,
        schema=stored.schema.text,
        references=tuple(
            LockedReference(each.name, qualify_within(stored.subject, each.subject), each.version)
            for each in stored.schema.references
        ),
    )
