"""Levels that ask nothing, and modes in which producers cannot register."""

from collections.abc import Iterator

from odradek.cli.schema.archive.contents import Archive, Settings
from odradek.cli.schema.archive.modes import mode_remedy
from odradek.cli.schema.archive.settings import IMPORT
from odradek.cli.schema.doctor.finding import Finding, warning
from odradek.clients.schema_registry.administration import LEVEL
from odradek.schemas.levels import CompatibilityLevel


def careless_settings(archive: Archive) -> Iterator[Finding]:
    """Of the registry, its contexts and its subjects, where they are set themselves."""
    for scope, settings in sorted(archive.scopes.items()):
        yield from _judge(scope, settings)
    for name, subject in sorted(archive.subjects.items()):
        yield from _judge(name, subject.settings)


def _judge(scope: str, settings: Settings) -> Iterator[Finding]:
    where = scope or "the registry"
    command = f"odradek schema compat {scope}".rstrip()
    if (settings.config or {}).get(LEVEL) == CompatibilityLevel.NONE:
        yield warning(
            "LEVEL_NONE",
            where,
            "asks no compatibility of new versions, so any of them may break every consumer",
            f"{command} --set BACKWARD",
        )
    if settings.mode == IMPORT:
        yield warning(
            "MODE_IMPORT",
            where,
            "is in mode IMPORT: producers cannot register, and nothing is compared",
            f"if no import runs: {mode_remedy(scope)}",
        )
