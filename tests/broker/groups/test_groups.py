"""Listing and describing groups."""

from tests.broker.groups.coordinator import GROUP, Coordinator


def listed(coordinator: Coordinator, states: list[str], types: list[str]) -> list[str]:
    return sorted(group.group_id for group in coordinator.groups.summaries(states, types))


def test_filters_of_states_and_types_ignore_case(coordinator: Coordinator) -> None:
    coordinator.stable_group()
    coordinator.commit(1, group_id="simple")
    assert listed(coordinator, [], []) == [GROUP, "simple"]
    assert listed(coordinator, ["stable"], []) == [GROUP]
    assert listed(coordinator, ["EMPTY", "Dead"], ["Classic"]) == ["simple"]
    assert listed(coordinator, ["bogus"], []) == []
    assert listed(coordinator, [], ["consumer"]) == []


def test_protocol_is_shown_in_the_stable_state_only(coordinator: Coordinator) -> None:
    coordinator.join()
    waiting = coordinator.groups.describe(GROUP)
    assert waiting is not None
    assert waiting.protocol_name is None
    coordinator = Coordinator()
    (member,) = coordinator.stable_group()
    description = coordinator.groups.describe(GROUP)
    assert description is not None
    assert (description.state, description.protocol_name) == ("Stable", "range")
    assert description.members[0].assignment == member.encode()
