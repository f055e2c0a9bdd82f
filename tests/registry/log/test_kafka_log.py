"""The topic `_schemas` on our broker: what is written survives, and only one instance writes."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from odradek import SimpleConsumer
from odradek.clients.kafka_config import KafkaConfig
from odradek.registry.decisions.group import Decide
from odradek.registry.decisions.registration import NewSchema, Options
from odradek.registry.decisions.registration import register as decide
from odradek.registry.errors import RegistryError, StartupError
from odradek.registry.log import kafka_log
from odradek.registry.log.interface import WrittenElsewhere
from odradek.registry.log.reader import BATCH_RECORDS, Batch
from odradek.registry.log.topic import last_offset
from odradek.registry.log.writer import Fenced, Writer
from odradek.registry.state.codec import Written, decode, encode
from odradek.registry.state.content import Content
from odradek.registry.state.records import NoopRecord, SchemaRecord
from odradek.testing import EphemeralBroker, EphemeralRegistry
from tests.registry.world import record

TIMEOUT_S = 120.0
ORDER = record("Order", "id")
MARKER = 1
"""A transaction's end is a record of its own in the topic."""


def let_write(registry: EphemeralRegistry) -> None:
    """Let an instance take the writing over from the one that does it."""
    log = registry.service.registry.log
    asyncio.run_coroutine_threadsafe(
        log.lead(instead_of=log.claim),  # type: ignore[attr-defined]  # a KafkaLog
        registry.loop,
    ).result(TIMEOUT_S)


def register(registry: EphemeralRegistry, subject: str, schema: str = ORDER) -> httpx.Response:
    return httpx.post(
        f"{registry.url}/subjects/{subject}/versions", json={"schema": schema}, timeout=TIMEOUT_S
    )


def schemas(registry: EphemeralRegistry) -> list[Any]:
    return list(httpx.get(f"{registry.url}/schemas?subjectPrefix=:*:", timeout=TIMEOUT_S).json())


def test_schemas_survive_the_registry(servers: str, settings: dict[str, object]) -> None:
    with EphemeralRegistry(servers, settings=settings) as registry:
        assert register(registry, "a").json() == {"id": 1}
        assert register(registry, "a", record("Order", "id", optional=["n"])).json() == {"id": 2}
        httpx.delete(f"{registry.url}/subjects/a/versions/2")
        before = schemas(registry)
    with EphemeralRegistry(servers, settings=settings) as registry:
        assert schemas(registry) == before
        assert register(registry, "b", '"string"').json() == {"id": 3}


def test_clean_stop_of_the_writer_leaves_a_plain_record_at_the_end(
    servers: str, settings: dict[str, object]
) -> None:
    topic = str(settings["kafkastore.topic"])
    with EphemeralRegistry(servers, settings=settings) as registry:
        assert register(registry, "a").json() == {"id": 1}
        with EphemeralRegistry(servers, settings=settings) as idle:
            assert register(idle, "b", '"string"').json() == {"id": 2}
            end = end_of(servers, topic)
        assert end_of(servers, topic) == end, "only who writes has to leave anything"
    assert end_of(servers, topic) == end + 1
    with SimpleConsumer(servers, topic, until_end=True) as consumer:
        *_, last = consumer
    assert (last.offset, last.raw_value, list(last.headers)) == (end, None, [])
    key = last.raw_key or b""
    assert decode(Written(key, None)) == (("NOOP",), NoopRecord())
    assert list(json.loads(key)) == ["keytype", "magic"], "Karapace goes by this order"
    assert key != encode(NoopRecord()).key, "or compaction would take a later claim for old"
    with EphemeralRegistry(servers, settings=settings) as registry:
        assert register(registry, "c", '"int"').json() == {"id": 3}


def test_writer_stops_while_the_broker_is_down() -> None:
    with EphemeralBroker() as broker:
        with EphemeralRegistry(broker.bootstrap_servers) as registry:
            assert register_until_accepted(registry, "a", ORDER) == {"id": 1}
            broker.kill()
        broker.start()
        with EphemeralRegistry(broker.bootstrap_servers) as registry:
            assert [each["subject"] for each in schemas(registry)] == ["a"]


