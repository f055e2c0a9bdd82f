"""What many samples come to."""

import pytest

from odradek.ops.benchmark.results import Loss, latencies_of, rows_of
from odradek.ops.benchmark.run import together
from odradek.ops.benchmark.summary import best_rows, one_broker_note
from tests.ops.benchmark.reports import CELL, report, sample


def test_percentiles_are_those_of_the_sorted_records_in_milliseconds() -> None:
    found = latencies_of([each / 1000 for each in range(1000, 0, -1)])
    assert (found.p50_ms, found.p95_ms, found.p99_ms, found.p99_9_ms) == (501, 951, 991, 1000)
    assert (found.avg_ms, found.max_ms) == (500.5, 1000)


def test_one_record_is_every_percentile() -> None:
    found = latencies_of([0.002])
    assert {found.p50_ms, found.p99_9_ms, found.max_ms, found.avg_ms} == {2.0}


def test_row_is_the_median_of_its_samples_and_the_sum_of_their_failures() -> None:
    [row] = rows_of([CELL], [sample(10), sample(30), sample(1000)])
    assert (row.records_per_s, row.mb_per_s, row.latencies.p99_ms) == (30, 30.0, 30)
    assert (row.samples, row.records_sent, row.failed_records) == (3, 30, 3)


@pytest.mark.parametrize(("broker_cpu", "expected"), [(2.0, 2.0), (None, None)])
def test_cpu_of_brokers_is_told_only_where_it_is_known(
    broker_cpu: float | None, expected: float | None
) -> None:
    [row] = rows_of([CELL], [sample(10, broker_cpu=broker_cpu)])
    assert row.broker_cpu_s_per_million == expected


def test_kills_add_up() -> None:
    one = Loss(
        "1", 1, acknowledged_records=10, lost_records=2, duplicated_records=1, failed_records=3
    )
    both = together([one, one])
    assert (both.kills, both.acknowledged_records, both.lost_records) == (2, 20, 4)


def test_best_row_of_each_promise_and_size_is_shown() -> None:
    rows = report(brokers=3).rows
    assert len(best_rows([*rows, *rows])) == len(rows) == 8


def test_one_broker_is_said_to_have_no_second_copy() -> None:
    assert "equals acks=1" in one_broker_note(report(brokers=1))
    assert one_broker_note(report(brokers=3)) == ""
