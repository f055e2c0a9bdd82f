"""Gathers what was given: the file's text, the environment, and `--set` on the command line.

Every source ends up as the same thing: text by section and name, with the place it came from, so
that an error can say where to mend it. Later sources win. This module reads no file and no process
environment itself, and does not know which settings exist beyond what it is told.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

ENVIRONMENT_PREFIX = "ODRADEK_"


class ConfigurationError(ValueError):
    """The configuration cannot be used; the message names the value, its origin and the remedy."""


class Given(NamedTuple):
    """One value as somebody wrote it; `origin` reads well at the end of a sentence."""

    section: str
    name: str
    text: str
    origin: str


def variable_name(section: str, name: str) -> str:
    """The environment variable that sets `section.name`."""
    return ENVIRONMENT_PREFIX + re.sub(r"[.-]", "_", f"{section}_{name}").upper()


def from_toml(text: str, file_name: str) -> Iterator[Given]:
    """Yield what a configuration file sets; dotted keys and sub-tables both spell Kafka's names."""
    import tomllib  # only a process that has a file pays for the parser

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file_name} is not valid TOML: {error}") from None
    lines = _line_numbers(text)
    for section, table in document.items():
        if not isinstance(table, dict):
            raise ConfigurationError(
                f"{section} stands outside every section ({file_name}): move it below a section "
                "header such as [broker]"
            )
        for name, value in _flattened(table):
            line = lines.get(f"{section}.{name}")
            origin = file_name if line is None else f"line {line} of {file_name}"
            yield Given(section, name, _as_text(value), origin)


def from_environment(
    environment: Mapping[str, str], sections: Mapping[str, Sequence[str]]
) -> Iterator[Given]:
    """Yield what variables named ODRADEK_<SECTION>_<KEY> set.

    A variable that names a section but none of its settings is yielded as well, so that it is
    reported as unknown. Other variables that begin with ODRADEK_ are not configuration.
    """
    for section, names in sections.items():
        prefix = variable_name(section, "")
        spelled = {variable_name(section, name): name for name in names}
        for variable in sorted(environment):
            if variable.startswith(prefix):
                guess = variable.removeprefix(prefix).lower().replace("_", ".")
                name = spelled.get(variable, guess)
                origin = f"environment variable {variable}"
                yield Given(section, name, environment[variable], origin)


def from_overrides(overrides: Sequence[str]) -> Iterator[Given]:
    """Yield what `--set section.key=value` arguments set."""
    for override in overrides:
        path, equals, text = override.partition("=")
        section, dot, name = path.strip().partition(".")
        if not equals or not dot:
            raise ConfigurationError(
                f"--set {override} cannot be read: write it as --set section.key=value"
            )
        yield Given(section, name, text.strip(), f"--set {override}")


def _flattened(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flattened(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(_as_text(item) for item in value)
    return str(value)


def _line_numbers(text: str) -> dict[str, int]:
    """Where each dotted key stands, judged by the line's shape; only for error messages."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
            table = _unquoted(header[1])
        elif key := re.match(r"\s*([\w.\"'\s-]+?)\s*=", line):
            lines.setdefault(f"{table}.{_unquoted(key[1])}", number)
    return lines


def _unquoted(key: str) -> str:
    return re.sub(r"[\"'\s]", "", key)
