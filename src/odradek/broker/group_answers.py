"""Who waits for what the coordinator of groups answers.

Each of these is a token of the rules in `groups`: they hand it back with the reply.
"""

import asyncio
from collections.abc import Callable, Hashable
from typing import Protocol, cast

from odradek.broker.groups.values import Answer, Reply
from odradek.broker.request import Encodable, PendingResponse
from odradek.protocol.errors import ErrorCode


class Answerable(Protocol):
    """Whoever is told the reply."""

    def answer(self, reply: Reply) -> None: ...


class InPlace(Answerable, Hashable, Protocol):
    """A response that is there from the beginning, and filled in by the reply."""

    @property
    def response(self) -> Encodable: ...


class Waiting:
    """A request whose reply is still to come; `respond` makes it the client's response."""

    __slots__ = ("_respond", "response")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, respond: Callable[[Reply], Encodable]
    ) -> None:
        self._respond = respond
        self.response: PendingResponse = loop.create_future()

    def answer(self, reply: Reply) -> None:
        """Let the reply go; nobody may be there to read it any more."""
        if self.response.done():
            return
        try:
            self.response.set_result(self._respond(reply))
        except Exception as error:  # noqa: BLE001 - belongs to the request, not to who answers it
            self.response.set_exception(error)

    @property
    def outcome(self) -> Encodable | PendingResponse:
        """The response itself where it did not have to wait."""
        return self.response.result() if self.response.done() else self.response


class PartOfDeletion:
    """One of several groups that are deleted together; the last to be stored answers for all."""

    __slots__ = ("_group_id", "_outcomes", "_whole")

    def __init__(
        self, group_id: str, outcomes: dict[str, ErrorCode | None], whole: Waiting
    ) -> None:
        self._group_id = group_id
        self._outcomes = outcomes
        self._whole = whole

    def answer(self, reply: Reply) -> None:
        """Note what became of the group."""
        self._outcomes[self._group_id] = reply.error
        if None not in self._outcomes.values():
            self._whole.answer(reply)


def deliver(answer: Answer) -> None:
    """Tell whoever stands behind the token."""
    # Every token is made by the coordinator.
    cast(Answerable, answer.token).answer(answer.reply)
