"""Compares two whole graphs of nodes, with all their cycles, in bounded work.

A pair of nodes is compared once. A pair that comes round while it is still being compared is taken
for compatible, which is what is to be shown of it; but something else may have been concluded from
that before the pair turned out not to be. So the comparison is repeated, and told which pairs are
incompatible, until nothing new turns up.

Nothing here recurses: comparisons that wait for an answer stand on a stack of our own. Questions
and what is passed on cost steps of a budget, because combinations of combinations can ask
exponentially many. And of one pair only so many differences are passed on: one that lies in a
definition used everywhere would be told for each of the ways to it.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from odradek.schemas.json_schema.differences.difference import (
    Comparison,
    Differences,
    Judge,
    Question,
)
from odradek.schemas.json_schema.differences.nodes import compare_nodes
from odradek.schemas.json_schema.model.nodes import Node, step
from odradek.schemas.schema import InvalidSchema

MAX_STEPS = 100_000
"""Of one comparison; a step takes some microseconds."""

MAX_DIFFERENCES = 100
"""Of one pair of nodes; of more, the incompatible ones with the shortest ways are kept."""

Pair: TypeAlias = tuple[Node, Node]


def compare(writer: Node, reader: Node, judge: Judge, max_steps: int = MAX_STEPS) -> Differences:
    """All differences in the order of a walk; InvalidSchema if there is more than `max_steps`."""
    budget = _Budget(max_steps)
    incompatible: dict[Pair, Differences] = {}
    while True:
        one = _Pass(judge, budget, incompatible)
        found = one.compare(Question(writer, reader))
        seen = {pair: inner for pair, inner in one.known.items() if not judge(inner)}
        if not one.has_assumed or seen.keys() == incompatible.keys():
            return found
        incompatible = seen


@dataclass(slots=True)
class _Budget:
    steps: int

    def spend(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise InvalidSchema(
                "the two schemas have too many combinations of oneOf, anyOf and allOf to compare"
                " them in bounded time; give the parts of a combination distinct types, or fewer"
            )


@dataclass(slots=True)
class _Waiting:
    """A comparison that has begun."""

    pair: Pair
    steps: Comparison


@dataclass(slots=True)
class _Pass:
    """One walk through everything; `incompatible` is what earlier ones found out."""

    judge: Judge
    budget: _Budget
    incompatible: dict[Pair, Differences]
    known: dict[Pair, Differences] = field(default_factory=dict)
    has_assumed: bool = False
    _stack: list[_Waiting] = field(default_factory=list)
    _begun: set[Pair] = field(default_factory=set)

    def compare(self, question: Question) -> Differences:
        answer = self._answer(question)
        while self._stack:
            current = self._stack[-1]
            try:
                # None begins a comparison; one that waits is never sent None
                asked = current.steps.send(answer)  # type: ignore[arg-type]
            except StopIteration as end:
                answer = self._finish(current, end.value)
            else:
                answer = self._answer(asked)
        if answer is None:
            raise AssertionError("a comparison ended without an answer")
        return answer

    def _answer(self, question: Question) -> Differences | None:
        """What is known of the pair, or None: then its comparison was put on the stack."""
        self.budget.spend(1)
        pair = (step(question.writer), step(question.reader))
        known = self.known.get(pair)
        if known is None and pair in self._begun:
            known = self.incompatible.get(pair, ())
            self.has_assumed = self.has_assumed or pair not in self.incompatible
        if known is not None:
            self.budget.spend(_size(known))
            return known
        self._begun.add(pair)
        self._stack.append(_Waiting(pair, compare_nodes(*pair, self.judge)))
        return None

    def _finish(self, current: _Waiting, found: Differences) -> Differences:
        if len(found) > MAX_DIFFERENCES:
            refused = [difference for difference in found if not self.judge([difference])]
            nearest = sorted(refused or found, key=lambda difference: len(difference.path))
            found = nearest[:MAX_DIFFERENCES]
        self.budget.spend(_size(found))
        self._stack.pop()
        self._begun.discard(current.pair)
        self.known[current.pair] = found
        return found


def _size(differences: Differences) -> int:
    """What passing them on costs: a small part of what a question does, if paths are short."""
    return sum(8 + len(difference.path) for difference in differences) // 256
