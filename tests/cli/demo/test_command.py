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


@pytest.mark.parametrize("durability", ["process", "disk"])
def test_demo_kills_its_broker_and_loses_nothing(odradek: Odradek, durability: str) -> None:
    outcome = odradek("demo", "--flights", str(FLIGHTS), "--durability", durability)

    assert outcome.code == 0, outcome.stdout + outcome.stderr
    assert re.search(r"kill -9  of the broker, after [\d,]+ acknowledged flights", outcome.stdout)
    assert re.search(r"flights +30,000 +30,000 +30,000 +0 +equal +yes", outcome.stdout)
    assert re.search(r"joins +board-2, while board-1 goes on reading", outcome.stdout)
    assert re.search(r"leaves +board-1, while board-2 goes on reading", outcome.stdout)
    assert re.search(r"^ +0  +······ +012345$", outcome.stdout, re.MULTILINE)
    assert "30,000 flights read once by the group" in outcome.stdout
    assert "PASSED" in outcome.stdout


def test_lag_of_the_group_falls_while_partitions_change_hands(odradek: Odradek) -> None:
    lines = odradek("demo", "--flights", "1000", "--durability", "process").stdout.splitlines()
    lags = [int(found[1].replace(",", "")) for line in lines if (found := LAG_LINE.match(line))]
    owners = [tuple(found.groups()) for line in lines if (found := OWNERS.search(line))]

    assert (lags[0], lags[-1]) == (1000, 0)
    assert lags == sorted(lags, reverse=True)
    assert owners[0] == ("012345", "······")
    assert any({"·"} < set(first) and {"·"} < set(second) for first, second in owners)


def test_demo_keeps_its_data_where_it_is_told(odradek: Odradek, tmp_path: Path) -> None:
    outcome = odradek("demo", "--flights", "100", "--data-dir", str(tmp_path / "kept"))

    assert outcome.code == 0
    assert (tmp_path / "kept" / "flights-5" / "00000000000000000000.log").exists()
    again = odradek("demo", "--data-dir", str(tmp_path / "kept"))
    assert (again.code, again.stderr) == (
        1,
        f"error: --data-dir {tmp_path / 'kept'} is not empty; the demo needs a new directory\n",
    )


def test_demo_without_flights_is_refused(odradek: Odradek) -> None:
    outcome = odradek("demo", "--flights", "0")

    assert (outcome.code, outcome.stdout) == (1, "")
    assert outcome.stderr == "error: --flights 0 sends none; it must be 1 or more\n"


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
