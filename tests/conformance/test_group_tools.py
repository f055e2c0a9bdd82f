"""Apache Kafka's own tools for groups: consume in one, look at it, move it, take it away."""

import re
from contextlib import closing
from pathlib import Path

import pytest
from confluent_kafka import Consumer

from odradek.broker.metadata.placement import partition_for
from odradek.testing import EphemeralBroker
from tests.brokers import Target
from tests.conformance.tools import Tool, ToolRunner

pytestmark = pytest.mark.drill

GROUP_COMMAND = "consumer.group.ConsumerGroupCommand"
DUMP = "org.apache.kafka.tools.DumpLogSegments"


def positions(description: str) -> dict[int, tuple[int, int]]:
    """Committed offset and lag of each partition, from `--describe`."""
    rows = re.findall(r"^\S+ +\S+ +(\d+) +(\d+) +\d+ +(\d+)", description, re.MULTILINE)
    return {int(partition): (int(offset), int(lag)) for partition, offset, lag in rows}


def test_group_is_consumed_in_described_reset_and_deleted(tool: Tool) -> None:
    topic, group = ("--topic", "tools-read"), ("--group", "of-tools")
    tool.run("TopicCommand", "--create", *topic)
    tool.run("ConsoleProducer", *topic, stdin="1\n2\n3\n4\n5\n")
    read = ("--from-beginning", "--max-messages", "3")
    tool.run("consumer.ConsoleConsumer", *topic, *group, *read)
    assert positions(tool.run(GROUP_COMMAND, "--describe", *group)) == {0: (3, 2)}
    assert re.search(r"of-tools +Empty", tool.run(GROUP_COMMAND, "--list", "--state"))
    tool.run(GROUP_COMMAND, "--reset-offsets", "--shift-by", "-2", *topic, *group, "--execute")
    assert positions(tool.run(GROUP_COMMAND, "--describe", *group)) == {0: (1, 4)}
    assert "Successful" in tool.run(GROUP_COMMAND, "--delete-offsets", *topic, *group)
    tool.run(GROUP_COMMAND, "--delete", *group)
    assert "of-tools" not in tool.run(GROUP_COMMAND, "--list").split()


def test_group_at_work_is_described_with_its_members_and_left_alone(
    tool: Tool, target: Target
) -> None:
    topic, group = ("--topic", "at-work"), ("--group", "working")
    tool.run("TopicCommand", "--create", *topic, "--partitions", "2")
    with closing(consumer_of(target, "working")) as consumer:
        consumer.subscribe(["at-work"])
        while not consumer.assignment():
            consumer.poll(0.1)
        members = tool.run(GROUP_COMMAND, "--describe", *group, "--members", "--verbose")
        assert re.search(r"working +somebody-\S+ +/\S+ +somebody +2 +- +at-work:0,1", members)
        state = tool.run(GROUP_COMMAND, "--describe", *group, "--state")
        assert re.search(r"range +Stable +1$", state, re.MULTILINE)
        to_latest = ("--reset-offsets", "--to-latest", *topic, "--execute")
        for order, refusal in {
            to_latest: "if the group 'working' is inactive, but the current state is Stable",
            ("--delete",): "GroupNotEmptyException",
            ("--delete-offsets", *topic): "GroupSubscribedToTopicException",
        }.items():
            assert refusal in tool.run(GROUP_COMMAND, *group, *order)


def consumer_of(target: Target, group: str) -> Consumer:
    return Consumer(
        {
            "bootstrap.servers": target.bootstrap_servers,
            "group.id": group,
            "client.id": "somebody",
            "auto.offset.reset": "earliest",
        }
    )


def test_stored_groups_are_what_dump_log_reads(tool_runner: ToolRunner, tmp_path: Path) -> None:
    at_once = {"group.initial.rebalance.delay.ms": 0}
    with EphemeralBroker(data_dir=tmp_path, settings=at_once) as broker:
        tool = Tool(broker.bootstrap_servers, tool_runner)
        topic, group = ("--topic", "dumped"), ("--group", "dumped-group")
        tool.run("TopicCommand", "--create", *topic)
        tool.run("ConsoleProducer", *topic, stdin="1\n2\n3\n")
        read = ("--from-beginning", "--max-messages", "3")
        tool.run("consumer.ConsoleConsumer", *topic, *group, *read)
    partition = partition_for("dumped-group", 50)
    log = tmp_path / f"__consumer_offsets-{partition}" / f"{0:020}.log"
    _, dumped = tool_runner.run(DUMP, "--files", str(log), "--offsets-decoder")
    assert '"group":"dumped-group","topic":"dumped","partition":0' in dumped
    assert '"protocolType":"consumer"' in dumped
    assert '"offset":3' in dumped
