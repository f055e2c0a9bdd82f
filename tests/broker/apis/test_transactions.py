"""Transactions request by request: what each API answers, and what the partitions then hold.

The error codes are those that Apache Kafka 4.3.1 gave to the same requests.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from odradek.protocol.declaration import Request, Response
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.add_partitions_to_txn import (
    AddPartitionsToTxnRequest,
    AddPartitionsToTxnResponse,
    AddPartitionsToTxnTopic,
    AddPartitionsToTxnTransaction,
)
from odradek.protocol.messages.describe_producers import (
    DescribeProducersRequest,
    DescribeProducersResponse,
    TopicRequest,
)
from odradek.protocol.messages.find_coordinator import FindCoordinatorRequest
from tests.broker.harness import Harness, records_of
from tests.transactional import (
    V1_COMMIT_OFFSETS,
    V1_END,
    V1_PRODUCE,
    Ask,
    Producer,
    committed,
    described,
    fetched,
    latest,
    listed,
    mark,
)

TOPIC = "topic"
NONE = ErrorCode.NONE


@pytest.fixture(params=["process", "disk"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Harness]:
    # Few partitions, as making fifty takes longer than most of these tests.
    harness = Harness(
        tmp_path,
        "transaction.state.log.num.partitions=2",
        "offsets.topic.num.partitions=2",
        durability=request.param,
    )
    harness.create_topic(TOPIC, 3)
    yield harness
    harness.close()


@pytest.fixture
def ask(broker: Harness) -> Ask:
    def ask(request: Request, response_type: type[Response], version: int) -> Any:
        return broker.ask(request, version)

    return ask


def settle(broker: Harness, ask: Ask, producer: Producer) -> None:
    """Let markers that wait for the disk be written."""
    while described(ask, producer.transactional_id).transaction_state.startswith("Prepare"):
        broker.loop.run_until_complete(_one_turn())


async def _one_turn() -> None:
    """The loop looks once at everything that is ready."""


def begin(ask: Ask, *values: bytes, name: str = "t") -> Producer:
    """A V2 producer with records in an open transaction."""
    producer = Producer(ask, name)
    assert producer.init() == NONE
    assert producer.send(TOPIC, *values or (b"v",)).error_code == NONE
    return producer


# --- the way of a transaction


@pytest.mark.parametrize("version", [1, 2])
def test_committed_records_are_seen_and_open_ones_are_not(
    broker: Harness, ask: Ask, version: int
) -> None:
    producer = Producer(ask, "t")
    producer.init()
    produce, end = (V1_PRODUCE, V1_END) if version == 1 else (12, 5)
    if version == 1:
        assert producer.add(TOPIC) == [NONE]
    assert producer.send(TOPIC, b"a", b"b", version=produce).error_code == NONE
    open_answer = fetched(ask, TOPIC)
    assert (open_answer.last_stable_offset, open_answer.high_watermark) == (0, 2)
    assert open_answer.records == b""
    assert latest(ask, TOPIC) == 0
    assert latest(ask, TOPIC, level=0) == 2
    assert producer.end(committed=True, version=end) == NONE
    settle(broker, ask, producer)
    answer = fetched(ask, TOPIC)
    assert (answer.last_stable_offset, answer.high_watermark) == (3, 3)
    assert answer.aborted_transactions == []
    assert [record.value for record in records_of(answer)][:2] == [b"a", b"b"]


def test_an_aborted_transaction_is_named_to_readers_of_committed_data(
    broker: Harness, ask: Ask
) -> None:
    producer = begin(ask, b"a")
    identity = producer.producer_id
    assert producer.end(committed=False) == NONE
    settle(broker, ask, producer)
    (aborted,) = fetched(ask, TOPIC).aborted_transactions
    assert (aborted.producer_id, aborted.first_offset) == (identity, 0)
    assert fetched(ask, TOPIC, level=0).aborted_transactions is None
    assert fetched(ask, TOPIC, 2).aborted_transactions == []


def test_the_list_names_what_reaches_into_the_piece_and_nothing_else(
    broker: Harness, ask: Ask
) -> None:
    first, second = begin(ask, b"1", name="first"), begin(ask, b"2", name="second")
    for producer, is_commit in ((second, False), (first, True)):
        producer.end(committed=is_commit)
        settle(broker, ask, producer)
    third = begin(ask, b"3", name="third")
    third.end(committed=False)
    settle(broker, ask, third)
    named = [each.first_offset for each in fetched(ask, TOPIC).aborted_transactions]
    assert named == [1, 4]
    assert [each.first_offset for each in fetched(ask, TOPIC, 3).aborted_transactions] == [4]


def test_one_open_transaction_holds_back_all_that_follow(broker: Harness, ask: Ask) -> None:
    early, late = begin(ask, b"early", name="early"), begin(ask, b"late", name="late")
    late.end(committed=True)
    settle(broker, ask, late)
    assert fetched(ask, TOPIC).last_stable_offset == 0
    early.end(committed=True)
    settle(broker, ask, early)
    assert fetched(ask, TOPIC).last_stable_offset == 4


def test_a_parked_reader_of_committed_data_wakes_when_the_transaction_ends(
    broker: Harness, ask: Ask
) -> None:
    producer = begin(ask, b"a")
    request = broker.fetch_request(TOPIC, 0, max_wait_ms=20_000, isolation_level=1)
    parked = broker.start(request, 12)
    producer.send(TOPIC, b"more")
    broker.loop.run_until_complete(_one_turn())
    assert parked.is_pending, "what it may not see must not wake it"
    producer.end(committed=True)
    answer = parked.answer().responses[0].partitions[0]
    assert [record.value for record in records_of(answer)][:2] == [b"a", b"more"]


def test_the_next_transaction_begins_at_once_with_the_raised_epoch(
    broker: Harness, ask: Ask
) -> None:
    producer = begin(ask)
    producer.end(committed=True)
    settle(broker, ask, producer)
    assert producer.epoch == 1
    assert producer.send(TOPIC, b"next").error_code == NONE


# --- produce


def test_batches_need_a_transaction_by_version(ask: Ask) -> None:
    producer = Producer(ask, "t")
    producer.init()
    old = producer.send(TOPIC, b"v", version=10)
    assert old.error_code == ErrorCode.INVALID_TXN_STATE
    assert old.error_message == "Partition was not added to the transaction"
    new = producer.send(TOPIC, b"v", version=11)
    assert new.error_code == ErrorCode.TRANSACTION_ABORTABLE
    assert latest(ask, TOPIC, level=0) == 0


@pytest.mark.parametrize("version", [9, 11, 12])
def test_a_transactional_batch_needs_a_transactional_id(ask: Ask, version: int) -> None:
    producer = Producer(ask, "t")
    producer.init()
    answer = producer.send(TOPIC, b"v", version=version, names_id=False)
    assert answer.error_code == ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED


@pytest.mark.parametrize("version", [11, 12])
def test_strangers_and_zombies_write_nothing(ask: Ask, version: int) -> None:
    zombie = Producer(ask, "t")
    zombie.init()
    stranger = Producer(ask, "nobody")
    stranger.producer_id, stranger.epoch = 4711, 0
    Producer(ask, "t").init()
    fenced = zombie.send(TOPIC, b"v", version=version).error_code
    assert fenced == ErrorCode.INVALID_PRODUCER_EPOCH
    unmapped = stranger.send(TOPIC, b"v", version=version).error_code
    assert unmapped == ErrorCode.INVALID_PRODUCER_ID_MAPPING
    assert latest(ask, TOPIC, level=0) == 0


def test_a_late_batch_cannot_follow_its_marker_under_v2(broker: Harness, ask: Ask) -> None:
    producer = begin(ask)
    late = Producer(ask, "t")
    late.producer_id, late.epoch = producer.producer_id, producer.epoch
    producer.end(committed=True)
    settle(broker, ask, producer)
    answer = late.send(TOPIC, b"late", sequence=1, version=V1_PRODUCE)
    assert answer.error_code == ErrorCode.INVALID_PRODUCER_EPOCH
    assert fetched(ask, TOPIC).last_stable_offset == 2


def test_a_v2_producer_that_is_unknown_here_begins_at_sequence_0(ask: Ask) -> None:
    producer = Producer(ask, "t")
    producer.init()
    answer = producer.send(TOPIC, b"v", sequence=3)
    assert answer.error_code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER


def test_within_a_transaction_everything_is_transactional(ask: Ask) -> None:
    producer = begin(ask)
    for names_id in (True, False):
        answer = producer.send(TOPIC, b"v", is_transactional=False, names_id=names_id)
        assert answer.error_code == ErrorCode.INVALID_TXN_STATE


def test_a_repeated_batch_is_answered_with_its_first_offset(ask: Ask) -> None:
    producer = begin(ask, b"a")
    producer.send(TOPIC, b"b")
    assert producer.send(TOPIC, b"b", sequence=1).base_offset == 1
    assert latest(ask, TOPIC, level=0) == 2


def test_acks_1_is_answered_as_well(ask: Ask) -> None:
    producer = Producer(ask, "t")
    producer.init()
    assert producer.send(TOPIC, b"a", acks=1).base_offset == 0
    assert producer.send(TOPIC, b"b", acks=1).base_offset == 1


# --- adding partitions


def test_partitions_are_added_all_or_none(ask: Ask) -> None:
    producer = Producer(ask, "t")
    producer.init()
    refused = producer.add(TOPIC, 0, 9)
    assert refused == [
        ErrorCode.OPERATION_NOT_ATTEMPTED,
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    ]
    assert described(ask, "t").transaction_state == "Empty"
    assert producer.add(TOPIC, 0, 1) == [NONE, NONE]
    state = described(ask, "t")
    assert state.transaction_state == "Ongoing"
    assert [(topic.topic, topic.partitions) for topic in state.topics] == [(TOPIC, [0, 1])]


@pytest.mark.parametrize(
    ("version", "error"),
    [
        (0, ErrorCode.INVALID_PRODUCER_EPOCH),
        (1, ErrorCode.INVALID_PRODUCER_EPOCH),
        (2, ErrorCode.PRODUCER_FENCED),
        (3, ErrorCode.PRODUCER_FENCED),
    ],
)
def test_a_fenced_producer_is_told_as_its_version_expects(
    ask: Ask, version: int, error: ErrorCode
) -> None:
    zombie = Producer(ask, "t")
    zombie.init()
    Producer(ask, "t").init()
    assert zombie.add(TOPIC, version=version) == [error]
    assert zombie.add_group("group", version=version) == error
    assert zombie.end(committed=True, version=version) == error


@pytest.mark.parametrize(
    ("version", "error"),
    [(3, ErrorCode.INVALID_PRODUCER_EPOCH), (4, ErrorCode.PRODUCER_FENCED)],
)
def test_init_tells_a_fenced_producer_as_its_version_expects(
    ask: Ask, version: int, error: ErrorCode
) -> None:
    zombie = Producer(ask, "t")
    zombie.init()
    Producer(ask, "t").init()
    assert zombie.init(version=version, continues=True) == error


def test_a_broker_may_verify_many_transactions_at_once(broker: Harness, ask: Ask) -> None:
    known = begin(ask)
    topics = [AddPartitionsToTxnTopic(name=TOPIC, partitions=[0, 1])]
    asked = [
        AddPartitionsToTxnTransaction("t", known.producer_id, known.epoch, True, topics),
        AddPartitionsToTxnTransaction("nobody", 1, 0, False, topics),
    ]
    request = AddPartitionsToTxnRequest(transactions=asked)
    answer: AddPartitionsToTxnResponse = broker.ask(request, 5)
    errors = {
        result.transactional_id: [
            each.partition_error_code for each in result.topic_results[0].results_by_partition
        ]
        for result in answer.results_by_transaction
    }
    unmapped = ErrorCode.INVALID_PRODUCER_ID_MAPPING
    assert errors == {
        "t": [NONE, ErrorCode.TRANSACTION_ABORTABLE],
        "nobody": [unmapped, unmapped],
    }


# --- offsets


def test_offsets_of_a_transaction_are_pending_until_it_ends(broker: Harness, ask: Ask) -> None:
    producer = begin(ask)
    assert producer.commit_offset("group", 5, topic=TOPIC) == NONE
    assert committed(ask, "group", TOPIC) == (ErrorCode.UNSTABLE_OFFSET_COMMIT, -1)
    assert committed(ask, "group", TOPIC, require_stable=False) == (NONE, -1)
    producer.end(committed=True)
    settle(broker, ask, producer)
    assert committed(ask, "group", TOPIC) == (NONE, 5)
    producer.commit_offset("group", 9, topic=TOPIC)
    producer.end(committed=False)
    settle(broker, ask, producer)
    assert committed(ask, "group", TOPIC) == (NONE, 5)


def test_before_v2_the_group_must_have_been_added(broker: Harness, ask: Ask) -> None:
    producer = Producer(ask, "t")
    producer.init()
    aborts = producer.commit_offset("group", 5, topic=TOPIC, version=V1_COMMIT_OFFSETS)
    assert aborts == ErrorCode.TRANSACTION_ABORTABLE
    old = producer.commit_offset("group", 5, topic=TOPIC, version=3)
    assert old == ErrorCode.INVALID_TXN_STATE
    assert producer.add_group("group") == NONE
    assert producer.commit_offset("group", 5, topic=TOPIC, version=V1_COMMIT_OFFSETS) == NONE
    assert producer.end(committed=True, version=V1_END) == NONE
    settle(broker, ask, producer)
    assert committed(ask, "group", TOPIC) == (NONE, 5)


def test_of_two_commits_the_one_that_was_recorded_last_stands(broker: Harness, ask: Ask) -> None:
    first, second = Producer(ask, "first"), Producer(ask, "second")
    for number, producer in enumerate((first, second)):
        producer.init()
        producer.commit_offset("group", 10 + number, topic=TOPIC)
    second.end(committed=True)
    settle(broker, ask, second)
    assert committed(ask, "group", TOPIC) == (ErrorCode.UNSTABLE_OFFSET_COMMIT, -1)
    first.end(committed=True)
    settle(broker, ask, first)
    assert committed(ask, "group", TOPIC) == (NONE, 11)


@pytest.mark.parametrize("version", [1, 4, 5])
def test_strangers_and_zombies_commit_no_offsets(ask: Ask, version: int) -> None:
    zombie = Producer(ask, "t")
    zombie.init()
    Producer(ask, "t").init()
    fenced = zombie.commit_offset("group", 1, topic=TOPIC, version=version)
    assert fenced == ErrorCode.INVALID_PRODUCER_EPOCH
    zombie.producer_id += 1
    unmapped = zombie.commit_offset("group", 1, topic=TOPIC, version=version)
    assert unmapped == ErrorCode.INVALID_PRODUCER_ID_MAPPING


def test_offsets_of_a_generation_that_is_gone_are_refused(ask: Ask) -> None:
    producer = Producer(ask, "t")
    producer.init()
    gone = producer.commit_offset("group", 1, topic=TOPIC, generation_id=3)
    assert gone == ErrorCode.ILLEGAL_GENERATION
    assert producer.commit_offset("group", 1, topic=TOPIC) == NONE
    unknown = producer.commit_offset("group", 1, topic=TOPIC, generation_id=3)
    assert unknown == ErrorCode.UNKNOWN_MEMBER_ID
    assert producer.commit_offset("group", 1, topic=TOPIC, member_id="m") == NONE


def test_offsets_of_what_does_not_exist_are_refused(ask: Ask) -> None:
    producer = Producer(ask, "t")
    producer.init()
    missing = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    assert producer.commit_offset("group", 1, topic="nothing") == missing
    assert producer.commit_offset("group", 1, topic=TOPIC, partition=9) == missing
    assert producer.commit_offset("", 1, topic=TOPIC) == ErrorCode.INVALID_GROUP_ID


# --- looking, and ending by hand


def test_transactions_are_listed_by_state_and_pattern(ask: Ask) -> None:
    begin(ask, name="orders-1")
    Producer(ask, "orders-2").init()
    everything = listed(ask)
    assert [each.transactional_id for each in everything.transaction_states] == [
        "orders-1",
        "orders-2",
    ]
    ongoing = listed(ask, state_filters=["Ongoing", "Bogus", "PrepareEpochFence"])
    assert [each.transactional_id for each in ongoing.transaction_states] == ["orders-1"]
    assert ongoing.unknown_state_filters == ["Bogus"]
    assert len(listed(ask, transactional_id_pattern="orders-.").transaction_states) == 2
    assert listed(ask, transactional_id_pattern="orders").transaction_states == []
    bad = listed(ask, transactional_id_pattern="(")
    assert bad.error_code == ErrorCode.INVALID_REGULAR_EXPRESSION


def test_only_known_ids_are_described(ask: Ask) -> None:
    assert described(ask, "nobody").error_code == ErrorCode.TRANSACTIONAL_ID_NOT_FOUND
    assert described(ask, "").error_code == ErrorCode.INVALID_REQUEST


def test_a_partition_tells_which_transaction_is_open_in_it(broker: Harness, ask: Ask) -> None:
    producer = begin(ask)
    request = DescribeProducersRequest(topics=[TopicRequest(name=TOPIC, partition_indexes=[0])])
    answer: DescribeProducersResponse = broker.ask(request, 0)
    (found,) = answer.topics[0].partitions[0].active_producers
    assert (found.producer_id, found.current_txn_start_offset) == (producer.producer_id, 0)
    assert found.coordinator_epoch == -1
    producer.end(committed=True)
    settle(broker, ask, producer)
    answer = broker.ask(request, 0)
    (found,) = answer.topics[0].partitions[0].active_producers
    assert (found.producer_epoch, found.current_txn_start_offset) == (1, -1)
    assert found.coordinator_epoch >= 0


@pytest.mark.parametrize(
    ("raised", "transaction_version", "error"),
    [
        (0, 0, NONE),
        (1, 0, NONE),
        (-1, 0, ErrorCode.UNKNOWN_SERVER_ERROR),
        (0, 2, ErrorCode.INVALID_PRODUCER_EPOCH),
        (1, 2, NONE),
    ],
)
def test_an_operator_ends_a_transaction_in_a_partition(
    ask: Ask, raised: int, transaction_version: int, error: ErrorCode
) -> None:
    producer = begin(ask)
    version = 2 if transaction_version else 1
    for _ in range(2):
        outcome = mark(
            ask,
            TOPIC,
            producer.producer_id,
            producer.epoch + raised,
            version=version,
            transaction_version=transaction_version,
        )
        assert outcome == [error], "repeated, it fares alike"
    assert (fetched(ask, TOPIC).last_stable_offset > 0) == (error is NONE)


def test_markers_for_unknown_producers_are_written_and_for_unknown_partitions_not(
    ask: Ask,
) -> None:
    assert mark(ask, TOPIC, 4711, 0) == [NONE]
    missing = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    assert mark(ask, "nothing", 4711, 0) == [missing]
    assert mark(ask, TOPIC, 4711, 0, partitions=[0, 9]) == [NONE, missing]


def test_a_coordinator_of_the_past_is_fenced(ask: Ask) -> None:
    assert mark(ask, TOPIC, 4711, 0, coordinator_epoch=5) == [NONE]
    fenced = mark(ask, TOPIC, 4711, 0, coordinator_epoch=4)
    assert fenced == [ErrorCode.TRANSACTION_COORDINATOR_FENCED]


def test_finding_the_coordinator_makes_its_topic(broker: Harness) -> None:
    request = FindCoordinatorRequest(key_type=1, coordinator_keys=["t"])
    (found,) = broker.ask(request, 4).coordinators
    assert found.error_code == NONE
    assert broker.broker.image.topics["__transaction_state"].partition_count == 2


def test_deleting_the_topic_of_transactions_forgets_them(broker: Harness, ask: Ask) -> None:
    begin(ask)
    broker.broker.controller.delete_topic("__transaction_state")
    assert described(ask, "t").error_code == ErrorCode.TRANSACTIONAL_ID_NOT_FOUND
    again = Producer(ask, "t")
    assert again.init() == NONE
