"""`__consumer_offsets`, the compacted topic that groups and their offsets are stored in.

It is created when the first group needs it, with as many partitions as the broker's settings say
then, and never grows: a group would have to move. Each decision about a group is one batch in the
group's partition, so it is stored as a whole or not at all.
"""

from collections.abc import Callable, Iterator, Sequence

from odradek.broker.controller import Controller
from odradek.broker.errors import StartupError
from odradek.broker.groups.offset_batch import encode_offsets
from odradek.broker.groups.placement import partition_for
from odradek.broker.groups.records import GroupRecord, encode
from odradek.broker.metadata.effective_configs import EffectiveConfigs
from odradek.broker.metadata.topic_names import OFFSETS_TOPIC
from odradek.broker.metadata.topics import NewTopic
from odradek.broker.offsets_replay import replay
from odradek.broker.partition import AppendWaiter, Partition
from odradek.broker.partitions import Partitions
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.produce import PartitionProduceResponse
from odradek.protocol.records import Compression, Record, encode_batch

Append = Callable[
    [Partition, memoryview, PartitionProduceResponse, AppendWaiter | None],
    None,
]


class OffsetsTopic:
    """Finds a group's partition, appends to it, and reads all of them at start."""

    def __init__(
        self,
        partitions: Partitions,
        controller: Controller,
        configs: EffectiveConfigs,
        append: Append,
    ) -> None:
        self._partitions = partitions
        self._controller = controller
        self._configs = configs
        self._append = append
        self._compression = _compression(configs.broker_int("offsets.topic.compression.codec"))

    def ensure_exists(self) -> ErrorCode:
        """Create the topic if this is the first group ever."""
        if OFFSETS_TOPIC in self._controller.image.topics:
            return ErrorCode.NONE
        outcome = self._controller.create_topic(self._new_topic())
        return ErrorCode.COORDINATOR_NOT_AVAILABLE if outcome.is_refused else ErrorCode.NONE

    def append(
        self, records: Sequence[GroupRecord], waiter: AppendWaiter, now_ms: int
    ) -> PartitionProduceResponse:
        """Stage records of one group as one batch; the answer tells at once if that fails."""
        answer = PartitionProduceResponse(base_offset=-1)
        answer.error_code = self.ensure_exists()
        if answer.error_code != ErrorCode.NONE:
            return answer
        index = partition_for(records[0].group_id, self._partition_count)
        partition = self._partitions.get(OFFSETS_TOPIC, index)
        if partition is None:
            # Its log could not be made yet, say because the disk was full.
            answer.error_code = ErrorCode.COORDINATOR_NOT_AVAILABLE
            return answer
        self._append(partition, memoryview(self._encode(records, now_ms)), answer, waiter)
        return answer

    def _encode(self, records: Sequence[GroupRecord], now_ms: int) -> bytearray:
        if self._compression is Compression.NONE:
            batch = encode_offsets(records, now_ms)
            if batch is not None:
                return batch
        return bytearray(
            encode_batch(
                [Record(0, now_ms, *encode(record)) for record in records],
                compression=self._compression,
            )
        )

    def replay(self) -> Iterator[GroupRecord]:
        """Every record of every partition, in order.

        Raises StartupError when a record cannot be understood: guessing could lose offsets.
        """
        for partition in self._partitions.of_topic(OFFSETS_TOPIC):
            yield from replay(partition, self._partition_count)

    @property
    def _partition_count(self) -> int:
        return self._controller.image.topics[OFFSETS_TOPIC].partition_count

    def _new_topic(self) -> NewTopic:
        segment_bytes = self._configs.broker_int("offsets.topic.segment.bytes")
        return NewTopic(
            name=OFFSETS_TOPIC,
            topic_id=self._controller.new_topic_id(),
            num_partitions=self._configs.broker_int("offsets.topic.num.partitions"),
            replication_factor=1,
            configs={
                "cleanup.policy": "compact",
                "compression.type": "producer",
                "segment.bytes": str(segment_bytes),
            },
        )


def _compression(codec: int) -> Compression:
    try:
        return Compression(codec)
    except ValueError as error:
        raise StartupError(
            f"offsets.topic.compression.codec is {codec}, but the codecs are "
            + ", ".join(f"{each.value} ({each.name.lower()})" for each in Compression)
        ) from error
