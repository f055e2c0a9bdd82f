"""`odradek schema usage`: the table."""

from collections.abc import Collection, Iterator
from typing import Annotated

from cyclopts import Parameter

from odradek.cli.connection import Cluster, connect
from odradek.cli.output import OutputFormat, Row, note, number_text, print_rows
from odradek.cli.records.json_record import timestamp_text
from odradek.cli.schema.connection import DEFAULT_REGISTRY, RegistryConnection, existing_versions
from odradek.cli.schema.usage.counting import Carrier, Use, Uses
from odradek.cli.schema.usage.options import MoreTopics, RecordsMax
from odradek.cli.schema.usage.reading import carrier_named_by, carriers_of, count_uses
from odradek.clients.schema_registry import StoredVersion
from odradek.clients.schema_registry.administration import Place
from odradek.registry.state.names import DEFAULT_CONTEXT, context_of

DEFAULT_CLUSTER = Cluster()


def usage(
    subject: Annotated[str | None, Parameter(help="Only this subject; else all.")] = None,
    /,
    *,
    topics: MoreTopics = (),
    records: RecordsMax = None,
    unused: Annotated[bool, Parameter(help="Show only versions that nobody uses.")] = False,
    output: OutputFormat = "table",
    cluster: Cluster = DEFAULT_CLUSTER,
    registry: RegistryConnection = DEFAULT_REGISTRY,
) -> None:
    """Show how many records carry each version of a schema, and when the last was written.

    Reads the topics that subjects are called after, orders for orders-value and orders-key, and
    looks for ids in front of keys and values and for GUIDs in their headers. No record of these
    topics needs a version with 0 records, if all were read. That says nothing of other topics, such
    as dead letters and mirrors, of other clusters, of what is written meanwhile, of producers that
    will use it again, and of schemas that others refer to. Contexts but the default one are left
    out: a record does not tell its context.
    """
    with registry.open() as client:
        if subject is not None:
            existing_versions(client, subject, deleted=True)
        every, live = client.census()
    config = cluster.properties(registry.config_file)
    _, known = connect(config)
    versions = [
        each
        for each in every
        if subject in (None, each.subject) and context_of(each.subject) == DEFAULT_CONTEXT
    ]
    carriers = carriers_of(known, (each.subject for each in versions), topics)
    uses = count_uses(config, known, carriers, records)
    rows = [row for each in versions for row in _rows(each, uses, live)]
    print_rows([row for row in rows if not (unused and row["records"] != 0)], output)
    for sentence in _notes(uses, every, rows, records):
        note(sentence)


def _rows(version: StoredVersion, uses: Uses, live: Collection[Place]) -> Iterator[Row]:
    """One for each topic that has it; one without records, or without an answer, else."""
    row = {
        "subject": version.subject,
        "version": version.version,
        "id": version.id,
        "state": "live" if version.place in live else "softly deleted",
    }
    found = uses.of(version)
    for carrier, use in sorted(found.items()):
        yield {**row, **_place(carrier), **_use(use)}
    if not found:
        named = carrier_named_by(version.subject)
        is_answered = named in uses.carriers
        yield {
            **row,
            **_place(named if is_answered else None),
            **_use(Use() if is_answered else None),
        }


def _place(carrier: Carrier | None) -> Row:
    return {
        "topic": None if carrier is None else carrier.topic,
        "part": None if carrier is None else carrier.part.value,
    }


def _use(use: Use | None) -> Row:
    return {
        "records": None if use is None else use.records,
        "last_written": timestamp_text(use.last_ms) if use is not None and use.records else None,
    }


def _notes(
    uses: Uses, every: list[StoredVersion], rows: list[Row], records_max: int | None
) -> Iterator[str]:
    topics = {each.topic for each in uses.carriers}
    read = "all records" if records_max is None else f"the last {records_max:,} of each partition"
    yield f"{read} of {len(topics)} topic{'s' * (len(topics) != 1)} were read"
    for carrier, name, use in uses.others(every):
        count = number_text(use.records)
        yield f"{count} {carrier} carry {name}, which this registry does not know"
    unknown = len({row["subject"] for row in rows if row["records"] is None})
    if unknown:
        yield (
            f"{unknown} subject{'s' * (unknown != 1)} with versions that none of them has: called"
            " after no topic of this cluster; --topic names those that have their records"
        )
