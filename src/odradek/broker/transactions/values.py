"""What the coordinator of transactions is asked, and what it answers: values, not wire messages.

Every reply can be made from an error alone.
"""

from collections.abc import Collection

import msgspec

from odradek.broker.transactions.records import TransactionRecord
from odradek.protocol.errors import ErrorCode
from odradek.protocol.records.batch import NO_PRODUCER_EPOCH, NO_PRODUCER_ID

Token = object
"""Whoever asked, for the answer to come; nothing here looks into it."""


class TransactionLimits(msgspec.Struct, frozen=True):
    """What the broker allows."""

    max_timeout_ms: int = 900_000
    expiration_ms: int = 7 * 24 * 60 * 60 * 1000


class ProducerIdentity(msgspec.Struct, frozen=True):
    """Who a producer says it is."""

    producer_id: int
    producer_epoch: int


class InitRequest(msgspec.Struct, frozen=True):
    """`expected` is given by a producer that goes on after an error (KIP-360)."""

    transactional_id: str
    timeout_ms: int
    expected: ProducerIdentity | None = None


class EndRequest(msgspec.Struct, frozen=True, kw_only=True):
    """`raises_epoch`: the client goes by V2."""

    transactional_id: str
    identity: ProducerIdentity
    is_commit: bool
    raises_epoch: bool


class IdentityReply(msgspec.Struct, frozen=True):
    """After InitProducerId and EndTxn: who the producer is from now on."""

    error: ErrorCode = ErrorCode.NONE
    producer_id: int = NO_PRODUCER_ID
    producer_epoch: int = NO_PRODUCER_EPOCH


class AddReply(msgspec.Struct, frozen=True):
    """After partitions were added to a transaction, all or none."""

    error: ErrorCode = ErrorCode.NONE


Reply = IdentityReply | AddReply


class ListFilters(msgspec.Struct, frozen=True):
    """What ListTransactions shows; empty filters let everything pass."""

    states: Collection[str] = ()
    producer_ids: Collection[int] = ()
    longer_than_ms: int = -1


class Answer(msgspec.Struct, frozen=True):
    """Tell whoever stands behind the token."""

    token: Token
    reply: Reply


class Decision(msgspec.Struct):
    """What follows from a request or from the time.

    `records` belong in the log, and once they are durable each goes through `apply`. `stored` are
    the answers that wait for that; `answers` may leave at once. If the log refuses the records,
    each goes to `reject` instead, and everybody in `stored` gets the error.

    `is_premature`: the transactional id is not settled yet, so the answer could only be
    CONCURRENT_TRANSACTIONS; once it is, the same request would get another.
    """

    records: list[TransactionRecord] = []
    answers: list[Answer] = []
    stored: list[Answer] = []
    is_premature: bool = False
