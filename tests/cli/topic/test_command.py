import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from tests.brokers import Target
from tests.cli.conftest import Odradek


@pytest.fixture
def topic(on_target: Odradek) -> str:
    """A new topic with two partitions and one config of its own."""
    name = f"topic-{uuid4().hex}"
    created = on_target(
        "topic", "create", name, "--partitions", "2", "--config", "retention.ms=60000"
    )
    assert created.code == 0, created.stderr
    return name


def described(on_target: Odradek, topic: str) -> dict[str, object]:
    outcome = on_target("topic", "describe", topic, "-o", "json")
    assert outcome.code == 0, outcome.stderr
    document = json.loads(outcome.stdout)
    return {
        "partitions": len(document["partitions"]),
        "configs": {row["config"]: row["value"] for row in document["configs"]},
    }


def test_created_topic_is_listed_and_described(on_target: Odradek, topic: str) -> None:
    listed = json.loads(on_target("topic", "list", "-o", "json").stdout)
    described_as_table = on_target("topic", "describe", topic).stdout

    assert {"topic": topic, "partitions": 2}.items() <= next(
        row.items() for row in listed if row["topic"] == topic
    )
    assert described(on_target, topic) == {"partitions": 2, "configs": {"retention.ms": "60000"}}
    assert "end offset" in described_as_table
    assert "dynamic topic" in described_as_table


def test_yaml_holds_what_json_holds(on_target: Odradek, topic: str) -> None:
    yaml = on_target("topic", "describe", topic, "-o", "yaml").stdout

    assert f"topic: {topic}\n" in yaml
    assert "value: '60000'\n" in yaml


def test_all_configs_come_with_their_source(on_target: Odradek, topic: str) -> None:
    outcome = on_target("topic", "describe", topic, "--all-configs", "-o", "json")
    sources = {row["config"]: row["source"] for row in json.loads(outcome.stdout)["configs"]}

    assert sources["retention.ms"] == "dynamic topic"
    assert sources["cleanup.policy"] == "default"


def test_alter_changes_the_given_configs_and_leaves_the_others(
    on_target: Odradek, topic: str
) -> None:
    outcome = on_target(
        "topic",
        "alter",
        topic,
        "--partitions",
        "3",
        "--config",
        "segment.bytes=2000000",
        "-o",
        "json",
    )

    assert json.loads(outcome.stdout)["changes"] == [
        {"what": "partitions", "old": 2, "new": 3},
        {"what": "segment.bytes", "old": "1073741824", "new": "2000000"},
    ]
    assert described(on_target, topic) == {
        "partitions": 3,
        "configs": {"retention.ms": "60000", "segment.bytes": "2000000"},
    }


def test_altering_to_what_is_already_so_changes_nothing(on_target: Odradek, topic: str) -> None:
    outcome = on_target(
        "topic", "alter", topic, "--partitions", "2", "--config", "retention.ms=60000"
    )

    assert (outcome.code, outcome.stdout) == (0, f"topic {topic}: no changes\n")


def test_deleted_config_falls_back_to_its_default(on_target: Odradek, topic: str) -> None:
    on_target("topic", "alter", topic, "--delete-config", "retention.ms")

    assert described(on_target, topic) == {"partitions": 2, "configs": {}}


@pytest.mark.parametrize(
    "mutation",
    [
        ("alter", "--partitions", "5", "--config", "retention.ms=1"),
        ("alter", "--delete-config", "retention.ms"),
        ("delete",),
    ],
)
def test_dry_run_shows_the_change_and_makes_none(
    on_target: Odradek, topic: str, mutation: tuple[str, ...]
) -> None:
    verb, *options = mutation
    outcome = on_target("topic", verb, topic, *options, "--dry-run")

    assert outcome.code == 0, outcome.stderr
    assert outcome.stdout.startswith(f"would {verb} topic {topic}\n")
    assert described(on_target, topic) == {"partitions": 2, "configs": {"retention.ms": "60000"}}


def test_dry_run_of_create_is_judged_by_the_broker(on_target: Odradek) -> None:
    fine = on_target("topic", "create", "not-there", "--dry-run")
    wrong = on_target("topic", "create", "not-there", "--config", "no.such=1", "--dry-run")

    assert (fine.code, wrong.code) == (0, 1)
    assert "no.such" in wrong.stderr
    assert "not-there" not in on_target("topic", "list").stdout


