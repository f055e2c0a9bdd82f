"""What cleaning keeps and what it drops, on logs written by hand and at random."""

import random
from pathlib import Path

import pytest
from msgspec import structs

from odradek.broker.log.checkpoint_files import format_offsets
from odradek.broker.log.cleaner.offset_map import ENTRY_BYTES
from odradek.broker.log.producer_state import BATCHES_RETAINED
from odradek.protocol.errors import ErrorCode
from odradek.protocol.records import Compression, decode_records
from odradek.protocol.records.batch import iterate_batches
from tests.broker.log.cleaner.changelog import (
    CONFIG,
    DELETE_RETENTION_MS,
    Changelog,
    latest,
    without_deleted,
)

SEEDS = range(40)
CONFIG_OF_SMALL_SEGMENTS = structs.replace(CONFIG, segment_bytes=100)


def values(changelog: Changelog) -> list[tuple[int, bytes, bytes | None]]:
    return [(offset, key, value) for offset, (key, value) in changelog.committed().items()]


def test_the_latest_value_of_every_key_stays_at_its_offset(tmp_path: Path) -> None:
    changelog = Changelog(tmp_path / "data")
    changelog.write((b"a", b"1"), (b"b", b"1"))
    changelog.write((b"a", b"2"))
    changelog.roll()
    assert changelog.clean() == 3
    assert values(changelog) == [(1, b"b", b"1"), (2, b"a", b"2")]


def test_the_active_segment_is_left_alone(tmp_path: Path) -> None:
    changelog = Changelog(tmp_path / "data")
    changelog.write((b"a", b"1"))
    changelog.roll()
    changelog.write((b"a", b"2"))
    assert changelog.clean() == 1
    assert values(changelog) == [(0, b"a", b"1"), (1, b"a", b"2")]


def test_a_tombstone_goes_after_its_horizon_and_not_before(tmp_path: Path) -> None:
    changelog = Changelog(tmp_path / "data")
    changelog.write((b"a", b"1"), (b"b", b"1"))
    changelog.write((b"a", None))
    changelog.roll()
    changelog.clean()
    assert values(changelog) == [(1, b"b", b"1"), (2, b"a", None)]
    changelog.now_ms += DELETE_RETENTION_MS - 1
    changelog.write((b"c", b"1"))
    changelog.roll()
    changelog.clean()
    assert (2, b"a", None) in values(changelog)
    changelog.now_ms += 1
    changelog.write((b"c", b"2"))
    changelog.roll()
    changelog.clean()
    assert values(changelog) == [(1, b"b", b"1"), (4, b"c", b"2")]


def test_timestamps_survive_the_delete_horizon(tmp_path: Path) -> None:
    changelog = Changelog(tmp_path / "data")
    changelog.write((b"a", None), (b"b", b"1"), compression=Compression.LZ4)
    changelog.roll()
    changelog.clean()
    ((header, batch),) = changelog.batches()
    assert header.has_delete_horizon
    assert header.base_timestamp == changelog.now_ms + DELETE_RETENTION_MS
    assert header.max_timestamp == changelog.now_ms
    assert [record.timestamp_ms for record in decode_records(batch)] == [changelog.now_ms] * 2


def test_an_undecided_transaction_stops_the_cleaning_before_it(tmp_path: Path) -> None:
    changelog = Changelog(tmp_path / "data")
    changelog.write((b"a", b"1"))
    changelog.roll()
    changelog.write((b"a", b"2"), producer_id=7, is_transactional=True)
    changelog.roll()
    changelog.write((b"a", b"3"))
    changelog.roll()
    assert changelog.clean() == 1
    changelog.end(7, is_commit=True)
    changelog.roll()
    changelog.clean()
    assert values(changelog) == [(2, b"a", b"3")]


