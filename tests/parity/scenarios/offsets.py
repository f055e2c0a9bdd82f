"""Where a partition's log begins and ends: ListOffsets, OffsetForLeaderEpoch, DeleteRecords."""

from typing import Any

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsRequest,
    ListOffsetsTopic,
)
from odradek.protocol.messages.offset_for_leader_epoch import (
    OffsetForLeaderEpochRequest,
    OffsetForLeaderPartition,
    OffsetForLeaderTopic,
)
from odradek.protocol.records import encode_batch
from tests.parity.given import (
    AN_HOUR_AGO_MS,
    END,
    LOG_START,
    READ,
    filled_topic,
    new_topic,
    records,
)
from tests.parity.requests import delete_records, list_offset, produce
from tests.parity.scenario import Differs, scenario
from tests.parity.talk import Talk

TIMES = {
    "the latest": -1,
    "the earliest": -2,
    "the largest timestamp": -3,
    "the earliest local": -4,
    "the latest tiered": -5,
    "the earliest pending upload": -6,
    "a special timestamp to come": -9,
    "a time before all": 0,
    "a time of a deleted record": AN_HOUR_AGO_MS + 10,
    "a time inside a batch": AN_HOUR_AGO_MS + 1_021,
    "the time of a batch": AN_HOUR_AGO_MS + 1_000,
    "a time between batches": AN_HOUR_AGO_MS + 500,
    "the last time": AN_HOUR_AGO_MS + 2_040,
    "a time after all": AN_HOUR_AGO_MS + 10_000,
    "the end of time": 2**63 - 1,
}


@scenario(ApiKey.LIST_OFFSETS)
def offsets_by_time(talk: Talk) -> None:
    for name, timestamp in TIMES.items():
        talk.ask(name, list_offset(READ, timestamp))
        talk.ask(f"{name} of an empty partition", list_offset(READ, timestamp, 1))
        talk.ask(f"{name}, committed", list_offset(READ, timestamp, isolation_level=1))


@scenario(
    ApiKey.LIST_OFFSETS,
    Differs("of an unknown isolation level", "topics.read.*", "An unknown isolation level"),
)
def offsets_that_are_not_there(talk: Talk) -> None:
    talk.ask("of a partition that is not there", list_offset(READ, -1, 7))
    talk.ask("of a negative partition", list_offset(READ, -1, -1))
    talk.ask("of a topic that is not there", list_offset("nobody", -1))
    talk.ask("of an impossible name", list_offset("a b", -1))
    talk.ask("of an empty name", list_offset("", -1))
    for epoch in (-2, -1, 0, 5):
        request = list_offset(READ, -1, current_leader_epoch=epoch)
        talk.ask(f"with leader epoch {epoch}", request)
    talk.ask("of an unknown isolation level", list_offset(READ, -1, isolation_level=9))
    talk.ask("of nothing", ListOffsetsRequest(replica_id=-1, topics=[]))
    for replica_id in (-2, -3, 0, 7):
        request = list_offset(READ, -1)
        request.replica_id = replica_id
        talk.ask(f"by replica {replica_id}", request)


@scenario(ApiKey.LIST_OFFSETS)
def offsets_of_many_at_once(talk: Talk) -> None:
    def asked(*partitions: int) -> list[ListOffsetsPartition]:
        return [ListOffsetsPartition(partition_index=index, timestamp=-1) for index in partitions]

    def topics(*topics: ListOffsetsTopic) -> ListOffsetsRequest:
        return ListOffsetsRequest(replica_id=-1, topics=list(topics))

    read = ListOffsetsTopic(name=READ, partitions=asked(1, 0))
    talk.ask("two partitions, the last first", topics(read))
    twice = ListOffsetsTopic(name=READ, partitions=asked(0, 0))
    talk.ask("a partition twice", topics(twice))
    talk.ask("a topic twice", topics(read, read))
    nobody = ListOffsetsTopic(name="nobody", partitions=asked(0))
    talk.ask("one known and one unknown topic", topics(nobody, read))
    talk.ask("no partition", topics(ListOffsetsTopic(name=READ)))


def epoch_end(epoch: int, partition: int = 0, topic: str = READ, **fields: Any) -> Any:
    asked = OffsetForLeaderPartition(partition=partition, leader_epoch=epoch, **fields)
    topics = [OffsetForLeaderTopic(topic=topic, partitions=[asked])]
    return OffsetForLeaderEpochRequest(replica_id=-1, topics=topics)


@scenario(ApiKey.OFFSET_FOR_LEADER_EPOCH)
def ends_of_epochs(talk: Talk) -> None:
    for epoch in (-2, -1, 0, 1, 9):
        talk.ask(f"of epoch {epoch}", epoch_end(epoch))
        talk.ask(f"of epoch {epoch} of an empty partition", epoch_end(epoch, 1))
        request = epoch_end(0, current_leader_epoch=epoch)
        talk.ask(f"with the current epoch {epoch}", request)
    talk.ask("of a partition that is not there", epoch_end(0, 7))
    talk.ask("of a topic that is not there", epoch_end(0, topic="nobody"))
    talk.ask("of nothing", OffsetForLeaderEpochRequest(replica_id=-1))
    for replica_id in (-2, 0, 7):
        request = epoch_end(0)
        request.replica_id = replica_id
        talk.ask(f"by replica {replica_id}", request)


@scenario(ApiKey.DELETE_RECORDS)
def records_to_delete(talk: Talk) -> None:
    topic = filled_topic(talk, "topic", partitions=2).name
    talk.ask("delete two", delete_records(topic, 2))
    talk.ask("delete two, again", delete_records(topic, 2))
    talk.ask("before what is deleted", delete_records(topic, 1))
    talk.ask("before zero", delete_records(topic, 0))
    talk.ask("beyond the end", delete_records(topic, 4))
    talk.ask("before a negative offset", delete_records(topic, -5))
    talk.ask("up to the end", delete_records(topic, 3))
    talk.ask("all", delete_records(topic, -1, 1))
    talk.ask("all, again", delete_records(topic, -1, 1))
    for partition in (0, 1):
        for time in (-2, -1, 0):
            request = list_offset(topic, time, partition)
            talk.ask(f"what is left in {partition} by {time}", request)


@scenario(ApiKey.DELETE_RECORDS)
def records_of_compacted_topics(talk: Talk) -> None:
    for policy in ("compact", "compact,delete", ""):
        topic = new_topic(talk, f"of-{policy}", configs={"cleanup.policy": policy})
        talk.ask(f"fill {policy!r}", produce(topic, encode_batch(records())), version=9)
        talk.ask(f"delete of {policy!r}", delete_records(topic.name, 1))
        talk.ask(f"the start of {policy!r}", list_offset(topic.name, -2))


@scenario(ApiKey.DELETE_RECORDS)
def records_that_cannot_be_deleted(talk: Talk) -> None:
    talk.ask("beyond the end", delete_records(READ, END + 1))
    talk.ask("below the log start", delete_records(READ, LOG_START - 1))
    talk.ask("of a partition that is not there", delete_records(READ, 1, 7))
    talk.ask("of a negative partition", delete_records(READ, 1, -1))
    talk.ask("of a topic that is not there", delete_records("nobody", 1))
    talk.ask("of an impossible name", delete_records("a b", 1))
    talk.ask("of an empty name", delete_records("", 1))
    request = delete_records(READ, 1)
    request.topics = []
    talk.ask("of nothing", request)
