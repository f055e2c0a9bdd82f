"""A Kafka as the tests of dead letters use it: what stands in a topic, what a group committed."""

from dataclasses import dataclass
from typing import Any

from confluent_kafka import OFFSET_END, Consumer, TopicPartition

from odradek.clients.dead_letter.headers import enclose
from odradek.clients.dead_letter.letter import PlainRecord, dead_letter_topic
from odradek.clients.dead_letter.reader import Found, LetterReader, find_ends
from odradek.clients.dead_letter.topic import DeadLetterTopics
from tests.clients.dead_letter.letters import letter

TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Kafka:
    """Reached at its bootstrap servers."""

    servers: str

    @property
    def config(self) -> dict[str, Any]:
        return {"bootstrap.servers": self.servers, "log_level": 0}

    def records(self, topic: str) -> list[PlainRecord]:
        """Every committed record of a topic, partition by partition."""
        return [found.carrier for found in self.found(topic)]

    def found(self, topic: str) -> list[Found]:
        self.await_markers(topic)
        with LetterReader(self.config, topic) as reader:
            backlogs = reader.backlogs()
            starts = {each.partition: each.start_offset for each in backlogs}
            batches = list(reader.read(starts, find_ends(backlogs)))
        everything = [found for batch in batches for found in batch]
        return sorted(everything, key=lambda found: (found.partition, found.offset))

    def await_markers(self, topic: str) -> None:
        """Return when no transaction is open: its markers follow a commit, and not at once."""
        consumers = [
            Consumer({**self.config, "group.id": "ends", "isolation.level": level})
            for level in ("read_committed", "read_uncommitted")
        ]
        partitions = consumers[0].list_topics(topic, TIMEOUT_S).topics[topic].partitions
        latest = [TopicPartition(topic, partition, OFFSET_END) for partition in partitions]
        while True:
            stable, everything = (
                [each.offset for each in consumer.offsets_for_times(latest, TIMEOUT_S)]
                for consumer in consumers
            )
            if stable == everything:
                break
        for consumer in consumers:
            consumer.close()

    def bury(self, topic: str, count: int) -> list[PlainRecord]:
        """Write letters about records of the topic, and return those records."""
        letters = [letter(number, topic=topic) for number in range(count)]
        with DeadLetterTopics(self.config) as topics:
            topics.send([enclose(each, dead_letter_topic(topic)) for each in letters])
        return [each.record for each in letters]

    def committed(self, group: str, topic: str) -> dict[int, int]:
        """The offsets that a group has committed for three partitions."""
        consumer = Consumer({**self.config, "group.id": group})
        asked = [TopicPartition(topic, partition) for partition in range(3)]
        offsets = {each.partition: each.offset for each in consumer.committed(asked, TIMEOUT_S)}
        consumer.close()
        return {partition: offset for partition, offset in offsets.items() if offset >= 0}


def keys(records: list[PlainRecord]) -> list[str]:
    return sorted((record.key or b"").decode() for record in records)
