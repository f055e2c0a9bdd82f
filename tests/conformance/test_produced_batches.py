"""What a broker says to a produced batch, good or bad: ours says what Apache Kafka says."""

import itertools
import time
from collections.abc import Mapping, Sequence
from typing import Any

import crc32c
import pytest

from odradek.ops.cluster import ApacheKafka
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    ProduceResponse,
    TopicProduceData,
)
from odradek.protocol.records import Compression, Record, encode_batch
from odradek.protocol.records.batch import (
    CRC,
    CRC_POSITION,
    HEADER,
    HEADER_BYTES,
    BatchHeader,
)
from tests.brokers import Target
from tests.clients.librdkafka import Librdkafka
from tests.conformance.answers import await_producer_ids
from tests.wire import KafkaSocket

PRODUCE_VERSION = 9
NOW_MS = time.time_ns() // 1_000_000
DAY_MS = 24 * 60 * 60 * 1000
PRODUCER_ID = -2
"""In a batch of a case: replaced by an id that the broker has given out."""
NOT_THERE = {"UNKNOWN_TOPIC_OR_PARTITION", "NOT_LEADER_OR_FOLLOWER"}

Batches = Sequence[bytes]
Outcome = tuple[str, int, list[int]] | None


def records(count: int = 3, timestamp_ms: int = NOW_MS, key: bytes | None = b"k") -> list[Record]:
    return [
        Record(offset=row, timestamp_ms=timestamp_ms + row, key=key, value=b"value %d" % row)
        for row in range(count)
    ]


GOOD = encode_batch(records())


def altered(batch: bytes = GOOD, *, keeps_crc: bool = False, **fields: Any) -> bytes:
    """The batch with other header fields, and the CRC that belongs to them."""
    header = BatchHeader(*HEADER.unpack_from(batch))._replace(**fields)
    content = bytearray(HEADER.pack(*header) + batch[HEADER_BYTES:])
    if not keeps_crc:
        CRC.pack_into(content, CRC_POSITION, crc32c.crc32c(bytes(content[CRC_POSITION + 4 :])))
    return bytes(content)


def sequenced(base_sequence: int, count: int = 3, epoch: int = 0) -> bytes:
    """A batch of the idempotent producer whose id the test asks for."""
    return encode_batch(
        records(count),
        producer_id=PRODUCER_ID,
        producer_epoch=epoch,
        base_sequence=base_sequence,
    )


CASES: dict[str, tuple[Batches, Mapping[str, str]]] = {
    "a good batch": ([GOOD], {}),
    "no batch": ([b""], {}),
    "less than a header": ([GOOD[:40]], {}),
    "a batch cut short": ([GOOD[:-1]], {}),
    "a batch with bytes behind it": ([GOOD + b"x" * 5], {}),
    "two batches": ([GOOD + GOOD], {}),
    "a wrong CRC": ([altered(crc=1, keeps_crc=True)], {}),
    "magic 0": ([altered(magic=0)], {}),
    "magic 1": ([altered(magic=1)], {}),
    "magic 3": ([altered(magic=3)], {}),
    "a negative length": ([altered(batch_length=-1)], {}),
    "a length below the header's": ([altered(batch_length=20)], {}),
    "a base offset of its own": ([altered(base_offset=77)], {}),
    "a last offset delta too large": ([altered(last_offset_delta=5)], {}),
    "a last offset delta too small": ([altered(last_offset_delta=1)], {}),
    "a negative last offset delta": ([altered(last_offset_delta=-1)], {}),
    "a count too large": ([altered(records_count=4)], {}),
    "a count too small": ([altered(records_count=2)], {}),
    "count and delta too large": ([altered(records_count=4, last_offset_delta=3)], {}),
    "count and delta too small": ([altered(records_count=2, last_offset_delta=1)], {}),
    "no records": ([altered(GOOD[:HEADER_BYTES], records_count=0, batch_length=49)], {}),
    "an unknown codec": ([altered(attributes=5)], {}),
    "gzip that is none": ([altered(attributes=1)], {}),
    "snappy that is none": ([altered(attributes=2)], {}),
    "lz4 that is none": ([altered(attributes=3)], {}),
    "zstd that is none": ([altered(attributes=4)], {}),
    "log append time from a producer": ([altered(attributes=8)], {}),
    "a transactional batch without a producer": ([altered(attributes=16)], {}),
    "a control batch": ([altered(attributes=32)], {}),
    "a maximum timestamp that is wrong": ([altered(max_timestamp=NOW_MS + DAY_MS)], {}),
    "a record from the day after tomorrow": ([encode_batch(records(3, NOW_MS + 2 * DAY_MS))], {}),
    "a record without timestamp": ([encode_batch(records(1, -1))], {}),
    "a record from before the bound": (
        [encode_batch(records(3, NOW_MS - 2 * DAY_MS))],
        {"message.timestamp.before.max.ms": str(DAY_MS)},
    ),
    "a batch above the topic's limit": ([GOOD], {"max.message.bytes": "50"}),
    "no key in a compacted topic": (
        [encode_batch(records(key=None))],
        {"cleanup.policy": "compact"},
    ),
    "the producer's own timestamps replaced": (
        [encode_batch(records(3, 5)), encode_batch(records(3, 5), compression=Compression.LZ4)],
        {"message.timestamp.type": "LogAppendTime"},
    ),
    "recompression": (
        [GOOD, encode_batch(records(), compression=Compression.GZIP)],
        {"compression.type": "zstd"},
    ),
    "sequences in order": ([sequenced(0), sequenced(3), sequenced(6)], {}),
    "a repeated batch": ([sequenced(0), sequenced(3), sequenced(0), sequenced(3)], {}),
    "a batch repeated too late": ([sequenced(3 * n) for n in (0, 1, 2, 3, 4, 5, 0)], {}),
    "a gap in the sequence": ([sequenced(0), sequenced(4)], {}),
    "a first sequence that is not 0": ([sequenced(5)], {}),
    "an overlapping batch": ([sequenced(0), sequenced(2)], {}),
    "an old epoch": ([sequenced(0, epoch=1), sequenced(3, epoch=0)], {}),
    "a new epoch that goes on counting": ([sequenced(0), sequenced(3, epoch=1)], {}),
    "a new epoch that begins anew": ([sequenced(0), sequenced(0, epoch=1)], {}),
    "a producer id without sequence": ([altered(producer_id=5, producer_epoch=0)], {}),
    "a negative sequence": ([altered(producer_id=5, producer_epoch=0, base_sequence=-2)], {}),
    "a negative epoch": ([altered(producer_id=5, producer_epoch=-2, base_sequence=0)], {}),
    "a producer id that nobody gave out": (
        [altered(producer_id=987_654, producer_epoch=0, base_sequence=0)],
        {},
    ),
}
DIFFERENCES: dict[str, list[Outcome]] = {
    # Bytes behind the batch are no part of it; Kafka drops them without a word.
    "a batch with bytes behind it": [("INVALID_RECORD", -1, [])],
    # Records are not parsed on their way in, so what only they could show is not noticed.
    "count and delta too large": [("NONE", 0, [])],
    "count and delta too small": [("NONE", 0, [])],
    "gzip that is none": [("NONE", 0, [])],
    "snappy that is none": [("NONE", 0, [])],
    "lz4 that is none": [("NONE", 0, [])],
    "zstd that is none": [("NONE", 0, [])],
    "no key in a compacted topic": [("NONE", 0, [])],
    # For the same reason the batch is refused as a whole, where Kafka names each record.
    "a record from the day after tomorrow": [("INVALID_TIMESTAMP", -1, [])],
    "a record from before the bound": [("INVALID_TIMESTAMP", -1, [])],
    # What the header says is what is judged; Kafka corrects it from the records.
    "a maximum timestamp that is wrong": [("INVALID_TIMESTAMP", -1, [])],
    "log append time from a producer": [("INVALID_TIMESTAMP", -1, [])],
    # Kafka answers UNKNOWN_SERVER_ERROR.
    "an unknown codec": [("INVALID_RECORD", -1, [])],
    # Kafka asks for the right to a transactional id; here there are no transactions yet.
    "a transactional batch without a producer": [("INVALID_TXN_STATE", -1, [])],
}
"""Where ours deliberately answers otherwise: what it answers."""

