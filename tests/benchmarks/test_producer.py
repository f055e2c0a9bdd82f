"""Every way of producing that the benchmark compares still works, and its page can be written."""

from benchmarks.producer import WAYS, render
from benchmarks.producer_client import WAYS as RUN
from odradek.testing import EphemeralBroker

RECORDS = 500


def test_every_way_delivers_and_has_a_row(kafka_broker: EphemeralBroker, kafka_topic: str) -> None:
    servers = kafka_broker.bootstrap_servers
    results = {way.name: [RUN[way.name](servers, kafka_topic, RECORDS)] for way in WAYS}
    assert all(results[way.name][0].records > 0 for way in WAYS)
    page = render(results, load=0.0)
    assert [way.title for way in WAYS if way.title not in page] == []
