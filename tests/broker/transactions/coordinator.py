"""A coordinator of transactions without a broker: a clock that the test moves, a list for a log.

A restart reads the log's bytes: it forgets what Kafka's records do not have, the epoch before the
last. Markers are only written when the test says so.
"""

from itertools import count

from odradek.broker.transactions.records import decode, encode
from odradek.broker.transactions.transaction import V1, V2, TopicPartition, Transaction
from odradek.broker.transactions.transactions import Transactions
from odradek.broker.transactions.values import (
    AddReply,
    Decision,
    EndRequest,
    IdentityReply,
    InitRequest,
    ListFilters,
    ProducerIdentity,
    Reply,
    TransactionLimits,
)
from odradek.protocol.errors import ErrorCode

ID = "t"
TIMEOUT_MS = 60_000
START_MS = 1_700_000_000_000
PARTITION: TopicPartition = ("topic", 0)


class Asked:
    """A request on its way; `reply` once it is answered."""

    def __init__(self) -> None:
        self.reply: Reply | None = None

    @property
    def error(self) -> ErrorCode:
        assert self.reply is not None, "not answered yet"
        return self.reply.error

    @property
    def identity(self) -> ProducerIdentity:
        assert isinstance(self.reply, IdentityReply)
        assert self.reply.error is ErrorCode.NONE, self.reply.error
        return ProducerIdentity(self.reply.producer_id, self.reply.producer_epoch)


class Coordinator:
    """`log` is what is stored; while `is_stalled` records wait until `store` is called."""

    def __init__(self) -> None:
        self.limits = TransactionLimits()
        self.now_ms = START_MS
        self.log: list[tuple[bytes, bytes | None]] = []
        self.is_stalled = False
        self._stalled: list[tuple[Decision, Asked | None]] = []
        self._producer_ids = count(100)
        self.transactions = Transactions(lambda: next(self._producer_ids))

    def restart(self) -> None:
        """Forget everything but the log, and read it."""
        self._stalled.clear()
        self.is_stalled = False
        self.transactions = Transactions(lambda: next(self._producer_ids))
        for key, value in self.log:
            self.transactions.apply(decode(key, value))

    def carry_out(self, decision: Decision, asked: Asked | None = None) -> None:
        """Send what may be sent, and store what is to be stored."""
        for answer in decision.answers:
            assert answer.token is asked
            asked.reply = answer.reply
        if decision.records:
            self._stalled.append((decision, asked))
        if not self.is_stalled:
            self.store()

    def store(self) -> None:
        """Let everything that waits for the log be stored."""
        stalled, self._stalled = self._stalled, []
        for decision, asked in stalled:
            for record in decision.records:
                self.log.append(encode(record))
                self.transactions.apply(record)
            for answer in decision.stored:
                assert asked is not None
                asked.reply = answer.reply

    def fail_to_store(self) -> None:
        """Let nothing be stored that waits for the log."""
        stalled, self._stalled = self._stalled, []
        for decision, _ in stalled:
            for record in decision.records:
                self.transactions.reject(record)

    # --- requests

    def init(
        self,
        expected: ProducerIdentity | None = None,
        *,
        transactional_id: str = ID,
        timeout_ms: int = TIMEOUT_MS,
    ) -> Asked:
        asked = Asked()
        request = InitRequest(transactional_id, timeout_ms, expected)
        decision = self.transactions.decide_init(request, asked, self.limits, self.now_ms)
        self.carry_out(decision, asked)
        return asked

    def add(
        self, identity: ProducerIdentity, *partitions: TopicPartition, is_v2: bool = False
    ) -> ErrorCode:
        asked = Asked()
        decision = self.transactions.decide_add(
            ID,
            identity,
            frozenset(partitions or (PARTITION,)),
            asked,
            self.now_ms,
            client_version=V2 if is_v2 else V1,
        )
        self.carry_out(decision, asked)
        assert isinstance(asked.reply, AddReply)
        return asked.reply.error

    def verify(
        self, identity: ProducerIdentity, partition: TopicPartition = PARTITION
    ) -> ErrorCode:
        return self.transactions.verify(ID, identity, partition)

    def end(self, identity: ProducerIdentity, *, is_commit: bool, is_v2: bool) -> Asked:
        asked = Asked()
        request = EndRequest(
            transactional_id=ID, identity=identity, is_commit=is_commit, raises_epoch=is_v2
        )
        self.carry_out(self.transactions.decide_end(request, asked, self.now_ms), asked)
        return asked

    # --- what comes by itself

    def complete(self) -> list[Transaction]:
        """All markers that are missing are written; returns whose they were."""
        unfinished = self.transactions.unfinished()
        for transaction in unfinished:
            decision = self.transactions.decide_completion(
                transaction.transactional_id, self.now_ms
            )
            self.carry_out(decision)
        return unfinished

    def pass_time(self, duration_ms: int) -> None:
        """Let time pass, and look for what is due."""
        self.now_ms += duration_ms
        for decision in self.transactions.decide_timeouts(self.now_ms):
            self.carry_out(decision)

    def expire(self) -> None:
        for decision in self.transactions.decide_expiry(self.limits, self.now_ms):
            self.carry_out(decision)

    # --- what can be seen

    @property
    def current(self) -> Transaction:
        found = self.transactions.get(ID)
        assert found is not None
        return found

    @property
    def state(self) -> str:
        found = self.transactions.get(ID)
        return "Dead" if found is None else found.state.value

    def listed(self, filters: ListFilters) -> list[str]:
        return [found.transactional_id for found in self.transactions.select(filters, self.now_ms)]

    # --- where tests begin

    def ongoing(self, *, is_v2: bool = False) -> ProducerIdentity:
        """A producer with one partition in its transaction."""
        identity = self.init().identity
        assert self.add(identity, is_v2=is_v2) is ErrorCode.NONE
        return identity

    def reach(self, state: str) -> ProducerIdentity:
        """A V1 producer whose transaction is in this state."""
        identity = self.init().identity
        if state == "Empty":
            return identity
        self.add(identity)
        if state == "Ongoing":
            return identity
        self.end(identity, is_commit=state.endswith("Commit"), is_v2=False)
        if state.startswith("Complete"):
            self.complete()
        assert self.state == state
        return identity
