"""Each deliberate fault in the broker is caught: the checks can fail."""

import pytest

from odradek.testing.simulation import PlantedFault, Schedule, planted, simulate

SCHEDULES = 200

CAUGHT_BY = {
    PlantedFault.SKIP_THE_FENCE: 13,
    PlantedFault.REUSE_PRODUCER_IDS: 12,
    PlantedFault.TRUST_ANY_GENERATION: 1,
    PlantedFault.COMPACT_UNDECIDED: 106,
    PlantedFault.COMPACT_ABORTED: 2,
    PlantedFault.DROP_TOMBSTONES_EARLY: 8,
    PlantedFault.FORGET_REPLACEMENTS: 125,
}
"""A schedule that catches the fault, for those that the first does not catch. What changes
schedules or the broker may need other ones; the search below finds them."""


def is_caught(number: int) -> bool:
    return bool(simulate(Schedule.from_seed(number)).anomalies)


@pytest.mark.drill
@pytest.mark.parametrize("fault", PlantedFault)
def test_a_planted_fault_is_caught(fault: PlantedFault) -> None:
    with planted(fault):
        likely = CAUGHT_BY.get(fault, 0)
        assert any(is_caught(number) for number in (likely, *range(SCHEDULES)))


@pytest.mark.soak
@pytest.mark.parametrize("fault", PlantedFault)
def test_a_planted_fault_is_caught_within_two_hundred_schedules(fault: PlantedFault) -> None:
    with planted(fault):
        assert any(is_caught(number) for number in range(SCHEDULES))


def test_a_fault_is_gone_behind_its_block() -> None:
    with planted(PlantedFault.SKIP_A_BATCH):
        assert is_caught(0)
    assert not is_caught(0)
