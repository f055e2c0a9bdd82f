"""The judge of the crash rounds sees what it must see."""

from tests.crash.verdict import Stamp, Verdict, judge

FIRST, SECOND, THIRD = (Stamp(7, sequence) for sequence in range(3))


def verdict_on(
    records: list[tuple[int, Stamp]],
    acknowledged: dict[Stamp, int],
    *,
    exactly_once: bool = True,
) -> Verdict:
    return judge(records, acknowledged, exactly_once=exactly_once, partition="t-0")


def test_all_in_place_is_fine() -> None:
    verdict = verdict_on([(0, FIRST), (1, SECOND)], {FIRST: 0, SECOND: 1})
    assert verdict == Verdict(acknowledged=2)


def test_record_that_was_never_acknowledged_may_be_there_or_not() -> None:
    assert verdict_on([(0, FIRST), (1, SECOND)], {FIRST: 0}).cases == []
    assert verdict_on([(0, FIRST)], {FIRST: 0}).cases == []


def test_missing_acknowledged_record_is_lost() -> None:
    assert verdict_on([(0, FIRST)], {FIRST: 0, SECOND: 1}).lost == 1


def test_acknowledged_record_at_another_offset_is_lost() -> None:
    assert verdict_on([(0, SECOND), (1, FIRST)], {FIRST: 0}).lost == 1


def test_second_copy_is_a_duplicate_only_for_the_idempotent_producer() -> None:
    records = [(0, FIRST), (1, SECOND), (2, FIRST), (3, SECOND), (4, THIRD)]
    acknowledged = {FIRST: 2, SECOND: 3, THIRD: 4}
    assert verdict_on(records, acknowledged).duplicated == 2
    assert verdict_on(records, acknowledged, exactly_once=False).cases == []


def test_record_behind_a_later_one_is_out_of_order() -> None:
    assert verdict_on([(0, SECOND), (1, FIRST)], {}).out_of_order == 1


def test_missing_offset_is_a_gap() -> None:
    assert verdict_on([(0, FIRST), (2, SECOND)], {}).gaps == 1


def test_stamp_survives_in_a_value() -> None:
    assert Stamp.from_value(SECOND.to_value(100)) == SECOND
