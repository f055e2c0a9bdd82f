"""The coordinator of transactions: the rules of `transactions`, with a log, a clock and a loop.

What a rule decides is written to `__transaction_state` with the durability of acks=all. Only then
is it applied, and only then are those answered who wait for it. A decided transaction is answered
at once; its markers follow, and when all of them are durable its completion is stored. Whoever is
early for that is put off until then.

A crash between any two of these steps is mended at the next start: what is decided gets its markers
again, what is not stays open until its producer comes back or its time is up. A disk that refuses a
marker is asked again every second.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol

from odradek.broker.coordinators.put_off_requests import PutOffRequests
from odradek.broker.coordinators.transaction_markers import MarkerWriter, Outcomes, TransactionEnd
from odradek.broker.coordinators.transactions_topic import TransactionsTopic
from odradek.broker.coordinators.waiting import Waiting
from odradek.broker.errors import MetadataWriteError
from odradek.broker.metadata.effective_configs import EffectiveConfigs
from odradek.broker.request import Encodable, PendingResponse
from odradek.broker.transactions.records import TransactionRecord
from odradek.broker.transactions.transaction import V1, TopicPartition, Transaction
from odradek.broker.transactions.transactions import Transactions
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
    TransactionLimits,
)
from odradek.event_log import get_logger
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.produce import PartitionProduceResponse
from odradek.protocol.records.control_record import EndMarker

logger = get_logger(__name__)

TOO_LARGE = frozenset(
    {ErrorCode.MESSAGE_TOO_LARGE, ErrorCode.RECORD_LIST_TOO_LARGE, ErrorCode.INVALID_RECORD}
)
MARKER_NOT_NEEDED = frozenset(
    {
        ErrorCode.NONE,
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ErrorCode.INVALID_PRODUCER_EPOCH,
        ErrorCode.TRANSACTION_COORDINATOR_FENCED,
    }
)
"""The marker is there, the partition is gone, or somebody wrote a later marker."""


class AddWaiter(Protocol):
    """Whoever wants partitions in a transaction: a client's request, or a produce on its way."""

    def answer(self, reply: AddReply, /) -> None:
        """They are in it, or cannot be."""


class StoringDecision:
    """What was decided, until the log has said whether it is stored."""

    __slots__ = ("_decision", "_missing", "_on_stored")

    def __init__(
        self, decision: Decision, on_stored: Callable[[Decision, ErrorCode], None]
    ) -> None:
        self._decision = decision
        self._on_stored = on_stored

    def wait_for(self, answer: PartitionProduceResponse) -> None:
        """The one record of the decision was staged."""

    def complete(self, answer: PartitionProduceResponse) -> None:
        """It is durable, or never will be."""
        self._on_stored(self._decision, ErrorCode(answer.error_code))


