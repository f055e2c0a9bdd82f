"""Topics for the tests of our clients, on any Kafka."""

import threading
import time

from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

TIMEOUT_S = 60.0
KNOWN_CHECK_INTERVAL_S = 0.05

IMPATIENT = {"fetch.wait.max.ms": 10}
"""For consumers that go from partition to partition: a fetch of the last would be waited for."""

AGELESS = {"retention.ms": "-1"}
"""For records with the timestamps of long ago, which retention by time would take."""


def make_topic(
    servers: str, name: str, partitions: int = 1, configs: dict[str, str] | None = None
) -> str:
    """Create a topic, and return its name once the broker tells of it.

    An Apache Kafka that has just started may take a while.
    """
    admin = AdminClient({"bootstrap.servers": servers})
    new = NewTopic(name, partitions, 1, config=configs or {})
    admin.create_topics([new])[name].result(TIMEOUT_S)
    deadline_s, calm = time.monotonic() + TIMEOUT_S, threading.Event()
    while admin.list_topics(name, timeout=TIMEOUT_S).topics[name].error is not None:
        assert time.monotonic() < deadline_s, f"{name} was created and is unknown"
        calm.wait(KNOWN_CHECK_INTERVAL_S)
    return name
