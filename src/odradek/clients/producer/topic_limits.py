"""Checks before a record is queued: does its topic exist, does the record fit into it?

Invariants:
- A topic that does not exist is an error within a second, or five where several brokers could lag
  behind each other, not after librdkafka's thirty.
- A record is refused only after a look at the topic's present limit.
- A topic that was known stays so in an outage: what the broker thinks of a record meanwhile, its
  receipt will tell.
- Where acks=all would mean a single copy although there are more brokers, the log says so.

What it does not do: create topics, or know what compression will save. As in Kafka's own producer
the size that counts is the one before compression.
"""

import logging
import threading
import time
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

from odradek.clients.certificates import certificate_problem
from odradek.clients.errors import ClusterUnreachable, InvalidSetting, RecordTooLarge, UnknownTopic
from odradek.clients.kafka_config import KafkaConfig
from odradek.clients.producer.delivery.error_classes import HOPELESS
from odradek.clients.record import Headers

logger = logging.getLogger(__name__)

METADATA_TIMEOUT_S = 10.0
METADATA_ATTEMPT_S = 1.0
"""Between attempts it is seen whether waiting is of any use."""
PROPAGATION_PATIENCE_S = 1.0
"""A topic just created may be unknown for a moment."""
LAGGING_BROKER_PATIENCE_S = 5.0
"""One of several brokers that has just started may not know yet what the others know."""
PROPAGATION_INTERVAL_S = 0.05
DEFAULT_LIMIT_BYTES = 1_048_588
"""Kafka's max.message.bytes, where we are not allowed to ask."""
OVERHEAD_BYTES = 61 + 36
"""The header of a batch and the most that the fields of one record take besides its contents."""
HEADER_OVERHEAD_BYTES = 10
ONE_BROKER = 0
"""Stands for the replicas of a topic whose cluster has no second broker."""


class TopicLimits:
    """The largest record of each topic that was asked about."""

    def __init__(
        self,
        config: dict[str, Any],
        batch_bytes: int,
        *,
        wants_all_replicas: bool,
        last_error: Callable[[], KafkaError | None],
    ) -> None:
        self._config = config
        self._wants_all_replicas = wants_all_replicas
        self._batch_bytes = batch_bytes
        self._last_error = last_error
        self._asking = threading.Lock()
        self.known: dict[str, int] = {}
        """Topic -> the most that key and value may have, without headers."""
        self._doubted: dict[str, int] = {}
        """The same of topics that are to be asked about anew."""

    def limit_bytes(self, topic: str, client: Producer) -> int:
        """The most that key and value may have; many that ask for the first time ask once."""
        with self._asking:
            return self.known.get(topic) or self._look_up_unless_out(topic, client)

    def _look_up_unless_out(self, topic: str, client: Producer) -> int:
        try:
            return self.look_up(topic, client)
        except ClusterUnreachable:
            if topic not in self._doubted:
                raise
            self.known[topic] = self._doubted[topic]
            return self.known[topic]

    def look_up(self, topic: str, client: Producer) -> int:
        """Ask the cluster; raises UnknownTopic, ClusterUnreachable, InvalidSetting."""
        replicas = self._replicas(topic, client)
        configs = self._configs(topic)
        limit_bytes = int(configs.get("max.message.bytes", DEFAULT_LIMIT_BYTES))
        if limit_bytes < self._batch_bytes:
            raise InvalidSetting(
                f"topic {topic} takes batches of at most {limit_bytes} bytes"
                f" (max.message.bytes), but batch.size is {self._batch_bytes}: give the producer"
                f" settings={{'batch.size': {limit_bytes}}}"
            )
        if self._wants_all_replicas and topic not in self.known:
            _doubt(topic, replicas, int(configs.get("min.insync.replicas", replicas)))
        self.known[topic] = limit_bytes - OVERHEAD_BYTES
        return self.known[topic]

    def forget(self, topic: str) -> None:
        """Ask again next time: a delivery has shown that something changed."""
        if topic in self.known:
            self._doubted[topic] = self.known.pop(topic)

    def fits(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Headers | None
    ) -> bool:
        """Whether the record is within the topic's limit as far as it is known."""
        return _size_bytes(key, value, headers) <= self.known.get(topic, 0)

    def require_fit(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        headers: Headers | None,
        client: Producer,
    ) -> None:
        """Raise RecordTooLarge if the record exceeds the topic's limit as it is now."""
        size_bytes = _size_bytes(key, value, headers)
        limit_bytes = self.look_up(topic, client)
        if size_bytes > limit_bytes:
            raise RecordTooLarge(
                f"a record of {size_bytes} bytes does not fit into topic {topic}, whose"
                f" max.message.bytes is {limit_bytes + OVERHEAD_BYTES}"
            )

    def _replicas(self, topic: str, client: Producer) -> int:
        """How many replicas the topic has, or ONE_BROKER; raises UnknownTopic."""
        asked_s = time.monotonic()
        while True:
            cluster = self._metadata(client, topic)
            found = cluster.topics[topic]
            if found.error is None or found.error.code() == KafkaError.LEADER_NOT_AVAILABLE:
                least = min((len(each.replicas) for each in found.partitions.values()), default=1)
                return least if len(cluster.brokers) > 1 else ONE_BROKER
            is_alone = len(cluster.brokers) == 1
            patience_s = PROPAGATION_PATIENCE_S if is_alone else LAGGING_BROKER_PATIENCE_S
            if time.monotonic() > asked_s + patience_s:
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
        asked_s = time.monotonic()
        patience_s = METADATA_ATTEMPT_S if topic in self._doubted else METADATA_TIMEOUT_S
        while True:
            try:
                return client.list_topics(topic, timeout=METADATA_ATTEMPT_S)
            except KafkaException as error:
                last = self._last_error()
                is_hopeless = last is not None and last.code() in HOPELESS
                if is_hopeless or time.monotonic() > asked_s + patience_s:
                    raise self._unreachable(last or error.args[0]) from error

    def _unreachable(self, reason: KafkaError) -> ClusterUnreachable:
        problem = None
        if reason.code() == KafkaError._SSL:
            problem = certificate_problem(KafkaConfig.from_properties(self._config))
        return ClusterUnreachable(
            f"no broker at {self._config['bootstrap.servers']} answers us:"
            f" {problem or reason.str()} ({reason.name()})"
        )

    def _configs(self, topic: str) -> dict[str, str]:
        """The topic's settings; none where we are not allowed to ask."""
        resource = ConfigResource(ResourceType.TOPIC, topic)
        admin = AdminClient(self._config)
        try:
            entries = admin.describe_configs([resource])[resource].result(METADATA_TIMEOUT_S)
        except (KafkaException, TimeoutError):
            return {}
        return {name: entry.value for name, entry in entries.items()}


def _size_bytes(key: bytes | None, value: bytes | None, headers: Headers | None) -> int:
    return (
        len(key or b"")
        + len(value or b"")
        + sum(
            len(name) * 4 + len(content or b"") + HEADER_OVERHEAD_BYTES
            for name, content in headers or ()
        )
    )


def _doubt(topic: str, replicas: int, min_insync: int) -> None:
    """Say where acks=all means less than it sounds; on a single broker it cannot mean more."""
    if replicas == ONE_BROKER or (replicas > 1 and min_insync > 1):
        return
    logger.warning(
        "topic %s has %d replicas and min.insync.replicas=%d: acks=all may mean a single copy, lost"
        " with its broker; three replicas and min.insync.replicas=2 survive that",
        topic,
        replicas,
        min_insync,
    )
