"""Fetch (key 1): read records from many partitions, waiting for them if need be.

Versions 4 to 18. 7 adds fetch sessions (KIP-227), 9 leader epochs (KIP-320), 12 diverging epochs
(KIP-595) and flexible fields, 13 topic ids (KIP-516).

A Fetch inside a batch gets the whole batch. Nothing beyond the high watermark is ever read, and by
readers of committed data nothing beyond the last stable offset; they are told which transactions
were aborted, and drop those records themselves.

Differs from Kafka: an empty topic name is UNKNOWN_TOPIC_ID in every version.

Differs from Kafka: a negative size limit is one of 0, and an unknown isolation level reads what is
uncommitted, where Kafka answers UNKNOWN_SERVER_ERROR.

Sessionless requests, which librdkafka sends, take the same path without the bookkeeping.
"""

from collections.abc import Iterable, Sequence

from odradek.broker.apis.api import Api
from odradek.broker.data_path.fetch_reader import FetchReader
from odradek.broker.data_path.fetch_sessions import (
    FINAL_EPOCH,
    INITIAL_EPOCH,
    NO_SESSION_ID,
    FetchSession,
    SessionPartition,
    asked_partitions,
)
from odradek.broker.request import PendingResponse, RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.fetch import (
    FetchableTopicResponse,
    FetchRequest,
    FetchResponse,
    PartitionData,
)

SESSIONS_SINCE_VERSION = 7

Answers = Sequence[tuple[SessionPartition, PartitionData]]


def handle(
    broker: Broker, request: FetchRequest, context: RequestContext
) -> FetchResponse | PendingResponse:
    """Answer at once when there is enough to say, else park until there is."""
    session: FetchSession | None = None
    if request.session_epoch not in (INITIAL_EPOCH, FINAL_EPOCH):
        resumed = broker.fetch_sessions.resume(request)
        if isinstance(resumed, ErrorCode):
            return FetchResponse(error_code=resumed)
        session = resumed
    wanted = list(session.partitions.values()) if session else asked_partitions(request)
    fetch = _Fetch(broker, request, context, session, wanted)
    answers = fetch.reader.read()
    missing_bytes = request.min_bytes - fetch.reader.found_bytes
    if request.max_wait_ms <= 0 or missing_bytes <= 0 or not wanted or fetch.reader.has_error:
        return fetch.respond(answers)
    return broker.purgatory.park(
        fetch.reader.watched(),
        missing_bytes,
        lambda: fetch.respond(fetch.reader.read()),
        request.max_wait_ms,
        is_committed_only=fetch.reader.is_committed_only,
    )


class _Fetch:
    """One Fetch from its arrival to its response."""

    def __init__(
        self,
        broker: Broker,
        request: FetchRequest,
        context: RequestContext,
        session: FetchSession | None,
        wanted: Sequence[SessionPartition],
    ) -> None:
        self._broker = broker
        self._request = request
        self._context = context
        self._session = session
        self.reader = FetchReader(
            broker.partitions,
            broker.image,
            wanted,
            min(request.max_bytes, broker.fetch_bytes_max),
            request.isolation_level,
        )

    def respond(self, answers: Answers) -> FetchResponse:
        """Answer all partitions, or with a session only those that have news."""
        self.reader.meter_sent()
        if self._session is None:
            session_id = self._open_session(answers)
        else:
            session_id = self._session.session_id
            answers = [(wanted, answer) for wanted, answer in answers if wanted.note_told(answer)]
            self._session.rotate(
                [
                    (wanted.topic, answer.partition_index)
                    for wanted, answer in answers
                    if answer.records
                ]
            )
        return FetchResponse(session_id=session_id, responses=_group_by_topic(answers))

    def _open_session(self, answers: Answers) -> int:
        """A full fetch starts a session unless the client wants none; it ends the one it names."""
        request = self._request
        if self._context.api_version < SESSIONS_SINCE_VERSION:
            return NO_SESSION_ID
        if request.session_id != NO_SESSION_ID:
            self._broker.fetch_sessions.close(request.session_id)
        if request.session_epoch == FINAL_EPOCH:
            return NO_SESSION_ID
        session = self._broker.fetch_sessions.create(request)
        if session is None:
            return NO_SESSION_ID
        for wanted, answer in answers:
            session.partitions[wanted.topic, answer.partition_index].note_told(answer)
        return session.session_id


def _group_by_topic(
    answers: Iterable[tuple[SessionPartition, PartitionData]],
) -> list[FetchableTopicResponse]:
    topics: dict[str | bytes, FetchableTopicResponse] = {}
    for wanted, answer in answers:
        topic = topics.get(wanted.topic)
        if topic is None:
            if isinstance(wanted.topic, bytes):
                topic = FetchableTopicResponse(topic_id=wanted.topic)
            else:
                topic = FetchableTopicResponse(topic=wanted.topic)
            topics[wanted.topic] = topic
        topic.partitions.append(answer)
    return list(topics.values())


API = Api(ApiKey.FETCH, FetchRequest, handle)
