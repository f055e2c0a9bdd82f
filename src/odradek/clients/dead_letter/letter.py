"""A letter: a record that could not be delivered or processed, and why.

Invariants: key, value, headers and timestamp of the original record are kept as they were; the
reason stands in headers behind the original ones (`headers.py`).

Pure: what is unknown is None and never guessed.
"""

import traceback
from dataclasses import dataclass
from enum import StrEnum

Headers = tuple[tuple[str, bytes | None], ...]

SUFFIX = ".dlq"
"""A dead letter topic is named as its topic, with this behind it."""

MESSAGE_CHARS_MAX = 1_000
STACKTRACE_CHARS_MAX = 8_000
"""Reasons are cut there: a letter must not outgrow what a topic takes because of its reason."""


class Stage(StrEnum):
    """What was being done with the record, in Kafka Connect's words."""

    KAFKA_PRODUCE = "KAFKA_PRODUCE"
    """A producer's record was not acknowledged."""
    KEY_CONVERTER = "KEY_CONVERTER"
    VALUE_CONVERTER = "VALUE_CONVERTER"
    """The bytes could not be read."""
    TASK_PUT = "TASK_PUT"
    """The application's own function failed."""


@dataclass(frozen=True, slots=True)
class PlainRecord:
    """A record with the place it has or shall have; without a partition its key decides."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    timestamp_ms: int | None = None
    partition: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the record is a letter."""

    stage: Stage
    exception: str
    """The class of the exception, with its module."""
    message: str
    stacktrace: str = ""
    error_code: str = ""
    """Kafka's name of the error, as MSG_SIZE_TOO_LARGE; empty where no broker was involved."""
    attempts: int | None = None
    possibly_persisted: bool = False
    """Whether the record may stand in its topic all the same: its acknowledgement never came."""
    principal: str = ""
    client_id: str = ""
    group: str = ""
    """The consumer group that failed; empty for producers."""
    failed_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A record, where it was read if it was, and its failure."""

    record: PlainRecord
    failure: Failure
    offset: int | None = None


def dead_letter_topic(topic: str, suffix: str = SUFFIX) -> str:
    """Where the letters of a topic go."""
    return f"{topic}{suffix}"


def failure_of(
    error: BaseException,
    stage: Stage,
    *,
    attempts: int | None = None,
    group: str = "",
    client_id: str = "",
    failed_at_ms: int | None = None,
) -> Failure:
    """The failure that an exception is, its texts cut to what a header may hold."""
    kind = type(error)
    text = "".join(traceback.format_exception(error))
    return Failure(
        stage=stage,
        exception=f"{kind.__module__}.{kind.__qualname__}",
        message=str(error)[:MESSAGE_CHARS_MAX],
        # The end of a stack trace says where it happened.
        stacktrace=text[-STACKTRACE_CHARS_MAX:],
        attempts=attempts,
        group=group,
        client_id=client_id,
        failed_at_ms=failed_at_ms,
    )
