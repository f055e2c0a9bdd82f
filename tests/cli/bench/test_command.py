"""`odradek bench acks` from a shell, as short as it can be."""

import json
from pathlib import Path

import pytest

from odradek.testing import EphemeralCluster
from tests.cli.conftest import Odradek

SHORT = ("--duration-s", "0.2", "--warm-up-s", "0.1", "--repeats", "1")
ONE_CELL = ("--compression", "none", "--linger-ms", "0", "--size-bytes", "100")


def test_every_promise_is_measured_on_one_broker(on_target: Odradek, tmp_path: Path) -> None:
    picture = ("--plot", str(tmp_path / "acks.png"))
    outcome = on_target("bench", "acks", *SHORT, *ONE_CELL, *picture, "-o", "json")
    assert outcome.code == 0, outcome.stderr
    report = json.loads(outcome.stdout)
    cells = [(row["cell"]["acks"], row["cell"]["is_idempotent"]) for row in report["rows"]]
    assert cells == [("0", False), ("1", False), ("all", False), ("all", True)]
    assert all(row["records_per_s"] > 0 for row in report["rows"])
    assert all(row["wire_bytes_per_record"] > 100 for row in report["rows"])
    assert {row["failed_records"] for row in report["rows"]} == {0}
    assert (report["brokers"], report["losses"]) == (1, [])
    assert (tmp_path / "acks.png").stat().st_size > 0


def test_table_says_that_one_broker_has_no_second_copy(on_target: Odradek) -> None:
    outcome = on_target("bench", "acks", *SHORT, *ONE_CELL, "--acks", "1")
    assert outcome.stdout.startswith("1 broker, 3 partitions, replication factor 1")
    assert "One broker has no second copy" in outcome.stderr


def test_idempotence_without_acks_all_leaves_nothing(on_target: Odradek) -> None:
    outcome = on_target("bench", "acks", "--acks", "1", "--idempotence", "on")
    assert (outcome.code, outcome.stdout) == (1, "")
    assert "nothing is left to measure" in outcome.stderr


@pytest.mark.drill
def test_nothing_acknowledged_by_all_is_lost_with_the_leader(
    odradek: Odradek, breakable_cluster: EphemeralCluster
) -> None:
    place = ("--data-dir", str(breakable_cluster.cluster.directory))
    only = ("--acks", "all", "--idempotence", "on", "--kills", "1")
    outcome = odradek("bench", "acks", "--quick", *SHORT, *ONE_CELL, *only, *place, "-o", "json")
    assert outcome.code == 0, outcome.stderr
    [loss] = json.loads(outcome.stdout)["losses"]
    assert loss["kills"] == 1
    assert loss["acknowledged_records"] > 0
    assert (loss["lost_records"], loss["duplicated_records"]) == (0, 0)
