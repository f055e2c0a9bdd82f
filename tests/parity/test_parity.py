"""Our broker answers every scenario as a live Apache Kafka does, in every field but declared ones.

One node of each is started, asked everything, stopped, started again on its data and asked what is
still there. docs/internals/parity.md tells how to add a scenario.
"""

from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

import pytest

from odradek.broker.apis import SERVED
from odradek.ops.cluster import ApacheKafka
from odradek.protocol.api_keys import ApiKey
from odradek.testing import EphemeralBroker
from scripts.differences_page import render
from tests.parity.comparison import Difference, compare, report
from tests.parity.fence import wait_for_coordinators
from tests.parity.given import prepare
from tests.parity.scenario import EVERYWHERE, Scenario, scenarios_in, served_versions
from tests.parity.scenarios import AREAS
from tests.parity.talk import Talk

pytestmark = pytest.mark.drill

SOURCE = Path(__file__).parents[2] / "src" / "odradek"
SCENARIOS = scenarios_in(AREAS)
ASKED = [scenario for scenario in SCENARIOS if not scenario.is_about_a_restart]
RESTARTED = [scenario for scenario in SCENARIOS if scenario.is_about_a_restart]
SETTINGS = {
    # These only make Apache's answers, and so the tests, slow.
    "group.initial.rebalance.delay.ms": "0",
    "controller.quorum.append.linger.ms": "0",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": "200",
    # So that a cleaning is not waited for.
    "log.cleaner.backoff.ms": "50",
    # What one node of Apache's cannot do without.
    "node.id": "0",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
}
"""How both brokers are configured."""

Pair = tuple[ApacheKafka, EphemeralBroker]
name_of = attrgetter("script.__name__")


@pytest.fixture(scope="module")
def brokers(kafka_jars: Path) -> Iterator[Pair]:
    """Apache's broker and ours, configured alike and in the same state."""
    with ApacheKafka(properties=SETTINGS) as apache, EphemeralBroker(settings=SETTINGS) as ours:
        for broker in (apache, ours):
            prepare(broker.bootstrap_servers)
        yield apache, ours


@pytest.mark.parametrize("scenario", ASKED, ids=name_of)
def test_scenario_is_answered_as_by_apache(brokers: Pair, scenario: Scenario) -> None:
    differences: list[Difference] = []
    for version in scenario.versions:
        talks = [begin(scenario, version, broker.bootstrap_servers) for broker in brokers]
        for talk in talks:
            run(scenario, talk)
        differences += compare(version, *(talk.transcript for talk in talks))
    judge(scenario, differences)


@pytest.fixture(scope="module")
def restarted(brokers: Pair) -> dict[str, list[Talk]]:
    """The transcripts of the scenarios about a restart; one restart serves all of them."""
    talks = {
        each.name: [begin(each, each.versions[0], broker.bootstrap_servers) for broker in brokers]
        for each in RESTARTED
    }
    scripts = [(each.script(talk), talk) for each in RESTARTED for talk in talks[each.name]]
    for script, talk in scripts:
        next(script)
        talk.hang_up()
    for broker in brokers:
        broker.stop()
        broker.start()
        wait_for_coordinators(broker.bootstrap_servers)
    for script, talk in scripts:
        assert next(script, None) is None
        talk.hang_up()
    return talks


@pytest.mark.parametrize("scenario", RESTARTED, ids=name_of)
def test_what_is_there_after_a_restart_is_there_with_apache(
    restarted: dict[str, list[Talk]], scenario: Scenario
) -> None:
    transcripts = (talk.transcript for talk in restarted[scenario.name])
    judge(scenario, list(compare(scenario.versions[0], *transcripts)))


def test_every_served_version_of_every_api_has_a_scenario() -> None:
    covered = {(each.api, version) for each in ASKED for version in each.versions}
    served = {(api, version) for api in map(ApiKey, SERVED) for version in served_versions(api)}
    assert sorted(served - covered) == []


def test_every_difference_that_is_allowed_is_declared() -> None:
    declared = [line.removeprefix("- ") for line in render(SOURCE).splitlines()]
    allowed = [*EVERYWHERE, *(differs for each in SCENARIOS for differs in each.differs)]
    reasons = {differs.because for differs in allowed}
    assert [each for each in reasons if not any(line.startswith(each) for line in declared)] == []


def begin(scenario: Scenario, version: int, bootstrap_servers: str) -> Talk:
    label = f"{scenario.name.replace(' ', '-')}-{version}"
    return Talk(bootstrap_servers, label, scenario.api, version)


def run(scenario: Scenario, talk: Talk) -> None:
    """Run a script to its end. An error in it is part of the transcript: it may be one side's."""
    with talk:
        try:
            scenario.script(talk)
        except Exception as error:  # noqa: BLE001
            talk.note("the script goes on", repr(error))


def judge(scenario: Scenario, differences: list[Difference]) -> None:
    """Fail for every difference that is not allowed, and for every allowed one that is gone."""
    unexpected = [
        each
        for each in differences
        if not any(allowed.covers(each) for allowed in EVERYWHERE + scenario.differs)
    ]
    assert unexpected == [], report(scenario.name, unexpected)
    gone = [
        allowed
        for allowed in scenario.differs
        if not any(allowed.covers(each) for each in differences)
    ]
    assert gone == [], "these differences are no more"