def test_second_instance_sends_writes_to_the_first_and_takes_over_from_it(
    servers: str, settings: dict[str, object]
) -> None:
    with EphemeralRegistry(servers, settings=settings) as second:
        with EphemeralRegistry(servers, settings=settings) as first:
            assert register(first, "a").json() == {"id": 1}
            assert register(second, "b", '"string"').json() == {"id": 2}
            assert not second.service.registry.log.is_leading
            assert first.service.registry.log.is_leading
            refused = register(second, "b", "nonsense")
            assert (refused.status_code, refused.json()["error_code"]) == (422, 42201)
        assert register(second, "c", '"int"').json() == {"id": 3}
        assert second.service.registry.log.is_leading


def test_instance_that_is_behind_reads_on_before_it_would_take_over(
    servers: str, settings: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        EphemeralRegistry(servers, settings=settings) as first,
        EphemeralRegistry(servers, settings=settings) as second,
    ):
        log: Any = second.service.registry.log
        not_read: list[Batch] = []
        log._reader._deliver = not_read.append
        assert register(first, "a").json() == {"id": 1}

        async def ask_and_read_on(*where: Any) -> int:
            last = await last_offset(*where)
            log._reader._deliver = log._take_in
            for batch in not_read:
                log._take_in(batch)
            return last

        monkeypatch.setattr(kafka_log, "last_offset", ask_and_read_on)
        assert register(second, "b", '"string"').json() == {"id": 2}
        assert first.service.registry.log.is_leading


def test_writer_that_was_replaced_finds_out_and_forwards(
    servers: str, settings: dict[str, object]
) -> None:
    with (
        EphemeralRegistry(servers, settings=settings) as first,
        EphemeralRegistry(servers, settings=settings) as second,
    ):
        assert register(first, "a").json() == {"id": 1}
        let_write(second)
        assert register(first, "b", '"string"').json() == {"id": 2}
        assert not first.service.registry.log.is_leading
        assert second.service.registry.log.is_leading


def test_changes_that_come_together_share_a_transaction(
    servers: str, settings: dict[str, object]
) -> None:
    with EphemeralRegistry(servers, settings=settings) as registry:
        assert register(registry, "a").json() == {"id": 1}
        before = end_of(servers, str(settings["kafkastore.topic"]))
        made = change_together(registry, [registering(f"s-{n}", enum(n)) for n in range(20)])
        assert [each.id for each in made] == list(range(2, 22))
        assert end_of(servers, str(settings["kafkastore.topic"])) - before == 20 + MARKER
        assert len(schemas(registry)) == 21


def test_group_of_a_writer_that_was_replaced_writes_nothing_and_is_forwarded(
    servers: str, settings: dict[str, object]
) -> None:
    with (
        EphemeralRegistry(servers, settings=settings) as first,
        EphemeralRegistry(servers, settings=settings) as second,
    ):
        assert register(first, "a").json() == {"id": 1}
        let_write(second)
        made = change_together(first, [registering(f"s-{n}", enum(n)) for n in range(5)])
        assert [type(each) for each in made] == [WrittenElsewhere] * 5
        assert len(schemas(first)) == len(schemas(second)) == 1
        assert register(first, "b", enum(1)).json() == {"id": 2}


def test_schema_that_the_topic_does_not_take_fails_alone(
    servers: str, settings: dict[str, object]
) -> None:
    configs = {"cleanup.policy": "compact", "max.message.bytes": "20000"}
    create_topic(servers, str(settings["kafkastore.topic"]), configs)
    with EphemeralRegistry(servers, settings=settings) as registry:
        assert register(registry, "a").json() == {"id": 1}
        wanted = [enum(number, doc="x" * 3_000) for number in range(10)]
        wanted[3] = enum(3, doc="x" * 30_000)
        made = change_together(
            registry, [registering(f"s-{n}", each) for n, each in enumerate(wanted)]
        )
        refused = made.pop(3)
        assert isinstance(refused, RegistryError)
        assert refused.error_code == 42209
        assert [each.id for each in made] == list(range(2, 11))
        largest = register(registry, "b", enum(0, doc="x" * 2_000_000))
        assert (largest.status_code, largest.json()["error_code"]) == (422, 42209)
        assert registry.service.registry.log.is_leading


def enum(number: int, doc: str = "") -> str:
    return f'{{"type":"enum","name":"E{number}","symbols":["A"],"doc":"{doc}"}}'


