"""`odradek schema diff`: two versions, or a version and a file, as text and as a verdict."""

import sys
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from odradek.cli.errors import CommandError, ExitCode
from odradek.cli.output import print_document
from odradek.cli.schema.connection import (
    DEFAULT_REGISTRY,
    RegistryConnection,
    existing_version,
)
from odradek.cli.schema.files import (
    ReferenceOption,
    TypeOption,
    parse_references,
    read_source,
)
from odradek.cli.schema.readable import readable
from odradek.cli.schema.verdict import explain
from odradek.clients.schema_registry import RegistryAdministration, StoredVersion
from odradek.schemas.check.documents import json_document
from odradek.schemas.check.sources import Source
from odradek.schemas.check.text import verdict_text
from odradek.schemas.check.verdicts import Report


def diff(
    subject: Annotated[str, Parameter(help="The subject.")],
    file: Annotated[
        Path | None, Parameter(help="A schema's file, to be compared with a version.")
    ] = None,
    /,
    *,
    from_version: Annotated[
        int | None,
        Parameter(
            name="--from",
            help="The older version; else the one before --to, or before a file the latest.",
            validator=Number(gte=1),
        ),
    ] = None,
    to_version: Annotated[
        int | None,
        Parameter(
            name="--to", help="The newer version; the latest, if left out.", validator=Number(gte=1)
        ),
    ] = None,
    schema_type: TypeOption = None,
    references: ReferenceOption = None,
    output: Annotated[
        Literal["text", "json", "yaml"],
        Parameter(name=["--output", "-o"], help="How to print."),
    ] = "text",
    registry: RegistryConnection = DEFAULT_REGISTRY,
) -> int:
    """Compare two versions of a subject, or a file with a version, at all seven levels.

    Exits 2 if the newer is not compatible with the older at the level of the subject. The texts are
    compared as people read them: JSON with a member on each line.
    """
    if file is not None and to_version is not None:
        raise CommandError("--to names a version and FILE a file: the newer schema is one of them")
    with registry.open() as client:
        newer = _version(client, subject, to_version)
        older = newer if file is not None and from_version is None else None
        if older is None:
            older = _version(client, subject, from_version or _before(client, subject, newer))
        if file is None:
            name, asked = _title(newer), newer.schema.references
            source = Source(name, subject, newer.schema.type, newer.schema.text)
        else:
            source = read_source(subject, file, schema_type)
            # What a file refers to is not in it: most likely what it referred to before.
            asked = parse_references(references) or older.schema.references
        report = explain(client, source, asked, [older])
    changes = list(_changes(older, source))
    if output == "text":
        _print(report, changes)
    else:
        print_document({"diff": changes, "report": json_document([report])[0]}, output)
    return ExitCode.FINDINGS if report.status.is_wrong else ExitCode.OK


def _version(client: RegistryAdministration, subject: str, version: int | None) -> StoredVersion:
    """A version, the latest for None; deleted ones can be named."""
    number = existing_version(client, subject, version, deleted=version is not None)
    return client.version(subject, number, deleted=True)


def _before(client: RegistryAdministration, subject: str, newer: StoredVersion) -> int:
    earlier = [each for each in client.versions(subject) if each < newer.version]
    if not earlier:
        raise CommandError(
            f"{subject} has no version before {newer.version} to compare with; name one with --from"
        )
    return earlier[-1]


def _title(version: StoredVersion) -> str:
    return f"{version.subject} version {version.version}"


def _changes(older: StoredVersion, newer: Source) -> Iterator[str]:
    return unified_diff(
        readable(older.schema.text, older.schema.type).splitlines(),
        readable(newer.text, newer.schema_type).splitlines(),
        _title(older),
        newer.path,
        lineterm="",
    )


def _print(report: Report, changes: Sequence[str]) -> None:
    lines = changes or ["the texts do not differ, but for their form"]
    sys.stdout.writelines(f"{line}\n" for line in (*lines, "", *verdict_text(report).splitlines()))
