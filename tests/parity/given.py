"""What scenarios find or make before they ask: a topic to read, topics and producers of their own.

READ has two partitions. The first has three batches of five records, an hour old, of which the
first two records are deleted; the second is empty. Nobody changes it, so every version of every
scenario may read it.
"""

import time
from collections.abc import Mapping

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.records import Record, encode_batch
from tests.parity import requests
from tests.parity.fence import prepare_fence, wait_for_coordinators
from tests.parity.requests import Topic
from tests.parity.talk import Talk

READ = "read"
LOG_START, END = 2, 15
NOW_MS = time.time_ns() // 1_000_000
AN_HOUR_AGO_MS = NOW_MS - 3_600_000
BATCH_INTERVAL_MS = 1_000


def prepare(bootstrap_servers: str) -> None:
    """Bring a fresh broker into the state that every scenario may count on."""
    wait_for_coordinators(bootstrap_servers)
    prepare_fence(bootstrap_servers)
    with Talk(bootstrap_servers, READ, ApiKey.CREATE_TOPICS, 7) as talk:
        talk.ask("create", requests.create_topic(READ, 2))
        for batch in range(3):
            written = records(5, AN_HOUR_AGO_MS + batch * BATCH_INTERVAL_MS, step_ms=10)
            produced = requests.produce(Topic(READ), encode_batch(written))
            talk.ask("fill", produced, version=9)
        talk.ask("delete", requests.delete_records(READ, LOG_START))
    assert all("'error_code': 0" in repr(step.answer) for step in talk.transcript)


def records(
    count: int = 3, timestamp_ms: int = NOW_MS, key: bytes | None = b"k", step_ms: int = 1
) -> list[Record]:
    return [
        Record(
            offset=row, timestamp_ms=timestamp_ms + row * step_ms, key=key, value=b"value %d" % row
        )
        for row in range(count)
    ]


def read_topic(talk: Talk) -> Topic:
    """READ with its id on this broker."""
    answer = talk.ask("look up what to read", requests.metadata(READ), version=12)
    return Topic(READ, answer.topics[0].topic_id)


def new_topic(
    talk: Talk, own: str, partitions: int = 1, configs: Mapping[str, str | None] | None = None
) -> Topic:
    """A topic of this run's own."""
    name = talk.name(own)
    answer = talk.ask(f"create {own}", requests.create_topic(name, partitions, configs), version=7)
    return Topic(name, answer.topics[0].topic_id)


def filled_topic(talk: Talk, own: str, partitions: int = 1) -> Topic:
    """A topic of this run's own with a batch of three records in each partition."""
    topic = new_topic(talk, own, partitions)
    for index in range(partitions):
        filled = requests.produce(topic, encode_batch(records()), index)
        talk.ask(f"fill {own} {index}", filled, version=9)
    return topic


def new_producer_id(talk: Talk) -> int:
    """An id that this broker has given out."""
    return int(talk.ask("a producer id", requests.producer_id(), version=4).producer_id)
