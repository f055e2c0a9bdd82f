"""How far a group has read each partition, and who reads it: its committed offsets beside the logs.

Lag is what lies between the committed offset and the end of the log. It counts offsets, so a
compacted topic or one with transactions has fewer records to read than that; it is negative where a
log ends before the committed offset, as that of a topic that was made anew. Without a committed
offset there is no lag to tell: where such a consumer starts is its own setting.

Pure: no Kafka here.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from odradek.cli.group.membership import Group, Member
from odradek.cli.log_offsets import LogRange, Partition
from odradek.cli.output import Row, number_text

RANDOM_PART = re.compile(r"-([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")


def lag_rows(
    group: Group, committed: Mapping[Partition, int], ranges: Mapping[Partition, LogRange]
) -> list[Row]:
    """One row for each partition that the group has committed or is assigned."""
    owners = {partition: member for member in group.members for partition in member.partitions}
    return [
        _lag_row(partition, committed.get(partition), ranges.get(partition), owners.get(partition))
        for partition in sorted(committed.keys() | owners.keys())
    ]


def total_lag(rows: Sequence[Row]) -> int:
    """The lag of all partitions whose lag is known; a negative one does not make up for others."""
    return sum(max(0, row["lag"]) for row in rows if row["lag"] is not None)


def lag_sentence(rows: Sequence[Row]) -> str:
    """The total for people, with what it leaves out."""
    if not rows:
        return "no committed offsets, no assigned partitions"
    unknown = sum(row["lag"] is None for row in rows)
    count = f"{len(rows)} partition{'s' * (len(rows) != 1)}"
    left_out = f"; {unknown} without a committed offset or a log" if unknown else ""
    return f"total lag {number_text(total_lag(rows))} in {count}{left_out}"


def short_name(member_id: str) -> str:
    """A member id that can be told from others and read: most of a random UUID is left out."""
    return RANDOM_PART.sub(r"-\1", member_id)


def ranges_text(partitions: Sequence[Partition]) -> str:
    """Partitions in order as `flights: 0-2,5  weather: 0`."""
    return "  ".join(
        f"{topic}: {_number_ranges([each.partition for each in of_topic])}"
        for topic, of_topic in groupby(partitions, key=lambda each: each.topic)
    )


def _lag_row(
    partition: Partition, committed: int | None, log: LogRange | None, owner: Member | None
) -> Row:
    return {
        "topic": partition.topic,
        "partition": partition.partition,
        "committed": committed,
        "log_start": None if log is None else log.start_offset,
        "log_end": None if log is None else log.end_offset,
        "lag": None if log is None or committed is None else log.end_offset - committed,
        "owner": None if owner is None else owner.instance_id or owner.member_id,
    }


def _number_ranges(numbers: Sequence[int]) -> str:
    """Numbers in order as `0-2,5`."""
    # Neighbours keep their distance to their place in the list.
    runs = groupby(enumerate(numbers), key=lambda place: place[1] - place[0])
    spans = ([number for _, number in run] for _, run in runs)
    return ",".join(str(s[0]) if len(s) == 1 else f"{s[0]}-{s[-1]}" for s in spans)
