"""A failing record is tried again, then it is a letter, and the rest goes on."""

import pytest

from odradek.clients.consumer.consumer import Consumer
from odradek.clients.consumer.processing import LetterOptions, Processed, RetryPolicy, process
from odradek.clients.consumer.record import ConsumedRecord
from odradek.clients.dead_letter.topic import DeadLetterTopics
from odradek.clients.errors import InvalidSetting
from odradek.clients.producer.producer import Producer
from tests.clients.consumer.conftest import Write
from tests.clients.dead_letter.kafka import Kafka


class Waits(list[float]):
    """Notes how long it was asked to wait, and does not."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def consumer_of(servers: str, group: str, topic: str) -> Consumer:
    return Consumer(servers, group, [topic], value_deserializer="json")


def test_a_poison_record_becomes_a_letter_after_its_retries_and_the_rest_goes_on(
    servers: str, topic: str, group: str, write: Write
) -> None:
    write(*range(6))
    waits, processed = Waits(), []

    def fail_at_three(record: ConsumedRecord) -> None:
        if record.value == 3:
            raise ArithmeticError("three")
        processed.append(record.value)

    kafka = Kafka(servers)
    with consumer_of(servers, group, topic) as consumer, DeadLetterTopics(kafka.config) as letters:
        done = process(
            consumer,
            fail_at_three,
            retries=RetryPolicy(attempts=4, first_delay_s=1),
            dead_letters=letters,
            letters=LetterOptions(now_ms=lambda: 99),
            until=lambda so_far: so_far.records == 6,
            wait=waits,
        )
    assert done == Processed(records=6, retries=3, letters=1)
    assert (sorted(processed), waits) == ([0, 1, 2, 4, 5], [1, 2, 4])
    [found] = kafka.found(f"{topic}.dlq")
    assert found.letter is not None
    assert (found.letter.record.partition, found.letter.offset) == (1, 1)
    assert found.carrier.timestamp_ms == 4_000
    failure = found.letter.failure
    assert (failure.attempts, failure.group, failure.failed_at_ms) == (4, group, 99)
    assert (failure.exception, failure.stage) == ("builtins.ArithmeticError", "TASK_PUT")
    assert "three" in failure.stacktrace


def test_bytes_that_cannot_be_decoded_are_not_tried_again(
    servers: str, topic: str, group: str
) -> None:
    with Producer(servers) as producer:
        producer.send(topic, b"no JSON")
    waits = Waits()
    kafka = Kafka(servers)
    with consumer_of(servers, group, topic) as consumer, DeadLetterTopics(kafka.config) as letters:
        process(
            consumer,
            lambda record: record.value,
            dead_letters=letters,
            until=lambda so_far: so_far.records == 1,
            wait=waits,
        )
    assert waits == []
    [found] = kafka.found(f"{topic}.dlq")
    assert found.letter is not None
    assert (found.letter.failure.stage, found.letter.failure.attempts) == ("VALUE_CONVERTER", 1)
    assert found.letter.record.value == b"no JSON"


def test_without_dead_letters_the_failure_is_raised_and_the_record_comes_again(
    servers: str, topic: str, group: str, write: Write
) -> None:
    write(0)

    def fail(record: ConsumedRecord) -> None:
        raise ArithmeticError(record.value)

    for _ in range(2):
        with (
            pytest.raises(ArithmeticError, match="0"),
            consumer_of(servers, group, topic) as consumer,
        ):
            process(consumer, fail, retries=RetryPolicy(attempts=1))


@pytest.mark.parametrize(
    ("attempts", "reason"), [(0, "0 attempts process nothing"), (30, "may give its member up")]
)
def test_a_policy_that_cannot_be_kept_is_refused(attempts: int, reason: str) -> None:
    with pytest.raises(InvalidSetting, match=reason):
        RetryPolicy(attempts=attempts)


def test_waits_double_up_to_the_longest() -> None:
    assert list(RetryPolicy(attempts=6, first_delay_s=1, longest_delay_s=4).delays_s()) == [
        1, 2, 4, 4, 4,
    ]  # fmt: skip