class TransactionCoordinator:
    """Serves everything about transactions; see the module."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        topic: TransactionsTopic,
        markers: MarkerWriter,
        configs: EffectiveConfigs,
        now_ms: Callable[[], int],
        write_staged: Callable[[], None],
        new_producer_id: Callable[[], int],
    ) -> None:
        self._loop = loop
        self._topic = topic
        self._markers = markers
        self._now_ms = now_ms
        self._write_staged = write_staged
        self._new_producer_id = new_producer_id
        self._limits = TransactionLimits(
            max_timeout_ms=configs.broker_int("transaction.max.timeout.ms"),
            expiration_ms=configs.broker_int("transactional.id.expiration.ms"),
        )
        self._completing: set[str] = set()
        """Whose markers are on their way."""
        self.transactions = Transactions(new_producer_id)
        self._put_off = PutOffRequests(loop, self._carry_out, write_staged)
        self.ensure_ready = topic.ensure_exists

    def load(self) -> None:
        """Read what is stored. Raises StartupError when it cannot be understood."""
        self._topic.replay(self.transactions.apply)

    def unload(self) -> None:
        """The topic that transactions are stored in was deleted: there are none any more."""
        self.transactions = Transactions(self._new_producer_id)
        self._completing.clear()
        self._put_off.ask_all_again()

    # --- requests; each answers now, or later when what was decided is stored

    def init(
        self, request: InitRequest, respond: Callable[[IdentityReply], Encodable]
    ) -> Encodable | PendingResponse:
        waiting = Waiting(self._loop, respond)
        try:
            decision = self.transactions.decide_init(request, waiting, self._limits, self._now_ms())
        except MetadataWriteError:
            return respond(IdentityReply(ErrorCode.COORDINATOR_NOT_AVAILABLE))
        self._carry_out(decision)
        return waiting.outcome

    def end(
        self, request: EndRequest, respond: Callable[[IdentityReply], Encodable]
    ) -> Encodable | PendingResponse:
        waiting = Waiting(self._loop, respond)

        def decide() -> Decision:
            try:
                return self.transactions.decide_end(request, waiting, self._now_ms())
            except MetadataWriteError:
                refused = IdentityReply(ErrorCode.COORDINATOR_NOT_AVAILABLE)
                return Decision(answers=[Answer(waiting, refused)])

        self._put_off.decide(request.transactional_id, decide)
        return waiting.outcome

    def add(
        self,
        transactional_id: str,
        identity: ProducerIdentity,
        partitions: Iterable[TopicPartition],
        waiter: AddWaiter,
        *,
        client_version: int = V1,
    ) -> None:
        """Add partitions to a transaction, and tell the waiter: within this call, or later."""
        added = frozenset(partitions)
        self._put_off.decide(
            transactional_id,
            lambda: self.transactions.decide_add(
                transactional_id,
                identity,
                added,
                waiter,
                self._now_ms(),
                client_version=client_version,
            ),
        )

    def wait_for_add(self, respond: Callable[[AddReply], Encodable]) -> Waiting[AddReply]:
        """A waiter for `add` that becomes a response."""
        return Waiting(self._loop, respond)

    def select(self, filters: ListFilters) -> Iterable[Transaction]:
        """ListTransactions."""
        return self.transactions.select(filters, self._now_ms())

    # --- what comes by itself

    def abort_timed_out(self) -> None:
        """Abort what has been open for too long."""
        for decision in self.transactions.decide_timeouts(self._now_ms()):
            transaction = decision.records[0].transaction
            logger.info("transaction timed out", transaction=transaction)
            self._carry_out(decision)
        self._write_staged()

    def expire_ids(self) -> None:
        """Forget transactional ids that nobody uses any more."""
        for decision in self.transactions.decide_expiry(self._limits, self._now_ms()):
            self._carry_out(decision)
        self._write_staged()

    def finish_decided(self) -> None:
        """Write the markers of transactions whose end was decided: at start, and once more later
        when the disk has refused them.
        """
        for transaction in self.transactions.unfinished():
            if transaction.transactional_id not in self._completing:
                self._finish(transaction)
        self._write_staged()

    # --- decisions

    def _carry_out(self, decision: Decision) -> None:
        """Send what may be sent, and store the rest at the end of the turn."""
        for answer in decision.answers:
            _deliver(answer, answer.reply)
        if decision.records:
            self._store(decision)

    def _store(self, decision: Decision) -> None:
        transactions = self.transactions
        storing = StoringDecision(
            decision, lambda decision, error: self._on_stored(transactions, decision, error)
        )
        (record,) = decision.records
        answer = self._topic.append(record, storing, self._now_ms())
        if answer.error_code != ErrorCode.NONE:
            storing.complete(answer)

    def _on_stored(self, transactions: Transactions, decision: Decision, error: ErrorCode) -> None:
        (record,) = decision.records
        if error is not ErrorCode.NONE:
            self._on_refused(transactions, decision, record, error)
        else:
            decided = transactions.apply(record)
            for answer in decision.stored:
                _deliver(answer, answer.reply)
            if decided is not None and transactions is self.transactions:
                self._finish(decided)
        self._put_off.ask_again(record.transactional_id)

    def _on_refused(
        self,
        transactions: Transactions,
        decision: Decision,
        record: TransactionRecord,
        error: ErrorCode,
    ) -> None:
        logger.warning(
            "a transaction could not be stored",
            transactional_id=record.transactional_id,
            error=error.name,
        )
        transactions.reject(record)
        for answer in decision.stored:
            _deliver(answer, type(answer.reply)(_told(error)))

    # --- ending

    def _finish(self, transaction: Transaction) -> None:
        """Write its markers; its completion follows them."""
        transactional_id = transaction.transactional_id
        self._completing.add(transactional_id)
        end = TransactionEnd(
            transaction.producer_id,
            transaction.producer_epoch,
            EndMarker(transaction.is_commit, self._topic.coordinator_epoch(transactional_id)),
        )
        transactions = self.transactions
        self._markers.write(
            end,
            transaction.partitions,
            lambda outcomes: self._on_marked(transactions, transactional_id, outcomes),
        )

    def _on_marked(
        self, transactions: Transactions, transactional_id: str, outcomes: Outcomes
    ) -> None:
        if transactions is not self.transactions:
            return
        self._completing.discard(transactional_id)
        if MARKER_NOT_NEEDED.issuperset(outcomes.values()):
            self._carry_out(transactions.decide_completion(transactional_id, self._now_ms()))


def _deliver(answer: Answer, reply: Reply) -> None:
    answer.token.answer(reply)  # type: ignore[attr-defined] # all tokens are waiters made here


def _told(error: ErrorCode) -> ErrorCode:
    """What clients are told of an error of the log: go on elsewhere, or do not try that again."""
    if error in TOO_LARGE:
        return ErrorCode.UNKNOWN_SERVER_ERROR
    if error is ErrorCode.COORDINATOR_NOT_AVAILABLE:
        return error
    return ErrorCode.NOT_COORDINATOR
