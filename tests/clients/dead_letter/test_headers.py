"""A letter that was enclosed opens as it was; Connect's and Spring's letters open, too."""

import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odradek.clients.dead_letter.headers import enclose, open_letter
from odradek.clients.dead_letter.letter import (
    MESSAGE_CHARS_MAX,
    STACKTRACE_CHARS_MAX,
    Failure,
    Letter,
    PlainRecord,
    Stage,
    failure_of,
)
from tests.clients.dead_letter.letters import FAILURE, letter, plain_records

texts = st.text(st.characters(codec="utf-8"), max_size=20)
failures = st.builds(
    Failure,
    stage=st.sampled_from(Stage),
    exception=texts,
    message=texts,
    stacktrace=texts,
    error_code=texts,
    attempts=st.none() | st.integers(0, 100),
    possibly_persisted=st.booleans(),
    principal=texts,
    client_id=texts,
    group=texts,
    failed_at_ms=st.none() | st.integers(0, 2**42),
)


@given(plain_records, failures, st.none() | st.integers(0, 2**62), st.booleans())
def test_a_letter_opened_is_the_letter_enclosed(
    record: PlainRecord, failure: Failure, offset: int | None, with_spring: bool
) -> None:
    sent = Letter(record, failure, offset)
    carrier = enclose(sent, "orders.dlq", with_spring=with_spring)
    assert carrier.topic == "orders.dlq"
    assert carrier.partition is None
    assert (carrier.key, carrier.value) == (record.key, record.value)
    assert carrier.timestamp_ms == record.timestamp_ms
    assert open_letter(carrier) == sent


def test_the_reason_stands_in_connects_headers() -> None:
    carrier = enclose(replace(letter(), offset=7), "orders.dlq")
    headers = dict(carrier.headers)
    assert headers["h"] == b"1"
    assert headers["__connect.errors.topic"] == b"orders"
    assert headers["__connect.errors.offset"] == b"7"
    assert headers["__connect.errors.stage"] == b"KAFKA_PRODUCE"
    assert headers["__connect.errors.exception.class.name"] == FAILURE.exception.encode()
    assert headers["odradek.error.code"] == b"MSG_SIZE_TOO_LARGE"
    assert headers["odradek.attempt"] == b"1"
    assert headers["odradek.possibly_persisted"] == b"false"
    assert not any(name.startswith("kafka_dlt-") for name in headers)


def test_springs_headers_are_there_on_request_with_its_binary_numbers() -> None:
    record = replace(letter().record, partition=3)
    failure = replace(FAILURE, group="billing")
    headers = dict(enclose(Letter(record, failure, 7), "orders.dlq", with_spring=True).headers)
    assert headers["kafka_dlt-original-partition"] == struct.pack(">i", 3)
    assert headers["kafka_dlt-original-offset"] == struct.pack(">q", 7)
    assert headers["kafka_dlt-original-timestamp"] == struct.pack(">q", 1_000)
    assert headers["kafka_dlt-original-consumer-group"] == b"billing"


def test_a_letter_of_kafka_connect_opens() -> None:
    carrier = PlainRecord(
        "dlq",
        b"k",
        b"v",
        (
            ("trace", b"1"),
            ("__connect.errors.topic", b"orders"),
            ("__connect.errors.partition", b"2"),
            ("__connect.errors.offset", b"41"),
            ("__connect.errors.stage", b"VALUE_CONVERTER"),
            ("__connect.errors.exception.message", b"no JSON"),
        ),
        5,
    )
    opened = open_letter(carrier)
    assert opened is not None
    assert opened.record == PlainRecord("orders", b"k", b"v", (("trace", b"1"),), 5, 2)
    assert opened.offset == 41
    assert (opened.failure.stage, opened.failure.message) == (Stage.VALUE_CONVERTER, "no JSON")


def test_a_letter_of_spring_opens() -> None:
    carrier = PlainRecord(
        "orders-dlt",
        None,
        b"v",
        (
            ("kafka_dlt-original-topic", b"orders"),
            ("kafka_dlt-original-partition", struct.pack(">i", 2)),
            ("kafka_dlt-original-offset", struct.pack(">q", 41)),
            ("kafka_dlt-exception-message", b"no order"),
        ),
    )
    opened = open_letter(carrier)
    assert opened is not None
    assert (opened.record.topic, opened.record.partition, opened.offset) == ("orders", 2, 41)
    assert opened.record.headers == ()
    assert opened.failure.message == "no order"


@pytest.mark.parametrize("headers", [(), (("h", b"1"),), (("odradek.kept", b"9"),)])
def test_a_record_that_carries_no_letter_opens_as_none(
    headers: tuple[tuple[str, bytes], ...],
) -> None:
    assert open_letter(PlainRecord("orders.dlq", b"k", b"v", headers)) is None


def test_a_reason_is_cut_before_it_outgrows_the_record() -> None:
    failure = failure_of(ValueError("x" * 100_000), Stage.TASK_PUT, attempts=3)
    assert failure.exception == "builtins.ValueError"
    assert len(failure.message) == MESSAGE_CHARS_MAX
    assert len(failure.stacktrace) == STACKTRACE_CHARS_MAX
