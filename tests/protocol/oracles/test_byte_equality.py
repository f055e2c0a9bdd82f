"""Our bytes against those of three other codecs, for every message and version they know."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from odradek.protocol.declaration import Message
from tests.protocol.every_message import EVERY_VERSION, label
from tests.protocol.oracles.java_oracle import KafkaJava, KafkaJavaVersion
from tests.protocol.oracles.kafka_python_oracle import KafkaPythonVersion, UnknownToKafkaPython
from tests.protocol.oracles.kio_oracle import KioVersion, UnknownToKio

# What each oracle does not know; everything else is compared. A newer oracle shows up here.
STORED_RECORDS = {
    f"{message.__name__} {version}"
    for message, version in EVERY_VERSION
    if message.__module__.startswith("odradek.protocol.stored_records.")
}
UNKNOWN_TO_KIO = STORED_RECORDS
UNKNOWN_TO_KAFKA_PYTHON = STORED_RECORDS | {
    "UnregisterBrokerRequest 0",
    "UnregisterBrokerResponse 0",
}

JUDGED = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def known_to(
    oracle: type[KioVersion] | type[KafkaPythonVersion],
) -> list[tuple[type[Message], int]]:
    known = []
    for message, version in EVERY_VERSION:
        try:
            oracle(message, version)
        except (UnknownToKio, UnknownToKafkaPython):
            continue
        known.append((message, version))
    return known


KNOWN_TO_KIO = known_to(KioVersion)
KNOWN_TO_KAFKA_PYTHON = known_to(KafkaPythonVersion)


def names(versions: list[tuple[type[Message], int]]) -> set[str]:
    return {f"{message.__name__} {version}" for message, version in versions}


def test_the_table_of_what_kio_does_not_know_is_right() -> None:
    assert names(EVERY_VERSION) - names(KNOWN_TO_KIO) == UNKNOWN_TO_KIO


def test_the_table_of_what_kafka_python_does_not_know_is_right() -> None:
    assert names(EVERY_VERSION) - names(KNOWN_TO_KAFKA_PYTHON) == UNKNOWN_TO_KAFKA_PYTHON


def compare_bytes(oracle: KioVersion | KafkaPythonVersion | KafkaJavaVersion) -> None:
    """Any message: our bytes are the oracle's, and they decode to the message again."""

    @JUDGED
    @given(oracle.messages())
    def compare(value: Message) -> None:
        encoded = oracle.encode(value)
        assert value.encode(oracle.version) == encoded
        assert type(value).decode(encoded, oracle.version) == value

    compare()


@pytest.mark.parametrize(("message", "version"), KNOWN_TO_KIO, ids=label)
def test_bytes_equal_those_of_kio(message: type[Message], version: int) -> None:
    compare_bytes(KioVersion(message, version))


@pytest.mark.parametrize(("message", "version"), KNOWN_TO_KAFKA_PYTHON, ids=label)
def test_bytes_equal_those_of_kafka_python(message: type[Message], version: int) -> None:
    compare_bytes(KafkaPythonVersion(message, version))


@pytest.fixture(scope="module")
def kafka_java(kafka_jars: Path) -> Iterator[KafkaJava]:
    with KafkaJava(kafka_jars) as java:
        yield java


@pytest.mark.parametrize(("message", "version"), EVERY_VERSION, ids=label)
def test_kafka_itself_reads_our_bytes_and_writes_the_same(
    message: type[Message], version: int, kafka_java: KafkaJava
) -> None:
    compare_bytes(KafkaJavaVersion(kafka_java, message, version))
