"""Apache Kafka's tools that look after a cluster work on ours: directories, quorum, moves, configs.

Apache's Java Admin client is what all of them use.
"""

import json
import re
from pathlib import Path

import pytest

from tests.brokers import Target
from tests.clients.driver import Message, ProduceOptions
from tests.clients.librdkafka import Librdkafka
from tests.conformance.tools import Tool

pytestmark = pytest.mark.drill

CONFIG_COMMAND = "kafka.admin.ConfigCommand"
REASSIGN = "reassign.ReassignPartitionsCommand"
THIS_BROKER = ("--entity-type", "brokers", "--entity-name", "0")
ALL_BROKERS = ("--entity-type", "brokers", "--entity-default")


@pytest.fixture
def client(target: Target) -> Librdkafka:
    """What makes topics and records: no JVM has to start for it."""
    return Librdkafka(target.bootstrap_servers)


def test_log_dirs_are_described_with_the_size_of_each_partition(
    tool: Tool, target: Target, client: Librdkafka
) -> None:
    client.create_topic("sized", partitions=2)
    client.produce("sized", 0, [Message(b"a record")], ProduceOptions())
    described = tool.run("LogDirsCommand", "--describe", "--topic-list", "sized")
    (found,) = re.findall(r"^\{.*\}$", described, re.MULTILINE)
    ((directory,),) = [broker["logDirs"] for broker in json.loads(found)["brokers"]]
    assert directory["error"] is None
    assert Path(directory["logDir"]) == target.data_dir
    sizes = {each["partition"]: each["size"] for each in directory["partitions"]}
    assert sizes == {f"sized-{index}": log_bytes(target, f"sized-{index}") for index in (0, 1)}
    assert sorted(sizes.values())[0] == 0 < sorted(sizes.values())[1]


def log_bytes(target: Target, partition: str) -> int:
    return sum(file.stat().st_size for file in (target.data_dir / partition).glob("*.log"))


def test_the_quorum_is_this_broker_alone(tool: Tool) -> None:
    status = tool.run("MetadataQuorumCommand", "describe", "--status")
    assert re.search(r"^LeaderId: +0$", status, re.MULTILINE)
    assert re.search(r"^HighWatermark: +[1-9]\d*$", status, re.MULTILINE)
    assert re.search(r'^CurrentVoters: +\[\{"id": 0, "endpoints": \[".+"\]\}\]$', status, re.M)
    assert re.search(r"^CurrentObservers: +\[\]$", status, re.MULTILINE)
    replication = tool.run("MetadataQuorumCommand", "describe", "--replication")
    assert re.search(r"^0\s+A{22}\s+\d+\s+0\s+\d+\s+\d+\s+Leader", replication, re.MULTILINE)


def test_features_are_described_and_cannot_be_raised_above_what_is_served(tool: Tool) -> None:
    described = tool.run("FeatureCommand", "describe")
    levels = dict(
        re.findall(r"^Feature: (\S+)\s.*FinalizedVersionLevel: (\S+)", described, re.MULTILINE)
    )
    assert levels["metadata.version"] == "4.3-IV0"
    assert levels["kraft.version"] == "0"
    refused = tool.fail("FeatureCommand", "upgrade", "--feature", "group.version=99")
    assert "Could not upgrade group.version to 99" in refused


def test_every_partition_already_has_its_leader(tool: Tool, client: Librdkafka) -> None:
    client.create_topic("led", partitions=1)
    elect = ("LeaderElectionCommand", "--election-type")
    one = ("--topic", "led", "--partition", "0")
    assert "Valid replica already elected" in tool.run(*elect, "unclean", *one)
    tool.run(*elect, "preferred", "--all-topic-partitions")


def test_a_move_to_where_a_partition_is_completes_and_leaves_no_throttle(
    tool: Tool, client: Librdkafka, tmp_path: Path
) -> None:
    client.create_topic("moved", partitions=1)
    plan = tmp_path / "plan.json"
    plan.write_text(plan_of("moved", [0]))
    file = ("--reassignment-json-file", str(plan))
    started = tool.run(REASSIGN, "--execute", *file, "--throttle", "1000000")
    assert "Successfully started partition reassignment for moved-0" in started
    throttled = tool.run(CONFIG_COMMAND, *THIS_BROKER, "--describe")
    assert "leader.replication.throttled.rate=1000000 " in throttled
    verified = tool.run(REASSIGN, "--verify", *file)
    assert "Reassignment of partition moved-0 is completed." in verified
    assert "throttled.rate" not in tool.run(CONFIG_COMMAND, *THIS_BROKER, "--describe")
    assert "No partition reassignments found" in tool.run(REASSIGN, "--list")


