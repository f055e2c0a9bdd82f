"""Moving leaders and replicas where there is only one broker."""

from typing import Any

import pytest

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.alter_partition_reassignments import (
    AlterPartitionReassignmentsRequest,
    ReassignablePartition,
    ReassignableTopic,
)
from odradek.protocol.messages.elect_leaders import ElectLeadersRequest, TopicPartitions
from odradek.protocol.messages.list_partition_reassignments import (
    ListPartitionReassignmentsRequest,
    ListPartitionReassignmentsTopics,
)
from tests.broker.harness import Harness

PREFERRED, UNCLEAN = 0, 1


@pytest.fixture
def broker(broker: Harness) -> Harness:
    broker.create_topic("t", partitions=2)
    return broker


def elect(broker: Harness, version: int = 2, kind: int = PREFERRED, **topics: list[int]) -> Any:
    request = ElectLeadersRequest(
        election_type=kind,
        topic_partitions=[
            TopicPartitions(topic=topic, partitions=partitions)
            for topic, partitions in topics.items()
        ],
    )
    return broker.ask(request, version)


def errors_of(response: Any) -> dict[tuple[str, int], int]:
    return {
        (topic.topic, partition.partition_id): partition.error_code
        for topic in response.replica_election_results
        for partition in topic.partition_result
    }


@pytest.mark.parametrize("version", range(3))
@pytest.mark.parametrize("kind", [PREFERRED, UNCLEAN])
def test_no_election_is_needed(broker: Harness, version: int, kind: int) -> None:
    response = elect(broker, version, kind if version else PREFERRED, t=[0, 9, -1], nobody=[0])
    assert response.error_code == ErrorCode.NONE
    assert errors_of(response) == {
        ("t", 0): ErrorCode.ELECTION_NOT_NEEDED,
        ("t", 9): ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ("t", -1): ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ("nobody", 0): ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    }


def test_of_all_partitions_only_topics_are_listed(broker: Harness) -> None:
    response = broker.ask(ElectLeadersRequest(topic_partitions=None), 2)
    (topic,) = response.replica_election_results
    assert (topic.topic, topic.partition_result) == ("t", [])


def test_an_unknown_kind_of_election_is_refused_as_a_whole(broker: Harness) -> None:
    response = elect(broker, kind=7, t=[0])
    assert response.error_code == ErrorCode.INVALID_REQUEST
    assert errors_of(response) == {("t", 0): ErrorCode.INVALID_REQUEST}


def reassign(
    broker: Harness, topic: str, partition: int, replicas: list[int] | None, version: int = 1
) -> Any:
    """What is answered for one partition."""
    asked = ReassignablePartition(partition_index=partition, replicas=replicas)
    request = AlterPartitionReassignmentsRequest(
        topics=[ReassignableTopic(name=topic, partitions=[asked])]
    )
    response = broker.ask(request, version)
    assert response.error_code == ErrorCode.NONE
    ((answer,),) = [answered.partitions for answered in response.responses]
    return answer


@pytest.mark.parametrize("version", [0, 1])
def test_a_partition_may_stay_where_it_is(broker: Harness, version: int) -> None:
    answer = reassign(broker, "t", 0, [0], version)
    assert (answer.error_code, answer.error_message) == (ErrorCode.NONE, None)


@pytest.mark.parametrize("replicas", [[5], [0, 5], [0, 0], [], [-1]])
def test_a_partition_cannot_go_where_no_broker_is(broker: Harness, replicas: list[int]) -> None:
    answer = reassign(broker, "t", 0, replicas)
    assert answer.error_code == ErrorCode.INVALID_REPLICA_ASSIGNMENT
    assert answer.error_message


def test_there_is_no_move_to_cancel(broker: Harness) -> None:
    answer = reassign(broker, "t", 0, None)
    assert answer.error_code == ErrorCode.NO_REASSIGNMENT_IN_PROGRESS
    assert answer.error_message is None


@pytest.mark.parametrize(("topic", "partition"), [("t", 9), ("t", -1), ("nobody", 0)])
@pytest.mark.parametrize("replicas", [[0], None])
def test_what_is_not_there_cannot_be_moved(
    broker: Harness, topic: str, partition: int, replicas: list[int] | None
) -> None:
    answer = reassign(broker, topic, partition, replicas)
    assert answer.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


def test_the_answer_repeats_whether_the_replication_factor_may_change(broker: Harness) -> None:
    request = AlterPartitionReassignmentsRequest(allow_replication_factor_change=False)
    response = broker.ask(request, 1)
    assert response.allow_replication_factor_change is False
    assert (response.error_message, response.responses) == ("", [])


@pytest.mark.parametrize(
    "topics", [None, [], [ListPartitionReassignmentsTopics(name="t", partition_indexes=[0, 9])]]
)
def test_no_move_is_under_way(broker: Harness, topics: Any) -> None:
    response = broker.ask(ListPartitionReassignmentsRequest(topics=topics), 0)
    assert (response.error_code, response.error_message) == (ErrorCode.NONE, None)
    assert response.topics == []
