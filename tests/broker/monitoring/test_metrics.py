"""What /metrics says is true, and says it as Prometheus wants it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from odradek.broker.monitoring.catalogue import FAMILIES
from odradek.broker.monitoring.exposition import render
from odradek.broker.monitoring.family import MetricType
from odradek.broker.monitoring.health import Phase, find_fault
from odradek.broker.requests.metered_requests import choose_dispatch
from odradek.protocol.declaration import Request
from odradek.protocol.messages.metadata import MetadataRequest, MetadataRequestTopic
from odradek.protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from tests.broker.harness import Harness, batch_of

TOPIC_COUNTER = "kafka_server_brokertopicmetrics_{}_total"


class Metrics:
    """One scrape, by name and labels."""

    def __init__(self, text: str) -> None:
        self.families = {family.name: family for family in text_string_to_metric_families(text)}
        self._samples = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in self.families.values()
            for sample in family.samples
        }

    def value(self, name: str, **labels: str) -> float:
        return self._samples[name, frozenset(labels.items())]

    def topic(self, counter: str, topic: str) -> float:
        return self.value(TOPIC_COUNTER.format(counter), topic=topic)

    def labels_of(self, name: str) -> list[dict[str, str]]:
        return [sample.labels for sample in self.families[name].samples]


def scrape(broker: Harness) -> Metrics:
    for partition in broker.broker.partitions:
        partition.settle_meter()
    return Metrics(broker.loop.run_until_complete(render(FAMILIES, broker.broker)))


@pytest.fixture
def small_broker(tmp_path: Path) -> Iterator[Harness]:
    """Numbers of their own for two topics and three partitions only."""
    harness = Harness(tmp_path, "metrics.topics.max=2", "metrics.partitions.max=3")
    yield harness
    harness.close()


def test_every_family_is_understood_by_prometheus_own_parser(broker: Harness) -> None:
    broker.create_topic("t")
    broker.produce("t", batch_of(b"a"))
    found = scrape(broker).families
    for family in FAMILIES:
        is_counter = family.type is MetricType.COUNTER
        name = family.name.removesuffix("_total") if is_counter else family.name
        assert found[name].type == family.type.value, name
        assert found[name].documentation == family.documentation
        for sample in found[name].samples:
            assert set(sample.labels) <= set(family.labels), name


def test_names_are_unique_and_well_formed() -> None:
    names = [family.name for family in FAMILIES]
    assert len(set(names)) == len(names)
    assert [name for name in names if name.lower().replace("_", "a").isalnum() is False] == []
    for family in FAMILIES:
        assert (family.type is MetricType.COUNTER) == family.name.endswith("_total"), family.name


def test_produced_and_fetched_records_are_counted_by_topic(broker: Harness) -> None:
    broker.create_topic("t", partitions=2)
    batch = batch_of(b"a", b"b", b"c")
    broker.produce("t", batch)
    broker.produce("t", batch, partition=1)
    broker.values("t")
    metrics = scrape(broker)
    assert metrics.topic("messagesin", "t") == 6
    assert metrics.topic("bytesin", "t") == 2 * len(batch)
    assert metrics.topic("bytesout", "t") == len(batch)
    assert metrics.topic("totalproducerequests", "t") == 2
    assert metrics.topic("totalfetchrequests", "t") == 1
    assert metrics.topic("failedproducerequests", "t") == 0


def test_refused_batch_counts_as_failed_and_its_bytes_as_rejected(broker: Harness) -> None:
    broker.create_topic("t", max_message_bytes="100")
    batch = batch_of(bytes(200))
    assert broker.produce("t", batch).error_code != 0
    metrics = scrape(broker)
    assert metrics.topic("totalproducerequests", "t") == 1
    assert metrics.topic("failedproducerequests", "t") == 1
    assert metrics.topic("bytesrejected", "t") == len(batch)
    assert metrics.topic("bytesin", "t") == 0


def test_parked_fetch_sends_its_bytes_once(broker: Harness) -> None:
    broker.create_topic("t")
    batch = batch_of(b"a")
    broker.produce("t", batch)
    asked = broker.start(
        broker.fetch_request("t", 0, min_bytes=2 * len(batch), max_wait_ms=60_000), 12
    )
    assert asked.is_pending
    broker.produce("t", batch)
    asked.answer()
    assert scrape(broker).topic("bytesout", "t") == 2 * len(batch)


def test_topics_and_partitions_beyond_the_limits_get_no_labels(small_broker: Harness) -> None:
    for topic in ("a", "b", "c", "d"):
        small_broker.create_topic(topic, partitions=2)
        small_broker.produce(topic, batch_of(b"x"))
    metrics = scrape(small_broker)
    topics = [labels["topic"] for labels in metrics.labels_of(TOPIC_COUNTER.format("bytesin")[:-6])]
    assert topics == ["a", "b", "__other"]
    assert metrics.topic("messagesin", "__other") == 2
    assert len(metrics.labels_of("kafka_log_log_size")) == 3


def test_log_numbers_follow_the_partition(broker: Harness) -> None:
    broker.create_topic("t")
    batch = batch_of(b"a", b"b")
    broker.produce("t", batch)
    metrics = scrape(broker)
    expected = {"size": len(batch), "logstartoffset": 0, "logendoffset": 2, "numlogsegments": 1}
    for name, value in expected.items():
        assert metrics.value(f"kafka_log_log_{name}", topic="t", partition="0") == value


def test_requests_and_their_errors_are_counted_by_api(tmp_path: Path) -> None:
    harness = Harness(tmp_path, "metrics.address=127.0.0.1:0")
    dispatch = choose_dispatch(harness.broker)

    def ask(request: Request, version: int) -> None:
        reply = dispatch(harness.broker, memoryview(harness.frame(request, version)), "x")
        harness.broker.write_staged()
        if reply is not None:
            reply.encode([])

    harness.create_topic("t")
    ask(MetadataRequest(topics=[MetadataRequestTopic(name="absent")]), 12)
    ask(MetadataRequest(topics=[MetadataRequestTopic(name="t")]), 12)
    for acks in (1, 0):
        data = PartitionProduceData(records=batch_of(b"a"))
        topic = TopicProduceData(name="t", partition_data=[data])
        ask(ProduceRequest(acks=acks, timeout_ms=1000, topic_data=[topic]), 9)
    ask(harness.fetch_request("t", 99), 12)
    metrics = scrape(harness)
    name = "kafka_network_requestmetrics_requests_total"
    assert metrics.value(name, request="Metadata", version="12") == 2
    assert metrics.value(name, request="Produce", version="9") == 2
    errors = "kafka_network_requestmetrics_errors_total"
    assert metrics.value(errors, request="Fetch", error="OFFSET_OUT_OF_RANGE") == 1
    timed = "kafka_network_requestmetrics_totaltimems_count"
    assert metrics.value(timed, request="Metadata") == 2
    harness.close()


def test_produce_that_the_disk_refuses_is_counted_as_an_error_whether_it_is_timed_or_not(
    tmp_path: Path,
) -> None:
    harness = Harness(tmp_path, "metrics.address=127.0.0.1:0")
    harness.create_topic("t")
    (partition,) = harness.broker.partitions.of_topic("t")
    partition.log.offline_reason = "the disk is gone"
    dispatch = choose_dispatch(harness.broker)
    data = PartitionProduceData(records=batch_of(b"a"))
    topic = TopicProduceData(name="t", partition_data=[data])
    request = ProduceRequest(acks=1, timeout_ms=1000, topic_data=[topic])
    for correlation_id in range(32):
        frame = harness.frame(request, 9)
        frame[7] = correlation_id
        reply = dispatch(harness.broker, memoryview(frame), "x")
        assert reply is not None
        reply.encode([])
    metrics = scrape(harness)
    requests, errors = (
        f"kafka_network_requestmetrics_{name}_total" for name in ("requests", "errors")
    )
    assert metrics.value(requests, request="Produce", version="9") == 32
    assert metrics.value(errors, request="Produce", error="KAFKA_STORAGE_ERROR") == 32
    timed = "kafka_network_requestmetrics_totaltimems_count"
    assert metrics.value(timed, request="Produce") == 2
    harness.close()


def test_offline_partition_is_counted_and_makes_the_broker_unready(broker: Harness) -> None:
    broker.create_topic("t")
    assert find_fault(Phase.LOADING, broker.broker) == "the broker is loading its logs"
    assert find_fault(Phase.SERVING, broker.broker) is None
    (partition,) = broker.broker.partitions.of_topic("t")
    partition.log.offline_reason = "the disk is gone"
    fault = find_fault(Phase.SERVING, broker.broker)
    assert fault == "offline partitions: t-0; the disk is gone"
    metrics = scrape(broker)
    assert metrics.value("kafka_controller_kafkacontroller_offlinepartitionscount") == 1
