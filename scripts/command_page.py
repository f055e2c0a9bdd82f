"""The reference of every command: the help that the command line itself prints."""

import io
from collections.abc import Iterator

from cyclopts import App
from rich.console import Console

from odradek.cli.app import app

WIDTH_CHARS = 100
INTRODUCTION = """\
# Commands

Written from the code by `make docs`: this is what `--help` prints.
"""


def render() -> str:
    sections = [INTRODUCTION, _section(())]
    sections += [_section(path) for path in command_paths(app)]
    return "\n".join(sections)


def command_paths(parent: App, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command, a noun before its verbs."""
    for name in parent:
        if not name.startswith("-"):
            yield (*path, name)
            yield from command_paths(parent[name], (*path, name))


def _section(path: tuple[str, ...]) -> str:
    printed = io.StringIO()
    console = Console(file=printed, width=WIDTH_CHARS, color_system=None, force_terminal=False)
    app.help_print(list(path), console=console)
    text = "\n".join(line.rstrip() for line in printed.getvalue().strip().splitlines())
    return f"## {' '.join(('odradek', *path))}\n\n```\n{text}\n```\n"
