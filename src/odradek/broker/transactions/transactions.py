"""All transactional ids of a broker: the way in for requests, for the time and for stored records.

`apply` is the only place where what is known changes. While a record is on its way to the log its
transactional id is *busy*, and an id that is busy or decided is not *settled*: whoever asks is told
CONCURRENT_TRANSACTIONS, to come again soon, unless the request is put off until it is.

A decided transaction (PrepareCommit, PrepareAbort) needs its markers written, now or after any
crash; `apply` and `unfinished` tell which, `decide_completion` says that it is done.

Not here: the log, the markers, the clock.
"""

from collections.abc import Callable, Iterable, Iterator

from odradek.broker.transactions import ending, initializing
from odradek.broker.transactions.records import TransactionRecord
from odradek.broker.transactions.states import EXPIRES_FROM, TransactionState
from odradek.broker.transactions.transaction import (
    V1,
    V2,
    TopicPartition,
    Transaction,
)
from odradek.broker.transactions.values import (
    AddReply,
    Answer,
    Decision,
    EndRequest,
    IdentityReply,
    InitRequest,
    ListFilters,
    ProducerIdentity,
    Reply,
    Token,
    TransactionLimits,
)
from odradek.protocol.errors import ErrorCode
from odradek.protocol.records.batch import NO_PRODUCER_ID