numbers = itertools.count()


@pytest.mark.parametrize("case", [case for case in CASES if case not in DIFFERENCES])
def test_batch_gets_apaches_answer(target: Target, apache_kafka: ApacheKafka, case: str) -> None:
    ours = outcomes(target.bootstrap_servers, case)
    assert ours == outcomes(apache_kafka.bootstrap_servers, case)


@pytest.mark.parametrize("case", DIFFERENCES)
def test_batch_gets_an_answer_that_differs_from_apaches(
    target: Target, apache_kafka: ApacheKafka, case: str
) -> None:
    apaches = outcomes(apache_kafka.bootstrap_servers, case)
    assert apaches != DIFFERENCES[case]
    expected = DIFFERENCES[case] if target.kind == "odradek" else apaches
    assert outcomes(target.bootstrap_servers, case) == expected


def outcomes(bootstrap_servers: str, case: str) -> list[Outcome]:
    """Produce a case's batches, one after the other; return what the broker says to each."""
    batches, configs = CASES[case]
    topic = f"produced-{next(numbers)}"
    Librdkafka(bootstrap_servers).create_topic(topic, partitions=1, configs=configs)
    with KafkaSocket(bootstrap_servers) as connection:
        producer_id = await_producer_ids(connection)
    return [settled_outcome(bootstrap_servers, topic, batch, producer_id) for batch in batches]


def settled_outcome(bootstrap_servers: str, topic: str, batch: bytes, producer_id: int) -> Outcome:
    """The outcome once the topic is there: Apache's broker hears of it after its controller."""
    deadline = time.monotonic() + 10
    while True:
        settled = outcome(bootstrap_servers, topic, batch, producer_id)
        if settled is None or settled[0] not in NOT_THERE:
            return settled
        assert time.monotonic() < deadline, f"{topic} does not appear"


def outcome(bootstrap_servers: str, topic: str, batch: bytes, producer_id: int) -> Outcome:
    """The error's name, the base offset and the faulty records; None for a closed connection."""
    if len(batch) >= HEADER_BYTES:
        header = BatchHeader(*HEADER.unpack_from(batch))
        if header.producer_id == PRODUCER_ID:
            batch = altered(batch, producer_id=producer_id)
    data = PartitionProduceData(index=0, records=batch)
    topics = [TopicProduceData(name=topic, partition_data=[data])]
    request = ProduceRequest(acks=-1, timeout_ms=5_000, topic_data=topics)
    with KafkaSocket(bootstrap_servers) as connection:
        try:
            answer = connection.ask(request, ProduceResponse, PRODUCE_VERSION)
        except AssertionError:
            return None
    produced = answer.responses[0].partition_responses[0]
    faulty = [error.batch_index for error in produced.record_errors]
    return ErrorCode(produced.error_code).name, produced.base_offset, faulty