def test_aborted_records_neither_stay_nor_replace_others(tmp_path: Path) -> None:
    changelog = Changelog(tmp_path / "data")
    changelog.write((b"a", b"kept"))
    changelog.write((b"a", b"aborted"), producer_id=7, is_transactional=True)
    changelog.end(7, is_commit=False)
    changelog.roll()
    changelog.clean()
    assert values(changelog) == [(0, b"a", b"kept")]
    kept = [header for header, _ in changelog.batches()]
    assert [header.is_control for header in kept if header.records_count] == [False, True]


def test_a_marker_goes_once_its_transaction_is_gone_and_its_horizon_passed(tmp_path: Path) -> None:
    changelog = Changelog(tmp_path / "data")
    changelog.write((b"a", b"1"), producer_id=7, is_transactional=True)
    changelog.end(7, is_commit=True)
    changelog.write((b"b", b"1"), producer_id=7, is_transactional=True)
    changelog.end(7, is_commit=True)
    changelog.write((b"a", b"2"))
    changelog.write((b"c", b"1"))
    for _ in range(3):
        changelog.roll()
        changelog.clean()
        changelog.now_ms += DELETE_RETENTION_MS
        changelog.write((b"c", b"1"))
    markers = [header.base_offset for header, _ in changelog.batches() if header.is_control]
    assert markers == [3]


def test_the_last_batch_of_a_producer_keeps_its_header(tmp_path: Path) -> None:
    changelog = Changelog(tmp_path / "data")
    changelog.write((b"a", b"1"), (b"a", b"2"), producer_id=1)
    changelog.write((b"a", b"3"))
    changelog.roll()
    changelog.clean()
    first, second = [header for header, _ in changelog.batches()]
    assert (first.producer_id, first.last_sequence, first.records_count) == (1, 1, 0)
    assert (second.producer_id, second.records_count) == (-1, 1)


def test_a_window_of_retries_is_recognised_after_a_cleaning_and_a_crash(tmp_path: Path) -> None:
    changelog = Changelog(tmp_path / "data")
    for number in range(BATCHES_RETAINED + 2):
        changelog.write((b"a", b"%d" % number), (b"b", b"%d" % number), producer_id=1)
    changelog.write((b"a", b"last"), (b"b", b"last"))
    changelog.roll()
    changelog.clean()
    assert values(changelog) == [(14, b"a", b"last"), (15, b"b", b"last")]
    forget_snapshots(changelog)
    for number in range(2, BATCHES_RETAINED + 2):
        again = changelog.retry((b"a", b"x"), (b"b", b"x"), producer_id=1, base_sequence=2 * number)
        assert (again.error, again.base_offset) == (ErrorCode.NONE, 2 * number)
    older = changelog.retry((b"a", b"x"), (b"b", b"x"), producer_id=1, base_sequence=2)
    assert older.error is ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert changelog.log.log_end_offset == 16


def test_batches_of_a_producer_beyond_the_last_five_go_altogether(tmp_path: Path) -> None:
    changelog = Changelog(tmp_path / "data")
    for number in range(BATCHES_RETAINED + 2):
        changelog.write((b"a", b"%d" % number), producer_id=1)
    changelog.write((b"a", b"last"))
    changelog.roll()
    changelog.clean()
    first_sequences = [one.base_sequence for one, _ in changelog.batches() if one.producer_id == 1]
    assert first_sequences == [2, 3, 4, 5, 6]


def test_what_does_not_fit_the_map_is_cleaned_in_the_next_round(tmp_path: Path) -> None:
    changelog = Changelog(tmp_path / "data")
    for number in range(20):
        changelog.write((b"key %d" % number, b"1"), (b"same", b"%d" % number))
        changelog.roll()
    rounds = [changelog.clean(map_bytes=5 * ENTRY_BYTES) for _ in range(8)]
    assert rounds == sorted(set(rounds[:-1])) + rounds[-1:] or rounds[0] < rounds[1]
    assert changelog.log.cleaned_offset == 40
    assert latest(changelog.committed()) == latest(changelog.history)