class Transactions:
    """See the module. `new_producer_id` gives an id that was never given out before."""

    def __init__(self, new_producer_id: Callable[[], int]) -> None:
        self._new_producer_id = new_producer_id
        self._transactions: dict[str, Transaction] = {}
        self._busy: set[str] = set()

    def __len__(self) -> int:
        return len(self._transactions)

    # --- requests

    def decide_init(
        self, request: InitRequest, token: Token, limits: TransactionLimits, now_ms: int
    ) -> Decision:
        """InitProducerId: give the transactional id to who asks."""
        fault = initializing.find_fault(request, limits)
        if fault is not ErrorCode.NONE:
            return _refuse(token, fault)
        transactional_id = request.transactional_id
        if transactional_id in self._busy:
            return _refuse(token, ErrorCode.CONCURRENT_TRANSACTIONS)
        current = self._transactions.get(transactional_id)
        if current is None:
            producer_id = self._new_producer_id()
            current = Transaction(transactional_id, producer_id, request.timeout_ms, now_ms)
        fault = initializing.find_identity_fault(current, request.expected)
        if fault is ErrorCode.NONE and current.is_decided:
            fault = ErrorCode.CONCURRENT_TRANSACTIONS
        if fault is not ErrorCode.NONE:
            return _refuse(token, fault)
        if current.state is TransactionState.ONGOING:
            come_again = IdentityReply(ErrorCode.CONCURRENT_TRANSACTIONS)
            return self._decide(current.fenced(now_ms), token, come_again)
        after = initializing.take_over(current, request, self._new_producer_id, now_ms)
        if isinstance(after, ErrorCode):
            return _refuse(token, after)
        return self._decide(after, token, _identity(after))

    def decide_add(
        self,
        transactional_id: str,
        identity: ProducerIdentity,
        partitions: frozenset[TopicPartition],
        token: Token,
        now_ms: int,
        *,
        client_version: int = V1,
    ) -> Decision:
        """Add partitions to the open transaction, or begin one with them."""
        current = self._find(transactional_id, identity)
        if isinstance(current, ErrorCode):
            return _answer(token, AddReply(current))
        if not self.is_settled(transactional_id):
            return _put_off(token, AddReply(ErrorCode.CONCURRENT_TRANSACTIONS))
        if current.state is TransactionState.ONGOING and partitions <= current.partitions:
            return _answer(token, AddReply())
        after = current.with_partitions(partitions, client_version, now_ms)
        return self._decide(after, token, AddReply())

    def verify(
        self, transactional_id: str, identity: ProducerIdentity, partition: TopicPartition
    ) -> ErrorCode:
        """Whether the partition was added; TRANSACTION_ABORTABLE where it was not."""
        current = self._find(transactional_id, identity)
        if isinstance(current, ErrorCode):
            return current
        if current.is_decided:
            return ErrorCode.CONCURRENT_TRANSACTIONS
        is_added = partition in current.partitions
        return ErrorCode.NONE if is_added else ErrorCode.TRANSACTION_ABORTABLE

    def decide_end(self, request: EndRequest, token: Token, now_ms: int) -> Decision:
        """EndTxn: commit or abort."""
        if not request.transactional_id:
            return _refuse(token, ErrorCode.INVALID_REQUEST)
        current = self._transactions.get(request.transactional_id)
        if current is None:
            return _refuse(token, ErrorCode.INVALID_PRODUCER_ID_MAPPING)
        is_busy = request.transactional_id in self._busy
        state = ErrorCode.CONCURRENT_TRANSACTIONS if is_busy else ending.judge(current, request)
        if state is ErrorCode.CONCURRENT_TRANSACTIONS:
            return _put_off(token, IdentityReply(state))
        if state is ErrorCode.NONE:
            return _answer(token, _identity(current))
        if isinstance(state, ErrorCode):
            return _refuse(token, state)
        version, next_producer_id = V1, NO_PRODUCER_ID
        if request.raises_epoch:
            version = V2
            if current.is_epoch_exhausted:
                next_producer_id = self._new_producer_id()
        after = current.decided(state, version, next_producer_id, now_ms)
        return self._decide(after, token, _identity(after.completed(now_ms)))

    # --- what nobody asks for

    def decide_timeouts(self, now_ms: int) -> Iterator[Decision]:
        """Abort transactions that were open for too long; their producers are fenced."""
        for transaction in list(self._transactions.values()):
            is_busy = transaction.transactional_id in self._busy
            if transaction.is_timed_out(now_ms) and not is_busy:
                yield self._store(transaction.fenced(now_ms))

    def decide_expiry(self, limits: TransactionLimits, now_ms: int) -> Iterator[Decision]:
        """Forget transactional ids that were not used for long."""
        oldest_ms = now_ms - limits.expiration_ms
        for transaction in list(self._transactions.values()):
            transactional_id = transaction.transactional_id
            if (
                transaction.state in EXPIRES_FROM
                and transaction.last_update_ms <= oldest_ms
                and transactional_id not in self._busy
            ):
                self._busy.add(transactional_id)
                yield Decision(records=[TransactionRecord(transactional_id, None)])

    def decide_completion(self, transactional_id: str, now_ms: int) -> Decision:
        """All markers of a decided transaction are stored."""
        current = self._transactions.get(transactional_id)
        if current is None or not current.is_decided or transactional_id in self._busy:
            return Decision()
        return self._store(current.completed(now_ms))

    def unfinished(self) -> list[Transaction]:
        """The decided transactions whose markers may be missing."""
        return [
            transaction
            for transaction in self._transactions.values()
            if transaction.is_decided and transaction.transactional_id not in self._busy
        ]

    # --- what is stored

    def apply(self, record: TransactionRecord) -> Transaction | None:
        """Take a record of the log into account; return the transaction if it needs markers."""
        self._busy.discard(record.transactional_id)
        if record.transaction is None:
            self._transactions.pop(record.transactional_id, None)
            return None
        self._transactions[record.transactional_id] = record.transaction
        return record.transaction if record.transaction.is_decided else None

    def reject(self, record: TransactionRecord) -> None:
        """A record could not be stored: everything is as it was."""
        self._busy.discard(record.transactional_id)

    # --- what can be seen

    def is_settled(self, transactional_id: str) -> bool:
        """Whether nothing is on its way to the log, and no marker missing."""
        current = self._transactions.get(transactional_id)
        is_decided = current is not None and current.is_decided
        return not is_decided and transactional_id not in self._busy

    def get(self, transactional_id: str) -> Transaction | None:
        """DescribeTransactions: one of them."""
        return self._transactions.get(transactional_id)

    def select(self, filters: ListFilters, now_ms: int) -> Iterable[Transaction]:
        """ListTransactions: what passes all filters.

        As in Kafka an id that never had a transaction has been open for longer than anything.
        """
        for transaction in self._transactions.values():
            if filters.states and transaction.state.value not in filters.states:
                continue
            if filters.producer_ids and transaction.producer_id not in filters.producer_ids:
                continue
            age_ms = now_ms - transaction.start_ms
            if 0 <= filters.longer_than_ms >= age_ms:
                continue
            yield transaction

    def _find(self, transactional_id: str, identity: ProducerIdentity) -> Transaction | ErrorCode:
        """The transaction, if the producer is the one that has the id."""
        if not transactional_id:
            return ErrorCode.INVALID_REQUEST
        current = self._transactions.get(transactional_id)
        if current is None:
            return ErrorCode.INVALID_PRODUCER_ID_MAPPING
        if current.belongs_to(identity.producer_id, identity.producer_epoch):
            return current
        is_same = current.producer_id == identity.producer_id
        return ErrorCode.PRODUCER_FENCED if is_same else ErrorCode.INVALID_PRODUCER_ID_MAPPING

    def _decide(self, after: Transaction, token: Token, reply: Reply) -> Decision:
        decision = self._store(after)
        decision.stored.append(Answer(token, reply))
        return decision

    def _store(self, after: Transaction) -> Decision:
        self._busy.add(after.transactional_id)
        return Decision(records=[TransactionRecord(after.transactional_id, after)])


def _identity(transaction: Transaction) -> IdentityReply:
    return IdentityReply(ErrorCode.NONE, transaction.producer_id, transaction.producer_epoch)


def _refuse(token: Token, error: ErrorCode) -> Decision:
    return _answer(token, IdentityReply(error))


def _put_off(token: Token, reply: Reply) -> Decision:
    return Decision(answers=[Answer(token, reply)], is_premature=True)


def _answer(token: Token, reply: Reply) -> Decision:
    return Decision(answers=[Answer(token, reply)])
