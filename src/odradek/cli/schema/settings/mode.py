"""`odradek schema mode`: whether a subject, a context or all of a registry can be written."""

from typing import Annotated, Literal

from cyclopts import Parameter

from odradek.cli.errors import CommandError
from odradek.cli.mutation import DryRun, print_changes
from odradek.cli.output import OutputFormat, Row, print_rows
from odradek.cli.schema.archive.settings import READWRITE, apply_mode
from odradek.cli.schema.connection import DEFAULT_REGISTRY, RegistryConnection
from odradek.cli.schema.settings.scopes import ALL, alteration, note_without_versions, origin_of
from odradek.clients.schema_registry import RegistryAdministration


def mode(
    subject: Annotated[
        str, Parameter(help="A subject, or a context as :.staging:; left out, all of the registry.")
    ] = "",
    /,
    *,
    set_mode: Annotated[
        Literal["READWRITE", "READONLY"] | None,
        Parameter(name="--set", help="Let schemas be registered and deleted, or not."),
    ] = None,
    unset: Annotated[
        bool, Parameter(help="Take the subject's own mode away, so that the wider one applies.")
    ] = False,
    dry_run: DryRun = False,
    output: OutputFormat = "table",
    registry: RegistryConnection = DEFAULT_REGISTRY,
) -> None:
    """Show or change the mode of a subject, or that of the whole registry.

    READWRITE: schemas are registered and deleted. READONLY: neither. IMPORT, in which schemas are
    registered with their ids and none is compared, is what `odradek schema import` sets and takes
    away again; --unset, or --set READWRITE for the registry, mends one that was killed meanwhile.
    """
    if set_mode is not None and unset:
        raise CommandError("--set and --unset contradict each other: give one of them")
    with registry.open() as client:
        before = _row(client, subject)
        if set_mode is None and not unset:
            print_rows([before], output)
            return
        own = client.mode(subject)
        wanted = set_mode or (None if subject else READWRITE)
        changes = []
        if own != wanted:
            if not dry_run:
                apply_mode(client, subject, wanted)
            changes = [{"what": "mode", "old": before["mode"], "new": wanted or "(default)"}]
        if set_mode is not None:
            note_without_versions(client, subject, "mode")
    print_changes(alteration(subject, changes, dry_run=dry_run), output)


def _row(client: RegistryAdministration, scope: str) -> Row:
    """The mode that applies, and where it is set."""
    return {
        "subject": scope or ALL,
        "mode": client.mode(scope, applying=True) or READWRITE,
        "set_for": origin_of(scope, lambda each: client.mode(each) is not None),
    }
