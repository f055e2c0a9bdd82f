"""A group and its members as its coordinator describes them.

Pure: values in, values and sentences out.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from odradek.cli.errors import CommandError
from odradek.cli.log_offsets import Partition

WITHOUT_MEMBERS = ("Empty", "Dead")
MEMBERS_NAMED = 3


class Member(NamedTuple):
    """A consumer in a group, and what it was told to read."""

    member_id: str
    instance_id: str | None
    client_id: str
    host: str
    partitions: Sequence[Partition]


class Group(NamedTuple):
    """A group as its coordinator describes it."""

    name: str
    type: str
    state: str
    assignor: str
    coordinator_id: int
    coordinator: str
    members: Sequence[Member]

    @property
    def member_count(self) -> str:
        """How many members it has, in words."""
        count = len(self.members)
        return f"{count or 'no'} member{'s' * (count != 1)}"

    def is_reading(self, topics: Iterable[str]) -> bool:
        """Whether a member is assigned a partition of one of these topics."""
        assigned = {each.topic for member in self.members for each in member.partitions}
        return not assigned.isdisjoint(topics)


def require_no_members(group: Group) -> None:
    """Return when nobody is in the group; CommandError otherwise."""
    if not group.members and group.state in WITHOUT_MEMBERS:
        return
    named = [
        f"{member.client_id or member.member_id} at {member.host}"
        for member in group.members[:MEMBERS_NAMED]
    ]
    if len(group.members) > MEMBERS_NAMED:
        named.append("...")
    who = f": {', '.join(named)}" if named else ""
    raise CommandError(
        f"group {group.name} is in use ({group.state}, {group.member_count}{who}); stop its"
        " consumers, and try again when their sessions have ended"
    )
