"""What `odradek group` asks of a cluster, as functions from an admin client to plain values.

Invariants: states and types are spelled as Kafka does; a failure is a CommandError; a group without
members and offsets is one that does not exist, as it is for Kafka.

Only groups of consumers are seen here, classic and of the new protocol (KIP-848). The workers of
Kafka Connect, share groups and streams groups are groups too, and have tools of their own.
"""

import time
from collections.abc import Iterable
from concurrent.futures import Future
from typing import Any

from confluent_kafka import (
    ConsumerGroupState,
    ConsumerGroupTopicPartitions,
    ConsumerGroupType,
    KafkaError,
    KafkaException,
)
from confluent_kafka.admin import AdminClient, ConsumerGroupDescription

from odradek.cli.connection import REQUEST_TIMEOUT_S
from odradek.cli.errors import CommandError
from odradek.cli.group.lag import lag_rows
from odradek.cli.group.membership import Group, Member
from odradek.cli.kafka_errors import command_error, describe, result_of, unknown_group
from odradek.cli.log_offsets import Partition, log_ranges
from odradek.cli.output import Row, note

STATES = {
    "Stable": ConsumerGroupState.STABLE,
    "Empty": ConsumerGroupState.EMPTY,
    "PreparingRebalance": ConsumerGroupState.PREPARING_REBALANCING,
    "CompletingRebalance": ConsumerGroupState.COMPLETING_REBALANCING,
    "Dead": ConsumerGroupState.DEAD,
}
TYPES = {"Classic": ConsumerGroupType.CLASSIC, "Consumer": ConsumerGroupType.CONSUMER}
STATE_NAMES = {state: name for name, state in STATES.items()}
TYPE_NAMES = {type_: name for name, type_ in TYPES.items()}
OTHER = "Unknown"  # to librdkafka: the new protocol has states that it does not tell apart

COORDINATOR_IS_COMING = {
    KafkaError.NOT_COORDINATOR,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
}
"""What the first question about a group is answered in a new cluster, or while a broker starts."""

RETRY_INTERVAL_S = 0.1


def list_groups(admin: AdminClient, states: Iterable[str], types: Iterable[str]) -> list[Row]:
    """One row per group, by name; all of them when no state or type is named."""
    future = admin.list_consumer_groups(
        states={STATES[state] for state in states},
        types={TYPES[type_] for type_ in types},
        request_timeout=REQUEST_TIMEOUT_S,
    )
    listed = _result(future, "listing groups")
    for error in listed.errors:
        note(f"note: not every broker answered: {describe(error.args[0])}")
    return [
        {
            "group": group.group_id,
            "type": TYPE_NAMES.get(group.type, OTHER),
            "state": STATE_NAMES.get(group.state, OTHER),
        }
        for group in sorted(listed.valid, key=lambda each: each.group_id)
    ]


def group_names(admin: AdminClient) -> list[str]:
    """The names of all groups."""
    return [row["group"] for row in list_groups(admin, (), ())]


def find_group(admin: AdminClient, name: str) -> Group | None:
    """The group, or None when there is none of that name."""
    if not name:
        raise CommandError("the name of a group cannot be empty; `odradek group list` shows all")
    deadline_s = time.monotonic() + REQUEST_TIMEOUT_S
    while True:
        try:
            futures = admin.describe_consumer_groups([name], request_timeout=REQUEST_TIMEOUT_S)
            described = futures[name].result(2 * REQUEST_TIMEOUT_S)
        except KafkaException as error:
            code = error.args[0].code()
            if code == KafkaError.GROUP_ID_NOT_FOUND:
                return None
            if code not in COORDINATOR_IS_COMING or time.monotonic() > deadline_s:
                raise command_error(f"describing group {name}", error) from error
            time.sleep(RETRY_INTERVAL_S)
        else:
            return None if described.state is ConsumerGroupState.DEAD else _group(described)


def existing_group(admin: AdminClient, name: str) -> Group:
    """The group; CommandError with the name that comes nearest when there is none."""
    group = find_group(admin, name)
    if group is None:
        raise unknown_group(name, group_names(admin))
    return group


def committed_offsets(admin: AdminClient, group: str) -> dict[Partition, int]:
    """Every offset that the group has committed."""
    futures = admin.list_consumer_group_offsets(
        [ConsumerGroupTopicPartitions(group)], request_timeout=REQUEST_TIMEOUT_S
    )
    told = _result(futures[group], f"reading the offsets of group {group}")
    return {
        Partition(each.topic, each.partition): each.offset
        for each in sorted(told.topic_partitions, key=lambda at: (at.topic, at.partition))
        if each.offset >= 0
    }


def read_lag(admin: AdminClient, group: Group) -> list[Row]:
    """How far the group has read each partition that it has committed or is assigned."""
    committed = committed_offsets(admin, group.name)
    assigned = {partition for member in group.members for partition in member.partitions}
    return lag_rows(group, committed, log_ranges(admin, committed.keys() | assigned))


def _group(described: ConsumerGroupDescription) -> Group:
    node = described.coordinator
    return Group(
        name=described.group_id,
        type=TYPE_NAMES.get(ConsumerGroupType(described.type), OTHER),
        state=STATE_NAMES.get(ConsumerGroupState(described.state), OTHER),
        assignor=described.partition_assignor,
        coordinator_id=node.id,
        coordinator=f"{node.host}:{node.port}",
        members=[
            Member(
                member_id=member.member_id,
                instance_id=member.group_instance_id,
                client_id=member.client_id,
                host=member.host.removeprefix("/"),
                partitions=sorted(
                    Partition(each.topic, each.partition)
                    for each in member.assignment.topic_partitions
                ),
            )
            for member in sorted(described.members, key=lambda each: each.member_id)
        ],
    )


def _result(future: "Future[Any]", doing: str) -> Any:
    return result_of(future, doing, timeout_s=2 * REQUEST_TIMEOUT_S)
