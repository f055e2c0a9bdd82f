"""Several decisions, one after the other, whose records are written in one transaction.

Each is made on what those before it will have made of the index. One that is refused leaves no
trace, and the others do not notice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from odradek.registry.decisions.view import Decision, View
from odradek.registry.state.codec import Written

Decide = Callable[[View], Decision[Any]]


@dataclass(frozen=True, slots=True)
class Group:
    """What is written, and then told to each in turn: an answer, or why it was refused."""

    outcomes: list[Any] = field(default_factory=list)
    """An exception where there is no answer."""
    records: list[Written] = field(default_factory=list)


def decide_together(view: View, decides: Sequence[Decide]) -> Group:
    """Decide all, in this order; the view stays as it is."""
    group, known = Group(), view
    for decide in decides:
        try:
            decision = decide(view)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this one's own
            group.outcomes.append(error)
            continue
        group.outcomes.append(decision.answer)
        if decision.records:
            for record in decision.records:
                group.records.extend(view.index.written(record))
            view = known.draft() if view is known else view
            for record in decision.records:
                view.index.apply(record, timestamp_ms=0)  # which it gets when it is written
    return group
