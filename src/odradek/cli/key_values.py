"""Options given as `key=value`, any number of times."""

from collections.abc import Iterable

from odradek.cli.errors import CommandError


def parse_pairs(option: str, texts: Iterable[str] | None, *, example: str) -> list[tuple[str, str]]:
    """Split each text at its first `=`; CommandError names the option and shows the example."""
    return [_parse_pair(option, text, example) for text in texts or ()]


def _parse_pair(option: str, text: str, example: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise CommandError(f"{option} {text} is not of the form key=value, as {option} {example}")
    return key.strip(), value.strip()
