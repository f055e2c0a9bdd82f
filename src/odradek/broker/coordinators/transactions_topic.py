"""`__transaction_state`, the compacted topic that transactions are stored in.

Each record is the latest state of one transactional id; the last one counts.
"""

from collections.abc import Callable

from odradek.broker.controller import Controller
from odradek.broker.coordinators.coordinator_replay import StoredBatch
from odradek.broker.coordinators.coordinator_topic import Append, CoordinatorTopic, StoredTopic
from odradek.broker.data_path.partition import AppendWaiter
from odradek.broker.data_path.partitions import Partitions
from odradek.broker.metadata.effective_configs import EffectiveConfigs
from odradek.broker.metadata.topic_names import TRANSACTIONS_TOPIC
from odradek.broker.transactions.records import TransactionRecord, decode, encode
from odradek.protocol.messages.produce import PartitionProduceResponse
from odradek.protocol.records import Record, RecordsError, decode_records, encode_batch


class TransactionsTopic:
    """Appends states, and reads all of them at start."""

    def __init__(
        self,
        partitions: Partitions,
        controller: Controller,
        configs: EffectiveConfigs,
        append: Append,
    ) -> None:
        self._append = append
        self._topic = CoordinatorTopic(
            StoredTopic(
                TRANSACTIONS_TOPIC,
                "transactions",
                "transactions",
                configs.broker_int("transaction.state.log.num.partitions"),
                configs.broker_int("transaction.state.log.segment.bytes"),
            ),
            partitions,
            controller,
        )
        self.ensure_exists = self._topic.ensure_exists

    def coordinator_epoch(self, transactional_id: str) -> int:
        """The epoch that markers of this id carry: it rises with every start."""
        partition = self._topic.partition_of(transactional_id)
        return 0 if partition is None else partition.leader_epoch

    def append(
        self, record: TransactionRecord, waiter: AppendWaiter, now_ms: int
    ) -> PartitionProduceResponse:
        """Stage one state; the answer tells at once if that fails."""
        batch = bytearray(encode_batch([Record(0, now_ms, *encode(record))]))
        return self._topic.append(self._append, record.transactional_id, batch, waiter)

    def replay(self, take: Callable[[TransactionRecord], object]) -> None:
        """Hand over every state in order. Raises StartupError."""

        def take_batch(batch: StoredBatch) -> None:
            if batch.header.is_control:
                # A marker that an operator sent here; there is nothing for it to end.
                return
            if batch.header.is_transactional:
                raise RecordsError("the batch belongs to a transaction")
            for record in decode_records(batch.content):
                decoded = decode(record.key, record.value)
                self._topic.verify_place(decoded.transactional_id, batch.partition)
                take(decoded)

        self._topic.replay(take_batch)
