"""`odradek group reset`: the plan first, and only with `--execute` the deed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from confluent_kafka.admin import AdminClient, ClusterMetadata
from cyclopts import Parameter

from odradek.cli.connection import (
    DEFAULT_CONNECTION,
    Connection,
    connect,
    existing_partitions,
    existing_topic,
)
from odradek.cli.errors import CommandError
from odradek.cli.group.changes import commit_offsets
from odradek.cli.group.inspection import committed_offsets, find_group, group_names
from odradek.cli.group.membership import require_no_members
from odradek.cli.group.reset_plan import AtTime, Shift, Target, plan_reset
from odradek.cli.kafka_errors import nearest_name, unknown_group
from odradek.cli.log_offsets import Partition, log_ranges, offsets_at
from odradek.cli.mutation import Mutation, print_changes
from odradek.cli.output import OutputFormat, note
from odradek.cli.position import Position, parse_position, timestamp_ms

Destination = Position | Shift


def reset(
    group: Annotated[str, Parameter(help="The group's name.")],
    /,
    *,
    to: Annotated[
        str | None,
        Parameter(
            help="Where to: earliest, latest, an offset, a time such as 2026-11-22T21:45 (local,"
            " unless it says otherwise), or how long ago, such as 30s, 15m, 12h or 7d.",
        ),
    ] = None,
    shift_by: Annotated[
        int | None, Parameter(help="So many offsets on, or back with a negative number.")
    ] = None,
    topics: Annotated[
        list[str] | None, Parameter(name="--topic", help="Only this topic; may be repeated.")
    ] = None,
    partitions: Annotated[
        list[int] | None,
        Parameter(name="--partition", help="Only this partition of the topic; may be repeated."),
    ] = None,
    execute: Annotated[bool, Parameter(help="Do it; otherwise the plan is only shown.")] = False,
    dry_run: Annotated[bool, Parameter(help="Only show the plan, as without --execute.")] = False,
    output: OutputFormat = "table",
    connection: Connection = DEFAULT_CONNECTION,
) -> None:
    """Show where a reset would take a group's offsets; with --execute, take them there.

    The group must have no members. Without --topic every offset that it has committed is meant. An
    offset outside its log becomes the nearest end of it. With --topic the group need not exist yet.
    """
    if execute and dry_run:
        raise CommandError("--execute and --dry-run contradict each other; give one of them")
    destination = _destination(to, shift_by)
    admin, cluster = connect(connection.client_config())
    _require_no_members(admin, group, is_creatable=bool(topics))
    committed = committed_offsets(admin, group)
    chosen = _chosen_partitions(cluster, topics or [], partitions or []) or list(committed)
    if not chosen:
        raise CommandError(
            f"group {group} has committed nothing that could be reset; give it offsets for a topic"
            " with --topic"
        )
    plan = plan_reset(
        chosen, _target(admin, destination, chosen), committed, log_ranges(admin, chosen)
    )
    if execute:
        commit_offsets(admin, group, plan)
    rows = [planned.row for planned in plan]
    print_changes(Mutation("reset", "group", group, rows, not execute), output)
    if not execute:
        note("nothing was changed; the same with --execute does it")


def _destination(to: str | None, shift_by: int | None) -> Destination:
    if to is not None and shift_by is None:
        return parse_position("--to", to)
    if shift_by is not None and to is None:
        return Shift(shift_by)
    raise CommandError(
        "say where the offsets are to go, with either --to (earliest, latest, an offset, a time, or"
        " how long ago) or --shift-by (a number of offsets)"
    )


def _target(
    admin: AdminClient, destination: Destination, partitions: Sequence[Partition]
) -> Target:
    if isinstance(destination, datetime):
        return AtTime(offsets_at(admin, partitions, timestamp_ms(destination)))
    return destination


def _require_no_members(admin: AdminClient, name: str, *, is_creatable: bool) -> None:
    found = find_group(admin, name)
    if found is not None:
        require_no_members(found)
        return
    existing = group_names(admin)
    if not is_creatable:
        raise unknown_group(name, existing)
    nearest = nearest_name(name, existing)
    meant = f"; did you mean {nearest}?" if nearest else ", and comes to be with these offsets"
    note(f"note: group {name} does not exist{meant}")


def _chosen_partitions(
    cluster: ClusterMetadata, topics: Sequence[str], wanted: Sequence[int]
) -> list[Partition]:
    """What --topic and --partition name; nothing when neither is given."""
    if wanted and len(topics) != 1:
        raise CommandError("--partition needs one --topic, the topic whose partition it is")
    return [
        Partition(topic, number)
        for topic in dict.fromkeys(topics)
        for number in existing_partitions(existing_topic(cluster, topic), wanted)
    ]