def test_small_segments_become_one(tmp_path: Path) -> None:
    changelog = Changelog(tmp_path / "data")
    for number in range(10):
        changelog.write((b"a", b"%d" % number))
        changelog.roll()
    changelog.clean()
    assert len(changelog.log.segments) == 2
    assert changelog.log.size_bytes == changelog.log.segments.size_bytes
    changelog.reopen()
    assert values(changelog) == [(9, b"a", b"9")]


def test_bare_headers_are_not_read_alone_while_there_is_more(tmp_path: Path) -> None:
    changelog = Changelog(tmp_path / "data", CONFIG_OF_SMALL_SEGMENTS)
    for number in range(6):
        changelog.write((b"a", b"%d" % number), producer_id=number % 2)
        changelog.roll()
    changelog.clean()
    assert len(changelog.log.segments) == 7
    end_offset = changelog.log.log_end_offset
    for offset in range(6):
        records, next_offset = changelog.log.fetch(
            offset, 1, max_offset=end_offset, minimum_one_batch=True
        )
        ((header, _),) = iterate_batches(bytes(records))
        assert (header.base_offset, header.records_count, next_offset) == (5, 1, 6)
    bare, next_offset = changelog.log.fetch(1, 1000, max_offset=4, minimum_one_batch=True)
    assert [header.records_count for header, _ in iterate_batches(bytes(bare))] == [0]
    assert next_offset == 4
    read = changelog.log.read(1, 1000, max_offset=end_offset, minimum_one_batch=True)
    assert read.next_offset == 2, "a restart looks at every segment, to tell a hole from damage"


def test_a_marker_stays_as_long_as_a_header_of_its_transaction(tmp_path: Path) -> None:
    changelog = Changelog(tmp_path / "data")
    changelog.write((b"a", b"1"), producer_id=7, is_transactional=True)
    changelog.end(7, is_commit=True)
    changelog.write((b"b", b"1"), producer_id=8, is_transactional=True)
    changelog.end(8, is_commit=False)
    for number in range(4):
        changelog.write((b"a", b"%d" % number))
        changelog.roll()
        changelog.clean()
        changelog.now_ms += DELETE_RETENTION_MS
    headers = [header for header, _ in changelog.batches() if header.producer_id in (7, 8)]
    assert [header.records_count for header in headers] == [0, 1, 0, 1]
    forget_all_but_the_log(changelog)
    assert changelog.log.last_stable_offset == changelog.log.log_end_offset


def test_what_keeps_a_segment_from_being_empty_begins_no_transaction(tmp_path: Path) -> None:
    changelog = Changelog(tmp_path / "data", CONFIG_OF_SMALL_SEGMENTS)
    for producer_id in (7, 8):
        changelog.write((b"a", b"1"), producer_id=producer_id, is_transactional=True)
        changelog.roll()
        changelog.end(producer_id, is_commit=False)
        changelog.roll()
    changelog.log.remove_expired_producers(changelog.now_ms + 1_000_000, 1_000)
    for number in range(4):
        changelog.write((b"b", b"%d" % number))
        changelog.roll()
        changelog.clean()
        changelog.now_ms += DELETE_RETENTION_MS
    assert {header.producer_id for header, _ in changelog.batches()} == {-1}
    forget_all_but_the_log(changelog)
    assert changelog.log.last_stable_offset == changelog.log.log_end_offset


def with_holes(path: Path) -> Changelog:
    """What stays of six batches: those at 2, in a segment of two, at 4 and at 5."""
    changelog = Changelog(path)
    changelog.write((b"a", b"1"))
    changelog.write((b"a", b"2"))
    changelog.write((b"b", b"1"))
    changelog.write((b"a", b"3"))
    changelog.roll()
    changelog.write((b"a", b"4"))
    changelog.roll()
    changelog.write((b"c", b"1"))
    changelog.clean()
    assert [offset for offset, *_ in values(changelog)] == [2, 4, 5]
    return changelog


def test_holes_are_no_damage_where_the_recovery_points_are_lost(tmp_path: Path) -> None:
    changelog = with_holes(tmp_path / "data")
    before = values(changelog)
    forget_all_but_the_log(changelog)
    assert values(changelog) == before
    assert changelog.log.log_end_offset == 6