def registering(subject: str, schema: str) -> Decide:
    new = NewSchema(Content("AVRO", schema))
    return lambda view: decide(view, subject, new, Options())


def change_together(registry: EphemeralRegistry, decides: list[Decide]) -> list[Any]:
    """Ask for all of these at once; answers, or exceptions."""
    core = registry.service.registry

    async def all_of_them() -> list[Any]:
        return await asyncio.gather(*map(core.change, decides), return_exceptions=True)

    return asyncio.run_coroutine_threadsafe(all_of_them(), registry.loop).result(TIMEOUT_S)


def end_of(servers: str, topic: str) -> int:
    consumer = Consumer({"bootstrap.servers": servers, "group.id": "looks"})
    end = consumer.get_watermark_offsets(TopicPartition(topic, 0), TIMEOUT_S)[1]
    consumer.close()
    return int(end)


def test_opening_a_writer_fences_the_one_before(servers: str) -> None:
    async def fence() -> None:
        kafka = KafkaConfig(bootstrap_servers=servers)
        old, new = (Writer(kafka, "fenced", "fenced", 60.0) for _ in range(2))
        await old.open()
        await old.write([encode(NoopRecord())])
        await new.open()
        with pytest.raises(Fenced):
            await old.write([encode(NoopRecord())])
        old.close()
        new.close()

    create_topic(servers, "fenced", {"cleanup.policy": "compact"})
    asyncio.run(fence())


def create_topic(servers: str, name: str, configs: dict[str, str], partitions: int = 1) -> None:
    admin = AdminClient({"bootstrap.servers": servers})
    new = NewTopic(name, num_partitions=partitions, replication_factor=1, config=configs)
    admin.create_topics([new])[name].result(TIMEOUT_S)


@pytest.mark.parametrize(
    ("configs", "partitions", "remedy"),
    [
        ({"cleanup.policy": "delete"}, 1, "odradek topic alter .* --config cleanup.policy=compact"),
        ({"cleanup.policy": "compact,delete"}, 1, "cleanup.policy=compact"),
        ({"cleanup.policy": "compact"}, 3, "must have one"),
    ],
)
def test_topic_that_would_lose_schemas_is_refused(
    servers: str,
    settings: dict[str, object],
    configs: dict[str, str],
    partitions: int,
    remedy: str,
) -> None:
    create_topic(servers, str(settings["kafkastore.topic"]), configs, partitions)
    with pytest.raises(StartupError, match=remedy):
        EphemeralRegistry(servers, settings=settings).start()


def test_topic_of_other_registries_is_read(servers: str, settings: dict[str, object]) -> None:
    topic = str(settings["kafkastore.topic"])
    create_topic(servers, topic, {"cleanup.policy": "compact"})
    stored = encode(SchemaRecord("a", 1, 7, Content("AVRO", ORDER)))
    theirs = b'{"subject":"a","version":1,"magic":1,"keytype":"SCHEMA"}'
    producer = Producer({"bootstrap.servers": servers})
    for written in (
        Written(b'{"keytype":"NOOP","magic":0}', None),
        Written(theirs, stored.value),
        Written(b'{"keytype":"TOMORROW"}', b"{}"),
    ):
        producer.produce(topic, key=written.key, value=written.value)
    assert producer.flush(TIMEOUT_S) == 0
    with EphemeralRegistry(servers, settings=settings) as registry:
        assert register(registry, "a").json() == {"id": 7}
        assert register(registry, "b", '"string"').json() == {"id": 8}
        for permanent in ("false", "true"):
            httpx.delete(f"{registry.url}/subjects/a?permanent={permanent}", timeout=TIMEOUT_S)
    with EphemeralRegistry(servers, settings=settings) as registry:
        assert httpx.get(f"{registry.url}/subjects", timeout=TIMEOUT_S).json() == ["b"]


def test_topic_of_many_batches_is_read_to_its_end(
    servers: str, settings: dict[str, object]
) -> None:
    topic, count = str(settings["kafkastore.topic"]), 5 * BATCH_RECORDS + 1
    create_topic(servers, topic, {"cleanup.policy": "compact"})
    producer = Producer({"bootstrap.servers": servers})
    for number in range(1, count + 1):
        content = Content("AVRO", enum(number, doc="x" * 5_000))
        written = encode(SchemaRecord(f"s-{number}", 1, number, content))
        producer.produce(topic, key=written.key, value=written.value)
    assert producer.flush(TIMEOUT_S) == 0
    with EphemeralRegistry(servers, settings=settings) as registry:
        assert len(schemas(registry)) == count
        assert register(registry, "next").json() == {"id": count + 1}


