"""Our registry answers every scenario as Confluent's did, in every field but declared ones.

Confluent's answers are recorded, so this needs no Java. docs/internals/parity.md tells how to add a
scenario.
"""

from pathlib import Path

import pytest

from odradek.testing import EphemeralRegistry
from scripts.differences_page import render
from tests.registry.parity.judging import EVERYWHERE, differences, report
from tests.registry.parity.recording import RECORDED, file_of, read
from tests.registry.parity.talk import all_scenarios, run

SOURCE = Path(__file__).parents[3] / "src" / "odradek"
SCENARIOS = all_scenarios()


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario_is_answered_as_by_confluent(registry: EphemeralRegistry, name: str) -> None:
    transcript = run(SCENARIOS[name], registry.url)
    found = differences(read(file_of(name).read_text("utf-8")), transcript)
    assert found.unexpected == [], report(name, found.unexpected)
    assert found.gone == [], "these differences are no more"
    declared = [line.removeprefix("- ") for line in render(SOURCE).splitlines()]
    reasons = {each.because for asked, _ in transcript for each in (*asked.allowed, *EVERYWHERE)}
    assert [each for each in reasons if not any(line.startswith(each) for line in declared)] == []


def test_nothing_is_recorded_that_is_not_asked() -> None:
    assert {each.name for each in RECORDED.iterdir()} == {file_of(each).name for each in SCENARIOS}
