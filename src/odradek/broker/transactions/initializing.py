"""InitProducerId with a transactional id: who has the id from now on.

A new instance gets a raised epoch, which fences every earlier one, and what an earlier one left
open is aborted first. A producer that names its id and epoch goes on after an error; it is fenced
if somebody else has come meanwhile, and is told the same again if only its answer got lost.
"""

from collections.abc import Callable

from odradek.broker.transactions.transaction import LAST_GIVEN_EPOCH, Transaction
from odradek.broker.transactions.values import InitRequest, ProducerIdentity, TransactionLimits
from odradek.protocol.errors import ErrorCode
from odradek.protocol.records.batch import NO_PRODUCER_EPOCH


def find_fault(request: InitRequest, limits: TransactionLimits) -> ErrorCode:
    """Whether the request could be granted to anybody."""
    if not request.transactional_id:
        return ErrorCode.INVALID_REQUEST
    if not 0 < request.timeout_ms <= limits.max_timeout_ms:
        return ErrorCode.INVALID_TRANSACTION_TIMEOUT
    return ErrorCode.NONE


def find_identity_fault(current: Transaction, expected: ProducerIdentity | None) -> ErrorCode:
    """Whether a producer that goes on is the one that has the id."""
    if expected is None or current.producer_epoch == NO_PRODUCER_EPOCH:
        return ErrorCode.NONE
    is_before_rotation = (
        expected.producer_id == current.previous_producer_id
        and expected.producer_epoch >= LAST_GIVEN_EPOCH
    )
    if expected.producer_id == current.producer_id or is_before_rotation:
        return ErrorCode.NONE
    return ErrorCode.PRODUCER_FENCED


def take_over(
    current: Transaction, request: InitRequest, new_producer_id: Callable[[], int], now_ms: int
) -> Transaction | ErrorCode:
    """The id in the hands of who asks; no transaction may be open."""
    expected = request.expected
    is_current = expected is None or expected.producer_epoch == current.producer_epoch
    if current.is_epoch_exhausted and is_current:
        last_epoch = NO_PRODUCER_EPOCH if expected is None else current.producer_epoch
        return current.taken_over(new_producer_id(), 0, last_epoch, request.timeout_ms, now_ms)
    epoch = current.producer_epoch
    if expected is None:
        epochs = epoch + 1, NO_PRODUCER_EPOCH
    elif is_current or epoch == NO_PRODUCER_EPOCH:
        epochs = epoch + 1, epoch
    elif expected.producer_epoch == current.last_producer_epoch:
        # Its answer got lost: nobody has come since, or the last epoch would be forgotten.
        epochs = epoch, current.last_producer_epoch
    else:
        return ErrorCode.PRODUCER_FENCED
    return current.taken_over(current.producer_id, *epochs, request.timeout_ms, now_ms)