def test_deleted_topic_is_gone(on_target: Odradek, topic: str) -> None:
    assert on_target("topic", "delete", topic, "--yes").stdout == f"deleted topic {topic}\n"
    assert topic not in on_target("topic", "list").stdout


def test_deleted_topics_are_one_list_for_programs(on_target: Odradek, topic: str) -> None:
    outcome = on_target("topic", "delete", topic, "--dry-run", "-o", "json")

    assert json.loads(outcome.stdout) == [
        {"action": "delete", "topic": topic, "dry_run": True, "changes": []}
    ]


def test_delete_needs_a_yes_where_nobody_can_be_asked(on_target: Odradek, topic: str) -> None:
    outcome = on_target("topic", "delete", topic)

    assert outcome.code == 1
    assert "give --yes" in outcome.stderr
    assert topic in on_target("topic", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ("create", "t", "--replication-factor", "3"),
            "replication factor 3 is larger than the number of available brokers, 1;",
        ),
        (("create", "t", "--partitions", "0"), "--partitions 0 makes no topic"),
        (("create", "t", "--config", "a"), "--config a is not of the form key=value"),
        (("create", "a/b"), "creating topic a/b failed:"),
        (("describe", "no-such-topic"), "topic no-such-topic does not exist;"),
        (("alter", "{topic}", "--partitions", "1"), "has 2 partitions, and Kafka cannot take"),
        (("alter", "{topic}", "--config", "retention.ms=x"), "Invalid value x for configuration"),
        (("alter", "{topic}"), "nothing to alter"),
        (("create", "{topic}"), "already exists"),
        (("delete", "{topic}", "no-such-topic", "-y"), "topic no-such-topic does not exist;"),
    ],
)
def test_mistake_is_answered_with_one_sentence(
    on_target: Odradek, topic: str, arguments: tuple[str, ...], complaint: str
) -> None:
    outcome = on_target("topic", *(argument.format(topic=topic) for argument in arguments))

    assert (outcome.code, outcome.stdout) == (1, "")
    assert outcome.stderr.startswith("error: ")
    assert outcome.stderr.count("\n") == 1
    assert complaint in outcome.stderr
    assert topic in on_target("topic", "list").stdout


def test_misspelled_topic_is_answered_with_the_nearest(on_target: Odradek, topic: str) -> None:
    outcome = on_target("topic", "describe", topic[:-1])

    assert outcome.stderr.endswith(f"does not exist; did you mean {topic}?\n")


def test_existing_topic_is_no_error_if_not_exists_is_given(on_target: Odradek, topic: str) -> None:
    outcome = on_target("topic", "create", topic, "--if-not-exists")

    assert outcome.code == 0
    assert "already exists; nothing was changed" in outcome.stderr


@pytest.mark.parametrize(
    ("server", "complaint"),
    [
        ("127.0.0.1:1", "no Kafka broker can be reached (127.0.0.1:1: connection refused)"),
        ("localhost", "the bootstrap server localhost is not HOST:PORT"),
        ("localhost:99999", "the bootstrap server localhost:99999 is not HOST:PORT"),
    ],
)
def test_unreachable_cluster_is_told_at_once(odradek: Odradek, server: str, complaint: str) -> None:
    outcome = odradek("topic", "list", "-b", server)

    assert outcome.code == 1
    assert complaint in outcome.stderr


def test_unknown_client_property_is_an_error(on_target: Odradek) -> None:
    outcome = on_target("topic", "list", "-X", "no.such=1")

    assert outcome.stderr == (
        'error: a client property is wrong: No such configuration property: "no.such"\n'
    )


def test_reader_that_stops_reading_is_no_error(target: Target, tmp_path: Path) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [sys.executable, "-m", "odradek", "topic", "list", "-b", target.bootstrap_servers],
        cwd=tmp_path,
        check=False,
        stdout=write_end,
        stderr=subprocess.PIPE,
    )
    os.close(write_end)

    assert (done.returncode, done.stderr) == (0, b"")
