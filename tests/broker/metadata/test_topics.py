"""Creating, growing and deleting topics, decided without a broker."""

import pytest

from odradek.broker.metadata.image import RESOURCE_TOPIC, MetadataImage
from odradek.broker.metadata.outcome import Outcome
from odradek.broker.metadata.topics import (
    Limits,
    NewTopic,
    decide_create,
    decide_delete,
    decide_grow,
    partition_count,
)
from odradek.protocol.errors import ErrorCode

LIMITS = Limits(node_id=0, default_partitions=4, default_replication_factor=1, max_partitions=1000)
TOPIC_ID = bytes(range(16))


def image_with(*topics: NewTopic) -> MetadataImage:
    image = MetadataImage()
    for topic in topics:
        apply(image, decide_create(image, topic, LIMITS))
    return image


def apply(image: MetadataImage, outcome: Outcome) -> None:
    assert outcome.error is ErrorCode.NONE, outcome.message
    for record in outcome.records:
        image.apply(record)


def flights(**changes: object) -> NewTopic:
    return NewTopic(name="flights", topic_id=TOPIC_ID, **changes)  # type: ignore[arg-type]


def test_a_topic_gets_the_default_number_of_partitions() -> None:
    assert partition_count(decide_create(MetadataImage(), flights(), LIMITS)) == 4


def test_a_created_topic_is_found_by_name_and_by_id() -> None:
    image = image_with(flights(num_partitions=6, configs={"retention.ms": "1000"}))
    assert image.topics["flights"].partition_count == 6
    assert image.names_by_id[TOPIC_ID] == "flights"
    assert image.configs_of(RESOURCE_TOPIC, "flights") == {"retention.ms": "1000"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"num_partitions": 0}, ErrorCode.INVALID_PARTITIONS),
        ({"num_partitions": -2}, ErrorCode.INVALID_PARTITIONS),
        ({"num_partitions": 1001}, ErrorCode.POLICY_VIOLATION),
        ({"replication_factor": 0}, ErrorCode.INVALID_REPLICATION_FACTOR),
        ({"replication_factor": 3}, ErrorCode.INVALID_REPLICATION_FACTOR),
        ({"assignments": {0: [0]}, "num_partitions": 1}, ErrorCode.INVALID_REQUEST),
        ({"assignments": {1: [0]}}, ErrorCode.INVALID_REPLICA_ASSIGNMENT),
        ({"assignments": {0: []}}, ErrorCode.INVALID_REPLICA_ASSIGNMENT),
        ({"assignments": {0: [0, 0]}}, ErrorCode.INVALID_REPLICA_ASSIGNMENT),
        ({"assignments": {0: [7]}}, ErrorCode.INVALID_REPLICA_ASSIGNMENT),
    ],
)
def test_an_impossible_shape_is_refused(changes: dict[str, object], error: ErrorCode) -> None:
    outcome = decide_create(MetadataImage(), flights(**changes), LIMITS)
    assert outcome.error is error
    assert outcome.message
    assert not outcome.records


def test_the_refusal_of_too_many_replicas_names_both_numbers() -> None:
    outcome = decide_create(MetadataImage(), flights(replication_factor=3), LIMITS)
    assert outcome.message == (
        "replication factor 3 is larger than the number of available brokers, 1"
    )


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "ü", "x" * 250])
def test_an_illegal_name_is_refused(name: str) -> None:
    outcome = decide_create(MetadataImage(), NewTopic(name=name, topic_id=TOPIC_ID), LIMITS)
    assert outcome.error is ErrorCode.INVALID_TOPIC_EXCEPTION


def test_the_name_of_the_metadata_log_is_refused() -> None:
    topic = NewTopic(name="__cluster_metadata", topic_id=TOPIC_ID)
    assert decide_create(MetadataImage(), topic, LIMITS).error is ErrorCode.INVALID_REQUEST


def test_names_that_metrics_cannot_tell_apart_collide() -> None:
    image = image_with(NewTopic(name="a.b", topic_id=TOPIC_ID))
    outcome = decide_create(image, NewTopic(name="a_b", topic_id=bytes(16)), LIMITS)
    assert outcome.error is ErrorCode.INVALID_TOPIC_EXCEPTION
    assert "a.b" in (outcome.message or "")


def test_a_topic_is_not_created_twice() -> None:
    outcome = decide_create(image_with(flights()), flights(), LIMITS)
    assert outcome.error is ErrorCode.TOPIC_ALREADY_EXISTS


def test_a_topic_grows_by_the_missing_partitions() -> None:
    image = image_with(flights(num_partitions=2))
    outcome = decide_grow(image, "flights", 5, None, LIMITS)
    assert partition_count(outcome) == 3
    apply(image, outcome)
    assert image.topics["flights"].partition_count == 5


@pytest.mark.parametrize("count", [-1, 0, 1, 2, 1001])
def test_a_topic_neither_shrinks_nor_stays(count: int) -> None:
    outcome = decide_grow(image_with(flights(num_partitions=2)), "flights", count, None, LIMITS)
    assert outcome.error is ErrorCode.INVALID_PARTITIONS


def test_growth_needs_one_assignment_for_each_new_partition() -> None:
    image = image_with(flights(num_partitions=2))
    outcome = decide_grow(image, "flights", 4, [[0]], LIMITS)
    assert outcome.error is ErrorCode.INVALID_REPLICA_ASSIGNMENT


def test_a_deleted_topic_takes_its_settings_along() -> None:
    image = image_with(flights(configs={"retention.ms": "1000"}))
    apply(image, decide_delete(image, "flights"))
    assert not image.topics
    assert not image.names_by_id
    assert not image.configs_of(RESOURCE_TOPIC, "flights")
    assert decide_create(image, flights(), LIMITS).error is ErrorCode.NONE


def test_an_unknown_topic_cannot_be_deleted() -> None:
    outcome = decide_delete(MetadataImage(), "flights")
    assert outcome.error is ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
