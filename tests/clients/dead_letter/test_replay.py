"""Letters are replayed once, in order, resumably; what cannot be replayed is told."""

from dataclasses import replace
from uuid import uuid4

import pytest
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from odradek.clients.dead_letter.errors import DeadLetterError, ReplayError
from odradek.clients.dead_letter.headers import enclose
from odradek.clients.dead_letter.letter import Letter, PlainRecord
from odradek.clients.dead_letter.reader import LetterReader, replay_group
from odradek.clients.dead_letter.replay import Replayed, ReplayOptions, replay
from odradek.clients.dead_letter.topic import DeadLetterTopics
from tests.clients.dead_letter.kafka import TIMEOUT_S, Kafka, keys
from tests.clients.dead_letter.letters import FAILURE, letter


@pytest.fixture
def small_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LetterReader, "batch_records", 4)


def test_replayed_records_are_the_original_ones(kafka: Kafka, topic: str) -> None:
    buried = kafka.bury(topic, 20)
    assert replay(kafka.config, f"{topic}.dlq").letters == 20
    records = [replace(record, partition=None) for record in kafka.records(topic)]
    assert sorted(records, key=lambda record: record.timestamp_ms or 0) == buried


def test_a_second_replay_finds_nothing_until_there_are_new_letters(
    kafka: Kafka, topic: str
) -> None:
    kafka.bury(topic, 5)
    assert replay(kafka.config, f"{topic}.dlq").letters == 5
    assert replay(kafka.config, f"{topic}.dlq").letters == 0
    kafka.bury(topic, 2)
    assert replay(kafka.config, f"{topic}.dlq").letters == 2
    assert len(kafka.records(topic)) == 7


@pytest.mark.usefixtures("small_transactions")
def test_a_replay_that_broke_off_goes_on_where_its_last_transaction_ended(
    kafka: Kafka, topic: str
) -> None:
    buried = kafka.bury(topic, 20)

    def break_off(done: Replayed) -> None:
        if done.letters >= 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replay(kafka.config, f"{topic}.dlq", watch=break_off)
    done = len(kafka.records(topic))
    assert 8 <= done < 20
    committed = kafka.committed(replay_group(f"{topic}.dlq"), f"{topic}.dlq")
    assert sum(committed.values()) == done
    assert replay(kafka.config, f"{topic}.dlq").letters == 20 - done
    assert keys(kafka.records(topic)) == keys(buried)


def test_a_transaction_that_a_killed_replay_left_open_keeps_nobody_waiting(
    kafka: Kafka, topic: str
) -> None:
    kafka.bury(topic, 3)
    with LetterReader(kafka.config, f"{topic}.dlq") as reader:
        killed = transactional_producer(kafka, replay_group(f"{topic}.dlq"))
        killed.begin_transaction()
        killed.produce(topic, b"not committed", b"k")
        place = TopicPartition(f"{topic}.dlq", 0, 1)
        killed.send_offsets_to_transaction([place], reader.group_metadata, TIMEOUT_S)
        assert sum(each.waiting for each in reader.backlogs()) == 3
    assert replay(kafka.config, f"{topic}.dlq").letters == 3
    assert keys(kafka.records(topic)) == ["key-0", "key-1", "key-2"]


def transactional_producer(kafka: Kafka, name: str) -> Producer:
    producer = Producer({**kafka.config, "transactional.id": name})
    producer.init_transactions(TIMEOUT_S)
    return producer


@pytest.mark.usefixtures("small_transactions")
def test_a_later_replay_fences_an_earlier_one_and_nothing_is_sent_twice(
    kafka: Kafka, topic: str
) -> None:
    buried = kafka.bury(topic, 20)
    later: list[Replayed] = []

    def overtake(_: Replayed) -> None:
        if not later:
            later.append(replay(kafka.config, f"{topic}.dlq"))

    with pytest.raises(ReplayError, match="another replay"):
        replay(kafka.config, f"{topic}.dlq", watch=overtake)
    assert keys(kafka.records(topic)) == keys(buried)


