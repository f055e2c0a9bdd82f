"""`odradek txn`: list, describe and end transactions of any Kafka cluster."""

import time
from collections.abc import Sequence
from typing import Annotated, Literal

from confluent_kafka.admin import ClusterMetadata
from cyclopts import Parameter
from cyclopts.validators import Number

from odradek.cli.command import command_app
from odradek.cli.connection import (
    DEFAULT_CONNECTION,
    Connection,
    connect,
    existing_partitions,
    existing_topic,
)
from odradek.cli.errors import CommandError, ExitCode
from odradek.cli.log_offsets import Partition
from odradek.cli.mutation import DryRun, Mutation, Yes, confirm, print_mutations
from odradek.cli.output import OutputFormat, note, print_document, print_rows
from odradek.cli.txn.hanging import OpenTransaction, candidates, hanging
from odradek.cli.txn.inspection import (
    abort as abort_transaction,
)
from odradek.cli.txn.inspection import (
    describe_transaction,
    known_transactions,
    list_transactions,
    open_transactions,
)

app = command_app("txn")

State = Literal[
    "Empty", "Ongoing", "PrepareCommit", "PrepareAbort", "CompleteCommit", "CompleteAbort"
]
LONGEST_TIMEOUT_MS = 900_000


@app.command(name="list")
def list_(
    *,
    states: Annotated[
        list[State] | None, Parameter(name="--state", help="Only this state; may be repeated.")
    ] = None,
    producer_ids: Annotated[
        list[int] | None,
        Parameter(name="--producer-id", help="Only this producer; may be repeated."),
    ] = None,
    longer_than_ms: Annotated[
        int | None,
        Parameter(
            help="Only transactions that began longer ago than this.", validator=Number(gte=0)
        ),
    ] = None,
    output: OutputFormat = "table",
    connection: Connection = DEFAULT_CONNECTION,
) -> None:
    """List the transactional ids of a cluster, with the state of their latest transactions."""
    config = connection.client_config()
    connect(config)
    rows = list_transactions(
        config,
        states=states or (),
        producer_ids=producer_ids or (),
        longer_than_ms=longer_than_ms,
    )
    if not rows and output == "table":
        note("no transactional id is like that; one comes to be with its first producer")
    print_rows(rows, output)


@app.command
def describe(
    transactional_id: Annotated[str, Parameter(help="The id that the producer gives itself.")],
    /,
    *,
    output: OutputFormat = "table",
    connection: Connection = DEFAULT_CONNECTION,
) -> None:
    """Show who has a transactional id, and which partitions its open transaction has reached."""
    config = connection.client_config()
    connect(config)
    found = describe_transaction(config, transactional_id)
    if output == "table":
        print_rows(
            [{"": name.replace("_", " "), " ": value} for name, value in found.items()], output
        )
    else:
        print_document(found, output)


@app.command
def find_hanging(
    *,
    topics: Annotated[
        list[str] | None,
        Parameter(name="--topic", help="Only in this topic; may be repeated. All, otherwise."),
    ] = None,
    max_transaction_timeout_ms: Annotated[
        int,
        Parameter(
            help="The brokers' transaction.max.timeout.ms: what is younger may still be ended.",
            validator=Number(gte=0),
        ),
    ] = LONGEST_TIMEOUT_MS,
    output: OutputFormat = "table",
    connection: Connection = DEFAULT_CONNECTION,
) -> int:
    """Find transactions that nobody will ever end, and that hold back readers of committed data.

    A transaction hangs when a partition has had it open for longer than any may be, and no
    coordinator knows of it. Exits 2 when there are some: `odradek txn abort` ends them.
    """
    config = connection.client_config()
    _, cluster = connect(config)
    opened = open_transactions(config, _partitions(cluster, topics))
    old = candidates(opened, time.time_ns() // 1_000_000, max_transaction_timeout_ms)
    found = hanging(old, known_transactions(config, [each.producer_id for each in old]))
    if not found and output == "table":
        note(f"no transaction hangs; {len(opened)} are open")
    print_rows([each.row() for each in found], output)
    return ExitCode.FINDINGS if found else ExitCode.OK


@app.command
def abort(
    topic: Annotated[str, Parameter(help="The topic's name.")],
    partition: Annotated[int, Parameter(help="The partition's number.")],
    /,
    *,
    start_offset: Annotated[
        int, Parameter(help="Where the transaction begins, as find-hanging shows it.")
    ],
    yes: Yes = False,
    dry_run: DryRun = False,
    output: OutputFormat = "table",
    connection: Connection = DEFAULT_CONNECTION,
) -> None:
    """Abort an open transaction in one partition, whatever its coordinator knows of it.

    For transactions that hang. One whose producer is alive is ended in this partition alone.
    """
    config = connection.client_config()
    _, cluster = connect(config)
    existing_partitions(existing_topic(cluster, topic), [partition])
    found = _opened_at(open_transactions(config, [Partition(topic, partition)]), start_offset)
    name = f"{topic}-{partition}@{start_offset}"
    if not (dry_run or yes):
        confirm(f"Abort the transaction of producer {found.producer_id} in {name}?")
    if not dry_run:
        abort_transaction(config, found)
    print_mutations([Mutation("abort", "transaction", name, [found.row()], dry_run)], output)


def _partitions(cluster: ClusterMetadata, topics: Sequence[str] | None) -> list[Partition]:
    """Every partition of the topics, or of all topics."""
    return [
        Partition(name, index)
        for name in (sorted(cluster.topics) if topics is None else topics)
        for index in existing_partitions(existing_topic(cluster, name), [])
    ]


def _opened_at(opened: Sequence[OpenTransaction], start_offset: int) -> OpenTransaction:
    for each in opened:
        if each.start_offset == start_offset:
            return each
    offsets = ", ".join(str(each.start_offset) for each in opened) or "none"
    raise CommandError(
        f"no open transaction begins at offset {start_offset} there; open ones begin at: {offsets}"
    )
