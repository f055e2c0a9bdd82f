"""The table of states is what the group obeys."""

import pytest

from odradek.broker.groups.group import ClassicGroup
from odradek.broker.groups.states import ALLOWED, TRANSITIONS, GroupState


def test_every_state_but_the_last_can_be_left() -> None:
    assert {state for state in GroupState if not ALLOWED[state]} == {GroupState.DEAD}


def test_every_state_can_be_reached() -> None:
    assert {after for _, after in TRANSITIONS} == set(GroupState)


def test_group_takes_no_way_that_the_table_does_not_know() -> None:
    group = ClassicGroup("g", 0)
    with pytest.raises(ValueError, match="cannot go from Empty to Stable"):
        group.transition_to(GroupState.STABLE, 0)
