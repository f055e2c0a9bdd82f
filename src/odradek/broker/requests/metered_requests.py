"""Requests on their way in and out with somebody counting: used only where metrics are served.

Everything is counted, and every response searched for error codes. Reading the clock twice is much
beside a plain Produce: of Produce requests one in sixteen is timed, of all others every one.
"""

import asyncio

from odradek.broker.meters import RequestMeters
from odradek.broker.request import PendingResponse
from odradek.broker.requests.dispatch import Dispatch, MessageReply, Reply, dispatch
from odradek.broker.requests.plain_commit import PlainCommitResponse
from odradek.broker.requests.plain_produce import PRODUCE, PlainProduceReply
from odradek.broker.runtime import Broker
from odradek.protocol.declaration import Piece

_LOWER_BYTE_OF_API_KEY = 1
_LOWER_BYTE_OF_VERSION = 3
# Correlation ids count up: their last bits choose the Produce requests that are timed.
_LOWEST_BYTE_OF_CORRELATION_ID = 7
_UNTIMED = 15


def choose_dispatch(broker: Broker) -> Dispatch:
    """The dispatch for a broker's connections: with counting where there are metrics to serve."""
    return dispatch if broker.configuration.metrics is None else dispatch_metered


def dispatch_metered(broker: Broker, frame: memoryview, client_host: str) -> Reply | None:
    """As `dispatch`, counting."""
    meters, started_s = broker.request_meters, 0.0
    is_produce = frame[_LOWER_BYTE_OF_API_KEY] == PRODUCE
    if not (is_produce and frame[_LOWEST_BYTE_OF_CORRELATION_ID] & _UNTIMED):
        started_s = meters.clock_s()
    reply = dispatch(broker, frame, client_host)
    # A message's route tells which version it is answered in; a shorter way takes only known ones.
    api_key, version = frame[_LOWER_BYTE_OF_API_KEY], frame[_LOWER_BYTE_OF_VERSION]
    if isinstance(reply, MessageReply):
        version = reply.route.api_version
    meters.counts[api_key, version] += 1
    return None if reply is None else MeteredReply(reply, meters, api_key, started_s)


class MeteredReply:
    """A reply that is searched for errors when it leaves, and timed if `started_s` is not 0."""

    __slots__ = ("_api_key", "_meters", "_reply", "_started_s", "is_pipelined", "pending")

    def __init__(self, reply: Reply, meters: RequestMeters, api_key: int, started_s: float) -> None:
        self._reply = reply
        self._meters = meters
        self._api_key = api_key
        self._started_s = started_s
        self.is_pipelined = reply.is_pipelined
        self.pending: PendingResponse | None = reply.pending

    def encode(self, parts: list[Piece]) -> None:
        """Append the bytes of the reply."""
        reply = self._reply
        reply.encode(parts)
        if self._started_s:
            self._meters.note_answer(self._api_key, self._started_s)
        if isinstance(reply, PlainProduceReply):
            self._note_error(reply.error_code)
        elif isinstance(reply, MessageReply):
            self._note_errors(reply)

    def _note_errors(self, reply: MessageReply) -> None:
        response = reply.response
        if isinstance(response, asyncio.Future):
            response = response.result()
        if isinstance(response, PlainCommitResponse):
            self._note_error(response.error_code)
        else:
            self._meters.note_errors(self._api_key, response)

    def _note_error(self, error_code: int) -> None:
        if error_code:
            self._meters.errors[self._api_key, error_code] += 1
