"""Where a command's configuration comes from: `odradek.toml`, the environment, the command line.

The file is the one named on the command line, else `odradek.toml` in the working directory if there
is one. What the settings are, and which source wins, is decided by `odradek.config.load`, which
opens no file itself.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from odradek.cli.errors import CommandError
from odradek.config import Configuration, ConfigurationError, load

DEFAULT_FILE = Path("odradek.toml")


class Flag(NamedTuple):
    """An option of a command that is short for `--set setting=value`; not given when None."""

    option: str
    setting: str
    value: str | None

    @property
    def override(self) -> str:
        """The `section.key=value` this option stands for."""
        return f"{self.setting}={self.value}"


def load_configuration(
    path: Path | None, *, overrides: Sequence[str] = (), flags: Sequence[Flag] = ()
) -> Configuration:
    """Read the configuration; raise CommandError with the sentence about what is wrong in it.

    `overrides` are the `section.key=value` texts of `--set`; flags win over them.
    """
    given = [flag for flag in flags if flag.value is not None]
    chosen = path or DEFAULT_FILE
    toml_text = _read_file(chosen) if path is not None or chosen.exists() else None
    try:
        return load(
            toml_text, os.environ, [*overrides, *(flag.override for flag in given)], str(chosen)
        )
    except ConfigurationError as error:
        raise CommandError(_as_typed(str(error), given)) from error


def _as_typed(sentence: str, flags: Sequence[Flag]) -> str:
    """The sentence with the options the user typed in place of the settings they stand for."""
    for flag in flags:
        sentence = sentence.replace(f"--set {flag.override}", f"{flag.option} {flag.value}")
    return sentence


def _read_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise CommandError(f"the configuration file {path} cannot be read: {reason}") from error
