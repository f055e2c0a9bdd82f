"""Starts are measured on data that is checked: every partition must end where it was filled to."""

from pathlib import Path

import pytest

from benchmarks.loads import PartitionsStart
from benchmarks.processes import Odradek
from benchmarks.starts import FilledPartitions, start_until


@pytest.mark.parametrize("after", ["stop", "kill"])
def test_a_start_is_over_when_every_partition_answers(tmp_path: Path, after: str) -> None:
    load = PartitionsStart(3, after)  # type: ignore[arg-type]
    partitions = FilledPartitions(Odradek(tmp_path, "process", {}), load)
    for _ in range(2):
        sample = partitions.measure_start()
        assert 0 < sample["start_s"] <= sample["ready_s"]


def test_a_broker_that_cannot_start_ends_the_measurement(tmp_path: Path) -> None:
    broker = Odradek(tmp_path, "no such durability", {})
    with pytest.raises(RuntimeError, match="ended with code"):
        start_until(broker, lambda _: True)
