"""Each deliberate fault in the broker is caught: the checks can fail."""

import pytest

from odradek.testing.simulation import PlantedFault, Schedule, planted, simulate

SCHEDULES = 200


@pytest.mark.parametrize("fault", PlantedFault)
def test_a_planted_fault_is_caught_within_two_hundred_schedules(fault: PlantedFault) -> None:
    with planted(fault):
        assert any(simulate(Schedule.from_seed(number)).anomalies for number in range(SCHEDULES))


def test_a_fault_is_gone_behind_its_block() -> None:
    with planted(PlantedFault.SKIP_A_BATCH):
        assert simulate(Schedule.from_seed(0)).anomalies
    assert not simulate(Schedule.from_seed(0)).anomalies
