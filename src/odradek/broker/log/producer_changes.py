"""What staged batches have changed of the producers' states, to be taken back if a write fails."""

from odradek.broker.log.producer_state import ProducerState, ProducerStateManager
from odradek.broker.log.transaction_index import AbortedTransaction
from odradek.protocol.records.batch import CONTROL_BIT, BatchHeader
from odradek.protocol.records.control_record import decode_marker


class ProducerChanges:
    """The states before each staged batch, oldest first."""

    __slots__ = ("_before",)

    def __init__(self) -> None:
        self._before: list[tuple[int, ProducerState | None]] = []

    def take(
        self,
        producers: ProducerStateManager,
        header: BatchHeader,
        batch: memoryview,
        base_offset: int,
    ) -> AbortedTransaction | None:
        """Let a producer's batch change its state; return what it aborted if it did."""
        aborted = None
        if not header.attributes & CONTROL_BIT:
            before = producers.update(header, base_offset)
        else:
            marker = decode_marker(batch)
            if marker is None:
                return None
            before, aborted = producers.end_transaction(header, marker, base_offset)
        self._before.append((header.producer_id, before))
        return aborted

    def take_back(self, producers: ProducerStateManager) -> None:
        """The batches are not in the log after all."""
        for producer_id, before in reversed(self._before):
            producers.restore(producer_id, before)
        self._before.clear()

    def keep(self) -> None:
        """The batches are written."""
        self._before.clear()
