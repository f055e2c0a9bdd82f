"""Two runs are compared by their ratios, and worse means worse whichever way is better."""

import pytest

from benchmarks.comparison import compare
from benchmarks.results import Machine, Results


def results_of(figures: dict[str, dict[str, dict[str, float]]]) -> Results:
    """One round of each row, by system and metric."""
    return Results(
        recorded_at="then",
        command="python -m benchmarks",
        rounds=1,
        warm_up_s=1,
        load_factor=1.0,
        page_cache_fill_gb=0,
        duration_s=1,
        machine=Machine("a processor", 2, 25.0, "6.18", "ext4", "3.11.7", "openjdk 17"),
        limits={},
        samples={
            row: {system: [sample] for system, sample in systems.items()}
            for row, systems in figures.items()
        },
    )


def consume(apache: float, odradek: float, metric: str = "mb_per_s") -> Results:
    return results_of({"consume": {"apache": {metric: apache}, "odradek": {metric: odradek}}})


def test_a_machine_twice_as_fast_makes_nothing_better_or_worse() -> None:
    (change,) = compare(consume(1000, 1500), consume(2000, 3000))
    assert change.worse == pytest.approx(1)
    assert change.verdict == "kept"


@pytest.mark.parametrize(
    ("metric", "now", "verdict"),
    [
        ("mb_per_s", 915, "kept"),
        ("mb_per_s", 900, "**worse**"),
        ("cpu_ms_per_mb", 1090, "kept"),
        ("cpu_ms_per_mb", 1110, "**worse**"),
        ("cpu_ms_per_mb", 500, "kept"),
    ],
)
def test_ten_percent_are_allowed_in_the_worse_direction(
    metric: str, now: float, verdict: str
) -> None:
    (change,) = compare(consume(1000, 1000, metric), consume(1000, now, metric))
    assert change.verdict == verdict


def test_only_what_both_runs_measured_against_apache_is_compared() -> None:
    alone = results_of({"consume": {"odradek": {"mb_per_s": 1000.0}}})
    assert list(compare(alone, consume(1000, 1000))) == []
    assert list(compare(consume(1000, 1000), alone)) == []
    recovery = results_of({"recovery": {"odradek": {"scan_gb_per_s": 2.0}}})
    assert list(compare(recovery, recovery)) == []
