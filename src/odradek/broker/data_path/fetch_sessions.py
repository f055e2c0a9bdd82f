"""Incremental fetch sessions (KIP-227): the client names its partitions once, then only changes.

Pure bookkeeping: which partitions a session holds and what the client was last told of each. A
session lives in one of a bounded number of slots; a new one takes the slot that was idle longest.
Reading the partitions is the Fetch handler's business.
"""

from collections import OrderedDict
from collections.abc import Callable

import msgspec

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.fetch import FetchPartition, FetchRequest, PartitionData

NO_SESSION_ID = 0
INITIAL_EPOCH = 0
FINAL_EPOCH = -1
_EPOCH_MAX = 2**31 - 1

TopicKey = str | bytes
PartitionKey = tuple[TopicKey, int]


class SessionPartition(msgspec.Struct, eq=False):
    """One partition of a session: what the client asks for, and what it was told last."""

    topic: TopicKey
    asked: FetchPartition
    told_high_watermark: int = -1
    told_log_start_offset: int = -1

    def note_told(self, answer: PartitionData) -> bool:
        """Remember the answer; tell whether it holds anything the client does not know yet."""
        is_news = (
            bool(answer.records)
            or answer.error_code != ErrorCode.NONE
            or answer.high_watermark != self.told_high_watermark
            or answer.log_start_offset != self.told_log_start_offset
            or answer.preferred_read_replica != -1
            or answer.diverging_epoch.epoch >= 0
        )
        self.told_high_watermark = answer.high_watermark
        self.told_log_start_offset = answer.log_start_offset
        if answer.error_code != ErrorCode.NONE:
            self.told_high_watermark = -1
        return is_news


class FetchSession(msgspec.Struct, eq=False):
    """`epoch` is what the client must send next."""

    session_id: int
    epoch: int
    partitions: dict[PartitionKey, SessionPartition]

    def update(self, request: FetchRequest) -> None:
        """Add, change and forget partitions as the request says."""
        for topic in request.forgotten_topics_data:
            for index in topic.partitions:
                self.partitions.pop((topic.topic or topic.topic_id, index), None)
        for asked in asked_partitions(request):
            key = (asked.topic, asked.asked.partition)
            known = self.partitions.get(key)
            if known is None:
                self.partitions[key] = asked
            else:
                known.asked = asked.asked

    def rotate(self, answered: list[PartitionKey]) -> None:
        """Let partitions that gave data wait behind the others next time."""
        for key in answered:
            partition = self.partitions.pop(key, None)
            if partition is not None:
                self.partitions[key] = partition


class FetchSessions:
    """All sessions of a broker; least recently used first."""

    def __init__(self, slots: int, new_session_id: Callable[[], int]) -> None:
        self._slots = slots
        self._new_session_id = new_session_id
        self._sessions: OrderedDict[int, FetchSession] = OrderedDict()

    def __len__(self) -> int:
        return len(self._sessions)

    def create(self, request: FetchRequest) -> FetchSession | None:
        """Start a session with the request's partitions; None when there are no slots at all."""
        if self._slots == 0:
            return None
        while len(self._sessions) >= self._slots:
            self._sessions.popitem(last=False)
        session = FetchSession(self._unused_id(), INITIAL_EPOCH + 1, {})
        session.update(request)
        self._sessions[session.session_id] = session
        return session

    def close(self, session_id: int) -> None:
        """End a session if it exists."""
        self._sessions.pop(session_id, None)

    def resume(self, request: FetchRequest) -> FetchSession | ErrorCode:
        """The session a request goes on with, its partitions updated, or why it cannot."""
        session = self._sessions.get(request.session_id)
        if session is None:
            return ErrorCode.FETCH_SESSION_ID_NOT_FOUND
        if session.epoch != request.session_epoch:
            return ErrorCode.INVALID_FETCH_SESSION_EPOCH
        self._sessions.move_to_end(request.session_id)
        session.epoch = 1 if session.epoch == _EPOCH_MAX else session.epoch + 1
        session.update(request)
        return session

    def _unused_id(self) -> int:
        """Random, so that a client of the broker before a restart cannot hit another's session."""
        while True:
            session_id = self._new_session_id()
            if session_id != NO_SESSION_ID and session_id not in self._sessions:
                return session_id


def asked_partitions(request: FetchRequest) -> list[SessionPartition]:
    """The partitions a request names, each once, in its order."""
    asked = {
        (topic.topic or topic.topic_id, partition.partition): partition
        for topic in request.topics
        for partition in topic.partitions
    }
    return [SessionPartition(topic, partition) for (topic, _), partition in asked.items()]
