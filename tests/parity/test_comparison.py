"""The judge judged: what is a difference, what is masked, and how it is told."""

from odradek.protocol.messages.create_topics import CreatableTopicResult, CreateTopicsResponse
from odradek.protocol.messages.list_groups import ListedGroup, ListGroupsResponse
from tests.parity.comparison import Difference, compare, report
from tests.parity.masks import Masks
from tests.parity.scenario import Differs
from tests.parity.talk import Step

ADDRESS = "127.0.0.1:9999"
LABEL = "some-scenario-3"


def differences(apache: object, ours: object) -> list[tuple[str, str, str]]:
    found = compare(3, [Step("s", apache)], [Step("s", ours)])
    return [(each.path, each.apache, each.ours) for each in found]


def test_equal_answers_do_not_differ() -> None:
    assert differences({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}) == []


def test_a_field_that_differs_is_named_by_its_path() -> None:
    found = differences({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]})
    assert found == [("a[1].b", "2", "3")]


def test_null_is_not_empty_and_an_element_too_many_is_told() -> None:
    assert differences({"a": None}, {"a": []}) == [("a", "None", "[]")]
    assert differences({"a": [1]}, {"a": [1, 2]}) == [("a[1]", "(absent)", "2")]


def test_a_step_that_only_one_broker_came_to_differs() -> None:
    (found,) = compare(0, [Step("s", {}), Step("t", {})], [Step("s", {})])
    assert (found.step, found.ours) == ("t", "(absent)")


def test_what_versions_share_is_reported_once() -> None:
    found = [Difference(version, "s", "a", "1", "2") for version in (0, 1, 2, 5)]
    assert "s [v0-2, 5] a" in report("name", found)


def test_an_allowed_difference_covers_its_step_path_and_values_alone() -> None:
    allowed = Differs("of *", "topics[0].*", "because", ours="'<words>'")
    covered = Difference(0, "of nobody", "topics[0].error_message", "None", "'<words>'")
    assert allowed.covers(covered)
    for other in (
        Difference(0, "nobody", covered.path, covered.apache, covered.ours),
        Difference(0, covered.step, "topics[1].error_message", covered.apache, covered.ours),
        Difference(0, covered.step, covered.path, covered.apache, "None"),
    ):
        assert not allowed.covers(other)


def test_ids_are_named_in_the_order_of_their_appearance() -> None:
    masks = Masks(ADDRESS, LABEL)
    first, second = bytes(range(16)), bytes(range(1, 17))
    answer = CreateTopicsResponse(
        topics=[CreatableTopicResult(topic_id=each) for each in (second, first, second, bytes(16))]
    )
    ids = [topic["topic_id"] for topic in masks.mask(answer)["topics"]]
    assert ids == ["<topic 1>", "<topic 2>", "<topic 1>", bytes(16)]


def test_names_and_addresses_of_a_run_are_masked_and_error_codes_are_not() -> None:
    group = ListedGroup(group_id=f"{LABEL}.group", protocol_type=f"at {ADDRESS}")
    masked = Masks(ADDRESS, LABEL).mask(ListGroupsResponse(error_code=15, groups=[group]))
    assert masked["error_code"] == 15
    assert masked["groups"][0]["group_id"] == "~.group"
    assert masked["groups"][0]["protocol_type"] == "at <address>"
