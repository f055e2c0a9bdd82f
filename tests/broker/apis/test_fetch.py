"""Reading: sizes, waiting, epochs and sessions."""

import asyncio
from typing import Any

import pytest

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.fetch import (
    FetchPartition,
    FetchRequest,
    FetchResponse,
    FetchTopic,
    ForgottenTopic,
)
from tests.broker.harness import Harness, batch_of, records_of


@pytest.mark.parametrize("version", range(4, 13))
def test_every_version_by_name_reads(broker: Harness, version: int) -> None:
    broker.create_topic("t")
    broker.produce("t", batch_of(b"a"))
    response = broker.ask(broker.fetch_request("t", 0), version)
    (answer,) = response.responses[0].partitions
    assert [record.value for record in records_of(answer)] == [b"a"]


@pytest.mark.parametrize("version", range(13, 19))
def test_every_version_by_id_reads(broker: Harness, version: int) -> None:
    broker.create_topic("t")
    broker.produce("t", batch_of(b"a"))
    request = broker.fetch_request("t", 0)
    request.topics[0].topic_id = broker.broker.image.topics["t"].topic_id
    (answer,) = broker.ask(request, version).responses[0].partitions
    assert [record.value for record in records_of(answer)] == [b"a"]


def test_an_offset_inside_a_batch_gets_the_whole_batch(broker: Harness) -> None:
    broker.create_topic("t")
    broker.produce("t", batch_of(b"a", b"b", b"c"))
    assert [record.offset for record in records_of(broker.fetch("t", 2))] == [0, 1, 2]


def test_the_first_batch_comes_whole_however_small_the_limits(broker: Harness) -> None:
    broker.create_topic("t")
    broker.produce("t", batch_of(b"x" * 5000))
    broker.produce("t", batch_of(b"y" * 5000))
    answer = broker.fetch("t", 0, partition_max_bytes=1, max_bytes=1)
    assert [len(record.value or b"") for record in records_of(answer)] == [5000]


def test_only_the_first_partition_with_data_may_exceed_the_limit(broker: Harness) -> None:
    broker.create_topic("t", partitions=3)
    for partition in (1, 2):
        broker.produce("t", batch_of(b"x" * 5000), partition=partition)
    partitions = [FetchPartition(partition=index, partition_max_bytes=100) for index in range(3)]
    request = FetchRequest(
        max_bytes=100, session_epoch=-1, topics=[FetchTopic(topic="t", partitions=partitions)]
    )
    answers = broker.ask(request, 12).responses[0].partitions
    assert [len(answer.records) > 0 for answer in answers] == [False, True, False]


@pytest.mark.parametrize("offset", [-1, 2, 100])
def test_an_offset_outside_of_the_log_is_an_error(broker: Harness, offset: int) -> None:
    broker.create_topic("t")
    broker.produce("t", batch_of(b"a"))
    assert broker.fetch("t", offset).error_code == ErrorCode.OFFSET_OUT_OF_RANGE


def test_the_end_of_the_log_is_empty_and_no_error(broker: Harness) -> None:
    broker.create_topic("t")
    broker.produce("t", batch_of(b"a"))
    answer = broker.fetch("t", 1)
    assert (answer.error_code, bytes(answer.records or b"")) == (0, b"")
    assert (answer.high_watermark, answer.last_stable_offset, answer.log_start_offset) == (1, 1, 0)


def test_a_fetch_without_data_waits_for_an_append(broker: Harness) -> None:
    broker.create_topic("t")
    waiting = broker.start(broker.fetch_request("t", 0, max_wait_ms=60_000), 12)
    assert waiting.is_pending
    broker.produce("t", batch_of(b"a"))
    (answer,) = waiting.answer().responses[0].partitions
    assert [record.value for record in records_of(answer)] == [b"a"]


def test_a_fetch_waits_until_enough_bytes_are_there(broker: Harness) -> None:
    broker.create_topic("t")
    waiting = broker.start(broker.fetch_request("t", 0, max_wait_ms=60_000, min_bytes=500), 12)
    broker.produce("t", batch_of(b"x" * 100))
    broker.loop.run_until_complete(asyncio.sleep(0))
    assert waiting.is_pending
    broker.produce("t", batch_of(b"x" * 400))
    (answer,) = waiting.answer().responses[0].partitions
    assert len(records_of(answer)) == 2


def test_a_fetch_is_answered_empty_when_its_time_is_up(broker: Harness) -> None:
    broker.create_topic("t")
    waiting = broker.start(broker.fetch_request("t", 0, max_wait_ms=20), 12)
    assert waiting.is_pending
    (answer,) = waiting.answer().responses[0].partitions
    assert not answer.records


