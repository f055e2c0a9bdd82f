"""Batches good and bad: Produce."""

from collections.abc import Mapping, Sequence
from typing import Any

import crc32c

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from odradek.protocol.records import Compression, encode_batch
from odradek.protocol.records.batch import (
    CRC,
    CRC_POSITION,
    HEADER,
    HEADER_BYTES,
    BatchHeader,
)
from tests.parity.given import NOW_MS, new_producer_id, new_topic, records
from tests.parity.requests import Topic, fetch, list_offset, metadata, produce
from tests.parity.scenario import Differs, scenario
from tests.parity.scenarios.topics import SOME_ID
from tests.parity.talk import Talk

DAY_MS = 24 * 60 * 60 * 1000
OURS = -2
"""In a header: replaced by a producer id that the broker has given out."""
ANSWER = "responses.*"
NOT_PARSED = "The records inside are not parsed"
GOOD = encode_batch(records())


def altered(batch: bytes = GOOD, *, keeps_crc: bool = False, **fields: Any) -> bytes:
    """The batch with other header fields, and the CRC that belongs to them."""
    header = BatchHeader(*HEADER.unpack_from(batch))._replace(**fields)
    content = bytearray(HEADER.pack(*header) + batch[HEADER_BYTES:])
    if not keeps_crc:
        CRC.pack_into(content, CRC_POSITION, crc32c.crc32c(bytes(content[CRC_POSITION + 4 :])))
    return bytes(content)


def sequenced(base_sequence: int, count: int = 3, epoch: int = 0) -> bytes:
    """A batch of an idempotent producer."""
    return encode_batch(
        records(count), producer_id=OURS, producer_epoch=epoch, base_sequence=base_sequence
    )


LYING = {
    "no batch": b"",
    "less than a header": GOOD[:40],
    "a batch cut short": GOOD[:-1],
    "a batch with bytes behind it": GOOD + b"x" * 5,
    "two batches": GOOD + GOOD,
    "a wrong CRC": altered(crc=1, keeps_crc=True),
    "magic 0": altered(magic=0),
    "magic 1": altered(magic=1),
    "magic 3": altered(magic=3),
    "a negative length": altered(batch_length=-1),
    "a length below the header's": altered(batch_length=20),
    "a base offset of its own": altered(base_offset=77),
    "a last offset delta too large": altered(last_offset_delta=5),
    "a last offset delta too small": altered(last_offset_delta=1),
    "a negative last offset delta": altered(last_offset_delta=-1),
    "a count too large": altered(records_count=4),
    "a count too small": altered(records_count=2),
    "count and delta too large": altered(records_count=4, last_offset_delta=3),
    "count and delta too small": altered(records_count=2, last_offset_delta=1),
    "no records": altered(GOOD[:HEADER_BYTES], records_count=0, batch_length=49),
    "an unknown codec": altered(attributes=5),
    "gzip that is none": altered(attributes=1),
    "snappy that is none": altered(attributes=2),
    "lz4 that is none": altered(attributes=3),
    "zstd that is none": altered(attributes=4),
    "log append time from a producer": altered(attributes=8),
    "a transactional batch without a producer": altered(attributes=16),
    "a control batch": altered(attributes=32),
    "a maximum timestamp that is wrong": altered(max_timestamp=NOW_MS + DAY_MS),
    "a record from the day after tomorrow": encode_batch(records(3, NOW_MS + 2 * DAY_MS)),
    "a record without timestamp": encode_batch(records(1, -1)),
    "a producer id without sequence": altered(producer_id=5, producer_epoch=0),
    "a negative sequence": altered(producer_id=5, producer_epoch=0, base_sequence=-2),
    "a negative epoch": altered(producer_id=5, producer_epoch=-2, base_sequence=0),
    "an id that nobody gave out": altered(producer_id=987_654, producer_epoch=0, base_sequence=0),
}
SEQUENCES: dict[str, Sequence[bytes]] = {
    "in order": [sequenced(0), sequenced(3), sequenced(6)],
    "repeated": [sequenced(0), sequenced(3), sequenced(0), sequenced(3)],
    "repeated too late": [sequenced(3 * n) for n in (0, 1, 2, 3, 4, 5, 0)],
    "with a gap": [sequenced(0), sequenced(4)],
    "from five": [sequenced(5)],
    "that overlap": [sequenced(0), sequenced(2)],
    "of an old epoch": [sequenced(0, epoch=1), sequenced(3, epoch=0)],
    "of a new epoch that goes on counting": [sequenced(0), sequenced(3, epoch=1)],
    "of a new epoch that begins anew": [sequenced(0), sequenced(0, epoch=1)],
    "of another size under the same number": [sequenced(0), sequenced(0, count=2)],
    "that wrap around": [
        sequenced(0, count=1), sequenced(1, count=1), altered(
            sequenced(2), base_sequence=2**31 - 1)],
}  # fmt: skip
SETTINGS: dict[str, tuple[Mapping[str, str], Sequence[bytes]]] = {
    "a limit that the batch exceeds": ({"max.message.bytes": "50"}, [GOOD]),
    "a bound on age": (
        {"message.timestamp.before.max.ms": str(DAY_MS)},
        [encode_batch(records(3, NOW_MS - 2 * DAY_MS))],
    ),
    "compaction and no key": ({"cleanup.policy": "compact"}, [encode_batch(records(key=None))]),
    "the broker's own time": (
        {"message.timestamp.type": "LogAppendTime"},
        [encode_batch(records(3, 5)), encode_batch(records(3, 5), compression=Compression.LZ4)],
    ),
    "a codec of its own": (
        {"compression.type": "zstd"},
        [GOOD, encode_batch(records(), compression=Compression.GZIP)],
    ),
    "no compression": (
        {"compression.type": "uncompressed"},
        [GOOD, encode_batch(records(), compression=Compression.GZIP)],
    ),
}


