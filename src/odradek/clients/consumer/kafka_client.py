"""One librdkafka consumer, as both kinds of consumers use it.

Invariants:
- A topic that does not exist is an error at once, with the nearest name; an unreachable cluster is
  one within seconds.
- What librdkafka would do behind the application's back (commit, store offsets, jump to an end of
  the log when an offset is gone) it does only as the consumer says.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from odradek.clients.certificates import certificate_problem
from odradek.clients.committed_offsets import committed_offsets
from odradek.clients.errors import ClusterUnreachable, ConsumingFailed, InvalidSetting
from odradek.clients.kafka_config import KafkaConfig
from odradek.clients.librdkafka_log import librdkafka_logger
from odradek.clients.record import Partition

METADATA_TIMEOUT_S = 10.0
REQUEST_TIMEOUT_S = 15.0

DECIDED = {
    "auto.offset.reset": "start",
    "enable.auto.commit": "commits",
    "enable.auto.offset.store": "commits",
    "group.id": "group",
    "bootstrap.servers": "kafka",
}
"""Settings that an argument of the consumer decides."""


class KafkaClient:
    """A confluent-kafka consumer and what is asked of it. Raises InvalidSetting."""

    def __init__(
        self, kafka: KafkaConfig | str, own: Mapping[str, Any], settings: Mapping[str, Any] | None
    ) -> None:
        for name in settings or ():
            if name in DECIDED:
                raise InvalidSetting(
                    f"{name} is not set here: the argument {DECIDED[name]} does it"
                )
        config = KafkaConfig(bootstrap_servers=kafka) if isinstance(kafka, str) else kafka
        self._config = config
        try:
            self.raw: Consumer = Consumer(
                {
                    **config.librdkafka(),
                    "enable.auto.commit": False,
                    "enable.auto.offset.store": False,
                    "logger": librdkafka_logger,
                    **own,
                    **(settings or {}),
                }
            )
        except KafkaException as error:
            raise InvalidSetting(f"the consumer cannot be made: {error.args[0].str()}") from error

    def partitions_of(self, topic: str) -> list[int]:
        """The partitions of a topic; raises ConsumingFailed, ClusterUnreachable."""
        found = self._metadata(topic).topics[topic]
        if found.error is None:
            return sorted(found.partitions)
        if found.error.code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
            raise ConsumingFailed(f"topic {topic} cannot be read: {found.error.str()}")
        nearest = get_close_matches(topic, list(self._metadata(None).topics), n=1)
        meant = f": did you mean {nearest[0]}?" if nearest else "; create it first"
        raise ConsumingFailed(f"topic {topic} does not exist{meant}")

    def consume(self, max_records: int, timeout_s: float) -> "list[Message[bytes, bytes]]":
        """Whatever came, news of partitions' ends included; raises ConsumingFailed."""
        # `consume` alone would wait for all of them, or for the whole time.
        first = self.raw.poll(timeout_s)
        messages = [] if first is None else [first, *self.raw.consume(max_records - 1, 0)]
        for message in messages:
            error = message.error()
            if error is not None and error.code() != KafkaError._PARTITION_EOF:
                self._judge(error, message)
        return messages

    def ranges(self, partitions: Iterable[Partition]) -> dict[Partition, tuple[int, int]]:
        """Where each log begins and ends."""
        return {
            place: self._asked(
                self.raw.get_watermark_offsets, TopicPartition(*place), REQUEST_TIMEOUT_S
            )
            for place in partitions
        }

    def offsets_at(self, partitions: Sequence[Partition], time: datetime) -> dict[Partition, int]:
        """The first offset written at or after `time`; the end where nothing was since."""
        if not partitions:
            return {}
        time_ms = max(0, int(time.timestamp() * 1000))
        asked = [TopicPartition(*place, time_ms) for place in partitions]
        found = self._asked(self.raw.offsets_for_times, asked, REQUEST_TIMEOUT_S)
        ends = self.ranges(
            Partition(each.topic, each.partition) for each in found if each.offset < 0
        )
        places = ((Partition(each.topic, each.partition), each.offset) for each in found)
        return {place: ends[place][1] if place in ends else offset for place, offset in places}

    def positions(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """The next offset that each partition will give, where reading has begun."""
        found = self.raw.position([TopicPartition(*place) for place in partitions])
        return {
            Partition(each.topic, each.partition): each.offset for each in found if each.offset >= 0
        }

    def committed(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """What the group has committed."""
        asked = [TopicPartition(*place) for place in partitions]
        found = self._asked(committed_offsets, self.raw, asked, REQUEST_TIMEOUT_S) if asked else []
        return {
            Partition(each.topic, each.partition): each.offset for each in found if each.offset >= 0
        }

    def _metadata(self, topic: str | None) -> Any:
        try:
            if topic is None:
                return self.raw.list_topics(timeout=METADATA_TIMEOUT_S)
            return self.raw.list_topics(topic, timeout=METADATA_TIMEOUT_S)
        except KafkaException as error:
            reason = certificate_problem(self._config) or error.args[0].str()
            raise ClusterUnreachable(
                f"no answer from {self._config.bootstrap_servers} within"
                f" {METADATA_TIMEOUT_S:g} s: {reason}"
            ) from error

    def _asked(self, request: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return request(*arguments)
        except KafkaException as error:
            raise ConsumingFailed(f"asking for offsets failed: {error.args[0].str()}") from error

    def _judge(self, error: KafkaError, message: "Message[bytes, bytes]") -> None:
        if error.code() == KafkaError._MAX_POLL_EXCEEDED:
            raise ConsumingFailed(
                "processing took longer than max.poll.interval.ms, and the group has given the"
                " partitions to others: process less at once, or raise that setting"
            )
        if error.retriable():
            librdkafka_logger.warning("reading %s: %s", message.topic(), error.str())
            return
        raise ConsumingFailed(f"reading {message.topic()} failed: {error.str()} ({error.name()})")
