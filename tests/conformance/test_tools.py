"""Apache Kafka's own command line tools work against our broker as against their own."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from odradek.ops.cluster import ApacheKafka, run_tool
from tests.brokers import Target
from tests.conformance.tools import TOOLS, Tool

pytestmark = pytest.mark.drill

CONFIG_COMMAND = "kafka.admin.ConfigCommand"
SUPPORTED = (
    "offsets-for-times-supported",
    "cluster-id-supported",
    "create-topics-supported",
    "describe-configs-supported",
    "idempotent-producer-supported",
)


def test_topic_is_created_described_grown_listed_and_deleted(tool: Tool) -> None:
    topic = ("--topic", "life-of-a-topic")
    tool.run("TopicCommand", "--create", *topic, "--partitions", "2", "--config", "retention.ms=9")
    described = tool.run("TopicCommand", "--describe", *topic)
    assert re.search(r"PartitionCount: 2\tReplicationFactor: 1\t.*retention\.ms=9", described)
    assert described.count("Leader: 0\tReplicas: 0\tIsr: 0") == 2
    tool.run("TopicCommand", "--alter", *topic, "--partitions", "3")
    assert "PartitionCount: 3" in tool.run("TopicCommand", "--describe", *topic)
    assert "life-of-a-topic" in tool.run("TopicCommand", "--list").split()
    tool.run("TopicCommand", "--delete", *topic)
    assert "life-of-a-topic" not in tool.run("TopicCommand", "--list").split()


def test_impossible_topics_are_refused_with_kafkas_errors(tool: Tool) -> None:
    create = ("TopicCommand", "--create", "--topic")
    tool.run(*create, "twice", "--partitions", "2")
    assert "TopicExistsException" in tool.fail(*create, "twice")
    replicated = tool.fail(*create, "thrice", "--replication-factor", "3")
    assert "InvalidReplicationFactorException" in replicated
    shrunk = tool.fail("TopicCommand", "--alter", "--topic", "twice", "--partitions", "1")
    assert "InvalidPartitionsException" in shrunk


def test_console_producer_and_consumer_pass_keys_and_values(tool: Tool) -> None:
    topic = ("--topic", "console")
    tool.run("TopicCommand", "--create", *topic)
    keyed = ("--reader-property", "parse.key=true")
    tool.run("ConsoleProducer", *topic, *keyed, stdin="a\t1\nb\t2\na\t3\n")
    received = tool.run(
        "consumer.ConsoleConsumer",
        *(*topic, "--partition", "0", "--offset", "earliest", "--max-messages", "3"),
        *("--formatter-property", "print.key=true", "--formatter-property", "print.offset=true"),
    )
    assert received.splitlines()[:3] == ["Offset:0\ta\t1", "Offset:1\tb\t2", "Offset:2\ta\t3"]


def test_offsets_are_found_and_records_deleted_before_one(tool: Tool, tmp_path: Path) -> None:
    topic = ("--topic", "offsets")
    tool.run("TopicCommand", "--create", *topic)
    tool.run("ConsoleProducer", *topic, stdin="1\n2\n3\n4\n")
    assert "offsets:0:4" in tool.run("GetOffsetShell", *topic, "--time", "latest")
    assert "offsets:0:0" in tool.run("GetOffsetShell", *topic, "--time", "earliest")
    assert "offsets:0:0" in tool.run("GetOffsetShell", *topic, "--time", "1000")
    asked = {"partitions": [{"topic": "offsets", "partition": 0, "offset": 2}], "version": 1}
    request = tmp_path / "delete.json"
    request.write_text(json.dumps(asked))
    deleted = tool.run("DeleteRecordsCommand", "--offset-json-file", str(request))
    assert "partition: offsets-0\tlow_watermark: 2" in deleted
    assert "offsets:0:2" in tool.run("GetOffsetShell", *topic, "--time", "earliest")


def test_topic_configs_are_set_described_and_removed(tool: Tool) -> None:
    tool.run("TopicCommand", "--create", "--topic", "configured")
    entity = ("--entity-type", "topics", "--entity-name", "configured")
    added = "cleanup.policy=[delete,compact],max.message.bytes=2000"
    tool.run(CONFIG_COMMAND, *entity, "--alter", "--add-config", added)
    described = tool.run(CONFIG_COMMAND, *entity, "--describe")
    assert "cleanup.policy=delete,compact sensitive=false" in described
    assert "max.message.bytes=2000 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG" in described
    tool.run(CONFIG_COMMAND, *entity, "--alter", "--delete-config", "max.message.bytes")
    assert "max.message.bytes" not in tool.run(CONFIG_COMMAND, *entity, "--describe")
    refused = tool.fail(CONFIG_COMMAND, *entity, "--alter", "--add-config", "nonsense=1")
    assert "InvalidConfigurationException" in refused


def test_producer_and_consumer_performance_pass_every_record(tool: Tool) -> None:
    topic = ("--topic", "performance")
    tool.run("TopicCommand", "--create", *topic)
    report = tool.run(
        "ProducerPerformance",
        *(*topic, "--num-records", "20000", "--record-size", "200"),
        *("--throughput", "-1", "--command-property", "compression.type=lz4"),
    )
    assert "20000 records sent" in report
    assert "performance:0:20000" in tool.run("GetOffsetShell", *topic)
    report = tool.run("ConsumerPerformance", *topic, "--num-records", "20000")
    _, _, megabytes, _, records, *_ = report.splitlines()[-1].split(", ")
    assert (megabytes, records) == ("3.8147", "20000")


def test_verifiable_consumer_reads_and_commits_what_verifiable_producer_sent(
    target: Target, kafka_jars: Path
) -> None:
    sent = events_of("VerifiableProducer", target, "--max-messages", "50")
    assert [event["value"] for event in sent if event["name"] == "producer_send_success"] == [
        str(number) for number in range(50)
    ]
    group = ("--group-id", "verifiable", "--reset-policy", "earliest")
    read = events_of("VerifiableConsumer", target, "--max-messages", "50", *group)
    counts = [event["count"] for event in read if event["name"] == "records_consumed"]
    assert sum(counts) == 50
    assert read[-1]["name"].startswith("shutdown")
    (committed,) = [event for event in read if event["name"] == "offsets_committed"][-1]["offsets"]
    assert committed == {"topic": "verifiable", "partition": 0, "offset": 50}


def events_of(tool: str, target: Target, *arguments: str) -> list[dict[str, Any]]:
    """What one of the verifiable clients, in a JVM of its own, says that happened."""
    topic = ("--topic", "verifiable", "--bootstrap-server", target.bootstrap_servers)
    result = run_tool(f"{TOOLS}.{tool}", *topic, *arguments)
    assert result.returncode == 0, result.stdout + result.stderr
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def test_apaches_own_compatibility_check_of_a_client_passes(tool: Tool, target: Target) -> None:
    report = tool.run(
        "ClientCompatibilityTest",
        *("--topic", "compatibility", "--num-cluster-nodes", "1"),
        *(word for feature in SUPPORTED for word in (f"--{feature}", "true")),
        *("--describe-acls-supported", str(target.kind == "apache").lower()),
        *("--expect-record-too-large-exception", "false"),
    )
    assert "SUCCESS" in report


def test_every_api_is_offered_in_exactly_apaches_versions(
    tool: Tool, apache_kafka: ApacheKafka
) -> None:
    ours = offered_versions(tool)
    apaches = offered_versions(tool.at(apache_kafka.bootstrap_servers))
    assert ours
    assert ours == {api: apaches[api] for api in ours}


def offered_versions(tool: Tool) -> dict[str, str]:
    """Return the version range of each API that the broker says it answers."""
    lines = tool.run("BrokerApiVersionsCommand")
    return dict(re.findall(r"(\w+\(\d+\)): (\d+(?: to \d+)?) \[usable", lines))


def test_topic_configs_have_apaches_names_and_defaults(
    tool: Tool, apache_kafka: ApacheKafka
) -> None:
    tool.run("TopicCommand", "--create", "--topic", "defaults", "--if-not-exists")
    apaches = tool.at(apache_kafka.bootstrap_servers)
    apaches.run("TopicCommand", "--create", "--topic", "defaults", "--if-not-exists")
    assert configs_of(tool, "topics", "defaults") == configs_of(apaches, "topics", "defaults")


def test_every_broker_config_of_apaches_is_described(tool: Tool, apache_kafka: ApacheKafka) -> None:
    apaches = configs_of(tool.at(apache_kafka.bootstrap_servers), "brokers", "0")
    ours = configs_of(tool, "brokers", "0")
    assert apaches.keys() - ours.keys() == set()
    assert ours["advertised.listeners"] == f"PLAINTEXT://{tool.bootstrap_servers}"


def configs_of(tool: Tool, kind: str, name: str) -> dict[str, str]:
    """Return the values of all configs of a topic or broker."""
    entity = ("--entity-type", kind, "--entity-name", name)
    description = tool.run(CONFIG_COMMAND, *entity, "--describe", "--all")
    return dict(re.findall(r"^  (\S+?)=(.*) sensitive=", description, re.MULTILINE))
