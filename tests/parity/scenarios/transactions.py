"""Transactions: ids and epochs, partitions and offsets added, ends, markers, and what readers see.

An end is answered when it is decided; its markers follow, with Apache some milliseconds later. So
after each one the talk looks, without noting it, until they are written.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response
from odradek.protocol.messages.add_partitions_to_txn import (
    AddPartitionsToTxnRequest,
    AddPartitionsToTxnTopic,
    AddPartitionsToTxnTransaction,
)
from odradek.protocol.messages.describe_producers import DescribeProducersRequest, TopicRequest
from odradek.protocol.messages.describe_transactions import DescribeTransactionsRequest
from tests.parity.given import NOW_MS, new_topic
from tests.parity.requests import Topic, committed, fetch
from tests.parity.scenario import Differs, scenario
from tests.parity.scenarios.groups import leave, stable
from tests.parity.talk import Talk
from tests.transactional import V1_END, V1_PRODUCE, Producer, described, latest, listed, mark

BATCHED_SINCE_VERSION = 4
CONTINUES_SINCE_VERSION = 3
V2_SINCE_VERSION = 5
SHORT_TIMEOUT_MS = 500
TIME_FOR_A_SECOND_REQUEST_MS = 3_000
PATIENCE_S = 120.0
READ_COMMITTED = 1


class Speaker:
    """Asks a talk's broker, every step under the name that `doing` has just given."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.step = ""

    def __call__(self, request: Request, response_type: type[Response], version: int) -> Any:
        if request.api_key == self.talk.api:
            version = self.talk.version
        step = f"{self.step}: {type(request).__name__}"
        return self.talk.ask(step, request, version=version)

    def doing(self, step: str) -> "Speaker":
        self.step = step
        return self

    def producer(self, own: str = "id", **options: Any) -> Producer:
        """A producer that has its transactional id; its batches have a time of their own."""
        producer = Producer(self, self.talk.name(own), timestamp_ms=NOW_MS)
        self.doing(f"init {own}")
        producer.init(**options)
        return producer

    def copy(self, producer: Producer, *, epoch: int = 0, producer_id: int = 0) -> Producer:
        """The same producer, with another epoch or id."""
        copy = Producer(self, producer.transactional_id, timestamp_ms=NOW_MS)
        copy.producer_id = producer.producer_id + producer_id
        copy.epoch = producer.epoch + epoch
        return copy

    def settle(self, producer: Producer, *, until: str = "") -> None:
        """Wait until no marker is missing, or until the state is the one."""
        request = DescribeTransactionsRequest(transactional_ids=[producer.transactional_id])

        def is_settled() -> bool:
            state = self.talk.look_up(request).transaction_states[0].transaction_state
            return state == until if until else not state.startswith("Prepare")

        wait_until(is_settled)

    def end(self, producer: Producer, *, committed: bool, version: int = 5) -> None:
        """End a transaction, and wait for its markers."""
        producer.end(committed=committed, version=version)
        self.settle(producer)


@scenario(ApiKey.INIT_PRODUCER_ID)
def transactional_ids_given(talk: Talk) -> None:
    ask = Speaker(talk)
    producer = ask.producer()
    described(ask.doing("fresh"), producer.transactional_id)
    ask.doing("again")
    producer.init()
    for timeout_ms in (0, -1, 900_000, 900_001):
        ask.doing(f"with a timeout of {timeout_ms}")
        producer.init(timeout_ms=timeout_ms)
    Producer(ask.doing("without a name"), "").init()
    if talk.version < CONTINUES_SINCE_VERSION:
        return
    for epoch, producer_id in ((0, 0), (-1, 0), (-2, 0), (7, 0), (0, 7)):
        ask.doing(f"goes on with epoch {epoch:+} and id {producer_id:+}")
        ask.copy(producer, epoch=epoch, producer_id=producer_id).init(continues=True)
    half = ask.copy(producer)
    half.epoch = -1
    ask.doing("goes on without an epoch")
    half.init(continues=True)


