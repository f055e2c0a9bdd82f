"""What an error in a delivery report means: is the record wrong, and may it be stored?

librdkafka knows whether a record was stored (`rd_kafka_message_status`) but Python is not told, so
the error has to say it. The default is cautious: what is not listed may be stored.
"""

from typing import Any

from confluent_kafka import KafkaError, Message

from odradek.clients.record import FailedRecord, Headers

SUCCESSES = frozenset({KafkaError.DUPLICATE_SEQUENCE_NUMBER})
"""The broker has the record already, and has forgotten at which offset."""

WRONG_RECORDS = frozenset(
    {
        KafkaError.MSG_SIZE_TOO_LARGE,
        KafkaError.RECORD_LIST_TOO_LARGE,
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.TOPIC_EXCEPTION,
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError.INVALID_RECORD,
        KafkaError.INVALID_MSG,
        KafkaError.INVALID_TIMESTAMP,
        KafkaError.INVALID_REQUIRED_ACKS,
        KafkaError.POLICY_VIOLATION,
        KafkaError.UNSUPPORTED_COMPRESSION_TYPE,
        KafkaError._UNKNOWN_TOPIC,
        KafkaError._UNKNOWN_PARTITION,
    }
)
"""Refused, and refused again if sent again."""

NEVER_SENT = frozenset({KafkaError._PURGE_QUEUE, KafkaError._QUEUE_FULL})
"""Given up before they left this process."""

HOPELESS = frozenset(
    {
        KafkaError._AUTHENTICATION,
        KafkaError._SSL,
        KafkaError._RESOLVE,
        KafkaError.SASL_AUTHENTICATION_FAILED,
    }
)
"""No broker will let us in, however long we wait."""

FENCINGS = frozenset({KafkaError._FENCED, KafkaError.PRODUCER_FENCED})
"""Somebody else has our transactional id now."""


def failed_record(
    error: KafkaError,
    message: "Message[Any, Any]",
    headers: Headers | None,
    timestamp_ms: int,
) -> FailedRecord:
    """The failure that a delivery report tells of; of headers and timestamp it tells nothing."""
    code = error.code()
    return FailedRecord(
        topic=message.topic() or "",
        partition=None if (message.partition() or 0) < 0 else message.partition(),
        key=message.key(),
        value=message.value(),
        headers=tuple(headers or ()),
        timestamp_ms=timestamp_ms or None,
        code=code,
        name=error.name(),
        reason=error.str(),
        is_retriable=code not in WRONG_RECORDS,
        is_possibly_persisted=code not in WRONG_RECORDS and code not in NEVER_SENT,
    )