def test_nothing_is_half_registered_while_the_broker_is_down() -> None:
    with EphemeralBroker() as broker:
        settings = {"kafkastore.timeout.ms": 2_000}
        with EphemeralRegistry(broker.bootstrap_servers, settings=settings) as registry:
            assert register_until_accepted(registry, "a", ORDER) == {"id": 1}
            broker.kill()
            refused = register(registry, ":.c:b", '"string"')
            assert (refused.status_code, refused.json()["error_code"]) == (503, 50001)
            assert len(schemas(registry)) == 1
            assert httpx.get(f"{registry.url}/contexts", timeout=TIMEOUT_S).json() == ["."]
            assert register(registry, "a").json() == {"id": 1}, "it is known already"
            broker.start()
            accepted = register_until_accepted(registry, ":.c:b", '"string"')
            assert accepted == {"id": 1}
            assert len(schemas(registry)) == 2


def register_until_accepted(registry: EphemeralRegistry, subject: str, schema: str) -> object:
    """Try again while Kafka comes back, as clients do."""
    while True:
        answer = register(registry, subject, schema)
        if answer.status_code < 500:
            return answer.json()


def test_instance_that_does_not_read_what_it_writes_writes_no_more(
    servers: str, settings: dict[str, object]
) -> None:
    with EphemeralRegistry(
        servers, settings={**settings, "kafkastore.timeout.ms": 1_000}
    ) as registry:
        assert register(registry, "a").json() == {"id": 1}
        log = registry.service.registry.log
        reader = log._reader  # type: ignore[attr-defined]  # a KafkaLog
        asyncio.run_coroutine_threadsafe(reader.stop(), registry.loop).result(TIMEOUT_S)
        for subject, schema in (("b", '"string"'), ("c", '"int"')):
            answer = register(registry, subject, schema)
            assert (answer.status_code, answer.json()["error_code"]) == (500, 50002)
            assert not log.is_leading, "its index is older than what was written"
    with EphemeralRegistry(servers, settings=settings) as registry:
        assert [each["subject"] for each in schemas(registry)] == ["a", "b"]


def test_missing_kafka_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("odradek.clients.admin.requests.REQUEST_TIMEOUT_S", 1.0)
    with pytest.raises(StartupError, match=r"no Kafka answers at 127\.0\.0\.1:1"):
        EphemeralRegistry("127.0.0.1:1").start()


@pytest.mark.parametrize("already", [0, 1])
def test_registry_outlives_a_broker_that_is_killed(already: int) -> None:
    with EphemeralBroker() as broker, EphemeralRegistry(broker.bootstrap_servers) as registry:
        for _ in range(already):
            register_until_accepted(registry, "a", ORDER)
        broker.kill()
        broker.start()
        assert register_until_accepted(registry, "b", '"string"') == {"id": already + 1}
        assert registry.service.registry.log.fault is None


def test_who_writes_a_topic_does_not_write_its_copy(
    servers: str, settings: dict[str, object]
) -> None:
    copy = {name: f"{value}-copy" for name, value in settings.items()}
    original, copied = str(settings["kafkastore.topic"]), str(copy["kafkastore.topic"])
    create_topic(servers, copied, {"cleanup.policy": "compact"})
    with EphemeralRegistry(servers, settings=settings) as first:
        assert register(first, "a").json() == {"id": 1}
        producer = Producer({"bootstrap.servers": servers})
        with SimpleConsumer(servers, original, until_end=True) as consumer:
            for each in consumer:
                producer.produce(
                    copied, key=each.raw_key, value=each.raw_value, headers=list(each.headers)
                )
        producer.flush()
        with EphemeralRegistry(servers, settings=copy) as second:
            assert register(second, "b", '"string"').json() == {"id": 2}
            assert second.service.registry.log.is_leading
        assert [each["subject"] for each in schemas(first)] == ["a"]  # type: ignore[index]