@scenario(ApiKey.INIT_PRODUCER_ID)
def open_transactions_fenced(talk: Talk) -> None:
    ask, topic = Speaker(talk), new_topic(talk, "topic")
    for own, is_v2 in (("v1", False), ("v2", True)):
        old = ask.producer(own)
        ask.doing(f"{own} begins")
        if not is_v2:
            old.add(topic.name)
        old.send(topic.name, b"v", version=12 if is_v2 else V1_PRODUCE)
        new = ask.copy(old)
        ask.doing(f"{own} is fenced")
        new.init()
        ask.settle(old)
        described(ask, old.transactional_id)
        new.init()
        ask.doing(f"{own} comes late")
        old.send(topic.name, b"late", version=12 if is_v2 else V1_PRODUCE)
        old.end(committed=True, version=5 if is_v2 else V1_END)
        old.add(topic.name)
        old.init(continues=talk.version >= CONTINUES_SINCE_VERSION)
    read(talk, topic, "in the end")


@scenario(ApiKey.ADD_PARTITIONS_TO_TXN, until=BATCHED_SINCE_VERSION - 1)
def partitions_added(talk: Talk) -> None:
    ask, topic = Speaker(talk), new_topic(talk, "topic", 2)
    producer = ask.producer()
    for partitions in ((0,), (0,), (0, 1), (7,), (0, 7)):
        producer_asks = ask.doing(f"partitions {partitions}")
        producer.add(topic.name, *partitions)
        described(producer_asks, producer.transactional_id)
    ask.doing("a topic that is not there")
    producer.add("nobody")
    for epoch, producer_id in ((1, 0), (-1, 0), (0, 7)):
        ask.doing(f"with epoch {epoch:+} and id {producer_id:+}")
        ask.copy(producer, epoch=epoch, producer_id=producer_id).add(topic.name)
    for own in ("nobody", ""):
        stranger = ask.copy(producer)
        stranger.transactional_id = own
        ask.doing(f"as '{own}'")
        stranger.add(topic.name)


@scenario(ApiKey.ADD_PARTITIONS_TO_TXN, since=BATCHED_SINCE_VERSION)
def partitions_added_by_brokers(talk: Talk) -> None:
    ask, topic = Speaker(talk), new_topic(talk, "topic", 2)
    producer = ask.producer()

    def asked(*partitions: int, verify_only: bool, **changes: Any) -> AddPartitionsToTxnTransaction:
        fields = {
            "transactional_id": producer.transactional_id,
            "producer_id": producer.producer_id,
            "producer_epoch": producer.epoch,
        }
        topics = [AddPartitionsToTxnTopic(name=topic.name, partitions=list(partitions))]
        return AddPartitionsToTxnTransaction(
            **{**fields, **changes}, verify_only=verify_only, topics=topics
        )

    for step, transaction in {
        "verify what was not added": asked(0, verify_only=True),
        "add": asked(0, verify_only=False),
        "verify": asked(0, verify_only=True),
        "verify some": asked(0, 1, verify_only=True),
        "verify what is not there": asked(0, 7, verify_only=True),
        "verify another epoch": asked(0, verify_only=True, producer_epoch=7),
        "add to nobody's": asked(0, verify_only=False, transactional_id="nobody"),
    }.items():
        talk.ask(step, AddPartitionsToTxnRequest(transactions=[transaction]))


@scenario(ApiKey.ADD_OFFSETS_TO_TXN)
def groups_added(talk: Talk) -> None:
    ask = Speaker(talk)
    producer = ask.producer()
    for own in ("group", "group", ""):
        ask.doing(f"'{own}'")
        producer.add_group(own)
    for epoch, producer_id in ((1, 0), (-1, 0), (0, 7)):
        ask.doing(f"with epoch {epoch:+} and id {producer_id:+}")
        ask.copy(producer, epoch=epoch, producer_id=producer_id).add_group("group")
    stranger = ask.copy(producer)
    stranger.transactional_id = "nobody"
    ask.doing("as nobody")
    stranger.add_group("group")


