"""The records of the cleaner's rows, and what a cleaning is said to have cost."""

from benchmarks.cleanings import CHUNK_RECORDS, records_of
from benchmarks.loads import COMPACTED_BYTES_MIN, CompactionLoad, Load
from benchmarks.samples import sample_of_cleaning

LOAD = CompactionLoad(records=2_500, keys=50, value_bytes=100)


def test_every_broker_is_given_the_same_records() -> None:
    chunks = list(records_of(LOAD))
    assert [len(chunk) for chunk in chunks] == [CHUNK_RECORDS, CHUNK_RECORDS, 500]
    assert chunks == list(records_of(LOAD))
    assert len({key for chunk in chunks for key, _ in chunk}) == 50
    assert {len(value) for chunk in chunks for _, value in chunk} == {100}


def test_values_of_many_sizes_are_as_long_on_average() -> None:
    load = CompactionLoad(records=2_000, keys=50, value_bytes=100, of_many_sizes=True)
    sizes = [len(value) for chunk in records_of(load) for _, value in chunk]
    assert (min(sizes), max(sizes)) == (50, 150)
    assert abs(sum(sizes) / len(sizes) - 100) < 5


def test_a_smaller_log_still_has_segments_to_clean() -> None:
    load = CompactionLoad(10**6, 10**5, 100, beside=Load("produce", seconds=2)).scaled(0.001)
    assert load.records * load.value_bytes >= COMPACTED_BYTES_MIN
    assert load.beside is not None
    assert load.beside.seconds < 2


def test_the_figures_of_a_cleaning() -> None:
    sample = sample_of_cleaning(LOAD, size_bytes=50_000_000, seconds=2.0, cpu_s=1.0)
    assert sample == {
        "mb_per_s": 25.0,
        "records_per_s": 1250.0,
        "cpu_ms_per_mb": 20.0,
        "cleaning_s": 2.0,
    }
