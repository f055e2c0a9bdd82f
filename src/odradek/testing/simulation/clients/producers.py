"""Producers without transactions: idempotent ones, and ones that may repeat what they retry.

A producer sends up to three batches at once and does not go on until all are acknowledged, in their
order: what was not is sent again, with the sequences it had.
"""

import random
from collections.abc import Sequence

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.init_producer_id import InitProducerIdRequest
from odradek.protocol.messages.produce import (
    PartitionProduceData,
    PartitionProduceResponse,
    ProduceRequest,
    TopicProduceData,
)
from odradek.protocol.records import encode_batch
from odradek.testing.simulation.clients.client import COME_AGAIN, SimulatedClient
from odradek.testing.simulation.history import History, Outcome, TopicPartition, Write
from odradek.testing.simulation.network import Network
from odradek.testing.simulation.texts import keyed_text, to_record
from odradek.testing.simulation.topics import KEYS, TABLES

PRODUCE_VERSION = 9
TIMEOUT_MS = 2_000
WINDOW_BATCHES = 3
BATCH_RECORDS_MAX = 4
TOMBSTONE_SHARE = 0.25

NO_PRODUCER = -1


class Numbering:
    """The records a producer writes to each partition, numbered from 0; by luck they get keys."""

    def __init__(self, name: str, dice: random.Random) -> None:
        self._name = name
        self._dice = dice
        self._next: dict[TopicPartition, int] = {}

    def values(self, partition: TopicPartition, count: int) -> tuple[str, ...]:
        first = self._next.get(partition, 0)
        self._next[partition] = first + count
        index = partition[1]
        writers = [f"{self._name}:{index}:{each}" for each in range(first, first + count)]
        return tuple(map(self._keyed, writers) if partition in TABLES else writers)

    def _keyed(self, writer: str) -> str:
        is_tombstone = self._dice.random() < TOMBSTONE_SHARE
        return keyed_text(self._dice.choice(KEYS), writer, is_tombstone=is_tombstone)


def encode_values(
    values: Sequence[str],
    now_ms: int,
    producer_id: int = NO_PRODUCER,
    producer_epoch: int = NO_PRODUCER,
    base_sequence: int = NO_PRODUCER,
    *,
    is_transactional: bool = False,
) -> bytes:
    """One batch of records that carry these values."""
    return encode_batch(
        [to_record(value, now_ms) for value in values],
        producer_id=producer_id,
        producer_epoch=producer_epoch,
        base_sequence=base_sequence,
        is_transactional=is_transactional,
    )


def produce_request(
    partition: TopicPartition, batch: bytes, acks: int = -1, transactional_id: str | None = None
) -> ProduceRequest:
    """One batch for one partition."""
    topic, index = partition
    data = PartitionProduceData(index=index, records=batch)
    return ProduceRequest(
        transactional_id=transactional_id,
        acks=acks,
        timeout_ms=TIMEOUT_MS,
        topic_data=[TopicProduceData(name=topic, partition_data=[data])],
    )


class Producer(SimulatedClient):
    """Writes until it is asked to stop."""

    acks = -1
    is_idempotent = False
    is_promised = True

    def __init__(
        self,
        name: str,
        network: Network,
        history: History,
        seed: str,
        partitions: list[TopicPartition],
    ) -> None:
        super().__init__(name, network, history, seed)
        self._partitions = partitions
        self._numbering = Numbering(name, self.dice)
        self._sequences: dict[TopicPartition, int] = {}
        self.producer_id = NO_PRODUCER
        self.producer_epoch = NO_PRODUCER

    async def run(self) -> None:
        await self.introduce()
        while not self.is_stopping:
            await self._send_window()
            await self.between_windows()
            await self.sleep(self.dice.uniform(0.001, 0.2))

    async def introduce(self) -> None:
        """Get what is needed before the first record."""

    async def between_windows(self) -> None:
        """Everything that was sent is acknowledged."""

    async def _send_window(self) -> None:
        window = []
        for _ in range(self.dice.randint(1, WINDOW_BATCHES)):
            partition = self.dice.choice(self._partitions)
            values = self._numbering.values(partition, self.dice.randint(1, BATCH_RECORDS_MAX))
            base_sequence = self._sequences.get(partition, 0)
            self._sequences[partition] = base_sequence + len(values)
            write = Write(
                self.name, self.now_s, partition, values, self.is_idempotent, self.is_promised
            )
            self.history.operations.append(write)
            window.append((write, self._request(write, base_sequence)))
        while window:
            answers = await self.ask_all([request for _, request in window], PRODUCE_VERSION)
            window = self._unfinished(window, answers)

    def _request(self, write: Write, base_sequence: int) -> ProduceRequest:
        sequence = base_sequence if self.is_idempotent else NO_PRODUCER
        now_ms = int(self.now_s * 1000)
        batch = encode_values(write.values, now_ms, self.producer_id, self.producer_epoch, sequence)
        return produce_request(write.partition, batch, self.acks)

    def _unfinished(
        self, window: list[tuple[Write, ProduceRequest]], answers: list[object]
    ) -> list[tuple[Write, ProduceRequest]]:
        """Note what was acknowledged; what was not has to be sent again."""
        again: list[tuple[Write, ProduceRequest]] = []
        for (write, request), response in zip(window, answers, strict=True):
            answer = only_answer(response)
            if answer is None or answer.error_code in COME_AGAIN:
                again.append((write, request))
            elif answer.error_code == ErrorCode.NONE:
                write.base_offset = answer.base_offset
                write.end(self.now_s)
            elif self._follows_unfinished(write, again):
                again.append((write, request))
            else:
                error = ErrorCode(answer.error_code).name
                self.fail(f"{write.values[0]} in its order was refused: {error}")
                write.end(self.now_s, Outcome.REFUSED)
        return again

    def _follows_unfinished(
        self, write: Write, unfinished: list[tuple[Write, ProduceRequest]]
    ) -> bool:
        """Whether the batch was refused because one before it is missing."""
        return any(earlier.partition == write.partition for earlier, _ in unfinished)


class IdempotentProducer(Producer):
    """Nothing it writes may be there twice, or out of order."""

    is_idempotent = True

    async def introduce(self) -> None:
        """Begin as a new process does: with an id nobody had, and sequences from 0."""
        self._sequences.clear()
        answer = await self.ask_until_settled(InitProducerIdRequest(transactional_id=None), 4)
        self.producer_id, self.producer_epoch = answer.producer_id, answer.producer_epoch

    async def between_windows(self) -> None:
        if self.dice.random() < 0.1:
            await self.introduce()


class HastyProducer(Producer):
    """acks=1: told before the disk has it, so a power loss may take it."""

    acks = 1
    is_promised = False


def only_answer(response: object) -> PartitionProduceResponse | None:
    """The answer for the one partition of a request; None where none came."""
    if response is None:
        return None
    answer: PartitionProduceResponse = response.responses[0].partition_responses[0]  # type: ignore[attr-defined]
    return answer
