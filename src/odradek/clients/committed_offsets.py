"""What a group has committed, asked of a coordinator that may just be starting, moving or dead.

librdkafka asks once, and passes on that a broker is not the coordinator (any more).
"""

import time
from typing import Protocol

from confluent_kafka import KafkaError, KafkaException, TopicPartition

PATIENCE_S = 30.0
"""A coordinator takes over within seconds."""
RETRY_INTERVAL_S = 0.1
COORDINATOR_NOT_READY = {
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.NOT_COORDINATOR,
}


class Committed(Protocol):
    """What is needed of a consumer: confluent-kafka's, with a group."""

    def committed(self, partitions: list[TopicPartition], timeout: float) -> list[TopicPartition]:
        """The group's committed offsets, asked for once."""


def committed_offsets(
    consumer: Committed, partitions: list[TopicPartition], timeout_s: float
) -> list[TopicPartition]:
    """The group's committed offsets, negative where there is none.

    `timeout_s` is for one answer; a coordinator that is not ready is asked again for half a minute.
    Raises KafkaException.
    """
    deadline_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            return consumer.committed(partitions, timeout_s)
        except KafkaException as error:
            code = error.args[0].code()
            if code not in COORDINATOR_NOT_READY or time.monotonic() > deadline_s:
                raise
        time.sleep(RETRY_INTERVAL_S)
