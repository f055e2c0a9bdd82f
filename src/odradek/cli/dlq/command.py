"""`odradek dlq`: list, show, replay and purge the dead letters of any Kafka cluster."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient
from cyclopts import Parameter
from cyclopts.validators import Number

from odradek.cli.command import command_app
from odradek.cli.connection import (
    DEFAULT_CONNECTION,
    REQUEST_TIMEOUT_S,
    Connection,
    connect,
    existing_topic,
)
from odradek.cli.dlq.inventory import letter_document, letter_row, letters, topic_rows, totals
from odradek.cli.errors import CommandError
from odradek.cli.kafka_errors import result_of
from odradek.cli.mutation import DryRun, Mutation, Yes, confirm, print_changes
from odradek.cli.output import OutputFormat, note, print_document, print_rows
from odradek.cli.progress import show_progress
from odradek.clients.dead_letter.errors import DeadLetterError
from odradek.clients.dead_letter.letter import SUFFIX
from odradek.clients.dead_letter.reader import Backlog, LetterReader
from odradek.clients.dead_letter.replay import Replayed, ReplayOptions, replay, waiting

app = command_app("dlq")

Topic = Annotated[str, Parameter(help="The dead letter topic's name, as orders.dlq.")]


@app.command(name="list")
def list_(
    *,
    suffix: Annotated[str, Parameter(help="What the names of dead letter topics end in.")] = SUFFIX,
    output: OutputFormat = "table",
    connection: Connection = DEFAULT_CONNECTION,
) -> None:
    """List the dead letter topics of a cluster: how many letters, and how many were replayed."""
    config = connection.client_config()
    _, cluster = connect(config)
    with sentences():
        rows = topic_rows(config, cluster, suffix)
    if not rows and output == "table":
        note(f"no topic ends in {suffix}; one comes to be with its first letter")
    print_rows(rows, output)


@app.command
def show(
    topic: Topic,
    /,
    *,
    max_letters: Annotated[
        int,
        Parameter(name=["--max-letters", "-n"], help="At most so many.", validator=Number(gte=1)),
    ] = 20,
    everything: Annotated[
        bool, Parameter(name="--all", help="From the first letter, replayed or not.")
    ] = False,
    output: OutputFormat = "table",
    connection: Connection = DEFAULT_CONNECTION,
) -> None:
    """Show the letters that wait: which records, from where, and why. JSON has them whole."""
    config = connection.client_config()
    _, cluster = connect(config)
    existing_topic(cluster, topic)
    with sentences():
        found = letters(config, topic, max_letters=max_letters, includes_replayed=everything)
    if output == "table":
        if not found:
            note(f"no letter waits in {topic}; --all shows those that were replayed, too")
        print_rows([letter_row(each) for each in found], output)
    else:
        print_document([letter_document(each) for each in found], output)


@app.command(name="replay")
def replay_(
    topic: Topic,
    /,
    *,
    to: Annotated[
        str | None,
        Parameter(help="Send all to this topic; else each goes to the one it came from."),
    ] = None,
    max_letters: Annotated[
        int | None,
        Parameter(name=["--max-letters", "-n"], help="At most so many.", validator=Number(gte=1)),
    ] = None,
    skip_possibly_persisted: Annotated[
        bool,
        Parameter(
            help="Pass by records that may be in their topic all the same: their acknowledgement"
            " never came. For readers that do not tolerate duplicates."
        ),
    ] = False,
    dry_run: DryRun = False,
    output: OutputFormat = "table",
    connection: Connection = DEFAULT_CONNECTION,
) -> None:
    """Send the letters that wait to their topics again, each once.

    Records and progress are committed in one transaction, so a replay that was interrupted goes on
    where it was. Its progress is the offsets of the group odradek-dlq-replay.TOPIC:
    `odradek group reset` moves it, to replay again or to pass by a letter.
    """
    config = connection.client_config()
    _, cluster = connect(config)
    existing_topic(cluster, topic)
    if to is not None:
        existing_topic(cluster, to)
    options = ReplayOptions(to, max_letters, skip_possibly_persisted)
    backlogs = _backlogs(config, topic)
    done = Replayed(letters=waiting(backlogs, options)) if dry_run else Replayed()
    if not dry_run:
        done = _replay(config, topic, options, total=waiting(backlogs, options))
    changes = [{"letters": done.letters, "skipped": done.skipped, "to": to or "their topics"}]
    print_changes(Mutation("replay", "topic", topic, changes, dry_run), output)
    if done.handled and not dry_run and output == "table":
        note(
            f"`odradek dlq purge {topic} --replayed` deletes these letters; Kafka forgets that they"
            " were replayed when nothing is replayed for offsets.retention.minutes, usually a week"
        )


@app.command
def purge(
    topic: Topic,
    /,
    *,
    replayed: Annotated[
        bool, Parameter(help="Only what was replayed; what waits is kept.")
    ] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    output: OutputFormat = "table",
    connection: Connection = DEFAULT_CONNECTION,
) -> None:
    """Delete the letters that a topic has now: all, or only those that were replayed."""
    config = connection.client_config()
    admin, cluster = connect(config)
    existing_topic(cluster, topic)
    backlogs = _backlogs(config, topic)
    ends = {
        each.partition: each.replayed_until if replayed else each.end_offset for each in backlogs
    }
    rows = [
        {
            "partition": each.partition,
            "letters": ends[each.partition] - each.start_offset,
            "up_to_offset": ends[each.partition],
        }
        for each in backlogs
        if ends[each.partition] > each.start_offset
    ]
    counts = totals(backlogs)
    if not (dry_run or yes) and rows:
        unread = 0 if replayed else counts["waiting"]
        warning = f", {unread} of them never replayed" if unread else ""
        confirm(f"Delete {sum(row['letters'] for row in rows)} letters of {topic}{warning}?")
    if not dry_run:
        _delete(admin, topic, {row["partition"]: row["up_to_offset"] for row in rows})
    print_changes(Mutation("purge", "topic", topic, rows, dry_run), output)


@contextmanager
def sentences() -> Iterator[None]:
    """What goes wrong with letters is told as it is."""
    try:
        yield
    except DeadLetterError as error:
        raise CommandError(str(error)) from error


def _backlogs(config: dict[str, Any], topic: str) -> list[Backlog]:
    with sentences(), LetterReader(config, topic) as reader:
        return reader.backlogs()


def _replay(config: dict[str, Any], topic: str, options: ReplayOptions, *, total: int) -> Replayed:
    with sentences(), show_progress(topic, total=total) as progress:

        def watch(so_far: Replayed) -> None:
            progress.update(records=so_far.handled, position=so_far.handled)

        return replay(config, topic, options, watch=watch)


def _delete(admin: AdminClient, topic: str, ends: dict[int, int]) -> None:
    if not ends:
        return
    futures = admin.delete_records(
        [TopicPartition(topic, partition, end) for partition, end in ends.items()],
        request_timeout=REQUEST_TIMEOUT_S,
    )
    for position, future in futures.items():
        doing = f"deleting letters of {topic}-{position.partition}"
        result_of(future, doing, timeout_s=2 * REQUEST_TIMEOUT_S)
