"""Runs command lines in this process, as a shell would see them."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from odradek.cli.app import run
from tests.brokers import Target


class Outcome(NamedTuple):
    """What a command left behind."""

    code: int
    stdout: str
    stderr: str


Odradek = Callable[..., Outcome]


@pytest.fixture
def odradek(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Odradek:
    """Runs `odradek ARGUMENTS` in an empty directory; `stdin` is what is piped into it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ODRADEK_DEBUG", raising=False)

    def run_command(*arguments: str, stdin: str = "") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = run(arguments)
        captured = capsysbinary.readouterr()
        return Outcome(code, captured.out.decode(), captured.err.decode())

    return run_command


@pytest.fixture
def on_target(odradek: Odradek, target: Target, monkeypatch: pytest.MonkeyPatch) -> Odradek:
    """Runs commands that find the broker under test by the environment."""
    monkeypatch.setenv("ODRADEK_KAFKA_BOOTSTRAP_SERVERS", target.bootstrap_servers)
    return odradek
