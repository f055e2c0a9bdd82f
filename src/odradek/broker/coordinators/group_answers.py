"""Who waits for what the coordinator of groups answers.

Each of these is a token of the rules in `groups`: they hand it back with the reply.
"""

from collections.abc import Hashable
from typing import Protocol, cast

from odradek.broker.coordinators.waiting import Waiting
from odradek.broker.groups.values import Answer, Reply
from odradek.broker.request import Encodable
from odradek.protocol.errors import ErrorCode


class Answerable(Protocol):
    """Whoever is told the reply."""

    def answer(self, reply: Reply) -> None: ...


class InPlace(Answerable, Hashable, Protocol):
    """A response that is there from the beginning, and filled in by the reply."""

    @property
    def response(self) -> Encodable: ...


class PartOfDeletion:
    """One of several groups that are deleted together; the last to be stored answers for all."""

    __slots__ = ("_group_id", "_outcomes", "_whole")

    def __init__(
        self, group_id: str, outcomes: dict[str, ErrorCode | None], whole: Waiting[Reply]
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
