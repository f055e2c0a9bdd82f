"""Several decisions, one after the other, whose records are written in one transaction.

Each is made on what those before it will have made of the index. One that is refused leaves no
trace, and the others do not notice.
"""

from collections.abc import Callable
from typing import Any

from odradek.registry.decisions.view import Decision, View
from odradek.registry.state.codec import Written

Decide = Callable[[View], Decision[Any]]


class Group:
    """What is to be written, and then told to each in turn; the view it began with stays as it
    is."""

    def __init__(self, view: View) -> None:
        self.outcomes: list[Any] = []
        """An answer for each that was decided, or the exception that refused it."""
        self.records: list[Written] = []
        self._known = view
        self._draft: View | None = None

    def decide(self, decide: Decide) -> None:
        """Decide one more."""
        view = self._draft or self._known
        try:
            decision = decide(view)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this one's own
            self.outcomes.append(error)
            return
        self.outcomes.append(decision.answer)
        if decision.records:
            for record in decision.records:
                self.records.extend(view.index.written(record))
            self._draft = self._draft or self._known.draft()
            for record in decision.records:
                self._draft.index.apply(record, timestamp_ms=0)  # which it gets when it is written
