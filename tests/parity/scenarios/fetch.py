"""Records read: Fetch, with and without a session."""

from typing import Any

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.messages.fetch import (
    FetchPartition,
    FetchRequest,
    FetchTopic,
    ForgottenTopic,
)
from odradek.protocol.records import encode_batch
from tests.parity.given import END, LOG_START, filled_topic, new_topic, read_topic, records
from tests.parity.requests import Topic, fetch, produce
from tests.parity.scenario import Differs, scenario
from tests.parity.scenarios.topics import SOME_ID
from tests.parity.talk import Talk


@scenario(
    ApiKey.FETCH, Differs("at isolation level *", "*", "A negative size limit is one of 0, and an")
)
def offsets_fetched(talk: Talk) -> None:
    topic = read_topic(talk)
    for offset in (-2, -1, 0, LOG_START - 1, LOG_START, 5, 7, END - 1, END, END + 1, 2**63 - 1):
        talk.ask(f"from {offset}", fetch(topic, offset))
    talk.ask("from the start, again", fetch(topic, LOG_START))
    for offset in (0, 1):
        talk.ask(f"from {offset} of an empty partition", fetch(topic, offset, 1))
    for isolation_level in (1, 2, -1):
        request = fetch(topic, LOG_START, isolation_level=isolation_level)
        talk.ask(f"at isolation level {isolation_level}", request)


@scenario(
    ApiKey.FETCH,
    Differs("-1 of a partition", "responses.*", "A negative size limit is one of 0"),
    Differs("-1 in all", "responses.*", "A negative size limit is one of 0"),
    Differs("*", "*records[*]", "A read that is cut by size ends", apache="'<part of a batch>'"),
)
def sizes_fetched(talk: Talk) -> None:
    topic = read_topic(talk)
    for size in (-1, 0, 1, 61, 150, 400):
        talk.ask(f"{size} of a partition", fetch(topic, LOG_START, partition_max_bytes=size))
        talk.ask(f"{size} in all", fetch(topic, LOG_START, max_bytes=size))
        talk.ask(f"at least {size}", fetch(topic, LOG_START, min_bytes=size))
    talk.ask("at least one at the end", fetch(topic, END, min_bytes=1, max_wait_ms=1))
    talk.ask("for a negative time", fetch(topic, END, min_bytes=1, max_wait_ms=-1))


@scenario(
    ApiKey.FETCH, Differs("of no name", "responses.*", "An empty topic name is UNKNOWN_TOPIC_ID")
)
def fetches_of_nothing(talk: Talk) -> None:
    topic = read_topic(talk)
    talk.ask("of a partition that is not there", fetch(topic, 0, 7))
    talk.ask("of a negative partition", fetch(topic, 0, -1))
    talk.ask("of a topic that is not there", fetch(Topic("nobody", SOME_ID), 0))
    talk.ask("of an impossible name", fetch(Topic("a b", SOME_ID), 0))
    talk.ask("of no name", fetch(Topic(""), 0))
    talk.ask("of nothing", FetchRequest())
    for epoch in (-2, 0, 5):
        request = fetch(topic, LOG_START, current_leader_epoch=epoch)
        talk.ask(f"with leader epoch {epoch}", request)
        request = fetch(topic, LOG_START, last_fetched_epoch=epoch)
        talk.ask(f"with last fetched epoch {epoch}", request)
    talk.ask("with a log start of one's own", fetch(topic, LOG_START, log_start_offset=1))
    talk.ask("with a rack", fetch(topic, LOG_START, rack_id="r"))


@scenario(ApiKey.FETCH)
def many_fetched(talk: Talk) -> None:
    topic, nobody = read_topic(talk), Topic("nobody", SOME_ID)
    talk.ask("two partitions, the last first", of(part(topic, 1, 0)))
    talk.ask("a partition twice", of(part(topic, 0, 0)))
    talk.ask("a topic twice", of(part(topic, 0), part(topic, 1)))
    talk.ask("one known and one unknown", of(part(nobody, 0), part(topic, 0)))
    talk.ask("no partition", of(part(topic)))
    talk.ask("one byte of two", of(part(topic, 0, 1), max_bytes=1))


def part(topic: Topic, *partitions: int, offset: int = LOG_START) -> FetchTopic:
    asked = [
        FetchPartition(
            partition=index, fetch_offset=0 if index else offset, partition_max_bytes=10_000
        )
        for index in partitions
    ]
    return FetchTopic(topic=topic.name, topic_id=topic.id, partitions=asked)


def of(*topics: FetchTopic, **fields: Any) -> FetchRequest:
    return FetchRequest(topics=list(topics), **fields)


def in_session(session_id: int, epoch: int, *topics: FetchTopic, **fields: Any) -> FetchRequest:
    return of(*topics, session_id=session_id, session_epoch=epoch, **fields)


@scenario(ApiKey.FETCH, since=7)
def sessions(talk: Talk) -> None:
    topic = filled_topic(talk, "topic", 2)
    opened = talk.ask("begun", in_session(0, 0, part(topic, 0, 1, offset=0)))
    session = opened.session_id
    talk.ask("nothing new", in_session(session, 1))
    written = encode_batch(records(2))
    talk.ask("write", produce(topic, written, 1), version=9)
    talk.ask("one partition's news", in_session(session, 2))
    talk.ask("the same epoch again", in_session(session, 2))
    talk.ask("from the end", in_session(session, 3, part(topic, 0, offset=3)))
    talk.ask("nothing new again", in_session(session, 4))
    forgotten = ForgottenTopic(topic=topic.name, topic_id=topic.id, partitions=[1])
    talk.ask("forget one", in_session(session, 5, forgotten_topics_data=[forgotten]))
    talk.ask("after it", in_session(session, 6))
    talk.ask("a partition that is not there", in_session(session, 7, part(topic, 7)))
    talk.ask("it is reported again", in_session(session, 8))
    nobody = Topic("nobody", SOME_ID)
    talk.ask("a topic that is not there", in_session(session, 9, part(nobody, 0)))
    talk.ask("it is reported again, too", in_session(session, 10))
    talk.ask("an epoch too far", in_session(session, 20))
    talk.ask("ended", in_session(session, -1, part(topic, 0)))
    talk.ask("after its end", in_session(session, 1))


@scenario(ApiKey.FETCH, since=7)
def sessions_that_are_not_there(talk: Talk) -> None:
    topic = read_topic(talk)
    talk.ask("an unknown one", in_session(77, 3, part(topic, 0)))
    talk.ask("none, with an epoch", in_session(0, 3, part(topic, 0)))
    talk.ask("an unknown one, to begin", in_session(77, 0))
    talk.ask("an unknown one, to end", in_session(77, -1, part(topic, 0)))
    talk.ask("a negative epoch", in_session(77, -2))
    talk.ask("an empty one", in_session(0, 0))
    empty = new_topic(talk, "empty")
    talk.ask("with nothing to read", in_session(0, 0, part(empty, 0, offset=0)))
