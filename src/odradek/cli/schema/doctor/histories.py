"""Versions that do not follow from those before them, under the level that is asked today.

They came in while another level was, or past it; consumers of such a subject cannot rely on what
its level promises.
"""

from collections.abc import Iterator, Mapping, Sequence

from odradek.cli.schema.archive.contents import Archive, Config
from odradek.cli.schema.doctor.finding import Finding, error
from odradek.cli.schema.verdict import level_of, policy_of, properties_of
from odradek.clients.schema_registry import StoredVersion
from odradek.clients.schema_registry.administration import Place
from odradek.schemas.comparison import Earlier, compare
from odradek.schemas.levels import CompatibilityLevel
from odradek.schemas.schema import InvalidSchema, ParsedSchema

Parsed = Mapping[Place, ParsedSchema]


def broken_histories(archive: Archive, parsed: Parsed) -> Iterator[Finding]:
    """The first thing that is in the way of each version; what cannot be read is left out."""
    for subject in archive.subjects.values():
        config = archive.applying_config(subject)
        live = [
            each
            for each in subject.versions
            if each.version not in subject.deleted and each.place in parsed
        ]
        for number, version in enumerate(live):
            earlier = _comparable(config, version, live[:number])
            found = _judge(config, version, earlier, parsed)
            if found is not None:
                yield found


def _comparable(
    config: Config, version: StoredVersion, earlier: Sequence[StoredVersion]
) -> list[StoredVersion]:
    group = config.get("compatibilityGroup")
    if group is None:
        return list(earlier)
    value = properties_of(version).get(group)
    return [each for each in earlier if properties_of(each).get(group) == value]


def _judge(
    config: Config, version: StoredVersion, earlier: Sequence[StoredVersion], parsed: Parsed
) -> Finding | None:
    level = level_of(config)
    if level is CompatibilityLevel.NONE or not earlier:
        return None
    known = [Earlier(each.version, parsed[each.place]) for each in earlier]
    try:
        found = compare(parsed[version.place], known, level, policy_of(config))
    except InvalidSchema:
        return None
    if not found:
        return None
    first = found[0].incompatibility
    return error(
        "INCOMPATIBLE_VERSION",
        f"{version.subject} version {version.version}",
        f"is not {level} compatible with version {found[0].version}: {first.description}"
        f" ({first.kind} at {first.path}); it breaks {found[0].broken}",
        f"register a version that mends it ({first.remedy}), or lower the level:"
        f" odradek schema compat {version.subject} --set LEVEL",
    )
