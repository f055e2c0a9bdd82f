"""The picture of a report."""

from pathlib import Path

import pytest

from odradek.ops.benchmark.plots import draw
from odradek.ops.benchmark.results import Loss
from tests.ops.benchmark.reports import report

LOSSES = [Loss("0", 1, 100, 20, 0, 0), Loss("all, idempotent", 1, 100, 0, 0, 0)]


@pytest.mark.parametrize(("brokers", "losses"), [(1, []), (3, LOSSES)])
def test_report_is_drawn_as_png(brokers: int, losses: list[Loss], tmp_path: Path) -> None:
    draw(report(brokers=brokers, losses=losses), tmp_path / "acks.png")
    assert (tmp_path / "acks.png").read_bytes().startswith(b"\x89PNG")