@scenario(ApiKey.PRODUCE)
def batches_that_are_good(talk: Talk) -> None:
    topic = new_topic(talk, "topic")
    for acks in (-1, 1):
        talk.ask(f"with acks {acks}", produce(topic, GOOD, acks=acks))
        talk.ask(f"with acks {acks}, again", produce(topic, GOOD, acks=acks))
    for codec in Compression:
        batch = encode_batch(records(), compression=codec)
        talk.ask(f"in {codec.name}", produce(topic, batch))
    talk.ask("what can be read", list_offset(topic.name, -1))


@scenario(
    ApiKey.PRODUCE,
    *(
        Differs(kind, ANSWER, NOT_PARSED)
        for kind in (
            "count and delta too large",
            "count and delta too small",
            "gzip that is none",
            "snappy that is none",
            "lz4 that is none",
            "zstd that is none",
            "log append time from a producer",
            "a maximum timestamp that is wrong",
        )
    ),
    Differs("*", f"{ANSWER}.base_offset", NOT_PARSED, apache="*", ours="*"),
    Differs("*", f"{ANSWER}.record_errors", NOT_PARSED),
    Differs("a batch with bytes behind it", ANSWER, "Bytes behind"),
    Differs("an unknown codec", ANSWER, "An unknown codec"),
    Differs("*", f"{ANSWER}.log_start_offset", "log_start_offset is told", "-1", "0"),
)
def batches_that_lie(talk: Talk) -> None:
    topic = new_topic(talk, "topic")
    for kind, batch in LYING.items():
        talk.ask(kind, produce(topic, batch))


@scenario(ApiKey.PRODUCE)
def batches_of_an_idempotent_producer(talk: Talk) -> None:
    topic = new_topic(talk, "topic", len(SEQUENCES))
    for partition, (kind, batches) in enumerate(SEQUENCES.items()):
        producer_id = new_producer_id(talk)
        for number, batch in enumerate(batches):
            sent = altered(batch, producer_id=producer_id)
            talk.ask(f"batches {kind}: {number}", produce(topic, sent, partition))
    talk.ask("what is read of repeated ones", fetch(topic, 0, 1))


@scenario(
    ApiKey.PRODUCE,
    Differs("a bound on age", f"{ANSWER}.record_errors", NOT_PARSED),
    Differs("*", f"{ANSWER}.log_start_offset", "log_start_offset is told", "-1", "0"),
)
def batches_for_topics_with_settings(talk: Talk) -> None:
    for number, (kind, (configs, batches)) in enumerate(SETTINGS.items()):
        topic = new_topic(talk, f"topic{number}", configs=configs)
        for batch in batches:
            talk.ask(kind, produce(topic, batch))
        talk.ask(f"{kind}: what is read", fetch(topic, 0))


@scenario(ApiKey.PRODUCE)
def batches_for_nobody(talk: Talk) -> None:
    topic = new_topic(talk, "topic", 2)
    talk.ask("for a partition that is not there", produce(topic, GOOD, 7))
    talk.ask("for a negative partition", produce(topic, GOOD, -1))
    unknown = {
        "a topic that is not there": Topic("nobody", SOME_ID),
        "an impossible name": Topic("a b", SOME_ID),
        "no name": Topic(""),
    }
    for kind, nobody in unknown.items():
        talk.ask(f"for {kind}", produce(nobody, GOOD))
    internal = talk.look_up(metadata("__consumer_offsets")).topics[0]
    for acks in (-1, 1):
        request = produce(Topic(internal.name, internal.topic_id), GOOD, 3, acks=acks)
        talk.ask(f"for the groups' topic with acks {acks}", request)
    for acks in (2, -2):
        talk.ask(f"with acks {acks}", produce(topic, GOOD, acks=acks))
        talk.ask(f"for nobody with acks {acks}", produce(unknown["no name"], GOOD, acks=acks))
    talk.ask("with a transactional id", produce(topic, GOOD, transactional_id="t"))
    talk.ask("with no time", produce(topic, GOOD, timeout_ms=0))
    talk.ask("with negative time", produce(topic, GOOD, timeout_ms=-1))
    talk.ask("nothing", ProduceRequest(acks=-1, timeout_ms=10_000))


@scenario(
    ApiKey.PRODUCE,
    Differs("a topic twice, once bad", "responses.*", "The answer names topics as they stand"),
    Differs("a topic without partitions", "responses*", "The answer names topics as they stand"),
)
def batches_for_many(talk: Talk) -> None:
    topic, nobody = new_topic(talk, "topic", 3), Topic("nobody", SOME_ID)

    def data(topic: Topic, *partitions: int, batch: bytes = GOOD) -> TopicProduceData:
        return TopicProduceData(
            name=topic.name,
            topic_id=topic.id,
            partition_data=[
                PartitionProduceData(index=index, records=batch) for index in partitions
            ],
        )

    def request(*data: TopicProduceData) -> ProduceRequest:
        return ProduceRequest(acks=-1, timeout_ms=10_000, topic_data=list(data))

    talk.ask("three partitions", request(data(topic, 2, 0, 1)))
    talk.ask("one known and one not", request(data(topic, 0, 7)))
    talk.ask("one good and one bad", request(data(nobody, 0), data(topic, 0)))
    bad = data(topic, 1, batch=LYING["a wrong CRC"])
    talk.ask("a topic twice, once bad", request(data(topic, 0), bad))
    talk.ask("a topic without partitions", request(data(topic)))
