"""`odradek produce`: records from a file or stdin into a topic."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, BinaryIO

from cyclopts import Parameter

from odradek.cli.command import command_app
from odradek.cli.connection import (
    DEFAULT_CONNECTION,
    Connection,
    connect,
    existing_partitions,
    existing_topic,
)
from odradek.cli.errors import CommandError, ExitCode
from odradek.cli.key_values import parse_pairs
from odradek.cli.output import note
from odradek.cli.progress import Progress, show_progress
from odradek.cli.records.delivery import Acks, Compression, Delivery, producer_config
from odradek.cli.records.input_formats import InputError, InputFormat, read_records
from odradek.cli.records.json_record import Headers

app = command_app("produce")

FAILURE_REASONS_SHOWN = 3
CSV_NOTE = (
    "note: CSV is no wire format: each row is sent as a JSON object of strings, an empty field"
    " as null"
)


@app.default
def produce(
    topic: Annotated[str, Parameter(help="The topic to send to; it must exist.")],
    file: Annotated[Path | None, Parameter(help="The input; stdin if left out, or with -.")] = None,
    /,
    *,
    input_format: Annotated[
        InputFormat,
        Parameter(
            name=["--format", "-f"],
            help="ndjson: one JSON value a line; record: records as `odradek consume` prints them;"
            " csv: rows under a row of field names.",
        ),
    ] = "ndjson",
    key: Annotated[
        str | None, Parameter(help="The field of each value whose content is the record's key.")
    ] = None,
    headers: Annotated[
        list[str] | None,
        Parameter(
            name=["--header", "--headers", "-H"],
            help="A header for every record, as name=value; may be repeated.",
        ),
    ] = None,
    partition: Annotated[
        int | None, Parameter(help="Send to this partition, rather than by key.")
    ] = None,
    acks: Annotated[
        Acks,
        Parameter(
            help="What counts as delivered: on all in-sync replicas, on the leader, or sent."
        ),
    ] = "all",
    compression: Annotated[
        Compression, Parameter(help="How batches are compressed on their way and on disk.")
    ] = "zstd",
    connection: Connection = DEFAULT_CONNECTION,
) -> int:
    """Send the input's records and say what became of them."""
    every_header: Headers = [
        (name, value.encode())
        for name, value in parse_pairs("--header", headers, example="source=airline")
    ]
    config = connection.client_config()
    if input_format == "record" and key is not None:
        raise CommandError("--key has no meaning with --format record: its records have their keys")
    with ExitStack() as stack:
        source = _open(file, stack)
        _, cluster = connect(config)
        existing_partitions(
            existing_topic(cluster, topic), [] if partition is None else [partition]
        )
        if input_format == "csv":
            note(CSV_NOTE)
        delivery = Delivery(
            producer_config(config, acks=acks, compression=compression),
            topic,
            partition=partition,
            headers=every_header,
        )
        total_bytes = None if file is None or not file.is_file() else file.stat().st_size
        progress = stack.enter_context(show_progress(topic, total=total_bytes))
        input_error = _deliver_all(delivery, _Lines(source), input_format, key, progress)
    return _summarise(topic, delivery, input_error)


class _Lines:
    """The lines of a file, counting the bytes they took."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.position_bytes = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> bytes:
        line = self._source.readline()
        if not line:
            raise StopIteration
        self.position_bytes += len(line)
        return line


def _deliver_all(
    delivery: Delivery,
    lines: _Lines,
    input_format: InputFormat,
    key_field: str | None,
    progress: Progress,
) -> CommandError | None:
    """Send everything and await its fate; give the error that ended the input early, if any."""
    try:
        input_error = _send_all(delivery, lines, input_format, key_field, progress)
        while delivery.unfinished:
            delivery.finish_some()
            progress.update(records=delivery.delivered, position=lines.position_bytes)
    except KeyboardInterrupt:
        delivery.abandon()
        return CommandError("interrupted before everything was sent")
    return input_error


def _send_all(
    delivery: Delivery,
    lines: _Lines,
    input_format: InputFormat,
    key_field: str | None,
    progress: Progress,
) -> InputError | None:
    try:
        for record in read_records(lines, input_format, key_field):
            delivery.send(record)
            progress.update(records=delivery.delivered, position=lines.position_bytes)
    except InputError as error:
        return error
    return None


def _summarise(topic: str, delivery: Delivery, input_error: CommandError | None) -> int:
    note(f"{topic}: delivered {delivery.tally.text}, {delivery.failed:,} failed")
    for reason, count in delivery.failures.most_common(FAILURE_REASONS_SHOWN):
        note(f"error: {count:,} not delivered: {reason}")
    if input_error is not None:
        raise input_error
    return ExitCode.ERROR if delivery.failed else ExitCode.OK


def _open(file: Path | None, stack: ExitStack) -> BinaryIO:
    if file is None or str(file) == "-":
        return sys.stdin.buffer
    try:
        return stack.enter_context(file.open("rb"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CommandError(f"the input {file} cannot be read: {reason}") from error