@scenario(ApiKey.END_TXN)
def ends_in_every_state(talk: Talk) -> None:
    ask, topic = Speaker(talk), new_topic(talk, "topic")
    version = talk.version
    for is_commit in (True, False):
        producer = ask.producer(f"empty-{is_commit}")
        ask.doing(f"commit {is_commit} of nothing")
        ask.end(producer, committed=is_commit, version=version)
        described(ask, producer.transactional_id)
        for first in (True, False):
            producer = ask.producer(f"{first}-{is_commit}")
            ask.doing(f"commit {first}, then commit {is_commit}")
            producer.add(topic.name)
            producer.send(topic.name, b"v", version=V1_PRODUCE)
            before = ask.copy(producer)
            ask.end(producer, committed=first, version=version)
            described(ask, producer.transactional_id)
            ask.end(before, committed=is_commit, version=version)
            ask.end(producer, committed=is_commit, version=version)
            described(ask, producer.transactional_id)
    read(talk, topic, "in the end")


@scenario(ApiKey.END_TXN)
def ends_by_others(talk: Talk) -> None:
    ask, topic = Speaker(talk), new_topic(talk, "topic")
    producer = ask.producer()
    producer.add(topic.name)
    for epoch, producer_id in ((1, 0), (-1, 0), (0, 7)):
        ask.doing(f"with epoch {epoch:+} and id {producer_id:+}")
        ask.copy(producer, epoch=epoch, producer_id=producer_id).end(committed=True)
    for own in ("nobody", ""):
        stranger = ask.copy(producer)
        stranger.transactional_id = own
        ask.doing(f"as '{own}'")
        stranger.end(committed=True)


@scenario(ApiKey.END_TXN, since=V1_END)
def transactions_that_run_out_of_time(talk: Talk) -> None:
    ask, topic = Speaker(talk), new_topic(talk, "topic")
    is_v2 = talk.version >= V2_SINCE_VERSION
    producer = ask.producer(timeout_ms=SHORT_TIMEOUT_MS if is_v2 else TIME_FOR_A_SECOND_REQUEST_MS)
    ask.doing("begin")
    if not is_v2:
        producer.add(topic.name)
    producer.send(topic.name, b"v", version=12 if is_v2 else V1_PRODUCE)
    ask.settle(producer, until="CompleteAbort")
    described(ask.doing("after its time"), producer.transactional_id)
    for is_commit in (True, False):
        ask.copy(producer).end(committed=is_commit)
        ask.settle(producer)
    producer.send(topic.name, b"late", version=12 if is_v2 else V1_PRODUCE)
    producer.add(topic.name)
    producer.init(continues=True)
    read(talk, topic, "in the end")


@scenario(ApiKey.TXN_OFFSET_COMMIT)
def offsets_of_a_transaction(talk: Talk) -> None:
    ask, topic, group = Speaker(talk), new_topic(talk, "topic", 2), talk.name("group")
    producer = ask.producer()
    ask.doing("before the group was added")
    producer.commit_offset(group, 1, topic=topic.name)
    producer.add_group(group)
    for is_commit, offset in ((True, 3), (False, 5)):
        ask.doing(f"offset {offset}")
        producer.add_group(group)
        producer.commit_offset(group, offset, topic=topic.name)
        talk.ask(f"pending {offset}", committed(group, topic, 0, require_stable=True))
        talk.ask(f"visible {offset}", committed(group, topic, 0))
        ask.end(producer, committed=is_commit)
        settled = committed(group, topic, 0, require_stable=True)
        wait_until(
            lambda asked=settled: not first_offset(talk.look_up(asked)).error_code,
        )
        talk.ask(f"after {offset}", settled)
    producer.add_group(group)
    for partition in (-1, 7):
        ask.doing(f"partition {partition}")
        producer.commit_offset(group, 1, topic=topic.name, partition=partition)
    ask.doing("a topic that is not there")
    producer.commit_offset(group, 1, topic="nobody")
    ask.doing("no group")
    producer.commit_offset("", 1, topic=topic.name)
    for epoch, producer_id in ((1, 0), (-1, 0), (0, 7)):
        ask.doing(f"with epoch {epoch:+} and id {producer_id:+}")
        other = ask.copy(producer, epoch=epoch, producer_id=producer_id)
        other.commit_offset(group, 1, topic=topic.name)


