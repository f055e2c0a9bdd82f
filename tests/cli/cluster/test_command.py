"""`odradek cluster` from a shell: a real cluster's nodes come and go, and programs can follow."""

import json
from pathlib import Path
from typing import Any

import pytest

from odradek.testing import EphemeralCluster
from tests.cli.conftest import Odradek


def states(document: dict[str, Any]) -> list[tuple[int, str]]:
    return [(broker["id"], broker["state"]) for broker in document["brokers"]]


def test_nodes_are_killed_started_paused_and_resumed(
    odradek: Odradek, breakable_cluster: EphemeralCluster
) -> None:
    place = ("--data-dir", str(breakable_cluster.cluster.directory), "-o", "json")
    killed = json.loads(odradek("cluster", "kill", "3", *place).stdout)
    assert states(killed) == [(1, "running"), (2, "running"), (3, "stopped")]
    assert killed["brokers"][2]["pid"] is None
    started = json.loads(odradek("cluster", "start", "3", *place).stdout)
    assert states(started)[2] == (3, "running")
    paused = json.loads(odradek("cluster", "pause", "1", *place).stdout)
    assert states(paused)[0] == (1, "paused")
    resumed = json.loads(odradek("cluster", "resume", "1", *place).stdout)
    assert states(resumed) == [(1, "running"), (2, "running"), (3, "running")]
    assert resumed["bootstrap_servers"] == breakable_cluster.bootstrap_servers


def test_status_tells_all_that_a_program_needs(
    odradek: Odradek, apache_cluster: EphemeralCluster
) -> None:
    directory = apache_cluster.cluster.directory
    outcome = odradek("cluster", "status", "--data-dir", str(directory), "-o", "json")
    status = json.loads(outcome.stdout)
    assert len(status["cluster_id"]) == 22
    assert (status["mode"], status["security"]) == ("kraft", "plaintext")
    assert [broker["address"] for broker in status["brokers"]] == status["bootstrap_servers"].split(
        ","
    )
    assert all(isinstance(broker["pid"], int) for broker in status["brokers"])


def test_settings_file_of_the_cluster_leads_every_command_to_it(
    odradek: Odradek, apache_cluster: EphemeralCluster
) -> None:
    file = apache_cluster.cluster.directory / "odradek.toml"
    outcome = odradek("topic", "list", "--config-file", str(file))
    assert (outcome.code, outcome.stderr) == (0, "")


def test_status_is_readable(odradek: Odradek, apache_cluster: EphemeralCluster) -> None:
    directory = str(apache_cluster.cluster.directory)
    outcome = odradek("cluster", "status", "--data-dir", directory)
    assert outcome.stdout.startswith("Apache Kafka 4.3.1, kraft, plaintext\n")
    assert outcome.stdout.count("broker,controller") == 3
    assert outcome.stderr == f"bootstrap servers: {apache_cluster.bootstrap_servers}\n"


@pytest.mark.parametrize("verb", [("status",), ("down",), ("kill", "1"), ("start", "1")])
def test_directory_without_a_cluster_is_one_sentence(
    odradek: Odradek, tmp_path: Path, verb: tuple[str, ...]
) -> None:
    outcome = odradek("cluster", *verb, "--data-dir", str(tmp_path))
    assert outcome.code == 1
    assert outcome.stderr.startswith(f"error: there is no cluster in {tmp_path};")
    assert outcome.stderr.count("\n") == 1


def test_version_that_nobody_ships_is_one_sentence(odradek: Odradek, tmp_path: Path) -> None:
    place = ("--data-dir", str(tmp_path / "cluster"))
    outcome = odradek("cluster", "up", "--kafka-version", "0.7", *place)
    assert outcome.code == 1
    assert "'kafka-0.7', only for: kafka-3.9.2, kafka-4.3.1" in outcome.stderr
    assert not (tmp_path / "cluster").exists()


@pytest.mark.usefixtures("kafka_jars")
def test_cluster_goes_up_and_down_by_commands_alone(odradek: Odradek, tmp_path: Path) -> None:
    place = ("--data-dir", str(tmp_path / "cluster"))
    up = odradek("cluster", "up", "--brokers", "1", *place, "-o", "json")
    assert up.code == 0, up.stderr
    assert states(json.loads(up.stdout)) == [(1, "running")]
    down = odradek("cluster", "down", *place, "-o", "json")
    assert states(json.loads(down.stdout)) == [(1, "stopped")]
    assert odradek("cluster", "down", "--delete", *place).code == 0
    assert not (tmp_path / "cluster").exists()
