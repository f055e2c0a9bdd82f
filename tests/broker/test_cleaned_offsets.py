"""`__consumer_offsets` is compacted like any other topic: commits without end stay small."""

from pathlib import Path

from odradek.broker.log_cleaner import LogCleaner
from tests.broker.harness import Harness
from tests.broker.test_log_cleaner import in_a_process
from tests.broker.test_offsets_log_damage import SETTINGS, commit, committed, offsets_log

SEGMENTS = 4
COMMITS_A_SEGMENT = 2_500
SMALL_BYTES = 1_000


def clean(broker: Harness) -> int:
    directory, now_ms = broker.broker.directory, broker.broker.now_ms
    cleaner = LogCleaner(
        directory, in_a_process, now_ms, lambda: 1 << 20, broker.broker.make_durable
    )
    return broker.loop.run_until_complete(cleaner.clean_all())


def roll(broker: Harness) -> None:
    log = offsets_log(broker)
    log.roll_segment(broker.broker.now_ms())
    ticket = log.begin_sync()
    ticket.run()
    log.complete_sync(ticket)


def test_ten_thousand_commits_of_one_group_stay_small(tmp_path: Path) -> None:
    broker = Harness(tmp_path, *SETTINGS)
    broker.create_topic("t")
    for segment in range(SEGMENTS):
        for number in range(COMMITS_A_SEGMENT):
            commit(broker, segment * COMMITS_A_SEGMENT + number)
        roll(broker)
        assert clean(broker) == 1
        assert offsets_log(broker).size_bytes < SMALL_BYTES
    broker.close()
    assert committed(tmp_path) == SEGMENTS * COMMITS_A_SEGMENT - 1


def test_commits_after_a_cleaning_are_replayed_after_a_crash(tmp_path: Path) -> None:
    broker = Harness(tmp_path, *SETTINGS)
    broker.create_topic("t")
    for offset in range(20):
        commit(broker, offset)
    roll(broker)
    clean(broker)
    commit(broker, 20)
    broker.broker.directory.abandon()
    broker.loop.close()
    assert committed(tmp_path) == 20
