"""Fetching as consumers do it, and a reader that follows all partitions of a topic from the start.

Under read_committed the records of aborted transactions are dropped here, in the client, by the
list that comes with each answer, as in every Kafka client.
"""

from collections.abc import Iterator

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.fetch import (
    FetchPartition,
    FetchRequest,
    FetchTopic,
    PartitionData,
)
from odradek.protocol.records import decode_records, iterate_batches
from odradek.testing.simulation.clients.client import COME_AGAIN, SimulatedClient
from odradek.testing.simulation.history import History, Read, TopicPartition
from odradek.testing.simulation.network import Network, NoAnswer
from odradek.testing.simulation.texts import to_text

FETCH_VERSION = 12
MAX_WAIT_MS = 100
MAX_BYTES = (200, 600, 100_000)
"""How much a fetch asks for: sometimes less than a batch."""


class FetchingClient(SimulatedClient):
    """A client that reads."""

    async def fetch(
        self,
        partition: TopicPartition,
        offset: int,
        *,
        is_committed_only: bool,
        max_bytes: int | None = None,
    ) -> Read | None:
        """One fetch, noted in the history; None when it failed and may be tried again."""
        read = Read(self.name, self.now_s, partition, is_committed_only, offset)
        request = _request(
            partition, offset, is_committed_only, max_bytes or self.dice.choice(MAX_BYTES)
        )
        try:
            patience_s = max(self.patience_s, 3 * MAX_WAIT_MS / 1000)
            response = await self.ask(request, FETCH_VERSION, patience_s)
        except NoAnswer:
            return None
        answer: PartitionData = response.responses[0].partitions[0]
        if answer.error_code != ErrorCode.NONE:
            if answer.error_code not in COME_AGAIN:
                error = ErrorCode(answer.error_code).name
                self.fail(f"the fetch of {partition} at {offset} was refused: {error}")
            await self.sleep(0.1)
            return None
        read.next_offset, records = _visible(answer, offset)
        read.records = tuple(records)
        read.high_watermark = answer.high_watermark
        read.last_stable_offset = answer.last_stable_offset
        read.end(self.now_s)
        self.history.operations.append(read)
        return read


class Reader(FetchingClient):
    """Reads every partition from the first offset on, until stopped.

    `begins_again`: behind the last record comes the first, as when a table is loaded anew.
    """

    def __init__(
        self,
        name: str,
        network: Network,
        history: History,
        seed: str,
        partitions: list[TopicPartition],
        *,
        is_committed_only: bool,
        begins_again: bool = False,
    ) -> None:
        super().__init__(name, network, history, seed)
        self._positions = dict.fromkeys(partitions, 0)
        self._begins_again = begins_again
        self._is_committed_only = is_committed_only

    async def run(self) -> None:
        while not self.is_stopping:
            partition = self.dice.choice(list(self._positions))
            position = self._positions[partition]
            read = await self.fetch(partition, position, is_committed_only=self._is_committed_only)
            if read is not None:
                is_at_end = self._begins_again and read.next_offset == read.last_stable_offset
                self._positions[partition] = 0 if is_at_end else read.next_offset
            await self.sleep(self.dice.uniform(0.0, 0.05))


def _request(
    partition: TopicPartition, offset: int, is_committed_only: bool, max_bytes: int
) -> FetchRequest:
    topic, index = partition
    asked = FetchPartition(partition=index, fetch_offset=offset, partition_max_bytes=max_bytes)
    return FetchRequest(
        max_wait_ms=MAX_WAIT_MS,
        min_bytes=1,
        max_bytes=max_bytes,
        isolation_level=int(is_committed_only),
        topics=[FetchTopic(topic=topic, partitions=[asked])],
    )


def _visible(answer: PartitionData, offset: int) -> tuple[int, list[tuple[int, str]]]:
    """Where to read on, and the records from `offset` on that the application gets."""
    upcoming = sorted(
        (each.first_offset, each.producer_id) for each in answer.aborted_transactions or ()
    )
    aborted: set[int] = set()
    records: list[tuple[int, str]] = []
    for header, batch in iterate_batches(bytes(answer.records or b"")):
        while upcoming and upcoming[0][0] <= header.last_offset:
            aborted.add(upcoming.pop(0)[1])
        if header.is_control:
            aborted.discard(header.producer_id)
        elif not (header.is_transactional and header.producer_id in aborted):
            records += _records(batch, offset)
        offset = max(offset, header.next_offset)
    return offset, records


def _records(batch: memoryview, from_offset: int) -> Iterator[tuple[int, str]]:
    for record in decode_records(batch):
        if record.offset >= from_offset:
            yield record.offset, to_text(record)
