"""`odradek schema delete`."""

from collections.abc import Callable

import pytest
from confluent_kafka import Producer

from odradek.schemas.wire_format import id_prefix
from odradek.testing import EphemeralBroker
from tests.cli.conftest import Odradek, Outcome
from tests.cli.schema.conftest import V1, V2, Registry, Run

V3, V4 = V2.replace("note", "remark"), V2.replace("note", "comment")
USER = '{"type": "record", "name": "User", "fields": [{"name": "last", "type": "Order"}]}'


@pytest.fixture(autouse=True)
def orders(registry: Registry) -> None:
    """A subject with two versions, of which another has the first, too."""
    registry.register("orders", V1)
    registry.register("orders", V2)
    registry.register("copies", V1)


def test_a_subject_is_deleted_softly_and_consumers_go_on(
    registry: Registry, schema: Callable[..., Outcome]
) -> None:
    outcome = schema("delete", "orders", "--yes")
    assert outcome.stdout.startswith("deleted subject orders\n")
    assert "consumers go on, for the ids 1, 2 can still be read" in outcome.stderr
    assert registry.get("/subjects?deleted=true") == ["copies", "orders"]
    assert registry.get("/schemas/ids/2")["schema"] == V2


def test_for_good_means_softly_first_and_says_which_ids_are_lost(
    registry: Registry, schema: Callable[..., Outcome]
) -> None:
    outcome = schema("delete", "orders", "--permanent", "--yes")
    assert "consumers that have not met the id 2 yet can no longer read" in outcome.stderr
    assert registry.get("/subjects?deleted=true") == ["copies"]


def test_one_version_can_be_deleted(registry: Registry, document: Run) -> None:
    done = document("delete", "orders", "--version", "1", "--permanent", "--yes")
    assert [(row["id"], row["id_also_used_by"]) for row in done["changes"]] == [(1, ["copies 1"])]
    assert registry.get("/subjects/orders/versions?deleted=true") == [2]


def test_what_was_deleted_softly_can_be_deleted_for_good(registry: Registry, document: Run) -> None:
    registry.delete("/subjects/orders")
    done = document("delete", "orders", "--permanent", "--yes")
    assert [row["state"] for row in done["changes"]] == ["softly deleted"] * 2
    assert registry.get("/subjects?deleted=true") == ["copies"]


def test_a_dry_run_deletes_nothing(registry: Registry, schema: Callable[..., Outcome]) -> None:
    outcome = schema("delete", "orders", "--dry-run")
    assert outcome.stdout.startswith("would delete subject orders\n")
    assert registry.get("/subjects") == ["copies", "orders"]


def test_nothing_is_deleted_without_a_yes(registry: Registry, refused: Callable[..., str]) -> None:
    assert "deleting needs a yes" in refused("delete", "orders")
    assert registry.get("/subjects") == ["copies", "orders"]


def test_what_others_refer_to_stays(registry: Registry, refused: Callable[..., str]) -> None:
    reference = {"name": "Order", "subject": "orders", "version": 1}
    registry.register("users", USER, references=[reference])
    said = refused("delete", "orders", "--yes")
    assert "version 1 of orders is needed by version 1 of users" in said
    assert registry.get("/subjects/orders/versions") == [1, 2]


@pytest.fixture
def written(
    registry: Registry, kafka_broker: EphemeralBroker, kafka_topic: str
) -> tuple[str, str, str]:
    """Two versions and records of both: their subject, their topic, the cluster."""
    subject, servers = f"{kafka_topic}-value", kafka_broker.bootstrap_servers
    producer = Producer({"bootstrap.servers": servers})
    for schema, count in ((V1, 2), (V3, 3)):
        schema_id = registry.register(subject, schema)
        for _ in range(count):
            producer.produce(kafka_topic, id_prefix(schema_id) + b"1")
    assert producer.flush(60.0) == 0
    return subject, kafka_topic, servers


def test_what_records_carry_is_not_deleted_for_good(
    registry: Registry,
    odradek: Odradek,
    refused: Callable[..., str],
    written: tuple[str, str, str],
) -> None:
    subject, topic, servers = written
    command = ("delete", subject, "--permanent", "--yes", "-b", servers)
    said = refused(*command)
    assert f"version 2 of {subject} (id 3) is in 3 values of {topic}, the last written at" in said
    assert "version 1" not in said, "others have its id"
    assert "--force" in refused(*command, "--dry-run")
    assert registry.get(f"/subjects/{subject}/versions") == [1, 2]
    forced = odradek("schema", *command, "--force")
    assert forced.code == 0
    assert f"is in 3 values of {topic}" in forced.stderr
    assert registry.get("/subjects?deleted=true") == ["copies", "orders"]


def test_what_no_record_carries_is_deleted_for_good(
    registry: Registry, schema: Callable[..., Outcome], written: tuple[str, str, str]
) -> None:
    subject, _, servers = written
    registry.register(subject, V4)
    command = ("delete", subject, "--version", "3", "--permanent", "--yes", "-b", servers)
    assert schema(*command).stdout.startswith("deleted a version of subject")
    assert registry.get(f"/subjects/{subject}/versions?deleted=true") == [1, 2]


def test_topics_are_named_where_the_subject_does_not(
    registry: Registry, refused: Callable[..., str], written: tuple[str, str, str]
) -> None:
    subject, topic, servers = written
    registry.register("com.acme.Order", V3)
    registry.delete(f"/subjects/{subject}")
    registry.delete(f"/subjects/{subject}?permanent=true")
    command = ("delete", "com.acme.Order", "--permanent", "--yes", "-b", servers)
    assert "--topic names those that may have its records" in refused(*command)
    assert f"is in 3 values of {topic}" in refused(*command, "--topic", topic)
    assert registry.get("/subjects/com.acme.Order/versions") == [1]


def test_records_are_counted_only_for_good(refused: Callable[..., str]) -> None:
    assert "for --permanent" in refused("delete", "orders", "-b", "127.0.0.1:1")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["order"], "did you mean orders?"),
        (["orders", "--version", "7"], "subject orders has no version 7; it has 1, 2"),
        (["copies"], "subject copies is deleted softly already; --permanent deletes it for good"),
        (["copies", "--version", "1"], "version 1 of copies is deleted softly already"),
    ],
)
def test_what_cannot_be_deleted_is_one_sentence(
    registry: Registry, refused: Callable[..., str], arguments: list[str], said: str
) -> None:
    registry.delete("/subjects/copies")
    assert said in refused("delete", *arguments, "--yes")
