"""What `odradek group` changes in a cluster: groups and their offsets, of groups without members.

A coordinator refuses such a change while somebody is in the group; that, like any other failure, is
a CommandError.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka import (
    ConsumerGroupTopicPartitions,
    KafkaError,
    KafkaException,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

from odradek.cli.connection import REQUEST_TIMEOUT_S
from odradek.cli.errors import CommandError
from odradek.cli.group.reset_plan import PlannedOffset
from odradek.cli.kafka_errors import describe
from odradek.cli.kafka_python_client import kafka_python_admin
from odradek.cli.log_offsets import Partition

REFUSED_BECAUSE_OF_MEMBERS = {
    KafkaError.UNKNOWN_MEMBER_ID,
    KafkaError.ILLEGAL_GENERATION,
    KafkaError.REBALANCE_IN_PROGRESS,
    KafkaError.NON_EMPTY_GROUP,
}
"""How a coordinator answers what it does only for a group without members."""


def delete_group(admin: AdminClient, group: str) -> None:
    """Delete a group without members, and every offset it has committed."""
    futures = admin.delete_consumer_groups([group], request_timeout=REQUEST_TIMEOUT_S)
    _settled(futures[group], f"deleting group {group}", group)


def commit_offsets(admin: AdminClient, group: str, plan: Iterable[PlannedOffset]) -> None:
    """Commit in the place of a group without members; one that does not exist comes to be."""
    positions = [
        TopicPartition(*planned.partition, planned.new_offset)
        for planned in plan
        if planned.new_offset is not None
    ]
    if not positions:
        return
    doing = f"resetting group {group}"
    futures = admin.alter_consumer_group_offsets(
        [ConsumerGroupTopicPartitions(group, positions)], request_timeout=REQUEST_TIMEOUT_S
    )
    committed = _settled(futures[group], doing, group)
    for position in committed.topic_partitions:
        if position.error is not None:
            raise _refusal(doing, group, position.error)


def delete_offsets(config: Mapping[str, Any], group: str, partitions: Iterable[Partition]) -> None:
    """Delete what the group has committed for these partitions; none of its members reads them."""
    from kafka import TopicPartition as KafkaPythonPartition
    from kafka.errors import GroupSubscribedToTopicError, KafkaError, NoError

    wanted = [KafkaPythonPartition(*partition) for partition in partitions]
    doing = f"deleting offsets of group {group}"
    try:
        with kafka_python_admin(config) as admin:
            results = admin.delete_group_offsets(group, wanted)
    except KafkaError as error:
        raise CommandError(f"{doing} failed: {error}") from error
    for partition, outcome in results.items():
        if outcome is GroupSubscribedToTopicError:
            raise _has_members(group)
        if outcome is not NoError:
            raise CommandError(f"{doing} failed for {partition}: {outcome()}")


def _settled(future: "Future[Any]", doing: str, group: str) -> Any:
    """What changing the group gave; CommandError if it was refused."""
    try:
        return future.result(2 * REQUEST_TIMEOUT_S)
    except KafkaException as error:
        raise _refusal(doing, group, error.args[0]) from error


def _refusal(doing: str, group: str, error: KafkaError) -> CommandError:
    if error.code() in REFUSED_BECAUSE_OF_MEMBERS:
        return _has_members(group)
    return CommandError(f"{doing} failed: {describe(error)}")


def _has_members(group: str) -> CommandError:
    return CommandError(
        f"group {group} has got members meanwhile, and nothing was changed; stop its consumers, and"
        " try again when their sessions have ended"
    )
