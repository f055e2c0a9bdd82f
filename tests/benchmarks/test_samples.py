"""What a run found becomes figures; those by MB exist only where bytes were moved."""

import msgspec
import pytest

from benchmarks.group_client import GroupTimes
from benchmarks.librdkafka_client import ClientResult
from benchmarks.load_generator import LoadResult
from benchmarks.samples import sample_of_client, sample_of_group, sample_of_load

RESULT = LoadResult(
    requests=1000,
    records=1000,
    bytes=2_000_000,
    rewinds=0,
    seconds=2.0,
    requests_per_s=500.0,
    records_per_s=500.0,
    mb_per_s=1.0,
    p50_us=10.0,
    p99_us=20.0,
    p99_9_us=30.0,
    loader_cpu_s=0.1,
)


def test_cpu_is_shared_out_over_requests_and_megabytes() -> None:
    sample = sample_of_load(RESULT, cpu_s=0.5)
    assert sample["cpu_us_per_request"] == pytest.approx(500)
    assert sample["cpu_ms_per_mb"] == pytest.approx(250)


def test_a_load_without_records_has_no_figures_by_megabyte() -> None:
    sample = sample_of_load(msgspec.structs.replace(RESULT, bytes=0), cpu_s=0.5)
    assert "mb_per_s" not in sample
    assert "cpu_ms_per_mb" not in sample
    assert sample["requests_per_s"] == 500


def test_a_client_is_measured_in_megabytes_of_values() -> None:
    sample = sample_of_client(ClientResult(1000, 4_000_000, 2.0), cpu_s=0.1)
    assert (sample["mb_per_s"], sample["records_per_s"]) == (2.0, 500.0)
    assert sample["cpu_ms_per_mb"] == pytest.approx(25)


def test_a_group_is_measured_in_milliseconds() -> None:
    assert sample_of_group(GroupTimes(200.0, 10.0), cpu_s=0.05) == {
        "join_ms": 200.0,
        "leave_ms": 10.0,
        "cpu_ms": 50.0,
    }
