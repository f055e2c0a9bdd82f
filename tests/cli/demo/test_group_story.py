import io

import pytest
from rich.console import Console

from odradek.cli.demo.group_story import GroupResult
from odradek.cli.demo.lag_chart import LagChart
from odradek.cli.output import Row

READ: Row = {"partition": 0, "committed": 10, "log_end": 10, "lag": 0}
EMPTY: Row = {"partition": 1, "committed": None, "log_end": 0, "lag": None}
BEHIND: Row = {"partition": 2, "committed": 9, "log_end": 10, "lag": 1}


def test_group_that_has_read_everything_once_has_no_differences() -> None:
    assert GroupResult(10, 10, 0, 0, [READ, EMPTY]).differences == []


@pytest.mark.parametrize(
    ("result", "difference"),
    [
        (GroupResult(10, 9, 0, 0, [READ]), "9 records read instead of 10"),
        (GroupResult(10, 11, 1, 0, [READ]), "1 records read again"),
        (GroupResult(10, 9, 0, 1, [READ]), "1 records skipped"),
        (GroupResult(10, 10, 0, 0, [READ, BEHIND]), "other than the ends of partitions [2]"),
    ],
)
def test_whatever_went_wrong_is_told(result: GroupResult, difference: str) -> None:
    assert any(difference in told for told in result.differences)


def test_chart_shows_the_lag_as_a_bar_and_a_digit_for_each_owned_partition() -> None:
    console = Console(file=io.StringIO(), width=118)
    chart = LagChart(console, total=1000, members=("one", "two"), partitions=3)
    with console.capture() as captured:
        chart.line(500, {"one": [0, 2], "two": [1]})
        chart.line(0, None)

    assert captured.get().splitlines() == [
        f"{'500':>18}  {'█' * 18}{' ' * 18}  0·2  ·1·",
        f"{'0':>18}  {' ' * 36}  rebalance",
    ]
