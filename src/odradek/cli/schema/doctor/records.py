"""What records of the subjects' topics tell of a registry: schemas that it does not have."""

from collections.abc import Iterator

from odradek.cli.output import number_text
from odradek.cli.records.json_record import timestamp_text
from odradek.cli.schema.archive.contents import Archive
from odradek.cli.schema.doctor.finding import Finding, error
from odradek.cli.schema.usage.counting import Uses


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
