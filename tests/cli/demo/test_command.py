"""The demo as `make demo` runs it, with fewer flights."""

import re
from pathlib import Path

import pytest

from odradek.cli.demo import command
from odradek.cli.records.input_formats import OutgoingRecord
from tests.cli.conftest import Odradek

FLIGHTS = 30_000
LAG_LINE = re.compile(r" +([\d,]+)  [ █]{36}")
OWNERS = re.compile(r"([·\d]{6})   ([·\d]{6})$")


@pytest.mark.parametrize("durability", ["disk", pytest.param("process", marks=pytest.mark.drill)])
def test_demo_kills_its_broker_and_loses_nothing(
    odradek: Odradek, durability: str, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    told = odradek(
        *("demo", "--flights", str(FLIGHTS)),
        *("--durability", durability, "--data-dir", str(kept)),
    )

    assert told.code == 0, told.stdout + told.stderr
    assert re.search(r"kill -9  of the broker, after [\d,]+ acknowledged flights", told.stdout)
    assert re.search(r"flights +30,000 +30,000 +30,000 +0 +equal +yes", told.stdout)
    assert "30,000 flights read once by the group" in told.stdout
    assert "PASSED" in told.stdout
    assert_partitions_change_hands_while_lag_falls(told.stdout)
    assert_an_aborted_copy_is_not_seen(told.stdout)
    assert_cleaning_leaves_one_record_a_key(told.stdout)
    assert_an_incompatible_schema_is_refused_with_its_proof(told.stdout)
    assert_letters_are_replayed_once(told.stdout)
    assert_data_is_kept(odradek, kept)


def assert_partitions_change_hands_while_lag_falls(told: str) -> None:
    lines = told.splitlines()
    lags = [int(found[1].replace(",", "")) for line in lines if (found := LAG_LINE.match(line))]
    owners = [tuple(found.groups()) for line in lines if (found := OWNERS.search(line))]

    assert re.search(r"joins +board-2, while board-1 goes on reading", told)
    assert re.search(r"leaves +board-1, while board-2 goes on reading", told)
    assert (lags[0], lags[-1]) == (FLIGHTS, 0)
    assert lags == sorted(lags, reverse=True)
    assert owners[0] == ("012345", "······")
    assert any({"·"} < set(first) and {"·"} < set(second) for first, second in owners)
    assert owners[-1] == ("······", "012345")


def assert_an_aborted_copy_is_not_seen(told: str) -> None:
    assert re.search(r"^2, aborted +1,000 +500 +500 *$", told, re.MULTILINE)
    assert re.search(r"^3, committed +1,958 +1,458 +1,458 *$", told, re.MULTILINE)


def assert_cleaning_leaves_one_record_a_key(told: str) -> None:
    assert re.search(r"^before cleaning +30,420 +3,283 +575 +[\d,]+ *$", told, re.MULTILINE)
    assert re.search(r"^after cleaning +3,283 +3,283 +575 +\d+ *$", told, re.MULTILINE)
    assert re.search(r"^tombstones gone +2,709 +2,709 +0 +\d+ *$", told, re.MULTILINE)


def assert_an_incompatible_schema_is_refused_with_its_proof(told: str) -> None:
    assert re.search(r"^version 2 adds gate, written +2 +2,000 +2,000 *$", told, re.MULTILINE)
    assert re.search(r"^version 3 asks for seats, refused +- +2,000 +2,000 *$", told, re.MULTILINE)
    assert re.search(r"refused +READER_FIELD_MISSING_DEFAULT_VALUE: ", told)
    assert re.search(r'proof +\{.*"gate".* cannot be read: ', told, re.DOTALL)


def assert_letters_are_replayed_once(told: str) -> None:
    assert re.search(r"^one without a key, and on +3,272 +0 +1 *$", told, re.MULTILINE)
    assert re.search(r"^broker killed, more sent +- +50 +- *$", told, re.MULTILINE)
    assert re.search(r"^replayed 51, then 0 +3,323 +0 +0 *$", told, re.MULTILINE)


def assert_data_is_kept(odradek: Odradek, directory: Path) -> None:
    assert (directory / "flights-5" / "00000000000000000000.log").exists()
    again = odradek("demo", "--data-dir", str(directory))
    assert (again.code, again.stderr) == (
        1,
        f"error: --data-dir {directory} is not empty; the demo needs a new directory\n",
    )


def test_demo_without_flights_is_refused(odradek: Odradek) -> None:
    outcome = odradek("demo", "--flights", "0")

    assert (outcome.code, outcome.stdout) == (1, "")
    assert outcome.stderr == "error: --flights 0 sends none; it must be 1 or more\n"


@pytest.mark.drill
def test_demo_fails_when_what_is_read_back_is_not_what_was_sent(
    odradek: Odradek, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = command.load

    def lossy_load(
        config: dict[str, object], topic: str, records: list[OutgoingRecord], **watch: object
    ) -> float:
        return load(config, topic, records[:-1] if topic == "planes" else records, **watch)

    monkeypatch.setattr(command, "load", lossy_load)
    outcome = odradek("demo", "--flights", "100", "--durability", "process")

    assert outcome.code == 1
    assert "FAILED" in outcome.stdout
    assert "planes: 1 rows lost" in outcome.stdout
