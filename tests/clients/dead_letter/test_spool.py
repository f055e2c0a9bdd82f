"""The spool keeps letters in order through crashes, torn files and full disks, within its limit."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odradek.clients.dead_letter import spool as spool_module
from odradek.clients.dead_letter.errors import SpoolError, SpoolFullError
from odradek.clients.dead_letter.letter import PlainRecord
from odradek.clients.dead_letter.spool import LOG, SENT, TORN, Spool
from tests.clients.dead_letter.letters import plain_records, spoolable


def numbers(spool: Spool, max_records: int = 100) -> list[int]:
    return [int(each.record.key or b"") for each in spool.read(max_records)]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(st.lists(plain_records, min_size=1, max_size=5))
def test_letters_come_back_as_they_were_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, records: list[PlainRecord]
) -> None:
    directory = tmp_path_factory.mktemp("spool")
    with Spool(directory) as spool:
        spool.append(records)
    with Spool(directory) as spool:
        assert [each.record for each in spool.read(100)] == records


def test_what_was_sent_is_forgotten_for_good_and_the_file_emptied(tmp_path: Path) -> None:
    with Spool(tmp_path) as spool:
        spool.append([spoolable(number) for number in range(4)])
        spool.forget(spool.read(3)[-1])
        assert (spool.waiting, numbers(spool)) == (1, [3])
    with Spool(tmp_path) as spool:
        assert numbers(spool) == [3]
        spool.append([spoolable(4)])
        spool.forget(spool.read(2)[-1])
        assert spool.waiting == 0
        assert (tmp_path / LOG).stat().st_size == 0
    with Spool(tmp_path) as spool:
        spool.append([spoolable(5)])
        assert [each.offset for each in spool.read(1)] == [5]


def test_a_crash_between_saving_what_was_sent_and_emptying_the_file_sends_nothing_twice(
    tmp_path: Path,
) -> None:
    with Spool(tmp_path) as spool:
        spool.append([spoolable(0), spoolable(1)])
    (tmp_path / SENT).write_text("2")
    with Spool(tmp_path) as spool:
        assert spool.waiting == 0
        assert spool.read(1) == []
        spool.append([spoolable(2)])
        assert numbers(spool) == [2]


@pytest.mark.parametrize("lost_bytes", range(1, 130, 8))
def test_a_torn_tail_is_cut_and_kept_aside(tmp_path: Path, lost_bytes: int) -> None:
    with Spool(tmp_path) as spool:
        spool.append([spoolable(0)])
        whole = (tmp_path / LOG).stat().st_size
        spool.append([spoolable(1)])
    torn = (tmp_path / LOG).read_bytes()[:-lost_bytes]
    (tmp_path / LOG).write_bytes(torn)
    with Spool(tmp_path) as spool:
        assert numbers(spool) == [0]
        spool.append([spoolable(2)])
        assert numbers(spool) == [0, 2]
    assert (tmp_path / TORN).read_bytes() == torn[whole:]


@pytest.mark.parametrize("position", [0, 16, 30, 90])
def test_a_batch_whose_bytes_rotted_is_cut(tmp_path: Path, position: int) -> None:
    with Spool(tmp_path) as spool:
        spool.append([spoolable(0)])
        start = (tmp_path / LOG).stat().st_size
        spool.append([spoolable(1)])
    content = bytearray((tmp_path / LOG).read_bytes())
    content[start + position] ^= 0xFF
    (tmp_path / LOG).write_bytes(content)
    with Spool(tmp_path) as spool:
        assert numbers(spool) == [0]


def test_a_full_spool_keeps_nothing_of_what_does_not_fit(tmp_path: Path) -> None:
    with Spool(tmp_path, limit_bytes=500) as spool:
        spool.append([spoolable(0)])
        with pytest.raises(SpoolFullError, match="may hold 500 bytes"):
            spool.append([spoolable(number) for number in range(1, 9)])
        spool.append([spoolable(1)])
        assert numbers(spool) == [0, 1]
        assert (tmp_path / LOG).stat().st_size <= 500


def test_a_disk_that_refuses_is_told_and_the_spool_trusts_it_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError("no space")

    with Spool(tmp_path) as spool:
        spool.append([spoolable(0)])
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", refuse)
            with pytest.raises(SpoolError, match="cannot be written: no space"):
                spool.append([spoolable(1)])
        with pytest.raises(SpoolError, match="failed before"):
            spool.append([spoolable(2)])
        assert numbers(spool) == [0]
    with Spool(tmp_path) as spool:
        assert numbers(spool)[0] == 0


def test_one_process_at_a_time_has_a_spool(tmp_path: Path) -> None:
    with Spool(tmp_path), pytest.raises(SpoolError, match="another process has it"):
        Spool(tmp_path)
    Spool(tmp_path).close()


def test_letters_larger_than_one_read_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_module, "READ_BYTES", 150)
    with Spool(tmp_path) as spool:
        spool.append([PlainRecord("t", b"0", b"v" * 1_000), spoolable(1)])
        [first] = spool.read(10)
        assert first.record.value == b"v" * 1_000
        spool.forget(first)
        assert numbers(spool) == [1]


def test_a_place_that_is_no_offset_is_told(tmp_path: Path) -> None:
    Spool(tmp_path).close()
    (tmp_path / SENT).write_text("garbage")
    with pytest.raises(SpoolError, match="holds no offset"):
        Spool(tmp_path)
