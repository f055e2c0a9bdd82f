"""kafka-python's own integration tests against our broker: each says what is expected of it.

One or two that fail where they should pass are run again, alone, and have to pass then: on a busy
machine a test read nothing, once in some thousand runs. We take that for a race of the client: its
source notes that a subscription which comes while metadata is asked for may not be asked for.
"""

from pathlib import Path

import pytest

from odradek.testing import EphemeralBroker
from tests.conformance.suites.expectations import Expectation, Expectations, Result, read_results
from tests.conformance.suites.kafka_python_sdist import PACKAGE, run_suite, suite_directory
from tests.machine import obtain

pytestmark = pytest.mark.drill

EXPECTED = Expectations.read(Path(__file__).with_name("kafka_python.txt"))

PRESUMED = {
    "num.partitions": 4,
    "group.min.session.timeout.ms": 1000,
    "group.initial.rebalance.delay.ms": 500,
}
"""Settings of the broker that the suite's authors run it with, or that only save time."""
RUN_AGAIN_MAX = 2
"""More than so many failures are no chance."""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """What became of every test of the suite, run once."""
    suite = obtain(lambda: suite_directory(EXPECTED.version))
    directory = tmp_path_factory.mktemp("kafka-python")
    all_results, results_again = directory / "results.xml", directory / "again.xml"
    with EphemeralBroker(settings=PRESUMED) as broker:
        run_suite(suite, broker.bootstrap_servers, all_results)
        results = read_results(all_results, PACKAGE)
        failed = [each.test for each in EXPECTED.tests if fails_though_expected(each, results)]
        if not 0 < len(failed) <= RUN_AGAIN_MAX:
            return results
        run_suite(suite, broker.bootstrap_servers, results_again, failed)
    return results | read_results(results_again, PACKAGE)


def fails_though_expected(expected: Expectation, results: dict[str, Result]) -> bool:
    return expected.outcome == "pass" and results[expected.test].outcome == "fail"


@pytest.mark.parametrize("expected", EXPECTED.tests, ids=lambda expected: expected.test)
def test_of_kafka_python_ends_as_expected(
    expected: Expectation, results: dict[str, Result]
) -> None:
    result = results[expected.test]
    assert result.outcome == expected.outcome, result.complaint or expected.reason


def test_every_test_of_the_suite_is_expected(results: dict[str, Result]) -> None:
    assert results.keys() == {expected.test for expected in EXPECTED.tests}
