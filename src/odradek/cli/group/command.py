"""`odradek group`: list, describe, reset and delete consumer groups of any Kafka cluster."""

from collections.abc import Sequence
from typing import Annotated, Literal

from confluent_kafka.admin import AdminClient
from cyclopts import Parameter

from odradek.cli.command import command_app
from odradek.cli.connection import DEFAULT_CONNECTION, Connection, connect
from odradek.cli.errors import CommandError
from odradek.cli.group.changes import delete_group, delete_offsets
from odradek.cli.group.description import description_document, print_description
from odradek.cli.group.inspection import (
    committed_offsets,
    existing_group,
    list_groups,
    read_lag,
)
from odradek.cli.group.membership import Group, require_no_members
from odradek.cli.group.reset import reset
from odradek.cli.log_offsets import Partition
from odradek.cli.mutation import DryRun, Mutation, Yes, confirm, print_mutations
from odradek.cli.output import OutputFormat, note, print_document, print_rows

app = command_app("group")
app.command(reset)

State = Literal["Stable", "Empty", "PreparingRebalance", "CompletingRebalance", "Dead"]
Protocol = Literal["Classic", "Consumer"]


@app.command(name="list")
def list_(
    *,
    states: Annotated[
        list[State] | None, Parameter(name="--state", help="Only this state; may be repeated.")
    ] = None,
    types: Annotated[
        list[Protocol] | None,
        Parameter(name="--type", help="Only groups of the classic, or of the new protocol."),
    ] = None,
    output: OutputFormat = "table",
    connection: Connection = DEFAULT_CONNECTION,
) -> None:
    """List the consumer groups of a cluster, with their state."""
    admin, _ = connect(connection.client_config())
    rows = list_groups(admin, states or (), types or ())
    if not rows and output == "table":
        note(
            "no group is in that state and of that type; `odradek group list` shows all"
            if states or types
            else "this cluster has no groups; one comes to be with its first consumer"
        )
    print_rows(rows, output)


@app.command
def describe(
    group: Annotated[str, Parameter(help="The group's name.")],
    /,
    *,
    output: OutputFormat = "table",
    connection: Connection = DEFAULT_CONNECTION,
) -> None:
    """Show a group's members, and how far it has read: offsets, lag, owners.

    Lag is what lies between a committed offset and the end of the log.
    """
    admin, _ = connect(connection.client_config())
    described = existing_group(admin, group)
    rows = read_lag(admin, described)
    if output == "table":
        print_description(described, rows)
    else:
        print_document(description_document(described, rows), output)


@app.command
def delete(
    groups: Annotated[list[str], Parameter(name="GROUP", help="Names of groups.")],
    /,
    *,
    topics: Annotated[
        list[str] | None,
        Parameter(
            name="--topic",
            help="Delete what was committed for this topic, and keep the rest; may be repeated.",
        ),
    ] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    output: OutputFormat = "table",
    connection: Connection = DEFAULT_CONNECTION,
) -> None:
    """Delete groups that have no members, or what they have committed for some topics."""
    config = connection.client_config()
    admin, _ = connect(config)
    found = [existing_group(admin, group) for group in dict.fromkeys(groups)]
    for group in found:
        if topics is None or group.is_reading(topics):
            require_no_members(group)
    offsets = {group.name: _committed(admin, group, topics) for group in found}
    if not (dry_run or yes):
        what = "with all offsets" if topics is None else f"offsets for {', '.join(topics)} of"
        confirm(f"Delete {what}: {', '.join(offsets)}?")
    for group in found if not dry_run else []:
        if topics is None:
            delete_group(admin, group.name)
        else:
            delete_offsets(config, group.name, offsets[group.name])
    print_mutations(
        [
            Mutation(
                "delete" if topics is None else "delete-offsets",
                "group",
                name,
                [{**each._asdict(), "committed": offset} for each, offset in committed.items()],
                dry_run,
            )
            for name, committed in offsets.items()
        ],
        output,
    )


def _committed(
    admin: AdminClient, group: Group, topics: Sequence[str] | None
) -> dict[Partition, int]:
    """The offsets that are about to go; CommandError when there are none for one of the topics."""
    committed = committed_offsets(admin, group.name)
    for topic in topics or []:
        if all(partition.topic != topic for partition in committed):
            raise CommandError(
                f"group {group.name} has committed nothing for topic {topic};"
                f" `odradek group describe {group.name}` shows what it has"
            )
    return {
        partition: offset
        for partition, offset in committed.items()
        if topics is None or partition.topic in topics
    }
