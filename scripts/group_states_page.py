"""The states of classic groups as a page, drawn and listed from the table that the code obeys."""

from odradek.broker.groups.states import MEANINGS, TRANSITIONS, GroupState

INTRODUCTION = """\
# States of a consumer group

Written from `broker/groups/states.py` by `make docs`. How groups work:
[docs/internals/groups.md](../internals/groups.md).
"""


def render() -> str:
    return "\n".join([INTRODUCTION, *_diagram(), "", *_meanings(), ""])


def _diagram() -> list[str]:
    ways = [
        f"    {before.value} --> {after.value}: {occasion}"
        for (before, after), occasion in TRANSITIONS.items()
    ]
    begin, end = f"    [*] --> {GroupState.EMPTY.value}", f"    {GroupState.DEAD.value} --> [*]"
    return ["```mermaid", "stateDiagram-v2", begin, *ways, end, "```"]


def _meanings() -> list[str]:
    rows = [f"| `{state.value}` | {MEANINGS[state]} |" for state in GroupState]
    return ["| State | Meaning |", "|---|---|", *rows]
