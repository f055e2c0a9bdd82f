"""A request to a coordinator whose reply is still to come."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from odradek.broker.request import Encodable, PendingResponse

R = TypeVar("R", contravariant=True)


class Waiting(Generic[R]):
    """`respond` makes the reply the client's response."""

    __slots__ = ("_respond", "response")

    def __init__(self, loop: asyncio.AbstractEventLoop, respond: Callable[[R], Encodable]) -> None:
        self._respond = respond
        self.response: PendingResponse = loop.create_future()

    def answer(self, reply: R) -> None:
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
