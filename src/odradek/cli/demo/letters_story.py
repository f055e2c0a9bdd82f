"""The demo's dead letters: a poison record and an outage, and nothing is lost or doubled.

Planes are sent to a topic that wants keys. One has none, is refused, and becomes a dead letter at
once. Then the broker is killed, and what is sent meanwhile becomes letters on the local disk. When
the broker is back, they go to the dead letter topic; when the topic takes records without keys, all
are replayed, and a second replay finds nothing to do.

Invariants: what is in topics at each moment is asked of the broker by a reader of its own.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from confluent_kafka.admin import AdminClient

from odradek.cli.demo.checks import Comparison, Fingerprint, compare
from odradek.cli.position import Edge
from odradek.cli.records.input_formats import OutgoingRecord
from odradek.cli.records.topic_reader import TopicReader
from odradek.cli.topic.operations import alter_configs
from odradek.clients.dead_letter.letter import dead_letter_topic
from odradek.clients.dead_letter.reader import LetterReader
from odradek.clients.dead_letter.replay import replay
from odradek.clients.dead_letter.sink import DeadLetters
from odradek.clients.producer.producer import Producer
from odradek.testing import EphemeralBroker

TOPIC = "registrations"
LETTERS = dead_letter_topic(TOPIC)
CONFIGS = {"cleanup.policy": "compact"}
CURE = {"cleanup.policy": "delete"}
POISON = OutgoingRecord(None, b'{"tailnum":null,"model":"unknown"}')
LATE = 50
"""So many planes are sent while the broker is down."""
PATIENCE_S = 60.0
LOOK_INTERVAL_S = 0.05
IMPATIENT = {"delivery.timeout.ms": 1_500, "request.timeout.ms": 1_000}
"""The outage is short: who waited for the usual two minutes would not notice it."""


class Whereabouts(NamedTuple):
    """How many records are where; None while no broker can be asked."""

    in_topic: int | None
    in_spool: int
    letters_waiting: int | None


class LetterMoment(NamedTuple):
    """What was to be seen when something had just happened, and what should have been."""

    what: str
    seen: Whereabouts
    expected: Whereabouts


class LettersResult(NamedTuple):
    """How it went."""

    moments: list[LetterMoment]
    comparison: Comparison

    @property
    def differences(self) -> list[str]:
        """Everything that is not as it should be, in words; empty when all is well."""
        return self.comparison.differences + [
            f"{TOPIC}: {seen} instead of {expected} after: {what}"
            for what, seen, expected in self.moments
            if seen != expected
        ]


def bury_and_replay(
    broker: EphemeralBroker, config: dict[str, Any], records: Sequence[OutgoingRecord]
) -> LettersResult:
    """Send the records through a poison record and an outage; the topic is there already."""
    with TemporaryDirectory(prefix="odradek-demo-") as spool, _quiet_clients():
        moments = list(_story(broker, config, records, Path(spool)))
    expected, found = Fingerprint(), Fingerprint()
    for record in [*records, POISON]:
        expected.add(record.key, record.value)
    for message in _read(config):
        found.add(message.key(), message.value())
    return LettersResult(moments, compare(TOPIC, expected, found))


@contextmanager
def _quiet_clients() -> Iterator[None]:
    """An outage that is part of the story is not news on the terminal."""
    logger, silence = logging.getLogger("odradek.clients"), logging.NullHandler()
    propagates = logger.propagate
    logger.addHandler(silence)
    logger.propagate = False
    try:
        yield
    finally:
        logger.propagate = propagates
        logger.removeHandler(silence)


def _story(
    broker: EphemeralBroker,
    config: dict[str, Any],
    records: Sequence[OutgoingRecord],
    spool: Path,
) -> Iterator[LetterMoment]:
    early, late = records[:-LATE], records[-LATE:]
    sent = len(early)
    policy = DeadLetters(broker.bootstrap_servers, spool, delivery_timeout_ms=1_000)

    def moment(what: str, *expected: int | None) -> LetterMoment:
        wanted = Whereabouts(*expected)  # type: ignore[arg-type]
        return LetterMoment(what, _await(lambda: _look(config, policy, broker), wanted), wanted)

    with Producer(broker.bootstrap_servers, failure_policy=policy, settings=IMPATIENT) as producer:
        _send(producer, early[:-1])
        yield moment("planes sent", sent - 1, 0, None)
        _send(producer, [POISON])
        _send(producer, early[-1:])
        yield moment("one without a key, and on", sent, 0, 1)
        broker.kill()
        _send(producer, late)
        yield moment("broker killed, more sent", None, LATE, None)
        broker.start()
        yield moment("broker back", sent, 0, 1 + LATE)
    alter_configs(AdminClient(config), TOPIC, CURE, dry_run=False)
    first, second = (replay(config, LETTERS).letters for _ in range(2))
    yield moment(f"replayed {first}, then {second}", sent + 1 + LATE, 0, 0)


def _send(producer: Producer, records: Sequence[OutgoingRecord]) -> None:
    for record in records:
        producer.send_and_forget(TOPIC, record.value, record.key)
    producer.flush(PATIENCE_S)


def _await(look: Callable[[], Whereabouts], expected: Whereabouts) -> Whereabouts:
    """What is to be seen, once letters have arrived: a thread of its own brings them."""
    deadline_s = time.monotonic() + PATIENCE_S
    while (seen := look()) != expected and time.monotonic() < deadline_s:
        time.sleep(LOOK_INTERVAL_S)
    return seen


def _look(config: dict[str, Any], policy: DeadLetters, broker: EphemeralBroker) -> Whereabouts:
    if not broker.is_running:
        return Whereabouts(None, policy.waiting, None)
    in_topic = sum(1 for _ in _read(config))
    return Whereabouts(in_topic, policy.waiting, _letters_waiting(config))


def _letters_waiting(config: dict[str, Any]) -> int | None:
    """None while there is no dead letter topic."""
    if LETTERS not in AdminClient(config).list_topics(timeout=PATIENCE_S).topics:
        return None
    with LetterReader(config, LETTERS) as reader:
        return sum(each.waiting for each in reader.backlogs())


def _read(config: dict[str, Any]) -> Iterator[Any]:
    with TopicReader(config, TOPIC, [0], Edge.EARLIEST) as reader:
        for messages in reader.batches(until_end=True, max_records=None):
            yield from messages
