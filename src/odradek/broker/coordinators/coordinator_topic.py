"""A compacted topic that a coordinator keeps its state in.

It is created when the first key needs it, with as many partitions as the broker's settings say
then, and never grows: keys would have to move. What is stored together is one batch in the key's
partition, so it is stored as a whole or not at all.
"""

from collections.abc import Callable

import msgspec

from odradek.broker.controller import Controller
from odradek.broker.coordinators.coordinator_replay import StoredBatch, replay
from odradek.broker.data_path.partition import AppendWaiter, Partition
from odradek.broker.data_path.partitions import Partitions
from odradek.broker.metadata.placement import partition_for
from odradek.broker.metadata.topics import NewTopic
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.produce import PartitionProduceResponse
from odradek.protocol.records import RecordsError

Append = Callable[[Partition, memoryview, PartitionProduceResponse, AppendWaiter | None], None]


class StoredTopic(msgspec.Struct, frozen=True):
    """Which topic; `contents` and `keys` are what an operator calls that which is in it."""

    name: str
    contents: str
    keys: str
    partition_count: int
    segment_bytes: int


class CoordinatorTopic:
    """Finds a key's partition, appends to it, and reads all of them at start."""

    def __init__(self, stored: StoredTopic, partitions: Partitions, controller: Controller) -> None:
        self._stored = stored
        self._partitions = partitions
        self._controller = controller

    def ensure_exists(self) -> ErrorCode:
        """Create the topic if this is the first key ever."""
        if self._stored.name in self._controller.image.topics:
            return ErrorCode.NONE
        outcome = self._controller.create_topic(self._new_topic())
        return ErrorCode.COORDINATOR_NOT_AVAILABLE if outcome.is_refused else ErrorCode.NONE

    def index_of(self, key: str) -> int:
        """The partition of a key; the topic must exist."""
        count = self._controller.image.topics[self._stored.name].partition_count
        return partition_for(key, count)

    def partition_of(self, key: str) -> Partition | None:
        """None where the topic or its log could not be made, say because the disk was full."""
        if self.ensure_exists() is not ErrorCode.NONE:
            return None
        return self._partitions.get(self._stored.name, self.index_of(key))

    def append(
        self,
        append: Append,
        key: str,
        batch: bytearray,
        waiter: AppendWaiter,
    ) -> PartitionProduceResponse:
        """Stage what belongs to one key; the answer tells at once if that fails."""
        answer = PartitionProduceResponse(base_offset=-1)
        partition = self.partition_of(key)
        if partition is None:
            answer.error_code = ErrorCode.COORDINATOR_NOT_AVAILABLE
            return answer
        append(partition, memoryview(batch), answer, waiter)
        return answer

    def replay(self, take: Callable[[StoredBatch], None]) -> None:
        """Hand over every batch of every partition, in order. Raises StartupError."""
        for partition in self._partitions.of_topic(self._stored.name):
            replay(partition, self._stored.contents, self._stored.keys, take)

    def verify_place(self, key: str, partition: int) -> None:
        """Raises RecordsError when a key was found in another partition than its own."""
        if self.index_of(key) != partition:
            raise RecordsError(f"{self._stored.keys[:-1]} '{key}' belongs in another partition")

    def _new_topic(self) -> NewTopic:
        return NewTopic(
            name=self._stored.name,
            topic_id=self._controller.new_topic_id(),
            num_partitions=self._stored.partition_count,
            replication_factor=1,
            configs={
                "cleanup.policy": "compact",
                "compression.type": "producer",
                "segment.bytes": str(self._stored.segment_bytes),
            },
        )