@scenario(ApiKey.TXN_OFFSET_COMMIT, since=3)
def offsets_of_members_in_a_transaction(talk: Talk) -> None:
    ask, topic, group = Speaker(talk), new_topic(talk, "topic"), talk.name("group")
    producer = ask.producer()
    producer.add_group(group)
    for own in (
        {"generation_id": 3},
        {"member_id": "m"},
        {"generation_id": 3, "member_id": "m"},
        {"group_instance_id": "i"},
    ):
        ask.doing(f"{own}")
        producer.commit_offset(group, 1, topic=topic.name, **own)


@scenario(ApiKey.TXN_OFFSET_COMMIT, since=3)
def offsets_of_generations_in_a_transaction(talk: Talk) -> None:
    ask, topic, group = Speaker(talk), new_topic(talk, "topic"), talk.name("group")
    member, generation = stable(talk, group, group_instance_id="i")
    producer = ask.producer()
    producer.add_group(group)
    own = {"member_id": member, "generation_id": generation, "group_instance_id": "i"}
    for offset, (step, changes) in enumerate(
        {
            "its own": {},
            "of a generation that is gone": {"generation_id": generation - 1},
            "of a generation to come": {"generation_id": generation + 1},
            "of no generation": {"generation_id": -1},
            "of another member": {"member_id": "m", "group_instance_id": None},
            "of another member by that name": {"member_id": "m"},
            "by another name": {"group_instance_id": "j"},
            "of nobody in particular": {
                "member_id": "",
                "generation_id": -1,
                "group_instance_id": None,
            },
        }.items()
    ):
        ask.doing(step)
        producer.commit_offset(group, offset, topic=topic.name, **{**own, **changes})
        talk.ask(f"what is committed: {step}", committed(group, topic, 0))
    talk.ask("leave", leave(group, member))
    ask.doing("after it left")
    producer.commit_offset(group, 9, topic=topic.name, **own)
    ask.end(producer, committed=True)
    settled = committed(group, topic, 0, require_stable=True)
    wait_until(lambda: not first_offset(talk.look_up(settled)).error_code)
    talk.ask("in the end", settled)


@scenario(
    ApiKey.WRITE_TXN_MARKERS,
    Differs("*", "*.log_start_offset", "log_start_offset is told", "-1", "0"),
)
def markers_by_hand(talk: Talk) -> None:
    ask, topic = Speaker(talk), new_topic(talk, "topic", 2)
    for own, epoch, transaction_version in (
        ("same", 0, 0),
        ("raised", 1, 0),
        ("negative", -1, 0),
        ("strict and same", 0, 2),
        ("strict and raised", 1, 2),
    ):
        producer = ask.producer(own)
        ask.doing(own)
        producer.send(topic.name, b"v")
        for time_ in ("first", "again"):
            ask.doing(f"{own}, {time_}")
            mark(
                ask,
                topic.name,
                producer.producer_id,
                producer.epoch + epoch,
                transaction_version=transaction_version,
            )
        ask.doing(f"{own}: the transaction goes on")
        producer.send(topic.name, b"w")
        ask.end(producer, committed=True)
    stranger = ask.producer("stranger")
    for kind, name, partitions in (
        ("for an unknown producer", topic.name, (1,)),
        ("in some partitions that are not there", topic.name, (1, 7)),
        ("in a topic that is not there", "nobody", (0,)),
    ):
        mark(ask.doing(kind), name, stranger.producer_id, 0, partitions=partitions)
    for epoch in (5, 4):
        ask.doing(f"by a coordinator of epoch {epoch}")
        mark(ask, topic.name, stranger.producer_id, 0, partitions=(1,), coordinator_epoch=epoch)
    read(talk, topic, "in the end")


@scenario(ApiKey.DESCRIBE_TRANSACTIONS)
def transactions_described(talk: Talk) -> None:
    ask, topic = Speaker(talk), new_topic(talk, "topic")
    producer = ask.producer()
    described(ask.doing("fresh"), producer.transactional_id)
    producer.send(topic.name, b"v")
    described(ask.doing("open"), producer.transactional_id)
    ask.end(producer, committed=True)
    described(ask.doing("over"), producer.transactional_id)
    described(ask.doing("unknown"), "nobody")
    described(ask.doing("without a name"), "")
    talk.ask("none", DescribeTransactionsRequest())
    ids = [producer.transactional_id, "nobody", producer.transactional_id]
    talk.ask("three", DescribeTransactionsRequest(transactional_ids=ids))