def test_deleting_the_topic_wakes_who_waits_for_it(broker: Harness) -> None:
    broker.create_topic("t")
    waiting = broker.start(broker.fetch_request("t", 0, max_wait_ms=60_000), 12)
    broker.broker.controller.delete_topic("t")
    (answer,) = waiting.answer().responses[0].partitions
    assert answer.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


def test_a_waiter_that_was_answered_is_forgotten(broker: Harness) -> None:
    broker.create_topic("t")
    for _ in range(3):
        broker.start(broker.fetch_request("t", 0, max_wait_ms=1), 12).answer()
    assert len(broker.broker.purgatory) == 0


@pytest.mark.parametrize(
    ("epoch", "error"),
    [(-1, 0), (0, 0), (1, ErrorCode.UNKNOWN_LEADER_EPOCH), (99, ErrorCode.UNKNOWN_LEADER_EPOCH)],
)
def test_a_leader_epoch_from_the_future_is_refused(broker: Harness, epoch: int, error: int) -> None:
    broker.create_topic("t")
    assert broker.fetch("t", 0, current_leader_epoch=epoch).error_code == error


class Session:
    """A consumer that fetches two partitions through a session."""

    def __init__(self, broker: Harness) -> None:
        self.broker = broker
        self.session_id = 0
        self.epoch = 0

    def fetch(self, *offsets: tuple[int, int], forget: tuple[int, ...] = ()) -> FetchResponse:
        partitions = [
            FetchPartition(partition=partition, fetch_offset=offset, partition_max_bytes=1 << 20)
            for partition, offset in offsets
        ]
        request = FetchRequest(
            max_bytes=1 << 20,
            session_id=self.session_id,
            session_epoch=self.epoch,
            topics=[FetchTopic(topic="t", partitions=partitions)] if partitions else [],
            forgotten_topics_data=(
                [ForgottenTopic(topic="t", partitions=list(forget))] if forget else []
            ),
        )
        response: FetchResponse = self.broker.ask(request, 12)
        self.session_id = response.session_id
        self.epoch += 1
        return response


def told(response: FetchResponse) -> list[int]:
    return [answer.partition_index for topic in response.responses for answer in topic.partitions]


@pytest.fixture
def session(broker: Harness) -> Session:
    broker.create_topic("t", partitions=3)
    return Session(broker)


def test_a_session_names_its_partitions_once(session: Session) -> None:
    assert told(session.fetch((0, 0), (1, 0))) == [0, 1]
    assert session.session_id > 0
    assert told(session.fetch()) == []
    session.broker.produce("t", batch_of(b"a"), partition=1)
    assert told(session.fetch()) == [1]


def test_a_session_forgets_and_adds_partitions(session: Session) -> None:
    session.fetch((0, 0), (1, 0))
    session.fetch((2, 0), forget=(0,))
    for partition in range(3):
        session.broker.produce("t", batch_of(b"a"), partition=partition)
    assert sorted(told(session.fetch())) == [1, 2]


def test_a_session_reads_on_from_the_offset_it_is_given(session: Session) -> None:
    session.broker.produce("t", batch_of(b"a"))
    session.fetch((0, 0))
    assert told(session.fetch((0, 1))) == []
    session.broker.produce("t", batch_of(b"b"))
    (answer,) = session.fetch().responses[0].partitions
    assert [record.value for record in records_of(answer)] == [b"b"]


def test_a_wrong_session_epoch_is_refused(session: Session) -> None:
    session.fetch((0, 0))
    session.epoch = 5
    assert session.fetch().error_code == ErrorCode.INVALID_FETCH_SESSION_EPOCH


def test_an_unknown_session_is_refused(session: Session) -> None:
    session.session_id, session.epoch = 12345, 1
    assert session.fetch().error_code == ErrorCode.FETCH_SESSION_ID_NOT_FOUND


def test_the_final_epoch_ends_a_session(session: Session) -> None:
    session.fetch((0, 0))
    kept = session.session_id
    session.epoch = -1
    assert session.fetch((0, 0)).session_id == 0
    session.session_id, session.epoch = kept, 1
    assert session.fetch().error_code == ErrorCode.FETCH_SESSION_ID_NOT_FOUND


def test_the_oldest_session_makes_room_for_a_new_one(tmp_path: Any) -> None:
    harness = Harness(tmp_path, "max.incremental.fetch.session.cache.slots=2")
    harness.create_topic("t", partitions=1)
    sessions = [Session(harness) for _ in range(3)]
    for session in sessions:
        session.fetch((0, 0))
    assert sessions[0].fetch().error_code == ErrorCode.FETCH_SESSION_ID_NOT_FOUND
    assert sessions[2].fetch().error_code == 0
    harness.close()
