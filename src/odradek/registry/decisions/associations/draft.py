"""Several decisions of one request, each made on what those before it will have made."""

from typing import TypeVar

from odradek.registry.decisions.view import Decision, View
from odradek.registry.state.records import Record

Answer = TypeVar("Answer")


class Draft:
    """A view that takes in what is decided on it, and the records of all of it."""

    def __init__(self, view: View) -> None:
        self.view = view.draft()
        self.records: list[Record] = []

    def settle(self, decision: Decision[Answer]) -> Answer:
        """Take a decision in, and give its answer."""
        for record in decision.records:
            self.view.index.apply(record, timestamp_ms=0)  # which it gets when it is written
        self.records += decision.records
        return decision.answer
