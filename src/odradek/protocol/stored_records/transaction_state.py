"""Records of the topic `__transaction_state`: what the transaction coordinator remembers.

The key is a transactional id; a null value is a tombstone. `transaction_status` is one of
`TransactionStatus`. On disk both are behind a 16-bit number, as in `consumer_offsets`.
"""

from enum import IntEnum
from typing import Annotated

from odradek.protocol.declaration import Struct
from odradek.protocol.stored_records.framing import CoordinatorRecord
from odradek.protocol.wire_types import Int8, Int16, Int32, Int64, String, Tag


class TransactionStatus(IntEnum):
    """Where a transaction stands; it goes from Ongoing over a Prepare state to a Complete one."""

    EMPTY = 0
    ONGOING = 1
    PREPARE_COMMIT = 2
    PREPARE_ABORT = 3
    COMPLETE_COMMIT = 4
    COMPLETE_ABORT = 5
    DEAD = 6
    PREPARE_EPOCH_FENCE = 7


class TransactionLogKey(CoordinatorRecord, api_key=0, versions="0"):
    """A producer that uses transactions."""

    transactional_id: String = ""


class PartitionsSchema(Struct):
    """Partitions of one topic that the transaction has written to."""

    topic: String = ""
    partition_ids: list[Int32] = []


class TransactionLogValue(CoordinatorRecord, api_key=0, versions="0-1", flexible="1+"):
    """The producer and its latest transaction.

    Version 1 is flexible and tags what transactions of version 2 need (KIP-890): the producer ids
    before and after this one, and the version the client uses.
    """

    producer_id: Int64 = 0
    previous_producer_id: Annotated[Int64, "1+", Tag(0)] = -1
    next_producer_id: Annotated[Int64, "1+", Tag(1)] = -1
    producer_epoch: Int16 = 0
    next_producer_epoch: Annotated[Int16, "1+", Tag(3)] = -1
    transaction_timeout_ms: Int32 = 0
    transaction_status: Int8 = 0
    transaction_partitions: list[PartitionsSchema] | None = []
    transaction_last_update_timestamp_ms: Int64 = 0
    transaction_start_timestamp_ms: Int64 = 0
    client_transaction_version: Annotated[Int16, "1+", Tag(2)] = 0


# Keys by record type.
KEYS: dict[int, type[TransactionLogKey]] = {TransactionLogKey.api_key: TransactionLogKey}
