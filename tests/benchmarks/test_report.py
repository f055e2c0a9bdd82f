"""The page: verdicts on medians, hand-written notes kept, unmeasured things said to be so."""

import msgspec
import pytest

from benchmarks.report import EMPTY_NOTES, NOTES_BEGIN, NOTES_END, format_value, render_report
from benchmarks.results import Limits, Machine, Results, decode_results


@pytest.fixture
def results() -> Results:
    """Three rounds of one row, which odradek wins in speed and loses in CPU."""
    return Results(
        recorded_at="2026-11-22 12:00 UTC",
        command="python -m benchmarks",
        rounds=3,
        warm_up_s=30,
        load_factor=1.0,
        page_cache_fill_gb=20.0,
        duration_s=600,
        machine=Machine("a processor", 2, 25.0, "6.18", "ext4", "3.11.7", "openjdk 17"),
        limits={"produce_1kib": Limits(1800.0, 600.0, dict.fromkeys(METRICS, 7000.0))},
        samples={
            "produce_1kib": {
                "apache": [_sample(mb_per_s, 2.0) for mb_per_s in (400, 500, 900)],
                "odradek": [_sample(mb_per_s, 1.5) for mb_per_s in (950, 1000, 100)],
            }
        },
    )


METRICS = (
    *("mb_per_s", "requests_per_s", "p50_us", "p99_us", "p99_9_us"),
    *("cpu_ms_per_mb", "cpu_us_per_request"),
)


def _sample(mb_per_s: float, cpu_ms_per_mb: float) -> dict[str, float]:
    return dict.fromkeys(METRICS, 1.0) | {"mb_per_s": mb_per_s, "cpu_ms_per_mb": cpu_ms_per_mb}


def test_the_ratio_of_the_medians_is_judged(results: Results) -> None:
    page = render_report(results, "")
    expected = "| MB/s | 500 | 950 | 1.9x | ≥ 1.4x | ≥ 1.9x | aim met | - |"
    assert f"| produce 1 KiB in large batches {expected}" in page


def test_a_row_that_is_lost_says_so(results: Results) -> None:
    assert "| CPU ms/MB | 2 | 1.5 | 0.75x | ≤ 0.6x | ≤ 0.45x | **not met** | - |" in render_report(
        results, ""
    )


def test_a_row_without_odradek_is_not_measured(results: Results) -> None:
    del results.samples["produce_1kib"]["odradek"]
    assert "| MB/s | 500 | - | - | ≥ 1.4x | ≥ 1.9x | not measured | - |" in render_report(
        results, ""
    )


def test_every_figure_stands_with_its_smallest_and_largest_round(results: Results) -> None:
    assert "| odradek | 950 (100-1,000) |" in render_report(results, "")


def test_the_hand_written_part_of_the_previous_page_is_kept(results: Results) -> None:
    previous = f"outdated\n{NOTES_BEGIN}\nWe lose on CPU.\n\nBecause.\n{NOTES_END}\noutdated"
    page = render_report(results, previous)
    assert f"{NOTES_BEGIN}\nWe lose on CPU.\n\nBecause.\n{NOTES_END}" in page
    assert "outdated" not in page


@pytest.mark.parametrize("previous", ["", f"{NOTES_BEGIN} no end"])
def test_a_page_without_a_hand_written_part_gets_an_empty_one(
    results: Results, previous: str
) -> None:
    assert EMPTY_NOTES in render_report(results, previous)


def test_what_tansu_reached_stands_beside_the_judged(results: Results) -> None:
    results.add("produce_1kib", "tansu", _sample(300, 3.0))
    assert "| aim met | 300 |" in render_report(results, "")


def test_what_tansu_did_not_reach_has_a_numbered_reason(results: Results) -> None:
    results.add_gap("produce_1kib", "tansu", "it does not answer")
    page = render_report(results, "")
    assert page.count("| - (1) |") == 2
    assert "1. it does not answer." in page


def test_a_system_that_is_missing_is_explained_once(results: Results) -> None:
    results.add_gap("", "tansu", "pip could not install it")
    assert render_report(results, "").count("pip could not install it") == 1


def test_a_row_that_got_worse_than_the_run_before_says_so(results: Results) -> None:
    before = msgspec.structs.replace(
        results,
        samples={
            "produce_1kib": {
                "apache": [_sample(500, 2.0)],
                "odradek": [_sample(1100, 1.5)],
            }
        },
    )
    page = render_report(results, "", before)
    assert "| MB/s | 2.2x | 1.9x | +16% | **worse** |" in page
    assert "| CPU ms/MB | 0.75x | 0.75x | +0% | kept |" in page


def test_without_an_earlier_run_nothing_is_compared(results: Results) -> None:
    assert "There is no earlier run to compare with." in render_report(results, "")


def test_a_row_with_many_criteria_shows_all_of_them(results: Results) -> None:
    sample = _sample(1.0, 1.0) | {"requests_per_s": 12_000.0}
    for system in ("apache", "odradek"):
        results.add("commits_concurrent", system, sample)
    page = render_report(results, "")
    assert "| ≥ 10,000 | ≥ 20,000 | met | - |" in page
    assert "|  | CPU µs/request | 1 | 1 | 1x | ≤ 1x | ≤ 0.5x | met | - |" in page


def test_only_a_shortened_run_is_called_one(results: Results) -> None:
    assert "shortened" not in render_report(results, "")
    assert "shortened" in render_report(msgspec.structs.replace(results, rounds=1), "")


def test_results_are_read_back_as_they_were_written(results: Results) -> None:
    assert decode_results(results.encode()) == results


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (0.0266, "0.0266"), (1.5, "1.5"), (99.96, "100"), (21912.4, "21,912")],
)
def test_values_have_three_digits_and_no_exponent(value: float | None, text: str) -> None:
    assert format_value(value) == text
