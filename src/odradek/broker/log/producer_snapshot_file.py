"""The content of a `.snapshot` file: the states of a partition's producers, in Kafka's format.

Differs from Kafka: a snapshot has one entry for each retained batch of a producer, oldest first,
where Kafka writes only the last. Kafka's loader keeps the last of several entries, so it reads the
same; ours gets the whole window back, so that a retry that straddles a roll and a crash is still
recognised.
"""

import struct
from collections.abc import Iterator

from odradek.broker.log.errors import CorruptFileError
from odradek.broker.log.producer_state import (
    ProducerBatch,
    ProducerState,
    ProducerStateManager,
)
from odradek.protocol.records.batch import SEQUENCES
from odradek.protocol.records.checksum import crc32c

VERSION = 1
HEADER = struct.Struct(">hIi")
ENTRY = struct.Struct(">qhiqiqiq")
CRC_COVERS_FROM = 6
_NO_BATCH = ProducerBatch(-1, -1, -1, 0, -1)


def encode_snapshot(producers: ProducerStateManager) -> bytes:
    """The file's content for these states."""
    entries = b"".join(
        entry for producer_id, state in producers for entry in _entries(producer_id, state)
    )
    count = len(entries) // ENTRY.size
    snapshot = bytearray(HEADER.pack(VERSION, 0, count) + entries)
    crc = crc32c(memoryview(snapshot)[CRC_COVERS_FROM:])
    HEADER.pack_into(snapshot, 0, VERSION, crc, count)
    return bytes(snapshot)


def _entries(producer_id: int, state: ProducerState) -> Iterator[bytes]:
    """An entry for each batch; the last one carries the time of the producer's last sign."""
    batches = state.batches or (_NO_BATCH,)
    for batch in batches:
        yield ENTRY.pack(
            producer_id,
            state.producer_epoch,
            batch.last_sequence,
            batch.last_offset,
            batch.offset_delta,
            state.last_timestamp_ms if batch is batches[-1] else batch.timestamp_ms,
            state.coordinator_epoch,
            state.current_txn_first_offset,
        )


def decode_snapshot(path: str, content: bytes) -> ProducerStateManager:
    """Raises CorruptFileError when version, checksum or length are wrong."""
    try:
        version, crc, count = HEADER.unpack_from(content)
    except struct.error as error:
        raise CorruptFileError(f"{path} is too short for a snapshot") from error
    if version != VERSION or crc != crc32c(content[CRC_COVERS_FROM:]):
        raise CorruptFileError(f"{path} is no intact snapshot of version {VERSION}")
    if len(content) != HEADER.size + count * ENTRY.size:
        raise CorruptFileError(f"{path} does not have the {count} entries it claims")
    states: dict[int, ProducerState] = {}
    for producer_id, *fields in ENTRY.iter_unpack(content[HEADER.size :]):
        states[producer_id] = _load_entry(states.get(producer_id), *fields)
    return ProducerStateManager(states)


def _load_entry(
    before: ProducerState | None,
    epoch: int,
    last_sequence: int,
    last_offset: int,
    offset_delta: int,
    timestamp_ms: int,
    coordinator_epoch: int,
    current_txn_first_offset: int,
) -> ProducerState:
    batches: tuple[ProducerBatch, ...] = ()
    if before is not None and before.producer_epoch == epoch:
        batches = before.batches
    if last_offset >= 0:
        base_sequence = (last_sequence - offset_delta) % SEQUENCES
        batch = ProducerBatch(base_sequence, last_sequence, last_offset, offset_delta, timestamp_ms)
        batches = (*batches, batch)
    return ProducerState(epoch, batches, timestamp_ms, coordinator_epoch, current_txn_first_offset)
