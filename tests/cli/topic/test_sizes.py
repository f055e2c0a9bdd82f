import json
from collections.abc import Iterator

import pytest
from confluent_kafka import Producer

from odradek.cli.topic.description import headline
from odradek.cli.topic.sizes import replica_sizes
from odradek.ops.cluster import ApacheKafka
from odradek.testing import EphemeralBroker
from tests.brokers import Target
from tests.cli.conftest import Odradek


def fill(servers: str, topic: str) -> None:
    producer = Producer({"bootstrap.servers": servers})
    for partition in (0, 0, 1):
        producer.produce(topic, b"x" * 1000, partition=partition)
    assert producer.flush(60) == 0


@pytest.fixture(params=["odradek", "apache"])
def kafka(request: pytest.FixtureRequest) -> Iterator[ApacheKafka | EphemeralBroker]:
    """A Kafka whose data directory can be looked into."""
    if request.param == "apache":
        yield request.getfixturevalue("apache_kafka")
        return
    with EphemeralBroker() as broker:
        yield broker


def test_sizes_are_those_of_the_logs_on_disk(
    odradek: Odradek, kafka: ApacheKafka | EphemeralBroker
) -> None:
    servers = kafka.bootstrap_servers
    odradek("topic", "create", "sized", "--partitions", "3", "-b", servers)
    fill(servers, "sized")
    document = json.loads(odradek("topic", "describe", "sized", "-b", servers, "-o", "json").stdout)

    on_disk = [
        sum(file.stat().st_size for file in kafka.data_dir.glob(f"sized-{number}/*.log"))
        for number in range(3)
    ]
    assert min(on_disk[:2]) > 1000
    assert [row["size_bytes"] for row in document["partitions"]] == on_disk
    assert document["size_bytes"] == document["replicas_size_bytes"] == sum(on_disk)
    assert document["records"] == 3


def test_broker_that_does_not_tell_is_no_error(target: Target) -> None:
    unknown_broker = 4711
    config = {"bootstrap.servers": target.bootstrap_servers}

    assert replica_sizes(config, "t", [unknown_broker]) == {}


def test_headline_tells_what_is_known() -> None:
    document = {
        "topic": "t",
        "topic_id": "id",
        "records": 12_345,
        "size_bytes": 2_000_000,
        "replicas_size_bytes": 6_000_000,
        "partitions": [{}, {}],
    }

    assert headline(document) == (
        "t: 2 partitions, 12,345 records, 2.0 MB, 6.0 MB with all replicas  (id id)"
    )
    unknown = dict.fromkeys(("records", "size_bytes", "replicas_size_bytes"))
    assert headline({**document, **unknown, "partitions": [{}]}) == "t: 1 partition  (id id)"
