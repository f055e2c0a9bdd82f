"""Dead letter topics and letters as plain rows.

A topic holds dead letters when its name says so; what else it holds is told letter by letter.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from confluent_kafka.admin import ClusterMetadata

from odradek.cli.output import Row
from odradek.cli.records.json_record import json_record, timestamp_text
from odradek.clients.dead_letter.letter import Letter
from odradek.clients.dead_letter.reader import Backlog, Found, LetterReader, find_ends, find_starts

KEY_CHARS_SHOWN = 30


def topic_rows(config: Mapping[str, Any], cluster: ClusterMetadata, suffix: str) -> list[Row]:
    """One row for each dead letter topic: how many letters, and how many were never replayed."""
    return [
        _topic_row(config, name)
        for name in sorted(cluster.topics)
        if name.endswith(suffix) and name != suffix
    ]


def _topic_row(config: Mapping[str, Any], topic: str) -> Row:
    with LetterReader(config, topic) as reader:
        backlogs = reader.backlogs()
    return {"topic": topic, **totals(backlogs)}


def totals(backlogs: Sequence[Backlog]) -> dict[str, int]:
    """What all partitions of a topic hold together."""
    letters = sum(each.letters for each in backlogs)
    waiting = sum(each.waiting for each in backlogs)
    return {
        "partitions": len(backlogs),
        "letters": letters,
        "replayed": letters - waiting,
        "waiting": waiting,
    }


def letters(
    config: Mapping[str, Any], topic: str, *, max_letters: int | None, includes_replayed: bool
) -> list[Found]:
    """The first letters that wait, or of all that there are."""
    with LetterReader(config, topic) as reader:
        backlogs = reader.backlogs()
        starts = find_starts(backlogs)
        if includes_replayed:
            starts = {each.partition: each.start_offset for each in backlogs}
        return list(islice(_each(reader, starts, backlogs), max_letters))


def _each(
    reader: LetterReader, starts: Mapping[int, int], backlogs: Sequence[Backlog]
) -> Iterator[Found]:
    for batch in reader.read(starts, find_ends(backlogs)):
        yield from batch


def letter_row(found: Found) -> Row:
    """A letter for people: which record, and why it is one."""
    row = {
        "partition": found.partition,
        "offset": found.offset,
        "time": timestamp_text(found.carrier.timestamp_ms) or "",
        "key": _short(found.carrier.key),
    }
    if found.letter is None:
        return {**row, "from": "", "attempts": None, "error": "", "message": "not a letter"}
    record, failure = found.letter.record, found.letter.failure
    place = "" if record.partition is None else f"-{record.partition}"
    offset = "" if found.letter.offset is None else f"@{found.letter.offset}"
    return {
        **row,
        "from": f"{record.topic}{place}{offset}",
        "attempts": failure.attempts,
        "error": failure.error_code or failure.exception.rpartition(".")[2],
        "message": failure.message,
    }


def letter_document(found: Found) -> Row:
    """A letter for programs: the whole record, and the whole reason."""
    carrier = found.carrier
    record = json_record(
        topic=carrier.topic,
        partition=found.partition,
        offset=found.offset,
        timestamp_ms=carrier.timestamp_ms,
        key=carrier.key,
        value=carrier.value,
        headers=carrier.headers if found.letter is None else found.letter.record.headers,
    )
    return {"record": record, "letter": None if found.letter is None else _reason(found.letter)}


def _reason(letter: Letter) -> Row:
    failure = letter.failure
    return {
        "topic": letter.record.topic,
        "partition": letter.record.partition,
        "offset": letter.offset,
        "stage": failure.stage.value,
        "exception": failure.exception,
        "message": failure.message,
        "stacktrace": failure.stacktrace,
        "error_code": failure.error_code,
        "attempts": failure.attempts,
        "possibly_persisted": failure.possibly_persisted,
        "principal": failure.principal,
        "client_id": failure.client_id,
        "group": failure.group,
        "failed_at": timestamp_text(failure.failed_at_ms),
    }


def _short(key: bytes | None) -> str:
    text = "" if key is None else key.decode(errors="replace")
    return text if len(text) <= KEY_CHARS_SHOWN else f"{text[: KEY_CHARS_SHOWN - 1]}…"
