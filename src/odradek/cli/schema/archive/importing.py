"""`odradek schema import`: a folder becomes a registry."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from odradek.cli.errors import CommandError
from odradek.cli.mutation import DryRun
from odradek.cli.output import OutputFormat, Row, print_document, print_rows
from odradek.cli.progress import show_progress
from odradek.cli.schema.archive.contents import Archive
from odradek.cli.schema.archive.folder import read_archive
from odradek.cli.schema.archive.modes import note_import_modes
from odradek.cli.schema.archive.plan import Plan, plan_import
from odradek.cli.schema.archive.reading import read_registry
from odradek.cli.schema.archive.renumber import renumber
from odradek.cli.schema.archive.restore import restore
from odradek.cli.schema.connection import DEFAULT_REGISTRY, RegistryConnection
from odradek.clients.schema_registry import RegistryAdministration

CONFLICTS_SHOWN = 5


def import_(
    folder: Annotated[Path, Parameter(help="What `odradek schema export` wrote.")],
    /,
    *,
    new_ids: Annotated[
        bool,
        Parameter(help="Let the registry choose ids and count versions anew; else they are kept."),
    ] = False,
    dry_run: DryRun = False,
    output: OutputFormat = "table",
    registry: RegistryConnection = DEFAULT_REGISTRY,
) -> None:
    """Register what an export has, with its versions, ids, settings and soft deletions.

    What the registry has already is left as it is, and what an archive does not have, too; so an
    import that was interrupted is simply run again. It changes nothing where an id or a version is
    that of another schema. To keep ids, subjects are in mode IMPORT meanwhile, and not afterwards.
    """
    archive = read_archive(folder)
    with registry.open() as client:
        target = read_registry(registry, client, also=archive.names)
        note_import_modes(archive, target)
        plan = plan_import(archive, target)
        if new_ids:
            done = _renumber(client, archive, plan, dry_run=dry_run)
        else:
            done = _restore(registry, client, archive, target, plan, dry_run=dry_run)
    if output == "table":
        sys.stdout.write(f"{'would import' if dry_run else 'imported'} {folder}\n")
        print_rows([done.row], output)
    else:
        print_document({**done.row, "dry_run": dry_run, "new_ids": done.new_ids}, output)


@dataclass(frozen=True, slots=True)
class _Done:
    """What an import did, or would do."""

    plan: Plan
    registered: int
    deleted: int
    versions: int
    new_ids: Sequence[Row] = field(default_factory=list)

    @property
    def row(self) -> Row:
        return {
            "versions": self.versions,
            "registered": self.registered,
            "softly_deleted": self.deleted,
            "settings": len(self.plan.settings),
            "associations": sum(map(len, self.plan.associations.values())),
        }


def _restore(
    registry: RegistryConnection,
    client: RegistryAdministration,
    archive: Archive,
    target: Archive,
    plan: Plan,
    *,
    dry_run: bool,
) -> _Done:
    if plan.conflicts:
        raise CommandError(_conflict(plan.conflicts))
    if not (dry_run or plan.is_empty):
        with show_progress("versions", total=len(plan.register)) as progress:
            restore(
                client,
                archive,
                target,
                plan,
                lambda count: progress.update(records=count, position=count),
            )
        _verify(registry, client, archive)
    return _Done(plan, len(plan.register), len(plan.delete), len(archive.versions))


def _verify(registry: RegistryConnection, client: RegistryAdministration, archive: Archive) -> None:
    """Read back; CommandError where the registry has not what it took."""
    left = plan_import(archive, read_registry(registry, client, also=archive.names))
    if left.is_empty:
        return
    differing = [f"{subject} version {version}" for subject, version in left.register + left.delete]
    differing += [f"settings of {scope or 'the registry'}" for scope in left.settings]
    differing += [f"associations of {subject}" for subject in left.associations]
    raise CommandError(
        "the registry took everything, but does not give out the same:"
        f" {_some([*left.conflicts, *differing])}"
    )


def _renumber(
    client: RegistryAdministration,
    archive: Archive,
    plan: Plan,
    *,
    dry_run: bool,
) -> _Done:
    if dry_run:
        missing = [
            each
            for each in archive.versions.values()
            if client.find(each.subject, each.body(), deleted=True) is None
        ]
        return _Done(plan, len(missing), 0, len(archive.versions))
    with show_progress("versions", total=len(archive.versions)) as progress:
        done = renumber(
            client,
            archive,
            plan,
            lambda count: progress.update(records=count, position=count),
        )
    rows = [
        {
            "subject": place[0],
            "version": place[1],
            "id": archive.versions[place].id,
            "new_version": known.version,
            "new_id": known.id,
        }
        for place, known in done.versions.items()
    ]
    return _Done(plan, done.registered, done.deleted, len(rows), rows)


def _conflict(conflicts: Sequence[str]) -> str:
    return (
        f"nothing was imported, for {_some(conflicts)}; --new-ids lets the registry choose ids and"
        " versions"
    )


def _some(sentences: Sequence[str]) -> str:
    shown = "; ".join(sentences[:CONFLICTS_SHOWN])
    more = len(sentences) - CONFLICTS_SHOWN
    return f"{shown}; and {more} more" if more > 0 else shown
