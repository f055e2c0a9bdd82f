"""What records of the subjects' topics tell of a registry: schemas that it does not have, and
subjects that nobody uses."""

from collections.abc import Iterator

from odradek.cli.output import number_text
from odradek.cli.records.json_record import timestamp_text
from odradek.cli.schema.archive.contents import Archive
from odradek.cli.schema.archive.order import needs_of
from odradek.cli.schema.doctor.finding import Finding, error, warning
from odradek.cli.schema.usage.counting import Uses
from odradek.cli.schema.usage.reading import carrier_named_by


def unknown_schemas(archive: Archive, uses: Uses) -> Iterator[Finding]:
    """Ids and GUIDs that records carry, and that are no version of any context."""
    for carrier, name, use in uses.others(archive.versions.values()):
        yield error(
            "UNKNOWN_SCHEMA",
            carrier.topic,
            f"has {number_text(use.records)} records or more whose {carrier.part} carries {name},"
            f" the last written at {timestamp_text(use.last_ms)}: that is no schema of this"
            " registry, so consumers cannot read them",
            "import the schema with its id from a backup, or from the registry whose it is:"
            " odradek schema import",
        )


def unused_subjects(archive: Archive, uses: Uses) -> Iterator[Finding]:
    """Of topics that have records: subjects of which none has a version, nor any schema needs."""
    needed = {subject for each in archive.versions.values() for subject, _ in needs_of(each)}
    for name, subject in sorted(archive.subjects.items()):
        carrier = carrier_named_by(name)
        if carrier is None or not subject.is_live or name in needed:
            continue
        count = uses.looked_at(carrier)
        if count and not any(uses.of(each) for each in subject.versions):
            yield warning(
                "SUBJECT_UNUSED",
                name,
                f"has no version that any of the {number_text(count)} {carrier} carries that were"
                " read",
                f"if nobody writes with it: odradek schema delete {name}; odradek schema usage"
                f" {name} reads all records",
            )
