"""Topics, records and coordinators are there when the preparation returns."""

from benchmarks.topics import await_coordinators, create_topics, fill_partitions
from benchmarks.wire import end_offset, end_offsets, serves_group


def test_every_partition_of_a_created_topic_has_a_leader(broker_port: int) -> None:
    create_topics(broker_port, {"created": 7, "also-created": 1})
    assert end_offsets(broker_port, "created", 7) == [0] * 7
    assert end_offset(broker_port, "also-created") == 0


def test_topics_that_are_there_are_left_alone(broker_port: int) -> None:
    create_topics(broker_port, {"kept": 2})
    fill_partitions(broker_port, "kept", 2, 3, b"value")
    create_topics(broker_port, {"kept": 2, "new": 1})
    assert end_offsets(broker_port, "kept", 2) == [3, 3]


def test_a_partition_that_nobody_leads_has_no_end(broker_port: int) -> None:
    create_topics(broker_port, {"few": 2})
    assert end_offsets(broker_port, "few", 3) is None
    assert end_offsets(broker_port, "unknown", 1) is None


def test_a_broker_that_is_not_there_serves_no_group() -> None:
    assert not serves_group(1, "group", "topic")


def test_a_group_is_served_after_waiting_for_its_coordinator(broker_port: int) -> None:
    await_coordinators(broker_port, ["one", "two"], "created")
    assert serves_group(broker_port, "one", "created")
