"""A group on paper: its members, its offsets with their lag, and the total.

People get short member ids and ranges of partitions; programs get everything as it is.
"""

import sys
from collections.abc import Sequence
from typing import Any

from odradek.cli.group.lag import lag_sentence, ranges_text, short_name, total_lag
from odradek.cli.group.membership import Group
from odradek.cli.output import Row, print_rows


def print_description(group: Group, rows: Sequence[Row]) -> None:
    """Print the group for people; `rows` are its lag by partition."""
    print_rows(_member_rows(group), "table", title=_headline(group))
    sys.stdout.write("\n")
    print_rows([{**row, "owner": _short(row["owner"])} for row in rows], "table")
    sys.stdout.write(f"{lag_sentence(rows)}\n")


def description_document(group: Group, rows: Sequence[Row]) -> dict[str, Any]:
    """The group for programs."""
    return {
        "group": group.name,
        "type": group.type,
        "state": group.state,
        "assignor": group.assignor or None,
        "coordinator": {"id": group.coordinator_id, "address": group.coordinator},
        "members": [
            {
                "member_id": member.member_id,
                "instance_id": member.instance_id,
                "client_id": member.client_id,
                "host": member.host,
                "partitions": [each._asdict() for each in member.partitions],
            }
            for member in group.members
        ],
        "total_lag": total_lag(rows),
        "partitions": list(rows),
    }


def _headline(group: Group) -> str:
    assignor = f", {group.assignor} assignor" if group.assignor else ""
    return (
        f"{group.name}: {group.state}, {group.member_count}\n"
        f"{group.type.lower()} protocol{assignor}, coordinator {group.coordinator_id} at"
        f" {group.coordinator}"
    )


def _member_rows(group: Group) -> list[Row]:
    return [
        {
            "member": short_name(member.member_id),
            "instance": member.instance_id or "",
            "client": member.client_id,
            "host": member.host,
            "assigned": ranges_text(member.partitions) or None,
        }
        for member in group.members
    ]


def _short(owner: str | None) -> str | None:
    return None if owner is None else short_name(owner)
