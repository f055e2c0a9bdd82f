"""The states of a classic group and the ways between them.

Sources: KIP-62, KIP-134 (initial rebalance delay), Kafka's documentation of the group protocol. The
diagram in docs/reference/group-states.md is drawn from this table.
"""

from collections.abc import Mapping
from enum import StrEnum


class GroupState(StrEnum):
    """What a group is doing; the values are Kafka's names, as ListGroups shows them."""

    EMPTY = "Empty"
    PREPARING_REBALANCE = "PreparingRebalance"
    COMPLETING_REBALANCE = "CompletingRebalance"
    STABLE = "Stable"
    DEAD = "Dead"


MEANINGS: Mapping[GroupState, str] = {
    GroupState.EMPTY: "No members; there may be offsets.",
    GroupState.PREPARING_REBALANCE: "Members are asked to join again; who has joined waits.",
    GroupState.COMPLETING_REBALANCE: "A new generation; its leader works out the assignment.",
    GroupState.STABLE: "The assignment is stored, and every member may have its part.",
    GroupState.DEAD: "Deleted; nobody can reach it any more.",
}

TRANSITIONS: Mapping[tuple[GroupState, GroupState], str] = {
    (GroupState.EMPTY, GroupState.PREPARING_REBALANCE): "a member joins",
    (GroupState.PREPARING_REBALANCE, GroupState.COMPLETING_REBALANCE): "all joined, or time is up",
    (GroupState.PREPARING_REBALANCE, GroupState.EMPTY): "nobody is left",
    (GroupState.COMPLETING_REBALANCE, GroupState.STABLE): "the leader's assignment is stored",
    (GroupState.COMPLETING_REBALANCE, GroupState.PREPARING_REBALANCE): "members change",
    (GroupState.STABLE, GroupState.PREPARING_REBALANCE): "members or their metadata change",
    (GroupState.EMPTY, GroupState.DEAD): "deleted, or its offsets have expired",
}
"""Every way there is, with its occasion. What is not here cannot happen."""

ALLOWED: Mapping[GroupState, frozenset[GroupState]] = {
    state: frozenset(after for before, after in TRANSITIONS if before is state)
    for state in GroupState
}

REBALANCES_FROM = frozenset(
    before for before, after in TRANSITIONS if after is GroupState.PREPARING_REBALANCE
)
