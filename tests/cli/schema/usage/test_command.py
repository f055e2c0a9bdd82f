"""`odradek schema usage`: which schemas the records of a cluster carry."""

from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import Producer

from odradek.schemas.wire_format import VALUE_HEADER, guid_header, id_prefix
from odradek.testing import EphemeralBroker
from tests.cli.conftest import Outcome
from tests.cli.schema.conftest import V1, V2, Registry, Run

MONDAY, TUESDAY = 1_790_000_000_000, 1_790_086_400_000


class Topic:
    """A topic that others write to."""

    def __init__(self, broker: EphemeralBroker, name: str) -> None:
        self.name = name
        self._producer = Producer({"bootstrap.servers": broker.bootstrap_servers})

    def write(self, value: bytes | None, written_ms: int = MONDAY, **more: Any) -> None:
        self._producer.produce(self.name, value, timestamp=written_ms, **more)
        assert self._producer.flush(60.0) == 0


@pytest.fixture
def topic(
    kafka_broker: EphemeralBroker, kafka_topic: str, monkeypatch: pytest.MonkeyPatch
) -> Topic:
    """A topic of the cluster that commands find by the environment."""
    monkeypatch.setenv("ODRADEK_KAFKA_BOOTSTRAP_SERVERS", kafka_broker.bootstrap_servers)
    return Topic(kafka_broker, kafka_topic)


def told(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(each["subject"], each["version"], each["topic"], each["records"]) for each in rows]


def test_records_are_counted_by_the_version_they_carry(
    registry: Registry, topic: Topic, document: Run
) -> None:
    values, keys = f"{topic.name}-value", f"{topic.name}-key"
    first, second = registry.register(values, V1), registry.register(values, V2)
    third = registry.register(keys, '"string"')
    guid = registry.get(f"/subjects/{values}/versions/2")["guid"]
    topic.write(id_prefix(first) + b"1", TUESDAY, key=id_prefix(third) + b"k")
    topic.write(id_prefix(first) + b"2", key=b"plain")
    topic.write(b"3", headers=[(VALUE_HEADER, guid_header(guid))])
    topic.write(id_prefix(second) + b"4", TUESDAY)
    topic.write(None, key=b"gone")
    topic.write(b"plain")
    registry.delete(f"/subjects/{values}/versions/1")
    rows = document("usage")
    assert told(rows) == [
        (keys, 1, topic.name, 1),
        (values, 1, topic.name, 2),
        (values, 2, topic.name, 2),
    ]
    assert [each["part"] for each in rows] == ["key", "value", "value"]
    assert [each["state"] for each in rows] == ["live", "softly deleted", "live"]
    assert {each["last_written"] for each in rows} == {"2026-09-22T14:13:20.000Z"}


def test_what_nobody_uses_is_told_apart_from_what_was_not_looked_at(
    registry: Registry, topic: Topic, schema: Callable[..., Outcome], document: Run
) -> None:
    values = f"{topic.name}-value"
    used = registry.register(values, V1)
    registry.register(values, V2)
    registry.register("a-record-name", '"string"')
    registry.register(":.staging:x-value", '"int"')
    topic.write(id_prefix(used) + b"1")
    assert told(document("usage")) == [
        ("a-record-name", 1, None, None),
        (values, 1, topic.name, 1),
        (values, 2, topic.name, 0),
    ]
    assert told(document("usage", "--unused")) == [(values, 2, topic.name, 0)]
    assert told(document("usage", values, "--unused")) == [(values, 2, topic.name, 0)]
    said = schema("usage").stderr
    assert "all records of 1 topic were read" in said
    assert "1 subject with versions that none of them has" in said


def test_a_topic_can_be_named_whatever_its_subjects_are_called(
    registry: Registry, topic: Topic, document: Run
) -> None:
    schema_id = registry.register("com.acme.Order", V1)
    topic.write(id_prefix(schema_id) + b"1")
    assert told(document("usage", "--topic", topic.name)) == [
        ("com.acme.Order", 1, topic.name, 1),
    ]


def test_reading_can_be_bounded(
    registry: Registry, topic: Topic, schema: Callable[..., Outcome], document: Run
) -> None:
    values = f"{topic.name}-value"
    old, new = registry.register(values, V1), registry.register(values, V2)
    for schema_id in (old, old, new, new, new):
        topic.write(id_prefix(schema_id) + b"1", partition=0)
    bounded = ("usage", "--records", "4")
    assert told(document(*bounded)) == [
        (values, 1, topic.name, 1),
        (values, 2, topic.name, 3),
    ]
    assert "the last 4 of each partition of 1 topic were read" in schema(*bounded).stderr


def test_ids_that_the_registry_does_not_know_are_told(
    registry: Registry, topic: Topic, schema: Callable[..., Outcome]
) -> None:
    registry.register(f"{topic.name}-value", V1)
    topic.write(id_prefix(99) + b"1")
    said = schema("usage").stderr
    assert f"1 values of {topic.name} carry 99, which this registry does not know" in said


def test_what_does_not_exist_is_one_sentence(
    registry: Registry, topic: Topic, refused: Callable[..., str]
) -> None:
    registry.register("orders", V1)
    assert "did you mean orders?" in refused("usage", "order")
    assert "topic nowhere does not exist" in refused("usage", "--topic", "nowhere")
