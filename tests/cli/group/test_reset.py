import json
from datetime import UTC, datetime
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient

from odradek.cli.errors import CommandError
from odradek.cli.group.changes import commit_offsets
from odradek.cli.group.reset_plan import PlannedOffset
from odradek.cli.log_offsets import Partition
from tests.cli.conftest import Odradek
from tests.cli.group.conftest import FIRST_TIMESTAMP_MS, Commit

FIFTH_RECORD = datetime.fromtimestamp(FIRST_TIMESTAMP_MS / 1000 + 5, UTC).isoformat()


def changes(on_kafka: Odradek, *arguments: str) -> list[dict[str, Any]]:
    outcome = on_kafka("group", "reset", *arguments, "-o", "json")
    assert outcome.code == 0, outcome.stderr
    rows: list[dict[str, Any]] = json.loads(outcome.stdout)["changes"]
    return rows


def committed(on_kafka: Odradek, group: str) -> dict[int, int]:
    document = json.loads(on_kafka("group", "describe", group, "-o", "json").stdout)
    return {row["partition"]: row["committed"] for row in document["partitions"]}


@pytest.mark.parametrize(
    ("destination", "reached", "remark"),
    [
        (("--to", "earliest"), {0: 0, 1: 0}, ""),
        (("--to", "latest"), {0: 10, 1: 10}, ""),
        (("--to", "7"), {0: 7, 1: 7}, ""),
        (("--to", "70000"), {0: 10, 1: 10}, "the log ends before 70,000"),
        (("--shift-by", "2"), {0: 6, 1: 10}, ""),
        (("--shift-by", "-3"), {0: 1, 1: 7}, ""),
        (("--shift-by", "-5"), {0: 0, 1: 5}, "the log starts after -1"),
        (("--to", FIFTH_RECORD), {0: 5, 1: 5}, ""),
        (("--to", "1h"), {0: 10, 1: 10}, "nothing written since"),
    ],
)
def test_offsets_go_where_they_are_told_within_the_log(
    on_kafka: Odradek,
    commit: Commit,
    destination: tuple[str, str],
    reached: dict[int, int],
    remark: str,
) -> None:
    group = commit({0: 4, 1: 10})
    plan = changes(on_kafka, group, *destination)

    assert {row["partition"]: row["new_offset"] for row in plan} == reached
    assert plan[0]["remark"] == remark
    assert committed(on_kafka, group) == {0: 4, 1: 10}
    assert changes(on_kafka, group, *destination, "--execute") == plan
    assert committed(on_kafka, group) == reached


def test_plan_is_shown_before_anything_is_done(on_kafka: Odradek, commit: Commit) -> None:
    group = commit({0: 4})
    planned = on_kafka("group", "reset", group, "--to", "earliest")
    done = on_kafka("group", "reset", group, "--to", "earliest", "--execute")

    assert planned.stdout == f"would {done.stdout}"
    assert planned.stderr == "nothing was changed; the same with --execute does it\n"
    assert done.stderr == ""


def test_only_the_named_partitions_are_reset(on_kafka: Odradek, commit: Commit, topic: str) -> None:
    group = commit({0: 4, 1: 4})
    named = ("--topic", topic, "--partition", "1", "--partition", "2")
    changes(on_kafka, group, "--to", "8", *named, "--execute")

    assert committed(on_kafka, group) == {0: 4, 1: 8, 2: 8}


def test_group_that_is_still_to_come_gets_offsets_for_the_named_topic(
    on_kafka: Odradek, topic: str
) -> None:
    group = f"later-{topic}"
    planned = on_kafka("group", "reset", group, "--topic", topic, "--to", "latest")
    assert f"note: group {group} does not exist" in planned.stderr
    changes(on_kafka, group, "--topic", topic, "--to", "latest", "--execute")

    assert committed(on_kafka, group) == {0: 10, 1: 10, 2: 10}


def test_member_that_comes_before_the_reset_prevents_it(
    servers: str, active_group: str, topic: str
) -> None:
    admin = AdminClient({"bootstrap.servers": servers})
    plan = [PlannedOffset(Partition(topic, 0), 4, 0, None, "")]

    with pytest.raises(CommandError, match="has got members meanwhile, and nothing was changed;"):
        commit_offsets(admin, active_group, plan)
