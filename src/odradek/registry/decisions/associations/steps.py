"""Several decisions that make one, each on what those before it will have made."""

from typing import TypeVar

from odradek.registry.decisions.view import Decision, View
from odradek.registry.state.records import Record

Answer = TypeVar("Answer")


class Steps:
    """The records of all, and the state as it will be after them; the given view stays as it is."""

    def __init__(self, view: View) -> None:
        self.view = view.draft()
        self.records: list[Record] = []

    def take(self, decision: Decision[Answer]) -> Answer:
        """Add one more, and give its answer."""
        for record in decision.records:
            self.view.index.apply(record, timestamp_ms=0)  # which it gets when it is written
        self.records += decision.records
        return decision.answer
