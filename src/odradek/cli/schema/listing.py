"""`odradek schema list`: every subject with its latest version and its compatibility level."""

from typing import Annotated

from cyclopts import Parameter

from odradek.cli.output import OutputFormat, Row, note, print_rows
from odradek.cli.schema.connection import DEFAULT_REGISTRY, RegistryConnection
from odradek.cli.schema.questions import ask_about_each
from odradek.cli.schema.verdict import level_of
from odradek.clients.schema_registry import RegistryAdministration, StoredVersion

LEVELS_MAX = 1_000


def list_(
    *,
    prefix: Annotated[
        str, Parameter(help="Only subjects that begin so; :.staging: are those of a context.")
    ] = "",
    deleted: Annotated[bool, Parameter(help="Show softly deleted subjects too.")] = False,
    levels: Annotated[
        bool,
        Parameter(
            help="Ask for the levels of however many subjects; each is a request of its own, so of"
            f" more than {LEVELS_MAX} they are left out."
        ),
    ] = False,
    output: OutputFormat = "table",
    registry: RegistryConnection = DEFAULT_REGISTRY,
) -> None:
    """List the subjects of a registry: latest version, id, type and compatibility level."""
    with registry.open() as client:
        live = client.latest_versions()
        every = client.latest_versions(deleted=True) if deleted else live
        versions = [each for each in every if each.subject.startswith(prefix)]
        is_asked = levels or len(versions) <= LEVELS_MAX
        names = [each.subject for each in versions] if is_asked else []
        level_of_each = ask_about_each(registry, names, _level)
    is_live = {each.place for each in live}
    rows = [_row(each, level_of_each.get(each.subject)) for each in versions]
    if deleted:
        rows = [
            {**row, "deleted": each.place not in is_live}
            for row, each in zip(rows, versions, strict=True)
        ]
    if not rows and output == "table":
        note("no subject is like that; `odradek schema register SUBJECT FILE` makes one")
    if not is_asked:
        note(f"the levels of {len(rows):,} subjects are left out; --levels asks for them")
    print_rows(rows, output)


def _level(client: RegistryAdministration, subject: str) -> str:
    return level_of(client.config(subject, applying=True) or {}).value


def _row(version: StoredVersion, level: str | None) -> Row:
    row = {
        "subject": version.subject,
        "version": version.version,
        "id": version.id,
        "type": version.schema.type.value,
    }
    return row if level is None else {**row, "compatibility": level}
