import json

import pytest
import yaml
from confluent_kafka.admin import AdminClient

from odradek.cli.errors import CommandError
from odradek.cli.group.changes import delete_group
from odradek.ops.cluster import ApacheKafka
from tests.cli.conftest import Odradek
from tests.cli.group.conftest import Commit, filled_topic, member


def listed(on_kafka: Odradek, *options: str) -> dict[str, dict[str, str]]:
    outcome = on_kafka("group", "list", "-o", "json", *options)
    assert outcome.code == 0, outcome.stderr
    return {row["group"]: row for row in json.loads(outcome.stdout)}


def test_groups_are_listed_with_type_and_state(
    on_kafka: Odradek, commit: Commit, active_group: str
) -> None:
    idle = commit({0: 1})
    found = listed(on_kafka)

    assert found[idle] == {"group": idle, "type": "Classic", "state": "Empty"}
    assert found[active_group]["state"] == "Stable"
    assert idle in on_kafka("group", "list").stdout


def test_list_can_be_narrowed_to_states_and_types(
    on_kafka: Odradek, commit: Commit, active_group: str
) -> None:
    idle = commit({0: 1})

    assert active_group not in (empty := listed(on_kafka, "--state", "Empty"))
    assert idle in empty
    both = listed(on_kafka, "--state", "Empty", "--state", "Stable", "--type", "Classic")
    assert {idle, active_group} <= both.keys()


def test_list_of_nothing_is_a_note_for_people_and_an_empty_list_for_programs(
    on_kafka: Odradek,
) -> None:
    shown = on_kafka("group", "list", "--state", "Dead")

    assert (shown.code, shown.stdout) == (0, "")
    assert "no group is in that state" in shown.stderr
    assert on_kafka("group", "list", "--state", "Dead", "-o", "json").stdout == "[]\n"


def test_group_without_members_is_described_with_its_lag(
    on_kafka: Odradek, commit: Commit, topic: str
) -> None:
    group = commit({0: 4, 1: 10})
    document = json.loads(on_kafka("group", "describe", group, "-o", "json").stdout)

    assert (document["state"], document["type"], document["members"]) == ("Empty", "Classic", [])
    assert document["total_lag"] == 6
    assert document["partitions"][0] == {
        "topic": topic,
        "partition": 0,
        "committed": 4,
        "log_start": 0,
        "log_end": 10,
        "lag": 6,
        "owner": None,
    }
    assert yaml.safe_load(on_kafka("group", "describe", group, "-o", "yaml").stdout) == document


def test_members_are_described_with_what_they_read(
    on_kafka: Odradek, active_group: str, topic: str
) -> None:
    document = json.loads(on_kafka("group", "describe", active_group, "-o", "json").stdout)
    shown = on_kafka("group", "describe", active_group).stdout.splitlines()

    [only] = document["members"]
    assert only["client_id"] == "reader"
    assert [each["partition"] for each in only["partitions"]] == [0, 1, 2]
    assert {row["owner"] for row in document["partitions"]} == {only["member_id"]}
    assert [row["lag"] for row in document["partitions"]] == [6, None, None]
    assert shown[0] == f"{active_group}: Stable, 1 member"
    assert shown[1].startswith("classic protocol, range assignor, coordinator ")
    assert any(f"{topic}: 0-2" in line for line in shown)
    assert shown[-1] == "total lag 6 in 3 partitions; 2 without a committed offset or a log"


def test_group_of_the_new_protocol_is_described_too(
    odradek: Odradek, apache_kafka: ApacheKafka
) -> None:
    servers = apache_kafka.bootstrap_servers
    settings = {"group.protocol": "consumer"}
    with member(servers, filled_topic(servers), **settings) as (group, _):
        described = odradek("group", "describe", group, "-o", "json", "-b", servers)
        listed = odradek("group", "list", "--type", "Consumer", "-o", "json", "-b", servers)

    document = json.loads(described.stdout)
    assert (document["type"], len(document["members"][0]["partitions"])) == ("Consumer", 3)
    assert group in {row["group"] for row in json.loads(listed.stdout)}


