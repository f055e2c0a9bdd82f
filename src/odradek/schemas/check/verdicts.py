"""One schema file against the versions of its subject: a verdict at each of the seven levels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial

from odradek.schemas.check.links import Links
from odradek.schemas.check.lock import Lock
from odradek.schemas.check.sources import Source
from odradek.schemas.comparison import Broken, Earlier, Finding, compare, witness_of
from odradek.schemas.formats import parse
from odradek.schemas.incompatibility import Witness
from odradek.schemas.levels import CompatibilityLevel, Policy
from odradek.schemas.schema import InvalidSchema, ParsedSchema, ReferencedSchema


class Status(StrEnum):
    """What is to be said of a file."""

    NEW = "new"
    """The registry does not know the subject."""
    UNCHANGED = "unchanged"
    """It is a version that the registry has."""
    COMPATIBLE = "compatible"
    INCOMPATIBLE = "incompatible"
    """At the level that the subject must have."""
    INVALID = "invalid"

    @property
    def is_wrong(self) -> bool:
        """The registry would refuse it."""
        return self in (Status.INCOMPATIBLE, Status.INVALID)


@dataclass(frozen=True, slots=True)
class Report:
    """What is found about one file."""

    source: Source
    status: Status
    level: CompatibilityLevel
    """What the subject must have."""
    versions: tuple[int, ...] = ()
    """What it was compared with."""
    findings: tuple[Finding, ...] = ()
    """At FULL_TRANSITIVE, which includes all that any level could say."""
    witnesses: Mapping[tuple[int, Broken], Witness] = field(default_factory=dict)
    error: str = ""

    def at(self, level: CompatibilityLevel) -> list[Finding]:
        """What the level forbids; empty if nothing."""
        return [each for each in self.findings if self._concerns(each, level)]

    def _concerns(self, finding: Finding, level: CompatibilityLevel) -> bool:
        is_asked = level.is_transitive or finding.version == self.versions[-1]
        new_reads_old = finding.broken is Broken.NEW_CONSUMERS
        return is_asked and (level.new_reads_old if new_reads_old else level.old_reads_new)

    def witness(self, finding: Finding) -> Witness | None:
        """A record that shows it."""
        return self.witnesses.get((finding.version, finding.broken))


def check(
    sources: Sequence[Source], lock: Lock, level: CompatibilityLevel | None = None
) -> list[Report]:
    """A report about each file; `level` is asked instead of those in the lock."""
    links = Links(sources, lock)
    return [_check(each, links, lock, level or lock.level(each.subject)) for each in sources]


def judge(
    blank: Report,
    policy: Policy,
    references_of: Callable[[], Sequence[ReferencedSchema]],
    known_of: Callable[[int], "Known"],
) -> Report:
    """The report filled in: what becomes of its source after its versions, oldest first.

    What the source refers to and what a version is may both raise InvalidSchema.
    """
    source = blank.source
    try:
        references = references_of()
        new = parse(source.schema_type, source.text, references)
        known = [known_of(each) for each in blank.versions]
        if not known:
            return blank
        if any(each.is_same(new, references) for each in known):
            return replace(blank, status=Status.UNCHANGED)
        return _compare(blank, new, [each.earlier for each in known], policy)
    except InvalidSchema as error:
        return replace(blank, status=Status.INVALID, error=str(error))


def _check(source: Source, links: Links, lock: Lock, level: CompatibilityLevel) -> Report:
    versions = tuple(each.version for each in lock.versions(source.subject))
    return judge(
        Report(source, Status.NEW, level, versions),
        lock.policy(source.subject),
        partial(links.references_of, source),
        partial(Known.of_lock, lock, source.subject),
    )


def _compare(
    blank: Report, new: ParsedSchema, earlier: Sequence[Earlier], policy: Policy
) -> Report:
    findings = compare(new, earlier, CompatibilityLevel.FULL_TRANSITIVE, policy)
    witnesses = _witnesses(new, earlier, findings)
    report = replace(blank, status=Status.COMPATIBLE, findings=tuple(findings), witnesses=witnesses)
    return replace(report, status=Status.INCOMPATIBLE) if report.at(report.level) else report


def _witnesses(
    new: ParsedSchema, earlier: Sequence[Earlier], findings: Sequence[Finding]
) -> dict[tuple[int, Broken], Witness]:
    by_version = {each.version: each for each in earlier}
    found = {}
    for version, broken in dict.fromkeys((each.version, each.broken) for each in findings):
        witness = witness_of(new, by_version[version], broken)
        if witness is not None:
            found[version, broken] = witness
    return found


@dataclass(frozen=True, slots=True)
class Known:
    """A version that a registry has, read, with what it refers to."""

    earlier: Earlier
    references: tuple[ReferencedSchema, ...]

    @classmethod
    def of_lock(cls, lock: Lock, subject: str, version: int) -> "Known":
        """A version of the lock; raises InvalidSchema."""
        locked = next(each for each in lock.versions(subject) if each.version == version)
        try:
            references = lock.referenced(locked.references)
            schema = parse(locked.schema_type, locked.schema, references, is_new=False)
        except InvalidSchema as error:
            raise InvalidSchema(f"version {version} of {subject} in the lock: {error}") from error
        return cls(Earlier(version, schema), tuple(references))

    def is_same(self, new: ParsedSchema, references: Sequence[ReferencedSchema]) -> bool:
        """The same text that refers to the same texts."""
        mine = self.earlier.schema
        return (
            mine.type is new.type
            and mine.identity() == new.identity()
            and _texts(self.references) == _texts(references)
        )


def _texts(references: Sequence[ReferencedSchema]) -> dict[str, str]:
    found: dict[str, str] = {}
    waiting = list(references)
    while waiting:
        each = waiting.pop()
        if each.name not in found:
            found[each.name] = each.text
            waiting.extend(each.references)
    return found
