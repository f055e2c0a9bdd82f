"""Records of every kind, enough of them to roll segments."""

import random

from tests.clients.driver import ALL_COMPRESSIONS, AN_HOUR_AGO_MS, Message, ProduceOptions
from tests.clients.librdkafka import Librdkafka

SEED = 4_31
SEGMENT_BYTES = 1024 * 1024
RECORDS = 3_000


def write_mixed_load(client: Librdkafka, topic_prefix: str) -> None:
    """Fill one topic per compression with records of mixed sizes, idempotent and not."""
    noise = random.Random(SEED)
    for compression in ALL_COMPRESSIONS:
        topic = f"{topic_prefix}-{compression}"
        client.create_topic(topic, partitions=2, configs={"segment.bytes": str(SEGMENT_BYTES)})
        for partition, is_idempotent in enumerate((False, True)):
            options = ProduceOptions(compression=compression, is_idempotent=is_idempotent)
            client.produce(topic, partition, _messages(noise), options)


def _messages(noise: random.Random) -> list[Message]:
    return [
        Message(
            value=None if row % 50 == 0 else noise.randbytes(noise.choice((0, 10, 300, 2000))),
            key=None if row % 3 == 0 else b"key %d" % (row % 97),
            headers=(("row", b"%d" % row),) if row % 5 == 0 else (),
            timestamp_ms=AN_HOUR_AGO_MS + row * 7 + noise.randrange(-500, 500),
        )
        for row in range(RECORDS)
    ]
