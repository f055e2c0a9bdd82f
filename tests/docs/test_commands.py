"""Every command tells what it does."""

from odradek.cli.app import app
from scripts.command_page import command_paths


def test_every_command_has_a_sentence_of_help() -> None:
    silent = [
        " ".join(path)
        for path in command_paths(app)
        if not (app.parse_commands(path)[1][-1].help or "").strip().endswith((".", ")"))
    ]
    assert silent == []
