"""kafka-python's admin client looks after our broker as it does after Apache's."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic
from kafka.errors import InvalidUpdateVersionError

from tests.brokers import Target

PREFERRED = 0
PATIENCE_S = 60.0
NAME = "log.segment.bytes"
LED = TopicPartition("kp-led", 0)


@pytest.fixture(scope="module")
def admin(target: Target) -> Iterator[Any]:
    with closing(KafkaAdminClient(bootstrap_servers=target.bootstrap_servers)) as client:
        client.create_topics([NewTopic(LED.topic, 2, 1)])
        yield client


def eventually(ask: Callable[[], Any], is_reached: Callable[[Any], bool]) -> Any:
    """What is answered in the end: Apache's broker hears of a change a moment after it."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_reached(answer := ask()):
        assert time.monotonic() < deadline, answer
    return answer


def test_log_dirs_hold_every_partition(admin: Any, target: Target) -> None:
    def describe() -> Any:
        ((directory,),) = [broker["log_dirs"] for broker in admin.describe_log_dirs()]
        return directory

    def partitions_in(directory: Any) -> set[int]:
        topics = {topic["name"]: topic["partitions"] for topic in directory["topics"]}
        return {partition["partition_index"] for partition in topics.get(LED.topic, [])}

    directory = eventually(describe, lambda found: partitions_in(found) == {0, 1})
    assert directory["log_dir"] == str(target.data_dir)
    assert 0 < directory["usable_bytes"] < directory["total_bytes"]


def test_the_quorum_has_a_leader_that_is_caught_up(admin: Any) -> None:
    quorum = admin.describe_metadata_quorum()
    ((partition,),) = [topic["partitions"] for topic in quorum["topics"]]
    assert partition["leader_id"] == 0
    assert [voter["replica_id"] for voter in partition["current_voters"]] == [0]
    assert partition["high_watermark"] > 0


def test_features_are_described_and_refused_beyond_what_is_served(admin: Any) -> None:
    assert admin.describe_features()["metadata.version"]["finalized"] == (30, 30)
    with pytest.raises(InvalidUpdateVersionError):
        admin.update_features({"group.version": 99})


def test_leaders_and_replicas_stay_where_they_are(admin: Any) -> None:
    admin.elect_leaders(PREFERRED, {LED.topic: [LED.partition]}, raise_errors=False)
    assert admin.alter_partition_reassignments({LED: [0]}) == {LED: None}
    assert admin.list_partition_reassignments() == {}


def test_topics_and_the_broker_are_listed_as_having_configs(admin: Any) -> None:
    resources = admin.list_config_resources()
    assert resources["broker"] == ["0"]
    assert LED.topic in resources["topic"]


def test_a_broker_config_is_changed_and_reset(admin: Any) -> None:
    broker = ConfigResource(ConfigResourceType.BROKER, "0")

    def describe() -> Any:
        changed = admin.describe_configs([broker])["broker"]["0"].get(NAME, {})
        return changed.get("value"), changed.get("config_source")

    admin.alter_configs([ConfigResource(ConfigResourceType.BROKER, "0", {NAME: "2000000"})])
    eventually(describe, lambda found: found == ("2000000", "DYNAMIC_BROKER_CONFIG"))
    admin.reset_configs([ConfigResource(ConfigResourceType.BROKER, "0", [NAME])])
    eventually(describe, lambda found: found == (None, None))


def test_a_broker_config_of_the_start_is_refused(admin: Any) -> None:
    read_only = ConfigResource(ConfigResourceType.BROKER, "0", {"node.id": "5"})
    answer = admin.alter_configs([read_only], raise_on_unknown=False)
    assert "Cannot update these configs dynamically: [node.id]" in answer["broker"]["0"]