def test_deleted_groups_are_gone_and_a_dry_run_deletes_none(
    on_kafka: Odradek, commit: Commit
) -> None:
    groups = [commit({0: 1}), commit({1: 2})]

    planned = json.loads(on_kafka("group", "delete", *groups, "--dry-run", "-o", "json").stdout)
    assert groups == [each["group"] for each in planned if each["dry_run"]]
    assert set(groups) <= listed(on_kafka).keys()
    done = on_kafka("group", "delete", *groups, "--yes")
    assert done.stdout.startswith(f"deleted group {groups[0]}\n")
    assert listed(on_kafka).keys().isdisjoint(groups)


def test_offsets_of_one_topic_can_be_deleted_alone(
    on_kafka: Odradek, commit: Commit, topic: str
) -> None:
    group = commit({0: 4, 2: 5})
    arguments = ("group", "delete", group, "--topic", topic, "-o", "json")

    [planned] = json.loads(on_kafka(*arguments, "--dry-run").stdout)
    [done] = json.loads(on_kafka(*arguments, "--yes").stdout)
    assert planned == {**done, "dry_run": True}
    assert done["changes"] == [
        {"topic": topic, "partition": 0, "committed": 4},
        {"topic": topic, "partition": 2, "committed": 5},
    ]
    assert on_kafka(*arguments, "--yes").code == 1


@pytest.mark.parametrize("servers", ["odradek"], indirect=True, scope="module")
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("describe", "{idle}x"), "does not exist; did you mean {idle}?"),
        (("describe", "zzz"), "group zzz does not exist; `odradek group list` shows"),
        (("describe", ""), "the name of a group cannot be empty"),
        (("reset", "", "--to", "0", "--topic", "{topic}"), "the name of a group cannot be empty"),
        (("delete", "{idle}", "zzz", "-y"), "group zzz does not exist"),
        (("delete", "{idle}"), "give --yes"),
        (("delete", "{active}", "-y"), "is in use (Stable, 1 member: reader at 127.0.0.1); stop"),
        (("delete", "{active}", "--dry-run"), "is in use"),
        (("delete", "{active}", "--topic", "{topic}", "-y"), "is in use"),
        (("delete", "{idle}", "--topic", "zzz", "-y"), "has committed nothing for topic zzz"),
        (("reset", "{active}", "--to", "earliest"), "is in use"),
        (("reset", "zzz", "--to", "earliest"), "group zzz does not exist"),
        (("reset", "{idle}"), "say where the offsets are to go"),
        (("reset", "{idle}", "--to", "5", "--shift-by", "1"), "say where the offsets are to go"),
        (("reset", "{idle}", "--to", "soon"), "--to soon is no place in a log: use earliest,"),
        (("reset", "{idle}", "--to", "5", "--topic", "zzz"), "topic zzz does not exist"),
        (("reset", "{idle}", "--to", "5", "--partition", "0"), "--partition needs one --topic"),
        (
            ("reset", "{idle}", "--to", "5", "--topic", "{topic}", "--partition", "3"),
            "has no partition 3; its partitions are 0 to 2",
        ),
        (("reset", "{idle}", "--to", "5", "--execute", "--dry-run"), "contradict each other"),
    ],
)
def test_mistake_is_answered_with_one_sentence_and_changes_nothing(
    on_kafka: Odradek,
    commit: Commit,
    active_group: str,
    topic: str,
    arguments: tuple[str, ...],
    complaint: str,
) -> None:
    idle = commit({0: 3})
    names = {"idle": idle, "active": active_group, "topic": topic}
    outcome = on_kafka("group", *(argument.format(**names) for argument in arguments))

    assert (outcome.code, outcome.stdout) == (1, "")
    assert outcome.stderr.startswith("error: ")
    assert outcome.stderr.count("\n") == 1
    assert complaint.format(**names) in outcome.stderr
    assert "3" in on_kafka("group", "describe", idle).stdout


def test_member_that_comes_before_the_deletion_prevents_it(servers: str, active_group: str) -> None:
    admin = AdminClient({"bootstrap.servers": servers})

    with pytest.raises(CommandError, match="has got members meanwhile, and nothing was changed;"):
        delete_group(admin, active_group)


def test_unreachable_cluster_is_told_at_once(odradek: Odradek) -> None:
    outcome = odradek("group", "list", "-b", "127.0.0.1:1")

    assert outcome.code == 1
    assert "no Kafka broker can be reached" in outcome.stderr