def test_a_move_is_proposed_to_the_only_broker_and_to_no_other(
    tool: Tool, client: Librdkafka, tmp_path: Path
) -> None:
    client.create_topic("proposed", partitions=1)
    topics = tmp_path / "topics.json"
    topics.write_text(json.dumps({"version": 1, "topics": [{"topic": "proposed"}]}))
    proposed = tool.run(
        REASSIGN, "--generate", "--topics-to-move-json-file", str(topics), "--broker-list", "0"
    )
    assert proposed.count('"topic":"proposed","partition":0,"replicas":[0]') == 2
    plan = tmp_path / "plan.json"
    plan.write_text(plan_of("proposed", [0, 5]))
    refused = tool.fail(REASSIGN, "--execute", "--reassignment-json-file", str(plan))
    assert "Unknown broker id 5" in refused


def plan_of(topic: str, replicas: list[int]) -> str:
    move = {"topic": topic, "partition": 0, "replicas": replicas}
    return json.dumps({"version": 1, "partitions": [move]})


def test_broker_configs_are_set_for_one_and_for_all_described_and_removed(tool: Tool) -> None:
    alter = (CONFIG_COMMAND, *THIS_BROKER, "--alter")
    alter_all = (CONFIG_COMMAND, *ALL_BROKERS, "--alter")
    tool.run(*alter, "--add-config", "log.segment.bytes=2000000")
    tool.run(*alter_all, "--add-config", "log.segment.bytes=3000000")
    assert (
        "log.segment.bytes=2000000 sensitive=false synonyms={"
        "DYNAMIC_BROKER_CONFIG:log.segment.bytes=2000000, "
        "DYNAMIC_DEFAULT_BROKER_CONFIG:log.segment.bytes=3000000, "
        "DEFAULT_CONFIG:log.segment.bytes=1073741824}"
    ) in tool.run(CONFIG_COMMAND, *THIS_BROKER, "--describe")
    assert (
        "log.segment.bytes=3000000 sensitive=false synonyms={"
        "DYNAMIC_DEFAULT_BROKER_CONFIG:log.segment.bytes=3000000}"
    ) in tool.run(CONFIG_COMMAND, *ALL_BROKERS, "--describe")
    tool.run(*alter, "--delete-config", "log.segment.bytes")
    tool.run(*alter_all, "--delete-config", "log.segment.bytes")


def test_a_broker_config_that_cannot_change_is_refused(tool: Tool) -> None:
    alter = (CONFIG_COMMAND, *THIS_BROKER, "--alter", "--add-config")
    refused = tool.fail(*alter, "node.id=5,log.retention.ms=5")
    assert "Cannot update these configs dynamically: [node.id]" in refused


def test_quotas_are_set_described_and_removed(tool: Tool) -> None:
    of_a_users_client = (
        *("--entity-type", "users", "--entity-name", "alice"),
        *("--entity-type", "clients", "--entity-name", "app"),
    )
    alter = (CONFIG_COMMAND, *of_a_users_client, "--alter")
    tool.run(*alter, "--add-config", "producer_byte_rate=1000,request_percentage=12.5")
    described = tool.run(CONFIG_COMMAND, *of_a_users_client, "--describe")
    assert "Quota configs for user-principal 'alice', client-id 'app' are" in described
    assert "producer_byte_rate=1000.0" in described
    assert "request_percentage=12.5" in described
    tool.run(*alter, "--delete-config", "producer_byte_rate,request_percentage")
    assert "alice" not in tool.run(CONFIG_COMMAND, *of_a_users_client, "--describe")


def test_quotas_of_addresses_are_described(tool: Tool) -> None:
    of_an_address = ("--entity-type", "ips", "--entity-name", "10.0.0.1")
    rate = ("--add-config", "connection_creation_rate=5")
    tool.run(CONFIG_COMMAND, *of_an_address, "--alter", *rate)
    described = tool.run(CONFIG_COMMAND, "--entity-type", "ips", "--describe")
    assert "Quota configs for ip '10.0.0.1' are connection_creation_rate=5.0" in described


def test_producers_of_a_partition_are_described(tool: Tool, client: Librdkafka) -> None:
    client.create_topic("remembered", partitions=1)
    records = [Message(b"1"), Message(b"2"), Message(b"3")]
    client.produce("remembered", 0, records, ProduceOptions(is_idempotent=True))
    described = tool.run(
        "TransactionsCommand", "describe-producers", "--topic", "remembered", "--partition", "0"
    )
    assert re.search(r"^\d+\s+0\s+-1\s+2\s+\d+\s+None", described, re.MULTILINE)
