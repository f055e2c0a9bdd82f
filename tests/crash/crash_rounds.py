"""Rounds of: produce, kill the broker with -9, start it on the same data, compare.

Three producers write all the while: one idempotent that lasts through all rounds (its id and
sequences must survive in the recovered producer state), one idempotent that is new in each round
(an id must never be handed out twice), and one with acks=1. A topic is created just before each
kill, and must be there ever after.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from confluent_kafka import Consumer, KafkaError, TopicPartition
from confluent_kafka.admin import AdminClient

from tests.brokers import RestartableBroker
from tests.clients.librdkafka import Librdkafka
from tests.crash.recorded_producer import ACKS_1, IDEMPOTENT, PARTITIONS, RecordedProducer
from tests.crash.verdict import Stamp, Verdict, judge

LASTING, FRESH, SIMPLE = "lasting", "fresh", "acks-1"
SEGMENT_BYTES = 1024 * 1024
RECORDS_AT_ONCE = 50
READ_TIMEOUT_S = 60.0
STALL_TIMEOUT_S = 60.0


@dataclass(slots=True)
class CrashRounds:
    """The state that lasts over the rounds; `noise` decides when to kill."""

    broker: RestartableBroker
    noise: random.Random
    created_topics: set[str] = field(default_factory=set)
    producers: dict[str, list[RecordedProducer]] = field(default_factory=dict)

    def prepare(self) -> None:
        """Create the topics and the producers that last."""
        client = Librdkafka(self.broker.bootstrap_servers)
        for topic in (LASTING, FRESH, SIMPLE):
            configs = {"segment.bytes": str(SEGMENT_BYTES)}
            client.create_topic(topic, partitions=PARTITIONS, configs=configs)
        lasting = self._new_producer(LASTING, {**IDEMPOTENT, "compression.type": "lz4"})
        simple = self._new_producer(SIMPLE, {**ACKS_1, "compression.type": "zstd"})
        self.producers = {LASTING: [lasting], FRESH: [], SIMPLE: [simple]}

    def run(self) -> None:
        """One round: crash at a random moment under load, restart, and let all of it arrive."""
        self.producers[FRESH].append(self._new_producer(FRESH, IDEMPOTENT))
        self._produce_until_acknowledged(self.noise.randrange(300, 3_000))
        self._create_topic()
        self.broker.kill()
        self._each(lambda producer: producer.send(RECORDS_AT_ONCE))
        self.broker.start()
        self._produce_until_acknowledged(300)
        self._each(RecordedProducer.flush)

    def judge_everything(self) -> Verdict:
        """Read every partition from its beginning and compare with all acknowledgements so far."""
        verdict = Verdict()
        missing = self.created_topics - self._existing_topics()
        verdict.cases += [f"topic {topic} is lost" for topic in sorted(missing)]
        for topic, producers in self.producers.items():
            for partition in range(PARTITIONS):
                acknowledged: dict[Stamp, int] = {}
                for producer in producers:
                    acknowledged |= producer.acknowledged[partition]
                verdict.add(
                    judge(
                        read_partition(self.broker.bootstrap_servers, topic, partition),
                        acknowledged,
                        exactly_once=topic != SIMPLE,
                        partition=f"{topic}-{partition}",
                    )
                )
        return verdict

    def _create_topic(self) -> None:
        topic = f"created-{len(self.created_topics)}"
        Librdkafka(self.broker.bootstrap_servers).create_topic(topic, partitions=1)
        self.created_topics.add(topic)

    def _existing_topics(self) -> set[str]:
        admin = AdminClient({"bootstrap.servers": self.broker.bootstrap_servers})
        return set(admin.list_topics(timeout=READ_TIMEOUT_S).topics)

    def _new_producer(self, topic: str, settings: dict[str, object]) -> RecordedProducer:
        servers = self.broker.bootstrap_servers
        return RecordedProducer(servers, topic, settings, self.noise)

    def _active(self) -> list[RecordedProducer]:
        return [producers[-1] for producers in self.producers.values()]

    def _each(self, action: Callable[[RecordedProducer], None]) -> None:
        for producer in self._active():
            action(producer)

    def _produce_until_acknowledged(self, records: int) -> None:
        enough = self._acknowledged() + records
        deadline = time.monotonic() + STALL_TIMEOUT_S
        while self._acknowledged() < enough:
            assert time.monotonic() < deadline, "the broker acknowledges nothing any more"
            self._each(lambda producer: producer.send(RECORDS_AT_ONCE))
            self._each(lambda producer: producer.wait_for_acknowledgements(0.005))

    def _acknowledged(self) -> int:
        return sum(producer.acknowledged_count for producer in self._active())


def read_partition(bootstrap_servers: str, topic: str, partition: int) -> list[tuple[int, Stamp]]:
    """Return all records of the partition with their offsets."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap_servers,
            "group.id": "never-joined",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "check.crcs": True,
        }
    )
    records: list[tuple[int, Stamp]] = []
    try:
        consumer.assign([TopicPartition(topic, partition, 0)])
        while True:
            record = consumer.poll(READ_TIMEOUT_S)
            assert record is not None, f"{topic}-{partition} is silent after {len(records)} records"
            if record.error() is not None:
                assert record.error().code() == KafkaError._PARTITION_EOF, record.error()
                return records
            records.append((record.offset(), Stamp.from_value(record.value())))
    finally:
        consumer.close()
