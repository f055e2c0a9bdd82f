"""What the log knows of its idempotent producers: the last five batches of each.

A producer numbers its records per partition. A batch that continues the numbering is appended; one
that equals a batch among the last five is a retry whose first answer got lost and is answered again
with the original offsets; anything else would be a gap or a reordering and is refused (KIP-98).

States are immutable, so an append that is taken back restores the state that was there before.

`.snapshot` files hold the states at the offset in their name, in Kafka's format.

Differs from Kafka: a snapshot has one entry for each retained batch of a producer, oldest first,
where Kafka writes only the last. Kafka's loader keeps the last of several entries, so it reads the
same; ours gets the whole window back, so that a retry that straddles a roll and a crash is still
recognised.
"""

import struct
from collections.abc import Iterator

import msgspec

from odradek.broker.log.errors import CorruptFileError
from odradek.protocol.errors import ErrorCode
from odradek.protocol.records.batch import NO_PRODUCER_ID, SEQUENCES, BatchHeader
from odradek.protocol.records.checksum import crc32c

BATCHES_RETAINED = 5

SNAPSHOT_VERSION = 1
SNAPSHOT_HEADER = struct.Struct(">hIi")
SNAPSHOT_ENTRY = struct.Struct(">qhiqiqiq")
CRC_COVERS_FROM = 6
NO_COORDINATOR_EPOCH = -1
NO_TRANSACTION = -1


class ProducerBatch(msgspec.Struct, frozen=True, gc=False):
    """One appended batch; `offset_delta` and sequences span its records."""

    base_sequence: int
    last_sequence: int
    last_offset: int
    offset_delta: int
    timestamp_ms: int

    @property
    def base_offset(self) -> int:
        return self.last_offset - self.offset_delta


class ProducerState(msgspec.Struct, frozen=True):
    """One producer id: its epoch, and its last batches in that epoch, oldest first."""

    producer_epoch: int
    batches: tuple[ProducerBatch, ...]

    @property
    def last_sequence(self) -> int:
        return self.batches[-1].last_sequence

    @property
    def last_timestamp_ms(self) -> int:
        return self.batches[-1].timestamp_ms


class SequenceProblem(msgspec.Struct, frozen=True):
    """Why a batch cannot be appended."""

    error: ErrorCode
    message: str