@scenario(ApiKey.LIST_TRANSACTIONS)
def transactions_listed(talk: Talk) -> None:
    ask, topic = Speaker(talk), new_topic(talk, "topic")
    idle, busy = ask.producer("idle"), ask.producer("busy")
    busy.send(topic.name, b"v")
    own = {"producer_id_filters": [idle.producer_id, busy.producer_id]}
    for step, filters in {
        "ours": {},
        "ongoing": {"state_filters": ["Ongoing"]},
        "of states that are none": {"state_filters": ["ongoing", "PrepareEpochFence", "Dead"]},
        "older than nothing": {"duration_filter": 0},
        "older than a year": {"duration_filter": 31_536_000_000},
        "like idle": {"transactional_id_pattern": ".*idle"},
        "like nothing": {"transactional_id_pattern": "idle"},
        "like what is no pattern": {"transactional_id_pattern": "("},
    }.items():
        is_asked = talk.version >= 2 or not {"duration_filter", "transactional_id_pattern"} & set(
            filters
        )
        if is_asked:
            listed(ask.doing(step), **own, **filters)
    listed(ask.doing("of no producer"), producer_id_filters=[2**40])


@scenario(ApiKey.PRODUCE, since=3)
def batches_in_transactions(talk: Talk) -> None:
    ask, topic = Speaker(talk), new_topic(talk, "topic", 3)
    producer = ask.producer()
    ask.doing("before anything was added")
    producer.send(topic.name, b"v", topic_id=topic.id)
    ask.doing("without a transactional id")
    producer.send(topic.name, b"v", names_id=False, topic_id=topic.id)
    producer.add(topic.name)
    for step, options in {
        "first": {},
        "second": {},
        "the first again": {"sequence": 0},
        "with a gap": {"sequence": 9},
        "not transactional": {"is_transactional": False},
        "not transactional, without an id": {"is_transactional": False, "names_id": False},
        "elsewhere": {"partition": 1},
    }.items():
        ask.doing(step)
        producer.send(topic.name, b"v", topic_id=topic.id, **options)
    for epoch, producer_id in ((1, 0), (-1, 0), (0, 7)):
        for partition in (0, 2):
            ask.doing(f"with epoch {epoch:+} and id {producer_id:+} to {partition}")
            other = ask.copy(producer, epoch=epoch, producer_id=producer_id)
            other.send(topic.name, b"v", partition=partition, topic_id=topic.id)
    for own in ("nobody", ""):
        stranger = ask.copy(producer)
        stranger.transactional_id = own
        ask.doing(f"as '{own}'")
        stranger.send(topic.name, b"v", partition=2, topic_id=topic.id)
    described(ask.doing("in the end"), producer.transactional_id)


@scenario(ApiKey.PRODUCE, since=12)
def batches_for_many_partitions(talk: Talk) -> None:
    ask, topic = Speaker(talk), new_topic(talk, "topic", 4)
    producer = ask.producer()
    for step, partitions in {
        "three new ones": (0, 1, 2),
        "a new one among known ones": (2, 3, 0),
        "one that is not there among known ones": (0, 7),
    }.items():
        ask.doing(step)
        producer.send_each(topic.name, b"v", *partitions, topic_id=topic.id)
        described(ask, producer.transactional_id)
    late = ask.copy(producer)
    ask.doing("the end")
    ask.end(producer, committed=True)
    ask.doing("two new ones of the next transaction")
    producer.send_each(topic.name, b"w", 1, 3, topic_id=topic.id)
    for epoch, producer_id in ((0, 0), (7, 0), (0, 7)):
        ask.doing(f"with epoch {epoch:+} and id {producer_id:+}")
        other = ask.copy(late, epoch=epoch, producer_id=producer_id)
        other.send_each(topic.name, b"late", 0, 1, 2, topic_id=topic.id)
    described(ask.doing("in the end"), producer.transactional_id)
    for partition in range(4):
        seen = fetch(topic, 0, partition, isolation_level=READ_COMMITTED)
        talk.ask(f"partition {partition}", seen)


