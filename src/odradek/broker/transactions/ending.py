"""EndTxn: whether a transaction ends, and how often the same request may be repeated.

Under V1 the epoch stays, so a repeated request finds the transaction complete and is told so. Under
V2 every end raises the epoch: a repeated request comes with the epoch before, and one with the
current epoch is about the next transaction. A V2 producer may abort a transaction that the
coordinator has never heard of, to be sure of its epoch.

Nothing of the next transaction is judged before the one before has its markers.
"""

from odradek.broker.transactions.states import TransactionState as S
from odradek.broker.transactions.transaction import LAST_GIVEN_EPOCH, Transaction
from odradek.broker.transactions.values import EndRequest
from odradek.protocol.errors import ErrorCode

_RESULT = {
    S.PREPARE_COMMIT: True,
    S.COMPLETE_COMMIT: True,
    S.PREPARE_ABORT: False,
    S.COMPLETE_ABORT: False,
}
_COMPLETE = (S.COMPLETE_COMMIT, S.COMPLETE_ABORT)


def judge(current: Transaction, request: EndRequest) -> S | ErrorCode:
    """The state to go to; NONE where it had been done before; else what is wrong."""
    if request.raises_epoch and current.is_decided and _is_of_next(current, request):
        return ErrorCode.CONCURRENT_TRANSACTIONS
    is_repeated = request.raises_epoch and _is_repeated(current, request)
    fault = _find_identity_fault(current, request, is_repeated)
    if fault is not ErrorCode.NONE:
        return fault
    if current.state is S.ONGOING:
        return S.PREPARE_COMMIT if request.is_commit else S.PREPARE_ABORT
    if request.raises_epoch and not is_repeated:
        return ErrorCode.INVALID_TXN_STATE if request.is_commit else S.PREPARE_ABORT
    if _RESULT.get(current.state) is not request.is_commit:
        return ErrorCode.INVALID_TXN_STATE
    return ErrorCode.CONCURRENT_TRANSACTIONS if current.is_decided else ErrorCode.NONE


def _is_of_next(current: Transaction, request: EndRequest) -> bool:
    """Whether it would end the transaction that follows the decided one."""
    identity = request.identity
    return current.belongs_to(identity.producer_id, identity.producer_epoch)


def _is_repeated(current: Transaction, request: EndRequest) -> bool:
    """Whether the epoch is the one before the end that the request asks for."""
    epoch = request.identity.producer_epoch
    return current.producer_epoch == epoch + 1 or _has_rotated(current, request)


def _has_rotated(current: Transaction, request: EndRequest) -> bool:
    """Whether that end used up the epochs, so that a new producer id took over."""
    identity = request.identity
    return (
        request.raises_epoch
        and current.previous_producer_id == identity.producer_id
        and identity.producer_epoch == LAST_GIVEN_EPOCH
        and current.producer_epoch == 0
    )


def _find_identity_fault(current: Transaction, request: EndRequest, is_repeated: bool) -> ErrorCode:
    identity = request.identity
    if current.producer_id != identity.producer_id and not _has_rotated(current, request):
        return ErrorCode.INVALID_PRODUCER_ID_MAPPING
    is_current = current.producer_epoch == identity.producer_epoch
    if not request.raises_epoch:
        is_valid = is_current
    elif current.is_decided:
        is_valid = is_repeated
    elif current.state in _COMPLETE:
        is_valid = is_current or is_repeated
    else:
        is_valid = is_current
    return ErrorCode.NONE if is_valid else ErrorCode.PRODUCER_FENCED