class ProducerStateManager:
    """The states of one partition by producer id."""

    __slots__ = ("_states",)

    def __init__(self, states: dict[int, ProducerState]) -> None:
        self._states = states

    def __len__(self) -> int:
        return len(self._states)

    def __iter__(self) -> Iterator[tuple[int, ProducerState]]:
        return iter(self._states.items())

    def state(self, producer_id: int) -> ProducerState | None:
        return self._states.get(producer_id)

    def check(self, header: BatchHeader) -> ProducerBatch | SequenceProblem | None:
        """None: append it. A batch: it is a duplicate of that one. Else what is wrong."""
        state = self._states.get(header.producer_id)
        if state is None:
            # As Kafka for producers without transactions: their state may have expired, or gone
            # with deleted records, so the first batch may carry any sequence.
            return None
        if header.producer_epoch == state.producer_epoch:
            if header.base_sequence == (state.batches[-1].last_sequence + 1) % SEQUENCES:
                return None
            return _find_duplicate(state, header) or _out_of_order(state, header)
        if header.producer_epoch < state.producer_epoch:
            return SequenceProblem(
                ErrorCode.INVALID_PRODUCER_EPOCH,
                f"epoch {header.producer_epoch} of producer {header.producer_id} is older than "
                f"its current epoch {state.producer_epoch}",
            )
        if header.base_sequence != 0:
            return SequenceProblem(
                ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
                f"producer {header.producer_id} must begin its new epoch {header.producer_epoch} "
                f"at sequence 0, not {header.base_sequence}",
            )
        return None

    def update(self, header: BatchHeader, base_offset: int) -> ProducerState | None:
        """Take a batch over; return the state before, which `restore` brings back."""
        before = self._states.get(header.producer_id)
        delta = header.last_offset_delta
        batch = ProducerBatch(
            header.base_sequence,
            (header.base_sequence + delta) % SEQUENCES,
            base_offset + delta,
            delta,
            header.max_timestamp,
        )
        if before is None or before.producer_epoch != header.producer_epoch:
            batches: tuple[ProducerBatch, ...] = (batch,)
        else:
            batches = (*before.batches[1 - BATCHES_RETAINED :], batch)
        self._states[header.producer_id] = ProducerState(header.producer_epoch, batches)
        return before

    def restore(self, producer_id: int, before: ProducerState | None) -> None:
        """Undo one `update`; undo several in reverse order."""
        if before is None:
            del self._states[producer_id]
        else:
            self._states[producer_id] = before

    def replay(self, header: BatchHeader) -> None:
        """Take over a batch that is in the log already."""
        if header.producer_id != NO_PRODUCER_ID and not header.is_control:
            self.update(header, header.base_offset)

    def remove_expired(self, now_ms: int, expiration_ms: int) -> None:
        """Forget producers that have been silent for `producer.id.expiration.ms`."""
        expired = [
            producer_id
            for producer_id, state in self._states.items()
            if now_ms - state.last_timestamp_ms >= expiration_ms
        ]
        for producer_id in expired:
            del self._states[producer_id]

    def to_snapshot(self) -> bytes:
        entries = b"".join(
            SNAPSHOT_ENTRY.pack(
                producer_id,
                state.producer_epoch,
                batch.last_sequence,
                batch.last_offset,
                batch.offset_delta,
                batch.timestamp_ms,
                NO_COORDINATOR_EPOCH,
                NO_TRANSACTION,
            )
            for producer_id, state in self._states.items()
            for batch in state.batches
        )
        count = len(entries) // SNAPSHOT_ENTRY.size
        snapshot = bytearray(SNAPSHOT_HEADER.pack(SNAPSHOT_VERSION, 0, count) + entries)
        crc = crc32c(memoryview(snapshot)[CRC_COVERS_FROM:])
        SNAPSHOT_HEADER.pack_into(snapshot, 0, SNAPSHOT_VERSION, crc, count)
        return bytes(snapshot)

    @classmethod
    def from_snapshot(cls, path: str, content: bytes) -> "ProducerStateManager":
        """Raises CorruptFileError when version, checksum or length are wrong."""
        try:
            version, crc, count = SNAPSHOT_HEADER.unpack_from(content)
        except struct.error as error:
            raise CorruptFileError(f"{path} is too short for a snapshot") from error
        if version != SNAPSHOT_VERSION or crc != crc32c(content[CRC_COVERS_FROM:]):
            raise CorruptFileError(f"{path} is no intact snapshot of version {SNAPSHOT_VERSION}")
        if len(content) != SNAPSHOT_HEADER.size + count * SNAPSHOT_ENTRY.size:
            raise CorruptFileError(f"{path} does not have the {count} entries it claims")
        states: dict[int, ProducerState] = {}
        for entry in SNAPSHOT_ENTRY.iter_unpack(content[SNAPSHOT_HEADER.size :]):
            _load_entry(states, *entry[:6])
        return cls(states)


def _load_entry(
    states: dict[int, ProducerState],
    producer_id: int,
    epoch: int,
    last_sequence: int,
    last_offset: int,
    offset_delta: int,
    timestamp_ms: int,
) -> None:
    base_sequence = (last_sequence - offset_delta) % SEQUENCES
    batch = ProducerBatch(base_sequence, last_sequence, last_offset, offset_delta, timestamp_ms)
    before = states.get(producer_id)
    if before is None or before.producer_epoch != epoch:
        states[producer_id] = ProducerState(epoch, (batch,))
    else:
        states[producer_id] = ProducerState(epoch, (*before.batches, batch))


def _find_duplicate(state: ProducerState, header: BatchHeader) -> ProducerBatch | None:
    last_sequence = header.last_sequence
    for batch in state.batches:
        if batch.base_sequence == header.base_sequence and batch.last_sequence == last_sequence:
            return batch
    return None


def _out_of_order(state: ProducerState, header: BatchHeader) -> SequenceProblem:
    return SequenceProblem(
        ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
        f"producer {header.producer_id} sent sequence {header.base_sequence} "
        f"after {state.last_sequence}",
    )
