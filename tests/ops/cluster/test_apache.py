"""The reference node serves, survives a kill on the same data, and leaves nothing behind."""

from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from odradek.ops.cluster import ApacheKafka, ApacheKafkaError, run_tool
from tests.brokers import SHORT_SESSION


def create_topic(bootstrap_servers: str, topic: str) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap_servers})
    admin.create_topics([NewTopic(topic, num_partitions=1)])[topic].result(60)


@pytest.mark.drill
@pytest.mark.usefixtures("kafka_jars")
def test_topic_survives_kill_and_start_and_nothing_is_left() -> None:
    with ApacheKafka(properties=SHORT_SESSION) as kafka:
        create_topic(kafka.bootstrap_servers, "kept")
        kafka.kill()
        kafka.start()
        listing = run_tool(
            "org.apache.kafka.tools.TopicCommand",
            *("--bootstrap-server", kafka.bootstrap_servers, "--list"),
        )
        directory = kafka.directory
    assert listing.stdout.split() == ["kept"]
    assert not directory.exists()


@pytest.mark.usefixtures("kafka_jars")
def test_node_that_cannot_start_says_why(tmp_path: Path) -> None:
    kafka = ApacheKafka(properties={"node.id": "seven"}, directory=tmp_path)
    with pytest.raises(ApacheKafkaError, match=r"seven"):
        kafka.start()


def test_node_that_does_not_run_has_no_process_id(tmp_path: Path) -> None:
    with pytest.raises(ApacheKafkaError, match="not running"):
        _ = ApacheKafka(directory=tmp_path).pid
