"""A deletion for good that looks at the records first: its options, and its refusal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from odradek.cli.connection import ClientProperties, Cluster, connect
from odradek.cli.errors import CommandError
from odradek.cli.output import note, number_text
from odradek.cli.records.json_record import timestamp_text
from odradek.cli.schema.usage.counting import Uses
from odradek.cli.schema.usage.options import MoreTopics, RecordsMax
from odradek.cli.schema.usage.reading import carriers_of, count_uses
from odradek.clients.schema_registry import StoredVersion


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class RecordsGuard:
    """The options of a deletion that records may forbid."""

    bootstrap_server: Annotated[
        str | None,
        Parameter(
            name=["--bootstrap-server", "-b"],
            help="The Kafka whose records are counted before a deletion for good: what they still"
            " carry is not deleted.",
        ),
    ] = None
    client_property: ClientProperties = ()
    topics: MoreTopics = ()
    records: RecordsMax = None
    force: Annotated[bool, Parameter(help="Delete for good although records carry it.")] = False

    def require_unused(self, lost: Sequence[StoredVersion], config_file: Path | None) -> None:
        """CommandError where records carry one of these versions; nothing without a cluster."""
        if self.bootstrap_server is None or not lost:
            return
        config = Cluster(self.bootstrap_server, self.client_property).properties(config_file)
        _, known = connect(config)
        carriers = carriers_of(known, (each.subject for each in lost), self.topics)
        if not carriers:
            raise CommandError(
                f"{lost[0].subject} is called after no topic of this cluster; --topic names those"
                " that may have its records"
            )
        uses = count_uses(config, known, carriers, self.records)
        found = list(_found(lost, uses))
        if found and not self.force:
            raise CommandError(
                f"{'; '.join(found)}. New consumers could not read them: wait until they are gone,"
                " or give --force"
            )
        for each in found:
            note(each)


def _found(lost: Sequence[StoredVersion], uses: Uses) -> Iterator[str]:
    for version in lost:
        for carrier, use in sorted(uses.of(version).items()):
            yield (
                f"version {version.version} of {version.subject} (id {version.id}) is in"
                f" {number_text(use.records)} {carrier}, the last written at"
                f" {timestamp_text(use.last_ms)}"
            )
