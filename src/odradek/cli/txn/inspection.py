"""What `odradek txn` asks of a cluster, as functions to plain values; a failure is a CommandError.

librdkafka has none of these requests, so all of them go by way of kafka-python.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from odradek.cli.errors import CommandError
from odradek.cli.kafka_errors import nearest_name
from odradek.cli.kafka_python_client import kafka_python_admin
from odradek.cli.log_offsets import Partition
from odradek.cli.output import Row
from odradek.cli.txn.hanging import KnownTransaction, OpenTransaction

if TYPE_CHECKING:
    from kafka import KafkaAdminClient

Config = Mapping[str, Any]
NOT_OPEN = -1


def list_transactions(
    config: Config,
    *,
    states: Sequence[str] = (),
    producer_ids: Sequence[int] = (),
    longer_than_ms: int | None = None,
) -> list[Row]:
    """One row per transactional id, by name."""
    with _asking(config, "listing transactions") as admin:
        found = admin.list_transactions(
            state_filters=list(states) or None,
            producer_id_filters=list(producer_ids) or None,
            duration_filter_ms=longer_than_ms,
        )
    rows = [
        {
            "transactional_id": each.transactional_id,
            "coordinator": broker,
            "producer_id": each.producer_id,
            "state": each.state.value,
        }
        for broker, listings in found.items()
        for each in listings
    ]
    return sorted(rows, key=lambda row: row["transactional_id"])


def describe_transaction(config: Config, transactional_id: str) -> Row:
    """Everything about one id; CommandError with the nearest one if it does not exist."""
    from kafka.errors import TransactionalIdNotFoundError

    try:
        with _asking(config, f"describing transaction {transactional_id}") as admin:
            (found,) = admin.describe_transactions([transactional_id]).values()
    except CommandError as error:
        if isinstance(error.__cause__, TransactionalIdNotFoundError):
            raise _unknown(config, transactional_id) from error
        raise
    return {
        "transactional_id": transactional_id,
        "coordinator": found.coordinator_id,
        "producer_id": found.producer_id,
        "producer_epoch": found.producer_epoch,
        "state": found.state.value,
        "timeout_ms": found.transaction_timeout_ms,
        "started_ms": None
        if found.transaction_start_time_ms < 0
        else found.transaction_start_time_ms,
        "partitions": sorted(f"{topic}-{index}" for topic, index in found.topic_partitions),
    }


def open_transactions(config: Config, partitions: Iterable[Partition]) -> list[OpenTransaction]:
    """What the leaders of these partitions have open, by partition and offset."""
    from kafka import TopicPartition

    asked = [TopicPartition(*each) for each in partitions]
    with _asking(config, "asking for open transactions") as admin:
        found = admin.describe_producers(asked)
    return sorted(
        OpenTransaction(
            Partition(*partition),
            producer.producer_id,
            producer.producer_epoch,
            producer.coordinator_epoch,
            producer.current_transaction_start_offset,
            producer.last_timestamp,
        )
        for partition, state in found.items()
        for producer in state.active_producers
        if producer.current_transaction_start_offset != NOT_OPEN
    )


def known_transactions(config: Config, producer_ids: Iterable[int]) -> dict[int, KnownTransaction]:
    """What coordinators know of these producers."""
    wanted = sorted(set(producer_ids))
    if not wanted:
        return {}
    rows = list_transactions(config, producer_ids=wanted)
    if not rows:
        return {}
    ids = [row["transactional_id"] for row in rows]
    with _asking(config, "describing transactions") as admin:
        described = admin.describe_transactions(ids)
    return {
        found.producer_id: KnownTransaction(
            transactional_id,
            found.producer_id,
            found.producer_epoch,
            found.state.value,
            frozenset(Partition(*each) for each in found.topic_partitions),
        )
        for transactional_id, found in described.items()
    }


def abort(config: Config, transaction: OpenTransaction) -> None:
    """Write its abort marker into its partition, whatever its coordinator thinks of it."""
    from kafka import TopicPartition
    from kafka.admin import AbortTransactionSpec

    spec = AbortTransactionSpec(
        topic_partition=TopicPartition(*transaction.partition),
        producer_id=transaction.producer_id,
        producer_epoch=transaction.producer_epoch,
        # A partition that has never seen a marker of the producer knows no coordinator.
        coordinator_epoch=max(transaction.coordinator_epoch, 0),
    )
    with _asking(
        config, f"aborting a transaction in {'-'.join(map(str, spec.topic_partition))}"
    ) as admin:
        admin.abort_transaction(spec)


@contextmanager
def _asking(config: Config, doing: str) -> Iterator["KafkaAdminClient"]:
    from kafka.errors import KafkaError

    try:
        with kafka_python_admin(config) as admin:
            yield admin
    except KafkaError as error:
        raise CommandError(f"{doing} failed: {error}") from error


def _unknown(config: Config, transactional_id: str) -> CommandError:
    nearest = nearest_name(
        transactional_id, [row["transactional_id"] for row in list_transactions(config)]
    )
    meant = (
        "`odradek txn list` shows those that do" if nearest is None else f"did you mean {nearest}?"
    )
    return CommandError(f"transactional id {transactional_id} does not exist; {meant}")
