"""`odradek schema delete`: softly first, then for good, and what that means for consumers."""

from collections.abc import Collection, Sequence
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from odradek.cli.errors import CommandError
from odradek.cli.mutation import DryRun, Mutation, Yes, confirm, print_changes
from odradek.cli.output import OutputFormat, Row, note
from odradek.cli.schema.connection import (
    DEFAULT_REGISTRY,
    RegistryConnection,
    existing_version,
    existing_versions,
    live_numbers,
)
from odradek.cli.schema.usage.guard import RecordsGuard
from odradek.clients.schema_registry import RegistryAdministration, StoredVersion
from odradek.registry.state.names import context_key, context_of

NO_GUARD = RecordsGuard()


def delete(
    subject: Annotated[str, Parameter(help="The subject.")],
    /,
    *,
    version: Annotated[
        int | None,
        Parameter(help="Only this version; else all of them.", validator=Number(gte=1)),
    ] = None,
    permanent: Annotated[
        bool,
        Parameter(help="For good: records written with it can no longer be read by new consumers."),
    ] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    output: OutputFormat = "table",
    guard: RecordsGuard = NO_GUARD,
    registry: RegistryConnection = DEFAULT_REGISTRY,
) -> None:
    """Delete a subject, or one version of it.

    Deleted softly, a version is no longer listed, and new schemas are not compared with it; but its
    id can still be read, so that consumers go on. With --permanent the id goes too, unless another
    version has it. Whatever another schema refers to stays.

    With -b, --permanent first reads the topic that the subject is called after, and refuses where
    records carry an id that would go. What lies elsewhere (dead letters, mirrors, other clusters)
    and what is written meanwhile it does not see; --topic adds topics.
    """
    if guard.bootstrap_server is not None and not permanent:
        raise CommandError(
            "records are counted for --permanent; softly, every id can still be read"
        )
    with registry.open() as client:
        numbers = existing_versions(client, subject, deleted=True)
        if version is not None:
            numbers = [existing_version(client, subject, version, deleted=True)]
        live = live_numbers(client, subject)
        doomed = [each for each in numbers if permanent or each in live]
        if not doomed:
            raise _deleted_already(subject, version)
        versions = [client.version(subject, each, deleted=True) for each in doomed]
        _refuse_needed(client, versions)
        rows = [
            {
                "version": each.version,
                "id": each.id,
                "type": each.schema.type.value,
                "state": "live" if each.version in live else "softly deleted",
                "id_also_used_by": _others_with(client, each, doomed),
            }
            for each in versions
        ]
        if permanent:
            lost = [
                each for each, row in zip(versions, rows, strict=True) if not row["id_also_used_by"]
            ]
            guard.require_unused(lost, registry.config_file)
        if not (dry_run or yes):
            confirm(_question(subject, rows, permanent=permanent))
        if not dry_run:
            _delete(client, subject, version, live, permanent=permanent)
    action = "delete" if version is None else "delete-version"
    print_changes(Mutation(action, "subject", subject, rows, dry_run), output)
    if output == "table":
        note(_consequence(rows, permanent=permanent))


def _deleted_already(subject: str, version: int | None) -> CommandError:
    what = f"subject {subject}" if version is None else f"version {version} of {subject}"
    return CommandError(f"{what} is deleted softly already; --permanent deletes it for good")


def _refuse_needed(client: RegistryAdministration, versions: Sequence[StoredVersion]) -> None:
    """A registry would refuse it too, but does not always say who is in the way."""
    for each in versions:
        for schema_id in client.referrers(each.subject, each.version):
            for subject, version in client.places(schema_id, _context(each.subject)):
                if subject != each.subject:
                    raise CommandError(
                        f"version {each.version} of {each.subject} is needed by version {version}"
                        f" of {subject}, which refers to it; delete that one first"
                    )


def _others_with(
    client: RegistryAdministration, doomed: StoredVersion, numbers: Sequence[int]
) -> list[str]:
    """The versions that keep the id when this one has gone."""
    return [
        f"{subject} {version}"
        for subject, version in client.places(doomed.id, _context(doomed.subject), deleted=True)
        if subject != doomed.subject or version not in numbers
    ]


def _delete(
    client: RegistryAdministration,
    subject: str,
    version: int | None,
    live: Sequence[int],
    *,
    permanent: bool,
) -> None:
    steps = [False, True] if permanent else [False]
    for for_good in steps:
        if version is None and (for_good or live):
            client.delete_subject(subject, permanent=for_good)
        elif version is not None and (for_good or version in live):
            client.delete_version(subject, version, permanent=for_good)


def _question(subject: str, rows: Sequence[Row], *, permanent: bool) -> str:
    numbers = ", ".join(str(row["version"]) for row in rows)
    versions = f"version{'s' * (len(rows) != 1)} {numbers}"
    how = "for good" if permanent else "softly"
    return f"Delete {versions} of {subject} {how}? {_consequence(rows, permanent=permanent)}."


def _consequence(rows: Sequence[Row], *, permanent: bool) -> str:
    ids = {row["id"] for row in rows}
    if not permanent:
        return (
            f"consumers go on, for {_ids(ids)} can still be read; a producer that registers its"
            " schema by itself makes a new version"
        )
    lost = {row["id"] for row in rows if not row["id_also_used_by"]}
    if not lost:
        return f"consumers go on, for other versions have {_ids(ids)}"
    return f"consumers that have not met {_ids(lost)} yet can no longer read their records"


def _ids(ids: Collection[int]) -> str:
    return f"the id{'s' * (len(ids) != 1)} {', '.join(str(each) for each in sorted(ids))}"


def _context(subject: str) -> str:
    return context_key(context_of(subject)) or ""
