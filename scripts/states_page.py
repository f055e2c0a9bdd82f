"""States of groups and transactions as pages, drawn and listed from the tables the code obeys."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from odradek.broker.groups import states as groups
from odradek.broker.transactions import states as transactions

State = TypeVar("State", bound=StrEnum)

GROUPS = """\
# States of a consumer group

Written from `broker/groups/states.py` by `make docs`. How groups work:
[docs/internals/groups.md](../internals/groups.md).
"""

TRANSACTIONS = """\
# States of a transaction

Written from `broker/transactions/states.py` by `make docs`. How transactions work:
[docs/internals/transactions.md](../internals/transactions.md).
"""


def render_groups() -> str:
    return _page(GROUPS, groups.GroupState, groups.MEANINGS, groups.TRANSITIONS)


def render_transactions() -> str:
    state = transactions.TransactionState
    return _page(TRANSACTIONS, state, transactions.MEANINGS, transactions.TRANSITIONS)


def _page(
    introduction: str,
    states: type[State],
    meanings: Mapping[State, str],
    transitions: Mapping[tuple[State, State], str],
) -> str:
    first, last = next(iter(states)), list(states)[-1]
    ways = [
        f"    {before.value} --> {after.value}: {occasion}"
        for (before, after), occasion in transitions.items()
    ]
    begin, end = f"    [*] --> {first.value}", f"    {last.value} --> [*]"
    rows = [f"| `{state.value}` | {meanings[state]} |" for state in states]
    return "\n".join(
        [
            introduction,
            *["```mermaid", "stateDiagram-v2", begin, *ways, end, "```"],
            "",
            *["| State | Meaning |", "|---|---|", *rows],
            "",
        ]
    )
