"""Clusters of real Apache Kafka: each kind serves, breaks, mends, and leaves nothing behind."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, KafkaError, Message, Producer

from odradek.ops.cluster import Cluster, ClusterError, ClusterPlan, cluster_file
from odradek.ops.cluster.health import quorum_leader
from odradek.ops.cluster.nodes.distribution import Distribution
from odradek.ops.cluster.ports import HOST
from odradek.ops.cluster.readiness import count_brokers
from odradek.testing import EphemeralCluster
from tests.ops.cluster.clusters import described

TIMEOUT_S = 120.0
READS_MAX = 120


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """Where a test makes its cluster; whatever still runs there is ended."""
    path = tmp_path / "cluster"
    yield path
    if (path / "cluster.json").exists():
        Cluster.open(path).delete()


def produce(settings: dict[str, str], topic: str) -> Message:
    """Send one record with acks=all and return its report, once it is there."""
    reports: list[tuple[KafkaError | None, Message]] = []
    producer = Producer({**settings, "acks": "all", "log_level": 0})
    producer.produce(
        topic, b"value", on_delivery=lambda error, record: reports.append((error, record))
    )
    assert producer.flush(TIMEOUT_S) == 0
    [(error, record)] = reports
    assert error is None
    return record


def values(settings: dict[str, str], topic: str, count: int) -> list[bytes | None]:
    """The first records of a topic, whoever leads it by now."""
    group = {"group.id": str(uuid4()), "auto.offset.reset": "earliest", "log_level": 0}
    consumer = Consumer({**settings, **group})
    consumer.subscribe([topic])
    found: list[bytes | None] = []
    for _ in range(READS_MAX):
        message = consumer.poll(1.0)
        if message is not None and message.error() is None:
            found.append(message.value())
        if len(found) == count:
            break
    consumer.close()
    return found


def test_killed_leader_is_replaced_and_nothing_acknowledged_is_lost(
    breakable_cluster: EphemeralCluster,
) -> None:
    cluster, topic = breakable_cluster, f"kept-{uuid4()}"
    cluster.create_topic(topic)
    before = cluster.leader(topic, 0)
    produce(cluster.client_settings, topic)
    cluster.kill(before)
    produce(cluster.client_settings, topic)
    assert cluster.leader(topic, 0) != before
    assert values(cluster.client_settings, topic, 2) == [b"value", b"value"]
    cluster.mend()
    assert cluster.cluster.state(cluster.cluster.node(before)) == "running"


def test_paused_node_is_told_apart_and_resumes(breakable_cluster: EphemeralCluster) -> None:
    cluster = breakable_cluster.cluster
    cluster.pause_node(2)
    assert cluster.state(cluster.node(2)) == "paused"
    with pytest.raises(ClusterError, match="node 2 is paused, not running"):
        cluster.pause_node(2)
    cluster.resume_node(2)
    assert cluster.state(cluster.node(2)) == "running"


def test_what_is_impossible_is_said_in_a_sentence(apache_cluster: EphemeralCluster) -> None:
    cluster = apache_cluster.cluster
    with pytest.raises(ClusterError, match="no node 9; its nodes are 1, 2, 3"):
        cluster.kill_node(9)
    with pytest.raises(ClusterError, match="node 1 is running, not stopped"):
        cluster.start_node(1)
    with pytest.raises(ClusterError, match="already"):
        Cluster.create(cluster.directory, ClusterPlan())


def refusal(settings: dict[str, str]) -> KafkaError:
    """The first error that a client with these settings meets."""
    errors: list[KafkaError] = []
    client = Producer({**settings, "error_cb": errors.append, "log_level": 0})
    for _ in range(READS_MAX):
        client.poll(1.0)
        if errors:
            break
    return errors[0]


@pytest.mark.drill
@pytest.mark.usefixtures("kafka_jars")
def test_secured_cluster_lets_in_whom_it_knows_and_nobody_else(directory: Path) -> None:
    plan = ClusterPlan(brokers=1, security="sasl_ssl", controllers="isolated")
    cluster = Cluster.create(directory, plan)
    cluster.start()
    settings = cluster.client_settings
    assert produce(settings, "secured").offset() == 0
    assert quorum_leader(cluster.bootstrap_servers, settings) == 101
    wrong_password = refusal({**settings, "sasl.password": "wrong"})
    assert wrong_password.code() == KafkaError._AUTHENTICATION
    assert count_brokers(HOST, cluster.node(1).ports["client"]) == 0  # it speaks no plain text


@pytest.mark.drill
@pytest.mark.usefixtures("kafka_jars")
def test_cluster_with_zookeeper_serves_and_leaves_nothing(directory: Path) -> None:
    cluster = Cluster.create(directory, ClusterPlan(brokers=1, mode="zookeeper"))
    cluster.start()
    assert produce(cluster.client_settings, "kept").offset() == 0
    cluster.stop()
    assert {cluster.state(node) for node in cluster.description.nodes} == {"stopped"}
    Cluster.open(directory).delete()
    assert not directory.exists()


@pytest.mark.usefixtures("kafka_jars")
def test_node_that_cannot_start_says_why_and_leaves_no_process(directory: Path) -> None:
    plan = ClusterPlan(brokers=1, properties={"log.segment.bytes": "7"})
    with pytest.raises(ClusterError, match=r"log\.segment\.bytes"):
        Cluster.create(directory, plan).start()


@pytest.fixture
def any_jars(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Plans are judged as if their version's jars were there."""

    def found(version: str, home: Path | None) -> Distribution:
        return Distribution(version, home or tmp_path)

    monkeypatch.setattr("odradek.ops.cluster.cluster.resolve", found)


def test_node_that_another_process_restarted_is_known_by_its_new_process(tmp_path: Path) -> None:
    cluster_file.save(tmp_path, described().with_pid(2, 1))
    ours = Cluster.open(tmp_path)
    assert ours.node(2).pid == 1
    cluster_file.save(tmp_path, described().with_pid(2, 4711))
    assert ours.node(2).pid == 4711


@pytest.mark.usefixtures("any_jars")
@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        (ClusterPlan(brokers=0), "1 to 9 brokers, not 0"),
        (ClusterPlan(brokers=10), "1 to 9 brokers, not 10"),
        (ClusterPlan(mode="zookeeper", kafka_version="4.3.1"), "4.3.1 has no ZooKeeper any more"),
        (ClusterPlan(mode="zookeeper", security="sasl_ssl"), "with --mode kraft only"),
        (ClusterPlan(mode="zookeeper", controllers="isolated"), "no controllers to isolate"),
    ],
)
def test_plan_that_cannot_be_is_refused(plan: ClusterPlan, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match=sentence):
        Cluster.create(tmp_path / "cluster", plan)


@pytest.mark.usefixtures("any_jars")
def test_directory_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("kept")
    with pytest.raises(ClusterError, match="holds something else"):
        Cluster.create(tmp_path, ClusterPlan())
    assert (tmp_path / "precious").read_text() == "kept"
