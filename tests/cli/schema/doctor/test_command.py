"""`odradek schema doctor`: what is wrong in a registry, as findings with remedies."""

import json
from collections.abc import Callable

import pytest
from confluent_kafka import Producer

from odradek.cli.schema.archive.contents import Archive, ArchivedSubject
from odradek.cli.schema.doctor.content import broken_references, unreadable
from odradek.clients.schema_registry import Reference, Schema, StoredVersion
from odradek.schemas.schema import SchemaType
from odradek.schemas.wire_format import id_prefix
from odradek.testing import EphemeralBroker
from tests.cli.conftest import Odradek, Outcome
from tests.cli.schema.conftest import BROKEN, V1, V2, Registry, Run

USER = '{"type": "record", "name": "User", "fields": [{"name": "last", "type": "Order"}]}'


def kinds(findings: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    return [(each["severity"], each["kind"], each["where"]) for each in findings]


def test_a_sound_registry_has_no_findings(
    registry: Registry, schema: Callable[..., Outcome]
) -> None:
    registry.register("orders-value", V1)
    registry.register("orders-value", V2)
    registry.register("copies", V1)
    assert schema("doctor").stdout == "2 subjects, 3 versions: nothing is wrong\n"


def test_a_version_that_its_level_would_refuse_is_wrong(
    registry: Registry, odradek: Odradek
) -> None:
    registry.register("orders", V1)
    registry.put("/config/orders", compatibility="NONE")
    registry.register("orders", BROKEN)
    registry.delete("/config/orders")
    registry.put("/config", compatibility="FULL_TRANSITIVE")
    outcome = odradek("schema", "doctor")
    assert outcome.code == 2
    assert "error    orders version 2 is not FULL_TRANSITIVE compatible with" in outcome.stdout
    assert "READER_FIELD_MISSING_DEFAULT_VALUE at /fields/2" in outcome.stdout
    assert "give seats a default" in outcome.stdout
    assert outcome.stdout.endswith("1 subject, 2 versions: 1 error\n")


def test_the_level_of_the_context_counts_before_that_of_the_registry(
    registry: Registry, document: Run
) -> None:
    registry.put("/config/:.staging:", compatibility="NONE")
    registry.register(":.staging:orders", V1)
    registry.register(":.staging:orders", BROKEN)
    assert kinds(document("doctor")) == [("warning", "LEVEL_NONE", ":.staging:")]


def test_what_may_be_meant_so_is_a_warning(registry: Registry, document: Run) -> None:
    registry.register("orders", V2)
    registry.register("orders-too", json.dumps(json.loads(V2)))
    registry.put("/config/orders", compatibility="NONE")
    registry.put("/mode/orders?force=true", mode="IMPORT")
    found = document("doctor")
    assert kinds(found) == [
        ("warning", "LEVEL_NONE", "orders"),
        ("warning", "MODE_IMPORT", "orders"),
        ("warning", "ONE_SCHEMA_SEVERAL_IDS", "orders version 1"),
    ]
    assert found[1]["remedy"] == "if no import runs: odradek schema mode orders --unset"


def test_references_that_lead_nowhere_are_found() -> None:
    def version(subject: str, *needs: str, text: str = "") -> StoredVersion:
        references = tuple(Reference(each, each, 1) for each in needs)
        return StoredVersion(subject, 1, 1, Schema(text, SchemaType.AVRO, references))

    versions = [version("user", "lost", "gone"), version("gone", "lost"), version("odd")]
    archive = Archive(
        {
            each.subject: ArchivedSubject(
                each.subject, (each,), frozenset({1} if each.subject == "gone" else ())
            )
            for each in versions
        }
    )
    found = [(each.kind, each.where) for each in broken_references(archive)]
    assert found == [
        ("REFERENCE_LOST", "user version 1"),
        ("REFERENCE_DELETED", "user version 1"),
    ]
    reasons = {("user", 1): "lost is not there", ("odd", 1): "the text is no JSON"}
    assert [each.where for each in unreadable(archive, reasons)] == ["odd version 1"]


@pytest.fixture
def topics(kafka_broker: EphemeralBroker, kafka_topic: str) -> str:
    """A topic that keeps no schemas for long."""
    name = f"{kafka_topic}-schemas"
    kafka_broker.create_topic(name, partitions=2)
    return name


def test_with_a_cluster_its_topics_are_looked_at_too(
    registry: Registry,
    odradek: Odradek,
    kafka_bootstrap_servers: str,
    kafka_topic: str,
    topics: str,
) -> None:
    registry.register(f"{kafka_topic}-value", V1)
    registry.register("nobody-value", V2)
    registry.register("a-record-name", V2)
    registry.register(":.staging:nobody-value", V2)
    reference = {"name": "Order", "subject": "needed-value", "version": 1}
    registry.register("needed-value", V1)
    registry.register(f"{kafka_topic}-key", USER, references=[reference])

    asked = ("schema", "doctor", "-b", kafka_bootstrap_servers, "-o", "json")
    outcome = odradek(*asked, "--topic", topics)
    assert outcome.code == 2
    assert kinds(json.loads(outcome.stdout)) == [
        ("error", "TOPIC_CLEANUP_POLICY", topics),
        ("error", "TOPIC_PARTITIONS", topics),
        ("warning", "SUBJECT_WITHOUT_TOPIC", "nobody-value"),
    ]
    missing = odradek(*asked, "--topic", "nowhere")
    assert ("error", "TOPIC_MISSING", "nowhere") in kinds(json.loads(missing.stdout))


def test_records_whose_schema_is_not_there_are_wrong(
    registry: Registry, odradek: Odradek, kafka_broker: EphemeralBroker, kafka_topic: str
) -> None:
    schema_id = registry.register(f"{kafka_topic}-value", V1)
    registry.register(f"{kafka_topic}-key", V2)
    servers = kafka_broker.bootstrap_servers
    producer = Producer({"bootstrap.servers": servers})
    for known in (schema_id + 7, schema_id, schema_id):
        producer.produce(kafka_topic, id_prefix(known) + b"1", partition=0)
    assert producer.flush(60.0) == 0

    def found(*arguments: str) -> list[tuple[str, str, str]]:
        asked = ("schema", "doctor", "-b", servers, "--topic", "nowhere", "-o", "json", *arguments)
        return kinds(json.loads(odradek(*asked).stdout))

    missing = ("error", "TOPIC_MISSING", "nowhere")
    assert found() == [missing, ("error", "UNKNOWN_SCHEMA", kafka_topic)]
    producer.produce(kafka_topic, id_prefix(schema_id) + b"1", b"plain", partition=0)
    assert producer.flush(60.0) == 0
    unused = ("warning", "SUBJECT_UNUSED", f"{kafka_topic}-key")
    assert found() == [missing, ("error", "UNKNOWN_SCHEMA", kafka_topic), unused]
    assert found("--records", "2") == [missing, unused]
    assert found("--records", "0") == [missing]


def test_a_registry_of_ours_keeps_its_schemas_in_a_sound_topic(
    registry: Registry, odradek: Odradek, kafka_broker: EphemeralBroker
) -> None:
    from odradek.testing import EphemeralRegistry

    servers = kafka_broker.bootstrap_servers
    with EphemeralRegistry(servers, settings={"kafkastore.topic": "_doctored"}) as ours:
        outcome = odradek("schema", "doctor", "-b", servers, "--topic", "_doctored", "-r", ours.url)
    assert (outcome.code, outcome.stdout) == (0, "0 subjects, 0 versions: nothing is wrong\n")


def test_a_cluster_that_does_not_answer_is_an_error(
    registry: Registry, refused: Callable[..., str]
) -> None:
    assert "no Kafka broker can be reached" in refused("doctor", "-b", "127.0.0.1:1")
