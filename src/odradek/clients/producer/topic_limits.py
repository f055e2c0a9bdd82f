"""Checks before a record is queued: does its topic exist, and does the record fit into it?

Invariants:
- A topic that does not exist is an error within a second or so, not after librdkafka's thirty.
- A record is refused only after a look at the topic's present limit.

What it does not do: create topics, or know what compression will save. As in Kafka's own producer
the size that counts is the one before compression.
"""

import threading
import time
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

from odradek.clients.errors import ClusterUnreachable, InvalidSetting, RecordTooLarge, UnknownTopic
from odradek.clients.record import Headers

METADATA_TIMEOUT_S = 10.0
PROPAGATION_PATIENCE_S = 1.0
"""A topic just created may be unknown to the broker that is asked."""
PROPAGATION_INTERVAL_S = 0.05
DEFAULT_LIMIT_BYTES = 1_048_588
"""Kafka's max.message.bytes, where we are not allowed to ask."""
OVERHEAD_BYTES = 61 + 36
"""The header of a batch and the most that the fields of one record take besides its contents."""
HEADER_OVERHEAD_BYTES = 10


class TopicLimits:
    """The largest record of each topic that was asked about."""

    def __init__(
        self, config: dict[str, Any], batch_bytes: int, last_error: Callable[[], str | None]
    ) -> None:
        self._config = config
        self._batch_bytes = batch_bytes
        self._last_error = last_error
        self._asking = threading.Lock()
        self.known: dict[str, int] = {}
        """Topic -> the most that key and value may have, without headers."""

    def limit_bytes(self, topic: str, client: Producer) -> int:
        """The most that key and value may have; many that ask for the first time ask once."""
        with self._asking:
            return self.known.get(topic) or self.look_up(topic, client)

    def look_up(self, topic: str, client: Producer) -> int:
        """Ask the cluster; raises UnknownTopic, ClusterUnreachable, InvalidSetting."""
        self._require_topic(topic, client)
        limit_bytes = self._max_message_bytes(topic)
        if limit_bytes < self._batch_bytes:
            raise InvalidSetting(
                f"topic {topic} takes batches of at most {limit_bytes} bytes"
                f" (max.message.bytes), but batch.size is {self._batch_bytes}: give the producer"
                f" settings={{'batch.size': {limit_bytes}}}"
            )
        self.known[topic] = limit_bytes - OVERHEAD_BYTES
        return self.known[topic]

    def forget(self, topic: str) -> None:
        """Ask again next time: a delivery has shown that something changed."""
        self.known.pop(topic, None)

    def require_fit(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        headers: Headers | None,
        client: Producer,
    ) -> None:
        """Raise RecordTooLarge if the record exceeds the topic's limit as it is now."""
        size_bytes = len(key or b"") + len(value or b"")
        size_bytes += sum(
            len(name) * 4 + len(content or b"") + HEADER_OVERHEAD_BYTES
            for name, content in headers or ()
        )
        if size_bytes > self.known[topic] and size_bytes > self.look_up(topic, client):
            raise RecordTooLarge(
                f"a record of {size_bytes} bytes does not fit into topic {topic}, whose"
                f" max.message.bytes is {self.known[topic] + OVERHEAD_BYTES}"
            )

    def _require_topic(self, topic: str, client: Producer) -> None:
        deadline_s = time.monotonic() + PROPAGATION_PATIENCE_S
        while True:
            found = self._metadata(client, topic).topics[topic]
            if found.error is None or found.error.code() == KafkaError.LEADER_NOT_AVAILABLE:
                return
            if time.monotonic() > deadline_s:
                raise self._unknown(topic, found.error, client)
            time.sleep(PROPAGATION_INTERVAL_S)

    def _unknown(self, topic: str, error: KafkaError, client: Producer) -> UnknownTopic:
        if error.code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
            return UnknownTopic(f"topic {topic!r} cannot be written to: {error.str()}")
        names = list(self._metadata(client, None).topics)
        nearest = get_close_matches(topic, names, n=1)
        meant = f": did you mean {nearest[0]}?" if nearest else "; create it first"
        return UnknownTopic(f"topic {topic} does not exist{meant}")

    def _metadata(self, client: Producer, topic: str | None) -> Any:
        try:
            return client.list_topics(topic, timeout=METADATA_TIMEOUT_S)
        except KafkaException as error:
            reason = self._last_error() or error.args[0].str()
            raise ClusterUnreachable(
                f"no answer from {self._config['bootstrap.servers']} within"
                f" {METADATA_TIMEOUT_S:g} s: {reason}"
            ) from error

    def _max_message_bytes(self, topic: str) -> int:
        resource = ConfigResource(ResourceType.TOPIC, topic)
        admin = AdminClient(self._config)
        try:
            entries = admin.describe_configs([resource])[resource].result(METADATA_TIMEOUT_S)
        except (KafkaException, TimeoutError):
            return DEFAULT_LIMIT_BYTES
        return int(entries["max.message.bytes"].value)
