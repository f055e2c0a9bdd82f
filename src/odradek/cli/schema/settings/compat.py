"""`odradek schema compat`: what is asked of new versions, of a subject, a context, or all."""

from typing import Annotated

from cyclopts import Parameter

from odradek.cli.errors import CommandError
from odradek.cli.mutation import DryRun, print_changes
from odradek.cli.output import OutputFormat, Row, print_rows
from odradek.cli.schema.connection import DEFAULT_REGISTRY, RegistryConnection
from odradek.cli.schema.settings.scopes import ALL, alteration, note_without_versions, origin_of
from odradek.cli.schema.verdict import level_of
from odradek.clients.schema_registry import RegistryAdministration
from odradek.clients.schema_registry.administration import LEVEL
from odradek.schemas.levels import CompatibilityLevel

POLICY = "compatibilityPolicy"


def compat(
    subject: Annotated[
        str, Parameter(help="A subject, or a context as :.staging:; left out, all of the registry.")
    ] = "",
    /,
    *,
    set_level: Annotated[
        CompatibilityLevel | None, Parameter(name="--set", help="Ask this of new versions.")
    ] = None,
    unset: Annotated[
        bool, Parameter(help="Take the subject's own level away, so that the wider one applies.")
    ] = False,
    dry_run: DryRun = False,
    output: OutputFormat = "table",
    registry: RegistryConnection = DEFAULT_REGISTRY,
) -> None:
    """Show or change the compatibility level of a subject, or that of the whole registry.

    BACKWARD: new consumers read old records. FORWARD: old consumers read new records. FULL: both.
    With _TRANSITIVE it is asked of all earlier versions, else of the latest alone. NONE: nothing.
    """
    if set_level is not None and unset:
        raise CommandError("--set and --unset contradict each other: give one of them")
    with registry.open() as client:
        if set_level is None and not unset:
            print_rows([_row(client, subject)], output)
            return
        before = _row(client, subject)
        if set_level is not None:
            changes = _set(client, subject, before, set_level, dry_run=dry_run)
        else:
            changes = _unset(client, subject, before, dry_run=dry_run)
        note_without_versions(client, subject, "level")
    print_changes(alteration(subject, changes, dry_run=dry_run), output)


def _row(client: RegistryAdministration, subject: str) -> Row:
    """The level that applies, and where it is set."""
    applying = client.config(subject, applying=True) or {}
    return {
        "subject": subject or ALL,
        "compatibility": level_of(applying).value,
        "set_for": origin_of(subject, lambda each: bool((client.config(each) or {}).get(LEVEL))),
        "policy": applying.get(POLICY) or "",
    }


def _set(
    client: RegistryAdministration,
    subject: str,
    before: Row,
    level: CompatibilityLevel,
    *,
    dry_run: bool,
) -> list[Row]:
    is_own = before["set_for"] == (subject or ALL)
    if is_own and before["compatibility"] == level:
        return []
    if not dry_run:
        client.set_config(subject, {LEVEL: level.value})
    return [_change(before, level.value)]


def _unset(
    client: RegistryAdministration, subject: str, before: Row, *, dry_run: bool
) -> list[Row]:
    own = client.config(subject) or {}
    if LEVEL not in own:
        return []
    if dry_run:
        return [_change(before, "(default)")]
    if subject and set(own) != {LEVEL}:
        client.set_config(subject, {LEVEL: None})  # what else is configured stays
    else:
        client.delete_config(subject)
    return [_change(before, _row(client, subject)["compatibility"])]


def _change(before: Row, new: str) -> Row:
    return {"what": "compatibility", "old": before["compatibility"], "new": new}
