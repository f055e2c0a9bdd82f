import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Odradek

HEAVY = ("confluent_kafka", "kafka", "asyncio", "odradek.broker", "msgspec")


def python(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout


def test_help_loads_no_command_and_nothing_heavy() -> None:
    """What keeps `odradek --help` under 200 ms; docs/decisions/0007-cli-library.md has figures."""
    loaded = python(
        "import sys; sys.argv = ['odradek', '--help']\n"
        "from odradek.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print('loaded:', [name for name in {HEAVY} if name in sys.modules])"
    )

    assert loaded.endswith("loaded: []\n")


def test_help_lists_every_command(odradek: Odradek) -> None:
    shown = odradek("--help").stdout

    for command in ("broker", "demo", "topic", "produce", "consume"):
        assert re.search(rf"│ {command} +\S", shown), command


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["tpoic"], 'Unknown command "tpoic".'),
        (["topic", "frob"], 'Unknown command "frob".'),
        (["topic", "create"], "TOPIC requires an argument"),
        (["topic", "list", "--frob"], "Unknown option: --frob."),
        (["produce", "t", "--acks", "2"], 'Invalid value "2" for --acks.'),
    ],
)
def test_wrong_command_line_is_one_sentence_and_the_way_to_help(
    odradek: Odradek, arguments: list[str], complaint: str
) -> None:
    outcome = odradek(*arguments)

    assert outcome.code == 1
    assert outcome.stderr.count("\n") == 1
    assert complaint in outcome.stderr
    assert "--help." in outcome.stderr


def test_unforeseen_error_is_one_line_without_a_stack_trace(
    odradek: Odradek, tmp_path: Path
) -> None:
    outcome = odradek("produce", "t", "-b", "127.0.0.1:1", str(tmp_path / "nul\0byte"))

    assert outcome.code == 1
    assert outcome.stderr.startswith("error: ValueError: ")
    assert "Traceback" not in outcome.stderr
