"""Sends letters to their topics again, each once.

The records of a few hundred letters and the offset behind the last of them are one transaction: a
replay that was killed goes on where its last transaction ended, and what it had begun is aborted.
Its progress is the offsets of a group, which `odradek group describe` shows and `reset` moves.

Invariants:
- A letter is replayed once for whoever reads committed data; who reads uncommitted data may see the
  records of an aborted transaction, as always.
- Records keep the order of their letters' partition, key, value, their own headers and timestamp;
  where the letter tells the partition and the topic still has it, they go there.
- Two replays of one topic exclude each other: the later one fences the earlier.
- A letter that cannot be replayed stops the replay before it, with a sentence; none is left out
  silently.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer, TopicPartition

from odradek.clients.dead_letter.errors import ReplayError
from odradek.clients.dead_letter.letter import PlainRecord
from odradek.clients.dead_letter.reader import (
    REQUEST_TIMEOUT_S,
    Backlog,
    Found,
    LetterReader,
    find_ends,
    find_starts,
    replay_group,
)
from odradek.clients.dead_letter.topic import LETTER_BYTES_MAX, place_of

TRANSACTION_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """What to replay, and where to.

    `to` is another topic than the letters' own; `skips_possibly_persisted` passes by letters whose
    records may be in their topic all the same.
    """

    to: str | None = None
    max_letters: int | None = None
    skips_possibly_persisted: bool = False


@dataclass(slots=True)
class Replayed:
    """How far a replay came."""

    letters: int = 0
    skipped: int = 0

    @property
    def handled(self) -> int:
        return self.letters + self.skipped


def ignore(_: Replayed) -> None:
    """Nobody watches."""


def replay(
    client_config: Mapping[str, Any],
    topic: str,
    options: ReplayOptions = ReplayOptions(),
    *,
    watch: Callable[[Replayed], None] = ignore,
) -> Replayed:
    """Replay what waits in a dead letter topic; `watch` is told after each transaction.

    Raises ReplayError, and DeadLetterError where the topic cannot be read.
    """
    done = Replayed()
    transactions = _Transactions(client_config, topic)
    try:
        # Only now: what another replay was doing is aborted, and its offsets are final.
        with LetterReader(client_config, topic) as reader:
            backlogs = reader.backlogs()
            for found in reader.read(find_starts(backlogs), find_ends(backlogs)):
                chosen = found[: _room(options, done)]
                _replay_together(transactions, reader, chosen, options, done)
                watch(done)
                if _room(options, done) == 0:
                    break
    finally:
        transactions.close()
    return done


def waiting(backlogs: Sequence[Backlog], options: ReplayOptions) -> int:
    """How many letters a replay would take up."""
    total = sum(each.waiting for each in backlogs)
    return total if options.max_letters is None else min(total, options.max_letters)


def _room(options: ReplayOptions, done: Replayed) -> int | None:
    return None if options.max_letters is None else options.max_letters - done.handled


def _replay_together(
    transactions: "_Transactions",
    reader: LetterReader,
    found: Sequence[Found],
    options: ReplayOptions,
    done: Replayed,
) -> None:
    """One transaction for all of `found`, or for those before the first that cannot be replayed."""
    records: list[PlainRecord] = []
    next_offsets: dict[int, int] = {}
    skipped = 0
    refusal: ReplayError | None = None
    for each in found:
        try:
            record = _record_of(each, options)
        except ReplayError as error:
            refusal = error
            break
        if (
            options.skips_possibly_persisted
            and each.letter
            and each.letter.failure.possibly_persisted
        ):
            skipped += 1
        else:
            records.append(record)
        next_offsets[each.partition] = each.offset + 1
    if next_offsets:
        transactions.commit(records, next_offsets, reader)
        done.letters += len(records)
        done.skipped += skipped
    if refusal is not None:
        raise refusal


def _record_of(found: Found, options: ReplayOptions) -> PlainRecord:
    """The letter's record with the topic it goes to."""
    if found.letter is None:
        if options.to is None:
            raise ReplayError(
                f"the record at offset {found.offset} in partition {found.partition} of"
                f" {found.carrier.topic} is no letter: no header tells its topic; say where it"
                " belongs with --to"
            )
        record = found.carrier
    else:
        record = found.letter.record
    topic = options.to or record.topic
    if topic == found.carrier.topic:
        raise ReplayError(f"letters of {topic} cannot be replayed to {topic} itself")
    keeps_partition = found.letter is not None and topic == record.topic
    partition = record.partition if keeps_partition else None
    return PlainRecord(
        topic, record.key, record.value, record.headers, record.timestamp_ms, partition
    )


