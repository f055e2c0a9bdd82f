"""What is stored of transactions: records of `__transaction_state`, in Kafka's own schema.

Written in version 1, as Kafka does where transactions V2 are finalized, so its tools read it.
"""

from itertools import groupby

import msgspec

from odradek.broker.transactions.states import STATUS, TransactionState
from odradek.broker.transactions.transaction import Transaction
from odradek.protocol.declaration import Buffer
from odradek.protocol.errors import DecodeError
from odradek.protocol.stored_records.framing import (
    decode_key,
    decode_value,
    encode_key,
    encode_value,
)
from odradek.protocol.stored_records.transaction_state import (
    KEYS,
    PartitionsSchema,
    TransactionLogKey,
    TransactionLogValue,
)

VALUE_VERSION = 1

_STATES = {status.value: state for state, status in STATUS.items()}


class TransactionRecord(msgspec.Struct, frozen=True):
    """A transactional id as it is from now on; no transaction: the id is forgotten."""

    transactional_id: str
    transaction: Transaction | None


def encode(record: TransactionRecord) -> tuple[bytes, bytes | None]:
    """Key and value as they stand in the log."""
    key = encode_key(TransactionLogKey(transactional_id=record.transactional_id))
    if record.transaction is None:
        return key, None
    return key, encode_value(_value(record.transaction), VALUE_VERSION)


def decode(key: Buffer | None, value: Buffer | None) -> TransactionRecord:
    """Read what `encode` or Apache Kafka wrote. Raises ProtocolError for anything else."""
    if key is None:
        raise DecodeError("a record without a key")
    transactional_id = decode_key(key, KEYS).transactional_id
    if value is None:
        return TransactionRecord(transactional_id, None)
    stored = decode_value(value, TransactionLogValue)
    state = _STATES.get(stored.transaction_status)
    if state is None:
        raise DecodeError(f"a transaction has the unknown status {stored.transaction_status}")
    return TransactionRecord(
        transactional_id,
        Transaction(
            transactional_id=transactional_id,
            producer_id=stored.producer_id,
            timeout_ms=stored.transaction_timeout_ms,
            last_update_ms=stored.transaction_last_update_timestamp_ms,
            state=state,
            producer_epoch=stored.producer_epoch,
            previous_producer_id=stored.previous_producer_id,
            next_producer_id=stored.next_producer_id,
            start_ms=stored.transaction_start_timestamp_ms,
            partitions=frozenset(
                (topic.topic, index)
                for topic in stored.transaction_partitions or ()
                for index in topic.partition_ids
            ),
            client_version=stored.client_transaction_version,
        ),
    )


def _value(transaction: Transaction) -> TransactionLogValue:
    partitions = None
    if transaction.state is not TransactionState.EMPTY:
        partitions = [
            PartitionsSchema(topic=topic, partition_ids=[index for _, index in indexes])
            for topic, indexes in groupby(sorted(transaction.partitions), lambda each: each[0])
        ]
    return TransactionLogValue(
        producer_id=transaction.producer_id,
        previous_producer_id=transaction.previous_producer_id,
        next_producer_id=transaction.next_producer_id,
        producer_epoch=transaction.producer_epoch,
        transaction_timeout_ms=transaction.timeout_ms,
        transaction_status=STATUS[transaction.state],
        transaction_partitions=partitions,
        transaction_last_update_timestamp_ms=transaction.last_update_ms,
        transaction_start_timestamp_ms=transaction.start_ms,
        client_transaction_version=transaction.client_version,
    )
