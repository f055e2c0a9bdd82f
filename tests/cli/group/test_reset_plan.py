import pytest

from odradek.cli.group.reset_plan import AtTime, Shift, Target, plan_reset
from odradek.cli.log_offsets import LogRange, Partition
from odradek.cli.position import Edge

PARTITION = Partition("t", 0)
LOG = LogRange(5, 50)


@pytest.mark.parametrize(
    ("target", "committed", "new_offset", "remark"),
    [
        (Edge.EARLIEST, 20, 5, ""),
        (Edge.LATEST, 20, 50, ""),
        (30, 20, 30, ""),
        (5, 20, 5, ""),
        (50, 20, 50, ""),
        (4, 20, 5, "the log starts after 4"),
        (51, 20, 50, "the log ends before 51"),
        (Shift(10), 20, 30, ""),
        (Shift(-20), 20, 5, "the log starts after 0"),
        (Shift(10), None, None, "left alone: nothing committed to shift"),
        (AtTime({PARTITION: 17}), None, 17, ""),
        (AtTime({PARTITION: None}), 20, 50, "nothing written since"),
        (AtTime({}), 20, None, "left alone: its log is out of reach"),
    ],
)
def test_new_offset_is_the_wanted_one_or_the_nearest_in_the_log(
    target: Target, committed: int | None, new_offset: int | None, remark: str
) -> None:
    offsets = {} if committed is None else {PARTITION: committed}
    [planned] = plan_reset([PARTITION], target, offsets, {PARTITION: LOG})

    assert (planned.new_offset, planned.remark) == (new_offset, remark)


def test_partition_whose_log_does_not_answer_is_left_alone() -> None:
    [planned] = plan_reset([PARTITION], Edge.EARLIEST, {PARTITION: 20}, {})

    assert planned.new_offset is None
    assert planned.row == {
        "topic": "t",
        "partition": 0,
        "committed": 20,
        "new_offset": None,
        "log_start": None,
        "log_end": None,
        "remark": "left alone: its log is out of reach",
    }