def test_holes_are_no_damage_in_a_log_that_comes_from_elsewhere(tmp_path: Path) -> None:
    changelog = with_holes(tmp_path / "data")
    before = values(changelog)
    (changelog.path / "recovery-point-offset-checkpoint").write_bytes(format_offsets({}))
    forget_snapshots(changelog)
    assert values(changelog) == before
    assert changelog.log.log_end_offset == 6


def with_a_hole_between_segments(path: Path) -> Changelog:
    """Batches at 0 and 1, none at 2, and one at 3, in the next segment; no broker runs."""
    changelog = Changelog(path)
    changelog.write((b"a", b"1"))
    changelog.write((b"b", b"1"))
    changelog.write((b"c", b"1"))
    changelog.log.roll_segment(changelog.now_ms)
    changelog.write((b"d", b"1"))
    sizes = [header.size_bytes for header, _ in changelog.batches()]
    changelog.directory.abandon()
    first = min(changelog.path.glob("changes-0/*.log"))
    first.write_bytes(first.read_bytes()[: sum(sizes[:2])])
    return changelog


def test_a_hole_between_segments_is_damage_in_a_young_log(tmp_path: Path) -> None:
    changelog = with_a_hole_between_segments(tmp_path / "data")
    changelog.open_again()
    assert values(changelog) == [(0, b"a", b"1"), (1, b"b", b"1")]
    assert changelog.log.log_end_offset == 2


def test_a_hole_between_segments_may_be_apaches_where_the_recovery_points_are_lost(
    tmp_path: Path,
) -> None:
    changelog = with_a_hole_between_segments(tmp_path / "data")
    (changelog.path / "recovery-point-offset-checkpoint").unlink()
    changelog.open_again()
    assert values(changelog) == [(0, b"a", b"1"), (1, b"b", b"1"), (3, b"d", b"1")]


def forget_snapshots(changelog: Changelog) -> None:
    """Start after a crash, with nothing but the log to tell who its producers are."""
    changelog.directory.abandon()
    for snapshot in changelog.path.glob("changes-0/*.snapshot"):
        snapshot.unlink()
    changelog.open_again()


def forget_all_but_the_log(changelog: Changelog) -> None:
    """The same, without a recovery point either."""
    (changelog.path / "recovery-point-offset-checkpoint").unlink()
    forget_snapshots(changelog)


@pytest.mark.parametrize("seed", SEEDS)
def test_readers_see_the_same_table_before_and_after(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    changelog = Changelog(tmp_path / "data", CONFIG)
    for _ in range(4):
        changelog.write_at_random(dice, batches=25)
        changelog.roll()
        cleaned = changelog.clean(map_bytes=dice.choice((6 * ENTRY_BYTES, 1 << 20)))
        _check(changelog, cleaned, seed)
        if dice.random() < 0.5:
            changelog.reopen(is_clean=dice.random() < 0.5)
            _check(changelog, cleaned, seed)
        if dice.random() < 0.5:
            changelog.now_ms += DELETE_RETENTION_MS


def _check(changelog: Changelog, cleaned: int, seed: int) -> None:
    history, found = changelog.decided_history(), changelog.committed()
    assert set(found) <= set(history), f"seed {seed}: records that were never committed"
    assert all(found[offset] == history[offset] for offset in found), f"seed {seed}"
    assert without_deleted(latest(found)) == without_deleted(latest(history)), f"seed {seed}"
    dirty = {offset: change for offset, change in history.items() if offset >= cleaned}
    assert all(offset in found for offset in dirty), f"seed {seed}: the dirty part was touched"
    in_cleaned = [key for offset, (key, _) in sorted(found.items()) if offset < cleaned]
    assert len(in_cleaned) == len(set(in_cleaned)), f"seed {seed}: a key twice"
    end_offsets = [header.next_offset for header, _ in changelog.batches()]
    assert end_offsets == sorted(end_offsets)
    assert end_offsets[-1] == changelog.log.log_end_offset
