"""Where a reset takes each partition's committed offset, and why not where it was asked to.

An offset outside its log is moved to the nearest end of it, for a consumer would find nothing
there and start where its own settings say. A partition that cannot be reset keeps what it has.

Pure: no Kafka here.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from odradek.cli.log_offsets import LogRange, Partition
from odradek.cli.output import Row, number_text
from odradek.cli.position import Edge

OUT_OF_REACH = "left alone: its log is out of reach"


class Shift(NamedTuple):
    """So many records on from the committed offset, or back if negative."""

    by: int


class AtTime(NamedTuple):
    """The first record at or after a time, as it was found; None where there is none."""

    offsets: Mapping[Partition, int | None]


Target = Edge | int | Shift | AtTime


class PlannedOffset(NamedTuple):
    """What becomes of one partition; nothing when `new_offset` is None."""

    partition: Partition
    committed: int | None
    new_offset: int | None
    log: LogRange | None
    remark: str

    @property
    def row(self) -> Row:
        """One line of the plan."""
        return {
            "topic": self.partition.topic,
            "partition": self.partition.partition,
            "committed": self.committed,
            "new_offset": self.new_offset,
            "log_start": None if self.log is None else self.log.start_offset,
            "log_end": None if self.log is None else self.log.end_offset,
            "remark": self.remark,
        }


def plan_reset(
    partitions: Iterable[Partition],
    target: Target,
    committed: Mapping[Partition, int],
    ranges: Mapping[Partition, LogRange],
) -> list[PlannedOffset]:
    """What a reset of these partitions would do, in their order."""
    return [
        _plan(partition, target, committed.get(partition), ranges.get(partition))
        for partition in sorted(partitions)
    ]


def _plan(
    partition: Partition, target: Target, committed: int | None, log: LogRange | None
) -> PlannedOffset:
    if log is None:
        return PlannedOffset(partition, committed, None, None, OUT_OF_REACH)
    wanted, remark = _wanted(partition, target, committed, log)
    if wanted is not None and wanted < log.start_offset:
        wanted, remark = log.start_offset, f"the log starts after {number_text(wanted)}"
    elif wanted is not None and wanted > log.end_offset:
        wanted, remark = log.end_offset, f"the log ends before {number_text(wanted)}"
    return PlannedOffset(partition, committed, wanted, log, remark)


def _wanted(
    partition: Partition, target: Target, committed: int | None, log: LogRange
) -> tuple[int | None, str]:
    match target:
        case Edge.EARLIEST:
            return log.start_offset, ""
        case Edge.LATEST:
            return log.end_offset, ""
        case Shift(by):
            if committed is None:
                return None, "left alone: nothing committed to shift"
            return committed + by, ""
        case AtTime(offsets):
            if partition not in offsets:
                return None, OUT_OF_REACH
            found = offsets[partition]
            return (log.end_offset, "nothing written since") if found is None else (found, "")
        case int(offset):
            return offset, ""
