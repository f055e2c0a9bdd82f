"""`__consumer_offsets`, the compacted topic that groups and their offsets are stored in.

Each decision about a group is one batch in the group's partition. Offsets that a transaction
commits stand there under the producer's id, and count once its marker follows.
"""

from collections.abc import Callable, Iterable, Sequence

from odradek.broker.controller import Controller
from odradek.broker.coordinators.coordinator_replay import StoredBatch
from odradek.broker.coordinators.coordinator_topic import Append, CoordinatorTopic, StoredTopic
from odradek.broker.data_path.partition import AppendWaiter
from odradek.broker.data_path.partitions import Partitions
from odradek.broker.errors import StartupError
from odradek.broker.groups.offset_batch import decode_offsets, encode_offsets
from odradek.broker.groups.records import GroupRecord, decode, encode
from odradek.broker.metadata.effective_configs import EffectiveConfigs
from odradek.broker.metadata.topic_names import OFFSETS_TOPIC
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.produce import PartitionProduceResponse
from odradek.protocol.records import Compression, Record, decode_records, encode_batch
from odradek.protocol.records.control_record import EndMarker, decode_marker

Producer = tuple[int, int]
"""The id and epoch of a producer whose transaction the records are part of."""

TakeRecord = Callable[[int, int | None, GroupRecord], None]
"""Called with a partition, the producer whose transaction it is part of if any, and a record."""

TakeMarker = Callable[[int, int, EndMarker], None]
"""Called with a partition, a producer and the end of its transaction."""


class OffsetsTopic:
    """Appends decisions about groups, and reads all of them at start."""

    def __init__(
        self,
        partitions: Partitions,
        controller: Controller,
        configs: EffectiveConfigs,
        append: Append,
        append_coordinated: Append,
    ) -> None:
        self._append = append
        self._append_coordinated = append_coordinated
        self._compression = _compression(configs.broker_int("offsets.topic.compression.codec"))
        self._topic = CoordinatorTopic(
            StoredTopic(
                OFFSETS_TOPIC,
                "committed offsets",
                "groups",
                configs.broker_int("offsets.topic.num.partitions"),
                configs.broker_int("offsets.topic.segment.bytes"),
            ),
            partitions,
            controller,
        )
        self.ensure_exists = self._topic.ensure_exists

    def index_of(self, group_id: str) -> int | None:
        """The partition of a group; None while the topic cannot be made."""
        if self.ensure_exists() is not ErrorCode.NONE:
            return None
        return self._topic.index_of(group_id)

    def append(
        self,
        records: Sequence[GroupRecord],
        waiter: AppendWaiter,
        now_ms: int,
        producer: Producer | None = None,
    ) -> PartitionProduceResponse:
        """Stage records of one group as one batch; the answer tells at once if that fails."""
        append = self._append if producer is None else self._append_coordinated
        batch = self._encode(records, now_ms, producer)
        return self._topic.append(append, records[0].group_id, batch, waiter)

    def _encode(
        self, records: Sequence[GroupRecord], now_ms: int, producer: Producer | None
    ) -> bytearray:
        if self._compression is Compression.NONE and producer is None:
            batch = encode_offsets(records, now_ms)
            if batch is not None:
                return batch
        producer_id, producer_epoch = producer or (-1, -1)
        return bytearray(
            encode_batch(
                [Record(0, now_ms, *encode(record)) for record in records],
                compression=self._compression,
                producer_id=producer_id,
                producer_epoch=producer_epoch,
                is_transactional=producer is not None,
            )
        )

    def replay(self, take_record: TakeRecord, take_marker: TakeMarker) -> None:
        """Hand over everything that is stored, in order. Raises StartupError."""

        def take(batch: StoredBatch) -> None:
            header = batch.header
            if header.is_control:
                marker = decode_marker(batch.content)
                if marker is not None:
                    take_marker(batch.partition, header.producer_id, marker)
                return
            producer_id = header.producer_id if header.is_transactional else None
            for decoded in _decode(batch.content):
                self._topic.verify_place(decoded.group_id, batch.partition)
                take_record(batch.partition, producer_id, decoded)

        self._topic.replay(take)


def _decode(content: memoryview) -> Iterable[GroupRecord]:
    return decode_offsets(bytes(content)) or (
        decode(record.key, record.value) for record in decode_records(content)
    )


def _compression(codec: int) -> Compression:
    try:
        return Compression(codec)
    except ValueError as error:
        raise StartupError(
            f"offsets.topic.compression.codec is {codec}, but the codecs are "
            + ", ".join(f"{each.value} ({each.name.lower()})" for each in Compression)
        ) from error
