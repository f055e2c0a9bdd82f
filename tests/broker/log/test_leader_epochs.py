"""Leader epochs: where each began, and where it ended."""

from odradek.broker.log.leader_epochs import LeaderEpochCache

LOG_END = 300


def epochs() -> LeaderEpochCache:
    return LeaderEpochCache([(2, 50), (5, 100), (6, 200)])


def test_the_latest_epoch_ends_at_the_log_end() -> None:
    assert epochs().end_offset_for(6, LOG_END) == (6, LOG_END)


def test_an_epoch_ends_where_the_next_began() -> None:
    assert epochs().end_offset_for(2, LOG_END) == (2, 100)


def test_an_epoch_without_records_answers_the_one_before() -> None:
    assert epochs().end_offset_for(4, LOG_END) == (2, 100)


def test_an_epoch_below_the_first_answers_itself_with_the_start_of_the_first() -> None:
    assert epochs().end_offset_for(1, LOG_END) == (1, 50)


def test_an_unknown_later_epoch_is_undefined() -> None:
    assert epochs().end_offset_for(7, LOG_END) == (-1, -1)


def test_no_epoch_is_undefined() -> None:
    assert epochs().end_offset_for(-1, LOG_END) == (-1, -1)
    assert LeaderEpochCache([]).end_offset_for(0, 0) == (-1, -1)


def test_assigning_a_known_or_older_epoch_changes_nothing() -> None:
    cache = epochs()
    cache.assign(6, 250)
    cache.assign(3, 250)
    assert cache.entries == epochs().entries
    assert not cache.is_dirty


def test_assigning_a_newer_epoch_begins_it() -> None:
    cache = epochs()
    cache.assign(9, 250)
    assert cache.entries[-1] == (9, 250)
    assert cache.is_dirty


def test_truncating_the_end_forgets_epochs_that_began_behind_it() -> None:
    cache = epochs()
    cache.truncate_from_end(100)
    assert cache.entries == [(2, 50)]


def test_truncating_the_start_moves_the_epoch_in_force_there() -> None:
    cache = epochs()
    cache.truncate_from_start(150)
    assert cache.entries == [(5, 150), (6, 200)]


def test_truncating_the_start_before_the_first_epoch_changes_nothing() -> None:
    cache = epochs()
    cache.truncate_from_start(50)
    cache.truncate_from_start(10)
    assert cache.entries == epochs().entries
    assert not cache.is_dirty


def test_the_epoch_of_an_offset_is_the_last_that_began_at_or_before_it() -> None:
    assert [epochs().epoch_for_offset(offset) for offset in (49, 50, 99, 100, 250)] == [
        -1,
        2,
        2,
        5,
        6,
    ]


def test_the_checkpoint_is_kafkas_text() -> None:
    content = epochs().to_bytes()
    assert content == b"0\n3\n2 50\n5 100\n6 200\n"
    assert LeaderEpochCache.from_bytes("path", content).entries == epochs().entries
