"""Where a command's configuration comes from: `odradek.toml`, the environment, the command line.

The file is the one named with `--config`, else `odradek.toml` in the working directory if there is
one. What the settings are, and which source wins, is decided by `odradek.config.load`, which reads
no files itself.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from odradek.cli.errors import CommandError
from odradek.config import Config, ConfigError, load

DEFAULT_FILE = Path("odradek.toml")


def load_configuration(
    path: Path | None, settings: Sequence[str] = (), flags: Mapping[str, str | None] | None = None
) -> Config:
    """Read the configuration; raise CommandError with the sentence about what is wrong in it.

    `settings` are the `section.key=value` texts of `--set`; `flags` are the values of a command's
    own options by setting name, None where the option was not given. Flags win over settings.
    """
    overrides = dict(_split_setting(text) for text in settings)
    overrides |= {name: value for name, value in (flags or {}).items() if value is not None}
    try:
        return load(_read_file(path), os.environ, overrides)
    except ConfigError as error:
        raise CommandError(str(error)) from error


def _read_file(path: Path | None) -> str:
    if path is None and not DEFAULT_FILE.exists():
        return ""
    chosen = path or DEFAULT_FILE
    try:
        return chosen.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        msg = f"the configuration file {chosen} cannot be read: {reason}"
        raise CommandError(msg) from error


def _split_setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or "." not in name:
        msg = f"--set {text} is not of the form section.key=value, as broker.log.retention.ms=60000"
        raise CommandError(msg)
    return name.strip(), value.strip()
