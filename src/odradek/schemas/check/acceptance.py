"""What was checked and found right becomes the next version in the lock.

So a repository can have its lock without any registry: what is reviewed and merged is what counts.
"""

from collections.abc import Sequence

import msgspec

from odradek.schemas.check.links import Links
from odradek.schemas.check.lock import Lock, LockedSubject, LockedVersion
from odradek.schemas.check.sources import Source
from odradek.schemas.check.verdicts import Report, Status


def accept(lock: Lock, reports: Sequence[Report]) -> Lock:
    """The lock with a new version of all that is new or changed; none of the reports is wrong."""
    sources = [each.source for each in reports]
    grown = msgspec.structs.replace(lock, subjects=dict(lock.subjects))
    links = Links(sources, grown)
    changed = {each.source.path for each in reports if each.status is not Status.UNCHANGED}
    # A version must be there before another one refers to it: those that refer deepest come last.
    for source in sorted(sources, key=lambda each: _depth(links, each)):
        if source.path in changed:
            grown.subjects[source.subject] = _with_version(grown, source, links)
    return grown


def _depth(links: Links, source: Source) -> int:
    depth = 0
    level = {each.name: each for each in links.references_of(source)}
    while level:
        depth += 1
        level = {inner.name: inner for each in level.values() for inner in each.references}
    return depth


def _with_version(lock: Lock, source: Source, links: Links) -> LockedSubject:
    locked = lock.subjects.get(source.subject) or LockedSubject()
    version = LockedVersion(
        version=locked.versions[-1].version + 1 if locked.versions else 1,
        schema_type=source.schema_type,
        schema=source.text,
        references=tuple(links.locked_references_of(source)),
    )
    return msgspec.structs.replace(locked, versions=(*locked.versions, version))
