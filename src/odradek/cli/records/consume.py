"""`odradek consume`: print the records of a topic, without a consumer group."""

import shutil
import sys
from io import BytesIO
from typing import Annotated

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
from odradek.cli.output import note
from odradek.cli.position import parse_position
from odradek.cli.progress import Tally, show_progress
from odradek.cli.records.output_formats import RecordFormat, record_printer
from odradek.cli.records.topic_reader import TopicReader

app = command_app("consume")


@app.default
def consume(
    topic: Annotated[str, Parameter(help="The topic to read.")],
    /,
    *,
    start: Annotated[
        str,
        Parameter(
            name="--from",
            help="Where to start: beginning, end, an offset, a time such as 2026-11-22T21:45"
            " (local, unless it says otherwise), or how long ago, such as 30s, 15m, 12h or 7d.",
        ),
    ] = "beginning",
    partitions: Annotated[
        list[int] | None,
        Parameter(name="--partition", help="Read only this partition; may be repeated."),
    ] = None,
    max_records: Annotated[
        int | None, Parameter(name=["--max-records", "-n"], help="Stop after so many records.")
    ] = None,
    until_end: Annotated[
        bool,
        Parameter(help="Stop at the end of the topic, as it is when the command starts."),
    ] = False,
    output: Annotated[
        RecordFormat,
        Parameter(
            name=["--output", "-o"],
            help="ndjson: whole records, one a line; json, yaml: the same as one list; value:"
            " values only; csv: the fields of JSON values; table: columns for people.",
        ),
    ] = "ndjson",
    connection: Connection = DEFAULT_CONNECTION,
) -> int:
    """Print records until told to stop, or until the end."""
    if max_records is not None and max_records < 1:
        raise CommandError(f"--max-records {max_records} prints nothing; it must be 1 or more")
    position = parse_position("--from", start)
    config = connection.client_config()
    _, cluster = connect(config)
    chosen = existing_partitions(existing_topic(cluster, topic), partitions or [])
    is_piped = not sys.stdout.isatty()  # where the records themselves are seen, they suffice
    printed = BytesIO()
    printer = record_printer(
        output, printed, width=None if is_piped else shutil.get_terminal_size().columns
    )
    tally = Tally()
    has_end = until_end or max_records is not None
    try:
        with (
            show_progress(topic, total=None, is_wanted=is_piped) as progress,
            TopicReader(config, topic, chosen, position) as reader,
        ):
            for messages in reader.batches(until_end=until_end, max_records=max_records):
                for message in messages:
                    printer.print(message)
                    tally.add(len(message) + len(message.key() or b""))
                _write_out(printed)
                progress.update(records=tally.records, position=tally.size_bytes)
    except KeyboardInterrupt:
        # Ctrl-C is how following a topic ends; anything with an end of its own was cut short.
        code = ExitCode.INTERRUPTED if has_end else ExitCode.OK
    else:
        code = ExitCode.OK
    printer.finish()
    _write_out(printed)
    note(f"{topic}: read {tally.text}")
    return code


def _write_out(printed: BytesIO) -> None:
    """Write a batch in one go; with PYTHONUNBUFFERED stdout would write line by line, or less."""
    remaining = printed.getbuffer()[: printed.tell()]
    written = 0
    while written < len(remaining):
        written += sys.stdout.buffer.write(remaining[written:])
    sys.stdout.buffer.flush()
    printed.seek(0)
