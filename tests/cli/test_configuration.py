from pathlib import Path

import pytest

from odradek.cli.configuration import Flag, load_configuration
from odradek.cli.errors import CommandError


def kafka_flag(value: str | None) -> Flag:
    return Flag("--bootstrap-server", "kafka.bootstrap.servers", value)


@pytest.fixture(autouse=True)
def empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_file_in_the_working_directory_is_read_without_being_named(empty_directory: Path) -> None:
    (empty_directory / "odradek.toml").write_text('[kafka]\nbootstrap.servers = "k:1"\n')

    assert load_configuration(None).kafka["bootstrap.servers"] == "k:1"


def test_flag_wins_over_the_environment_and_the_file(
    empty_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_directory / "odradek.toml").write_text('[kafka]\nbootstrap.servers = "file:1"\n')
    monkeypatch.setenv("ODRADEK_KAFKA_BOOTSTRAP_SERVERS", "environment:1")

    found = [
        load_configuration(None, flags=[kafka_flag(value)]).kafka["bootstrap.servers"]
        for value in (None, "flag:1")
    ]

    assert found == ["environment:1", "flag:1"]


def test_named_file_that_is_missing_is_an_error() -> None:
    with pytest.raises(
        CommandError, match=r"configuration file none\.toml cannot be read: No such"
    ):
        load_configuration(Path("none.toml"))


def test_error_names_the_option_that_was_typed() -> None:
    with pytest.raises(CommandError) as raised:
        load_configuration(None, flags=[Flag("--listen", "broker.listeners", "nowhere")])

    assert "--listen nowhere" in str(raised.value)
    assert "--set" not in str(raised.value)
