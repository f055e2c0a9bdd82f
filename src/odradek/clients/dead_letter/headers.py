"""How a letter travels: the reason as headers behind the record's own, and read back from them.

    __connect.errors.*   as Kafka Connect writes them, all text; what Connect's users read
    odradek.*            what Connect has no name for: attempts, Kafka's error code, whether the
                         record may be in its topic all the same, the principal, when it failed
    kafka_dlt-*          Spring Kafka's, on request; numbers are big-endian there

Invariants: a letter opened is the letter that was enclosed, but for its stack trace's cut; a header
of the record's own is never taken for one of ours, even under the same name, for `odradek.kept`
counts them. Letters of Connect and Spring are opened as well as ours.

Source: Kafka Connect's DeadLetterQueueReporter (KIP-298), Spring Kafka's KafkaHeaders.
"""

import struct
from collections.abc import Mapping

from odradek.clients.dead_letter.letter import Failure, Headers, Letter, PlainRecord, Stage

CONNECT = "__connect.errors."
OURS = "odradek."
SPRING = "kafka_dlt-"

KEPT = f"{OURS}kept"
"""How many headers, from the first, are the record's own."""

INT = struct.Struct(">i")
LONG = struct.Struct(">q")
CREATE_TIME = "CreateTime"


def enclose(letter: Letter, topic: str, *, with_spring: bool = False) -> PlainRecord:
    """The record that carries the letter to a dead letter topic; its key decides the partition."""
    original = letter.record
    added = {**_connect_headers(letter), **_own_headers(letter)}
    reason = [(name, _bytes(value)) for name, value in added.items() if value]
    if with_spring:
        reason += _spring_headers(letter)
    reason.append((KEPT, str(len(original.headers)).encode()))
    return PlainRecord(
        topic, original.key, original.value, (*original.headers, *reason), original.timestamp_ms
    )


def open_letter(carrier: PlainRecord) -> Letter | None:
    """The letter that a record of a dead letter topic carries; None if it carries none."""
    own, reason = _split(carrier.headers)
    topic = _text(reason, f"{CONNECT}topic") or _text(reason, f"{SPRING}original-topic")
    if not topic:
        return None
    partition, offset = _place(reason)
    record = PlainRecord(topic, carrier.key, carrier.value, own, carrier.timestamp_ms, partition)
    return Letter(record, _failure(reason), offset)


def _connect_headers(letter: Letter) -> dict[str, str]:
    failure, record = letter.failure, letter.record
    return {
        f"{CONNECT}topic": record.topic,
        f"{CONNECT}partition": _number_text(record.partition),
        f"{CONNECT}offset": _number_text(letter.offset),
        f"{CONNECT}connector.name": failure.group or failure.client_id,
        f"{CONNECT}task.id": failure.client_id,
        f"{CONNECT}stage": failure.stage.value,
        f"{CONNECT}class.name": failure.exception.rpartition(".")[0],
        f"{CONNECT}exception.class.name": failure.exception,
        f"{CONNECT}exception.message": failure.message,
        f"{CONNECT}exception.stacktrace": failure.stacktrace,
    }


def _own_headers(letter: Letter) -> dict[str, str]:
    failure = letter.failure
    return {
        f"{OURS}attempt": _number_text(failure.attempts),
        f"{OURS}error.code": failure.error_code,
        f"{OURS}possibly_persisted": "true" if failure.possibly_persisted else "false",
        f"{OURS}principal": failure.principal,
        f"{OURS}group": failure.group,
        f"{OURS}failed_at_ms": _number_text(failure.failed_at_ms),
    }


def _spring_headers(letter: Letter) -> list[tuple[str, bytes]]:
    failure, record = letter.failure, letter.record
    found: list[tuple[str, bytes]] = [("original-topic", record.topic.encode())]
    if record.partition is not None:
        found.append(("original-partition", INT.pack(record.partition)))
    if letter.offset is not None:
        found.append(("original-offset", LONG.pack(letter.offset)))
    if record.timestamp_ms is not None:
        found.append(("original-timestamp", LONG.pack(record.timestamp_ms)))
        found.append(("original-timestamp-type", CREATE_TIME.encode()))
    if failure.group:
        found.append(("original-consumer-group", failure.group.encode()))
    found.append(("exception-fqcn", failure.exception.encode()))
    found.append(("exception-message", _bytes(failure.message)))
    found.append(("exception-stacktrace", _bytes(failure.stacktrace)))
    return [(f"{SPRING}{name}", value) for name, value in found]


def _split(headers: Headers) -> tuple[Headers, dict[str, bytes]]:
    """The record's own headers, and those that say why it is a letter."""
    kept = headers[-1][1] if headers and headers[-1][0] == KEPT else None
    if kept is not None and kept.isdigit() and int(kept) < len(headers):
        own, reason = headers[: int(kept)], headers[int(kept) :]
    else:
        # Somebody else's letter: its reason is told by name.
        reason = tuple(header for header in headers if header[0].startswith((CONNECT, SPRING)))
        own = tuple(header for header in headers if header not in reason)
    return own, {name: value for name, value in reason if value is not None}


def _place(reason: Mapping[str, bytes]) -> tuple[int | None, int | None]:
    partition, offset = _number(reason, f"{CONNECT}partition"), _number(reason, f"{CONNECT}offset")
    if partition is None:
        partition = _unpacked(reason, f"{SPRING}original-partition", INT)
    if offset is None:
        offset = _unpacked(reason, f"{SPRING}original-offset", LONG)
    return partition, offset


def _failure(reason: Mapping[str, bytes]) -> Failure:
    stage = _text(reason, f"{CONNECT}stage")
    return Failure(
        stage=Stage(stage) if stage in set(Stage) else Stage.TASK_PUT,
        exception=_text(reason, f"{CONNECT}exception.class.name")
        or _text(reason, f"{SPRING}exception-fqcn"),
        message=_text(reason, f"{CONNECT}exception.message")
        or _text(reason, f"{SPRING}exception-message"),
        stacktrace=_text(reason, f"{CONNECT}exception.stacktrace")
        or _text(reason, f"{SPRING}exception-stacktrace"),
        error_code=_text(reason, f"{OURS}error.code"),
        attempts=_number(reason, f"{OURS}attempt"),
        possibly_persisted=_text(reason, f"{OURS}possibly_persisted") == "true",
        principal=_text(reason, f"{OURS}principal"),
        client_id=_text(reason, f"{CONNECT}task.id"),
        group=_text(reason, f"{OURS}group") or _text(reason, f"{SPRING}original-consumer-group"),
        failed_at_ms=_number(reason, f"{OURS}failed_at_ms"),
    )


def _bytes(text: str) -> bytes:
    # An exception's text may quote what is no UTF-8.
    return text.encode(errors="replace")


def _text(reason: Mapping[str, bytes], name: str) -> str:
    return reason.get(name, b"").decode(errors="replace")


def _number(reason: Mapping[str, bytes], name: str) -> int | None:
    text = _text(reason, name)
    return int(text) if text.isdecimal() else None


def _unpacked(reason: Mapping[str, bytes], name: str, layout: struct.Struct) -> int | None:
    value = reason.get(name, b"")
    return int(layout.unpack(value)[0]) if len(value) == layout.size else None


def _number_text(number: int | None) -> str:
    return "" if number is None else str(number)
