"""Rounds of: produce, let a group read and commit, kill the broker with -9, start it, compare.

Four members of three libraries share one topic all the while. What a member was told is committed
must be committed after the restart; whatever was produced must have been read in the end.
"""

import random
from dataclasses import dataclass, field

from confluent_kafka import ConsumerGroupTopicPartitions
from confluent_kafka.admin import AdminClient

from odradek.testing import EphemeralBroker
from tests.clients.driver import Message, ProduceOptions
from tests.clients.librdkafka import Librdkafka
from tests.clients.members import SHORT_SESSION_TIMEOUT_MS, Group, GroupMember

TOPIC = "shared"
GROUP = "readers"
PARTITIONS = 4
LIBRARIES = ("confluent-kafka", "kafka-python", "aiokafka", "confluent-kafka")
RECORDS = 100
TIMEOUT_S = 60


@dataclass(slots=True)
class GroupRounds:
    """The state that lasts over the rounds; `noise` decides when to kill."""

    broker: EphemeralBroker
    group: Group
    noise: random.Random
    produced: int = 0
    lost: list[str] = field(default_factory=list)

    def prepare(self) -> None:
        """Create the topic, and let everybody join."""
        self.broker.create_topic(TOPIC, partitions=PARTITIONS)
        members = [self._start(library) for library in LIBRARIES]
        self.group.wait_for_shares(members, PARTITIONS)

    def run(self) -> None:
        """One round: crash in the middle of reading, of committing or of a rebalance."""
        moments = (self._read_some, self._begin_to_commit, self._leave, self._vanish)
        read_before = len(self.group.records_read())
        self._produce()
        self.group.wait_for_records(read_before + self.noise.randrange(RECORDS * PARTITIONS))
        self.noise.choice(moments)()
        self.broker.kill()
        promised = self._promised()
        self.broker.start()
        self._compare(promised)

    def finish(self) -> None:
        """Wait until everything was read by somebody."""
        self.group.wait_for_records(self.produced * PARTITIONS)
        self.group.wait_for_shares(self.group.active, PARTITIONS)
        self._compare(self._promised())

    # --- what is under way when the broker is killed

    def _read_some(self) -> None:
        """Just reading, and whatever commits go with it."""

    def _begin_to_commit(self) -> None:
        """Somebody was just told that a commit is stored: others are on their way."""
        before = self._commits()
        self._produce()
        self.group.wait_until(lambda: self._commits() > before, "somebody commits")

    def _leave(self) -> None:
        """Somebody has just left, and the others are about to be told to join again."""
        leaving = self.group.active[0]
        self._start(leaving.library)
        leaving.leave()

    def _vanish(self) -> None:
        """Somebody dies, and somebody else begins to join."""
        vanishing = self.group.active[0]
        self._start(vanishing.library)
        vanishing.kill()

    def _start(self, library: str) -> GroupMember:
        return self.group.start(library, session_timeout_ms=SHORT_SESSION_TIMEOUT_MS)

    def _commits(self) -> int:
        return sum(member.commits for member in self.group.everybody)

    def _produce(self) -> None:
        client = Librdkafka(self.broker.bootstrap_servers)
        for partition in range(PARTITIONS):
            numbers = range(self.produced, self.produced + RECORDS)
            messages = [Message(b"%d" % number) for number in numbers]
            client.produce(TOPIC, partition, messages, ProduceOptions(is_idempotent=True))
        self.produced += RECORDS

    def _promised(self) -> dict[int, int]:
        """The furthest position of each partition that any member was told is committed."""
        return {
            partition: max(member.committed.get(partition, 0) for member in self.group.everybody)
            for partition in range(PARTITIONS)
        }

    def _compare(self, promised: dict[int, int]) -> None:
        admin = AdminClient({"bootstrap.servers": self.broker.bootstrap_servers, "log_level": 0})
        asked = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(GROUP)])
        found = {
            each.partition: each.offset for each in asked[GROUP].result(TIMEOUT_S).topic_partitions
        }
        self.lost += [
            f"partition {partition}: {offset} was committed, {found.get(partition)} is there"
            for partition, offset in promised.items()
            if found.get(partition, 0) < offset
        ]