@scenario(ApiKey.FETCH)
def what_readers_of_committed_data_see(talk: Talk) -> None:
    ask, topic = Speaker(talk), new_topic(talk, "topic")
    early, late = ask.producer("early"), ask.producer("late")
    for step, producer, is_commit in (
        ("open", early, None),
        ("two open", late, None),
        ("the later aborted", late, False),
        ("the later once more", late, None),
        ("the earlier committed", early, True),
        ("all aborted", late, False),
    ):
        ask.doing(step)
        if is_commit is None:
            producer.send(topic.name, b"v")
        else:
            ask.end(producer, committed=is_commit)
        read(talk, topic, step)
    for offset in range(1, 7):
        seen = fetch(topic, offset, isolation_level=READ_COMMITTED)
        talk.ask(f"from {offset}", seen)


@scenario(ApiKey.LIST_OFFSETS, since=2)
def ends_as_readers_of_committed_data_see_them(talk: Talk) -> None:
    ask, topic = Speaker(talk), new_topic(talk, "topic")
    producer = ask.producer()
    for step in ("empty", "open", "over"):
        if step == "open":
            producer.send(topic.name, b"v", b"w")
        if step == "over":
            ask.end(producer, committed=False)
        for level in (0, 1):
            latest(ask.doing(f"{step} at level {level}"), topic.name, level=level)


@scenario(ApiKey.DESCRIBE_PRODUCERS)
def transactions_as_partitions_know_them(talk: Talk) -> None:
    ask, topic = Speaker(talk), new_topic(talk, "topic")
    producer = ask.producer()
    asked = TopicRequest(name=topic.name, partition_indexes=[0])
    for step in ("nothing", "open", "over"):
        if step == "open":
            producer.send(topic.name, b"v")
        if step == "over":
            ask.end(producer, committed=True)
        talk.ask(step, DescribeProducersRequest(topics=[asked]))


@scenario(ApiKey.END_TXN)
def transactions_after_a_restart(talk: Talk) -> Iterator[None]:
    ask, topic, group = Speaker(talk), new_topic(talk, "topic"), talk.name("group")
    producers = {own: ask.producer(own) for own in ("open", "committed", "aborted")}
    for own, producer in producers.items():
        ask.doing(own)
        producer.send(topic.name, own.encode())
        if own != "open":
            ask.end(producer, committed=own == "committed")
    producers["open"].commit_offset(group, 7, topic=topic.name)
    yield
    wait_until(lambda: not talk.look_up(committed(group, topic, 0)).groups[0].error_code)
    wait_until(lambda: not first_partition(talk.look_up(fetch(topic, 0))).error_code)
    for producer in producers.values():
        asked = DescribeTransactionsRequest(transactional_ids=[producer.transactional_id])
        wait_until(lambda asked=asked: not talk.look_up(asked).transaction_states[0].error_code)
    talk.ask("pending", committed(group, topic, 0, require_stable=True))
    for own, producer in producers.items():
        described(ask.doing(f"{own} after the restart"), producer.transactional_id)
    read(talk, topic, "after the restart")
    ask.doing("ended after the restart")
    ask.end(producers["open"], committed=True)
    # Not the records, whose leader epoch Apache's node has raised twice.
    described(ask, producers["open"].transactional_id)
    producers["aborted"].init(continues=True)


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "the broker does not settle"


def first_partition(fetched: Any) -> Any:
    return fetched.responses[0].partitions[0]


def first_offset(answer: Any) -> Any:
    return answer.groups[0].topics[0].partitions[0]


def read(talk: Talk, topic: Topic, step: str) -> None:
    """Note what readers of all data, and of committed data alone, see."""
    for level in (0, READ_COMMITTED):
        seen = fetch(topic, 0, isolation_level=level)
        talk.ask(f"read at level {level}: {step}", seen)