class _Transactions:
    """A transactional producer, and the offsets of the replay group."""

    def __init__(self, client_config: Mapping[str, Any], topic: str) -> None:
        self._topic = topic
        self._partitions: dict[str, int] = {}
        self._errors: list[KafkaError] = []
        self._producer = Producer(
            {
                **client_config,
                "transactional.id": replay_group(topic),
                "partitioner": "murmur2_random",
                "message.max.bytes": LETTER_BYTES_MAX,
                "transaction.timeout.ms": int(TRANSACTION_TIMEOUT_S * 1000),
                "delivery.timeout.ms": int(TRANSACTION_TIMEOUT_S * 1000),
            }
        )
        self._call(self._producer.init_transactions, 2 * REQUEST_TIMEOUT_S)

    def commit(
        self, records: Sequence[PlainRecord], next_offsets: Mapping[int, int], reader: LetterReader
    ) -> None:
        """Send the records and commit the offsets, both or neither; ReplayError if neither."""
        for topic in dict.fromkeys(record.topic for record in records):
            self._look_up(topic)
        self._errors.clear()
        positions = [TopicPartition(self._topic, *each) for each in next_offsets.items()]
        self._call(self._producer.begin_transaction)
        try:
            for record in records:
                self._send(record)
            self._producer.send_offsets_to_transaction(
                positions, reader.group_metadata, TRANSACTION_TIMEOUT_S
            )
            self._producer.commit_transaction(TRANSACTION_TIMEOUT_S)
        except ReplayError:
            self._abort()
            raise
        except KafkaException as error:
            self._abort()
            raise self._failed(error.args[0]) from error

    def close(self) -> None:
        """A fenced producer has nothing to end, and says so."""
        with suppress(KafkaException):
            self._producer.close()

    def _send(self, record: PlainRecord) -> None:
        exists = (record.partition or 0) < self._partitions[record.topic]
        place = place_of(record)
        if not exists:
            place.pop("partition")
        try:
            self._producer.produce(
                record.topic,
                key=record.key,
                value=record.value,
                headers=list(record.headers),
                on_delivery=self._note,
                **place,
            )
        except (KafkaException, BufferError) as error:
            raise ReplayError(f"a letter for {record.topic} cannot be sent: {error}") from error
        self._producer.poll(0)

    def _note(self, error: KafkaError | None, _: "Message[bytes, bytes]") -> None:
        if error is not None:
            self._errors.append(error)

    def _look_up(self, topic: str) -> None:
        """How many partitions the topic has; ReplayError if it does not exist."""
        if topic in self._partitions:
            return
        try:
            found = self._producer.list_topics(timeout=REQUEST_TIMEOUT_S).topics.get(topic)
        except KafkaException as error:
            raise ReplayError(f"replaying {self._topic} failed: {error.args[0].str()}") from error
        if found is None:
            raise ReplayError(
                f"topic {topic}, from which letters in {self._topic} come, does not exist; make it"
                " anew, or send them elsewhere with --to"
            )
        self._partitions[topic] = len(found.partitions)

    def _call(self, step: Callable[..., object], *arguments: object) -> None:
        try:
            step(*arguments)
        except KafkaException as error:
            raise self._failed(error.args[0]) from error

    def _failed(self, error: KafkaError) -> ReplayError:
        if error.code() == KafkaError._FENCED:
            return ReplayError(f"another replay of {self._topic} has taken over")
        # A step may fail before anybody has been told what became of a record, whose own error says
        # more than that the transaction must be aborted.
        self._producer.poll(0)
        reason = next(
            (each for each in self._errors if each.code() != KafkaError._PURGE_QUEUE), error
        )
        return ReplayError(f"replaying {self._topic} failed: {reason.str()} ({reason.name()})")

    def _abort(self) -> None:
        # What cannot be aborted now is aborted by the next replay, or by the coordinator in time.
        with suppress(KafkaException):
            self._producer.abort_transaction(TRANSACTION_TIMEOUT_S)
