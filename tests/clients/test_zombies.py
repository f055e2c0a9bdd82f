"""Producers that come too late: paused for longer than their transaction may last, or replaced.

The errors are those that each library's user sees with Apache Kafka 4.3.1 (ODRADEK_PEER=apache asks
it again). Java goes by transactions V2, librdkafka by V1.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from odradek.ops.cluster import ApacheKafka
from odradek.protocol.messages.create_topics import CreateTopicsResponse
from odradek.testing import EphemeralBroker
from tests.brokers import KINDS
from tests.clients import transactional_producers
from tests.clients.json_lines import JsonLinesProgram
from tests.parity.requests import create_topic
from tests.transactional import described, visible
from tests.wire import KafkaSocket

SETTINGS = {"transaction.abort.timed.out.transaction.cleanup.interval.ms": "200"}
SHORT_MS, LONG_MS = 5_000, 600_000
PATIENCE_S = 120.0


@pytest.fixture(scope="module", params=KINDS)
def bootstrap_servers(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "apache":
        request.getfixturevalue("kafka_jars")
        with ApacheKafka(properties=SETTINGS) as apache:
            yield apache.bootstrap_servers
    else:
        with EphemeralBroker(durability="disk", settings=SETTINGS) as broker:
            yield broker.bootstrap_servers


@pytest.fixture(scope="module", params=["librdkafka", "java"])
def library(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def producers(library: str, bootstrap_servers: str) -> Iterator[JsonLinesProgram]:
    """One program for all producers of a library, warm enough not to run out of time by itself."""
    program = transactional_producers.start(library, bootstrap_servers)
    begin(program, "first", "first", LONG_MS)
    assert program.ask("commit", producer="first") == {}
    yield program
    program.close()


@pytest.fixture
def broker(bootstrap_servers: str) -> Iterator[KafkaSocket]:
    with KafkaSocket(bootstrap_servers) as connection:
        yield connection


@pytest.fixture
def topic(broker: KafkaSocket) -> str:
    name = f"topic-{uuid4().hex}"
    answer = broker.ask(create_topic(name), CreateTopicsResponse, 7)
    assert answer.topics[0].error_code == 0
    return name


def begin(producers: JsonLinesProgram, name: str, topic: str, timeout_ms: int) -> None:
    """A producer under its own name with one record in an open transaction."""
    opened = {"transactional_id": f"{topic}-{name}", "timeout_ms": timeout_ms}
    assert producers.ask("open", producer=name, **opened) == {}
    assert producers.ask("begin", producer=name) == {}
    assert producers.ask("send", producer=name, topic=topic, value="zombie") == {}


AFTER_ITS_TIME = {
    "librdkafka": {"commit": "_FENCED", "send": "_FENCED"},
    "java": {"commit": "InvalidTxnStateException", "send": "InvalidProducerEpochException"},
}


def test_a_producer_paused_past_its_time_can_change_nothing(
    library: str, producers: JsonLinesProgram, broker: KafkaSocket, topic: str
) -> None:
    for name in ("commit", "send"):
        begin(producers, name, topic, SHORT_MS)
    os.kill(producers.pid, signal.SIGSTOP)
    try:
        for name in ("commit", "send"):
            wait_until_aborted(broker, f"{topic}-{name}")
    finally:
        os.kill(producers.pid, signal.SIGCONT)
    told = {
        name: producers.ask(name, producer=name, topic=topic, value="late").get("error")
        for name in ("commit", "send")
    }
    assert told == AFTER_ITS_TIME[library]
    assert visible(broker.ask, topic) == []


WHEN_REPLACED = {
    "librdkafka": {"commit": "_FENCED", "send": "_FENCED"},
    "java": {"commit": "ProducerFencedException", "send": "InvalidProducerEpochException"},
}


def test_of_two_producers_with_one_id_the_older_can_change_nothing(
    library: str, producers: JsonLinesProgram, broker: KafkaSocket, topic: str
) -> None:
    told = {}
    for name in ("commit", "send"):
        begin(producers, name, topic, LONG_MS)
        newer = {"producer": "newer", "transactional_id": f"{topic}-{name}"}
        assert producers.ask("open", timeout_ms=LONG_MS, **newer) == {}
        asked = producers.ask(name, producer=name, topic=topic, value="late")
        told[name] = asked.get("error")
        assert producers.ask("begin", producer="newer") == {}
        assert producers.ask("send", producer="newer", topic=topic, value="newer") == {}
        assert producers.ask("commit", producer="newer") == {}
    assert told == WHEN_REPLACED[library]
    wait_until(lambda: len(visible(broker.ask, topic)) == 2)
    assert visible(broker.ask, topic) == [b"newer", b"newer"]


def wait_until_aborted(broker: KafkaSocket, transactional_id: str) -> None:
    wait_until(lambda: described(broker.ask, transactional_id).transaction_state == "CompleteAbort")


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "what is waited for does not come"