@pytest.mark.usefixtures("small_transactions")
def test_a_replay_stops_at_the_number_it_was_given(kafka: Kafka, topic: str) -> None:
    kafka.bury(topic, 10)
    assert replay(kafka.config, f"{topic}.dlq", ReplayOptions(max_letters=6)).letters == 6
    assert len(kafka.records(topic)) == 6


def test_records_go_back_to_their_partition_or_where_there_is_none_to_that_of_their_key(
    kafka: Kafka, topic: str
) -> None:
    there = Letter(PlainRecord(topic, b"k", b"there", partition=2), FAILURE, 7)
    gone = Letter(PlainRecord(topic, b"k", b"gone", partition=99), FAILURE, 7)
    with DeadLetterTopics(kafka.config) as topics:
        topics.send([enclose(each, f"{topic}.dlq") for each in (there, gone)])
    replay(kafka.config, f"{topic}.dlq")
    by_value = {record.value: record.partition for record in kafka.records(topic)}
    assert by_value[b"there"] == 2
    assert by_value[b"gone"] is not None


def test_possibly_persisted_letters_are_passed_by_on_request(kafka: Kafka, topic: str) -> None:
    certain, uncertain = letter(0, topic=topic), letter(1, topic=topic)
    uncertain = replace(uncertain, failure=replace(FAILURE, possibly_persisted=True))
    with DeadLetterTopics(kafka.config) as topics:
        topics.send([enclose(each, f"{topic}.dlq") for each in (certain, uncertain)])
    options = ReplayOptions(skips_possibly_persisted=True)
    assert replay(kafka.config, f"{topic}.dlq", options) == Replayed(letters=1, skipped=1)
    assert keys(kafka.records(topic)) == ["key-0"]
    assert replay(kafka.config, f"{topic}.dlq") == Replayed()


def test_a_letter_that_its_topic_refuses_again_stops_the_replay_before_it(
    kafka: Kafka, topic: str
) -> None:
    large = Letter(PlainRecord(topic, b"key-1", bytes(2_000_000)), FAILURE)
    with DeadLetterTopics(kafka.config) as topics:
        topics.send([enclose(large, f"{topic}.dlq")])
    with pytest.raises(ReplayError, match="MSG_SIZE_TOO_LARGE"):
        replay(kafka.config, f"{topic}.dlq")
    assert kafka.records(topic) == []
    assert kafka.committed(replay_group(f"{topic}.dlq"), f"{topic}.dlq") == {}


def test_what_is_no_letter_is_told_and_goes_where_it_is_sent(kafka: Kafka, topic: str) -> None:
    with DeadLetterTopics(kafka.config) as topics:
        topics.send([PlainRecord(f"{topic}.dlq", b"k", b"v", (("h", b"1"),), 5)])
    with pytest.raises(ReplayError, match="no header tells its topic; say where it belongs"):
        replay(kafka.config, f"{topic}.dlq")
    assert replay(kafka.config, f"{topic}.dlq", ReplayOptions(to=topic)).letters == 1
    [record] = kafka.records(topic)
    assert (record.key, record.headers, record.timestamp_ms) == (b"k", (("h", b"1"),), 5)


def test_letters_do_not_go_round_in_circles(kafka: Kafka, topic: str) -> None:
    kafka.bury(topic, 1)
    with pytest.raises(ReplayError, match=r"to .* itself"):
        replay(kafka.config, f"{topic}.dlq", ReplayOptions(to=f"{topic}.dlq"))


def test_a_topic_that_is_gone_is_told_with_what_to_do(kafka: Kafka) -> None:
    gone = f"gone-{uuid4().hex}"
    admin = AdminClient(kafka.config)
    admin.create_topics([NewTopic(f"{gone}.dlq", 1, 1)])[f"{gone}.dlq"].result(TIMEOUT_S)
    kafka.bury(gone, 1)
    with pytest.raises(ReplayError, match="does not exist; make it anew"):
        replay(kafka.config, f"{gone}.dlq")
    with pytest.raises(DeadLetterError, match="cannot be read"):
        replay(kafka.config, f"{gone}.dlq.dlq")
