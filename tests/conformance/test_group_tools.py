"""Apache Kafka's own tools for groups: consume in one, look at it, move it, take it away."""

import re
from pathlib import Path

import pytest

from odradek.broker.groups.placement import partition_for
from odradek.ops.cluster import run_tool
from odradek.testing import EphemeralBroker
from tests.conformance.tools import Tool

GROUP_COMMAND = "consumer.group.ConsumerGroupCommand"
DUMP = "org.apache.kafka.tools.DumpLogSegments"


def positions(description: str) -> dict[int, tuple[int, int]]:
    """Committed offset and lag of each partition, from `--describe`."""
    rows = re.findall(r"^\S+ +\S+ +(\d+) +(\d+) +\d+ +(\d+)", description, re.MULTILINE)
    return {int(partition): (int(offset), int(lag)) for partition, offset, lag in rows}


def test_group_is_consumed_in_described_reset_and_deleted(tool: Tool) -> None:
    topic, group = ("--topic", "tools-read"), ("--group", "of-tools")
    tool.run("TopicCommand", "--create", *topic)
    tool.run("ConsoleProducer", *topic, "--sync", stdin="1\n2\n3\n4\n5\n")
    read = ("--from-beginning", "--max-messages", "3")
    tool.run("consumer.ConsoleConsumer", *topic, *group, *read)
    assert positions(tool.run(GROUP_COMMAND, "--describe", *group)) == {0: (3, 2)}
    assert re.search(r"of-tools +Empty", tool.run(GROUP_COMMAND, "--list", "--state"))
    tool.run(GROUP_COMMAND, "--reset-offsets", "--shift-by", "-2", *topic, *group, "--execute")
    assert positions(tool.run(GROUP_COMMAND, "--describe", *group)) == {0: (1, 4)}
    assert "Successful" in tool.run(GROUP_COMMAND, "--delete-offsets", *topic, *group)
    tool.run(GROUP_COMMAND, "--delete", *group)
    assert "of-tools" not in tool.run(GROUP_COMMAND, "--list").split()


@pytest.mark.usefixtures("kafka_jars")
def test_stored_groups_are_what_dump_log_reads(tmp_path: Path) -> None:
    with EphemeralBroker(data_dir=tmp_path) as broker:
        tool = Tool(broker.bootstrap_servers)
        topic, group = ("--topic", "dumped"), ("--group", "dumped-group")
        tool.run("TopicCommand", "--create", *topic)
        tool.run("ConsoleProducer", *topic, "--sync", stdin="1\n2\n3\n")
        read = ("--from-beginning", "--max-messages", "3")
        tool.run("consumer.ConsoleConsumer", *topic, *group, *read)
    partition = partition_for("dumped-group", 50)
    log = tmp_path / f"__consumer_offsets-{partition}" / f"{0:020}.log"
    dumped = run_tool(DUMP, "--files", str(log), "--offsets-decoder").stdout
    assert '"group":"dumped-group","topic":"dumped","partition":0' in dumped
    assert '"protocolType":"consumer"' in dumped
    assert '"offset":3' in dumped
