"""Our broker answers every question as Apache Kafka does, in every field but the wording."""

import pytest

from odradek.ops.cluster import ApacheKafka
from tests.brokers import Target
from tests.conformance.answers import DIFFERENCES, QUESTIONS, answer_to, prepare


@pytest.fixture(scope="session")
def prepared_apache(apache_kafka: ApacheKafka) -> str:
    prepare(apache_kafka.bootstrap_servers)
    return apache_kafka.bootstrap_servers


@pytest.fixture(scope="session")
def prepared(target: Target, prepared_apache: str) -> tuple[str, str]:
    """The addresses of the broker under test and of Apache's, both in the same state."""
    if target.bootstrap_servers != prepared_apache:
        prepare(target.bootstrap_servers)
    return target.bootstrap_servers, prepared_apache


@pytest.mark.parametrize("name", [name for name in QUESTIONS if name not in DIFFERENCES])
def test_question_gets_apaches_answer(prepared: tuple[str, str], name: str) -> None:
    ours, apaches = prepared
    assert answer_to(QUESTIONS[name], ours) == answer_to(QUESTIONS[name], apaches)


@pytest.mark.parametrize("name", DIFFERENCES)
def test_question_gets_an_answer_that_differs_from_apaches(
    prepared: tuple[str, str], target: Target, name: str
) -> None:
    ours, apaches = (answer_to(QUESTIONS[name], each) for each in prepared)
    if target.kind == "odradek":
        assert ours != apaches
        assert ours["responses"][0]["error_code"] == DIFFERENCES[name]
