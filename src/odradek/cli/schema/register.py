"""`odradek schema register`: a file becomes a version of a subject, or it is said why not."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from cyclopts import Parameter

from odradek.cli.errors import CommandError, ExitCode
from odradek.cli.mutation import DryRun, Mutation, print_changes
from odradek.cli.output import OutputFormat, note, print_document
from odradek.cli.schema.connection import DEFAULT_REGISTRY, RegistryConnection, refusal_sentence
from odradek.cli.schema.files import (
    ReferenceOption,
    SchemaFile,
    TypeOption,
    parse_references,
    read_source,
)
from odradek.cli.schema.verdict import comparable, explain, live_versions
from odradek.clients.errors import RegistryRefused
from odradek.clients.schema_registry import (
    Reference,
    RegistryAdministration,
    Schema,
    StoredVersion,
)
from odradek.schemas.check.documents import json_document
from odradek.schemas.check.sources import Source
from odradek.schemas.check.text import verdict_text
from odradek.schemas.check.verdicts import Report

ABOUT_THE_SCHEMA = (409, 422)
"""Statuses of a schema that is not compatible, or is none."""
READWRITE = "READWRITE"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A schema on its way to a subject."""

    client: RegistryAdministration
    source: Source
    references: tuple[Reference, ...]
    normalize: bool

    @property
    def subject(self) -> str:
        return self.source.subject

    @property
    def body(self) -> dict[str, Any]:
        """As the REST API wants it."""
        return Schema(self.source.text, self.source.schema_type, self.references).body()

    def known(self) -> StoredVersion | None:
        """The version of the subject that it is; raises RegistryRefused."""
        return self.client.find(self.subject, self.body, normalize=self.normalize)

    def report(self) -> Report:
        """What stands between it and the subject's versions."""
        earlier = live_versions(self.client, self.subject)
        compared = comparable(self.client, self.subject, earlier)
        return explain(self.client, self.source, self.references, compared)


def register(
    subject: Annotated[str, Parameter(help="The subject, as orders-value.")],
    file: SchemaFile,
    /,
    *,
    schema_type: TypeOption = None,
    references: ReferenceOption = None,
    normalize: Annotated[
        bool, Parameter(help="Store the text in its normal form, and take other forms for it.")
    ] = False,
    dry_run: DryRun = False,
    output: OutputFormat = "table",
    registry: RegistryConnection = DEFAULT_REGISTRY,
) -> int:
    """Register a schema file as the next version of a subject.

    A schema that the subject has already is left as it is. One that the registry refuses is
    explained: what is in the way, whom it would break, what mends it, and a record that shows it.
    With --dry-run it exits 2 if the registry would refuse.
    """
    source = read_source(subject, file, schema_type)
    with registry.open() as client:
        candidate = Candidate(client, source, parse_references(references), normalize)
        try:
            known = candidate.known()
            if known is not None:
                _print_known(candidate, known, output, dry_run=dry_run)
            elif dry_run:
                return _try(candidate, output)
            else:
                _register(candidate, output)
        except RegistryRefused as refused:
            if refused.status not in ABOUT_THE_SCHEMA:
                raise
            if dry_run:
                _print_report(candidate.report(), [refused.said], output)
                return ExitCode.FINDINGS
            raise _explained(candidate, refused) from refused
    return ExitCode.OK


def _print_known(
    candidate: Candidate, known: StoredVersion, output: OutputFormat, *, dry_run: bool
) -> None:
    if output == "table":
        sys.stdout.write(
            f"subject {candidate.subject}: no changes, this is its version {known.version}"
            f" (id {known.id})\n"
        )
    else:
        _print(candidate, [], output, dry_run=dry_run, version=known.version, schema_id=known.id)


def _register(candidate: Candidate, output: OutputFormat) -> None:
    answer = candidate.client.register(
        candidate.subject, candidate.body, normalize=candidate.normalize
    )
    version = answer.get("version")
    if version is None:  # older registries tell the id alone
        known = candidate.known()
        version = None if known is None else known.version
    changes = [{"version": version, "id": answer["id"], "type": candidate.source.schema_type.value}]
    _print(candidate, changes, output, dry_run=False, version=version, schema_id=answer["id"])


def _try(candidate: Candidate, output: OutputFormat) -> int:
    """Say what registering would do, by the registry's own verdict."""
    client, subject = candidate.client, candidate.subject
    agrees, messages = client.verdict(subject, candidate.body, normalize=candidate.normalize)
    if not agrees:
        _print_report(candidate.report(), messages, output)
        return ExitCode.FINDINGS
    mode = client.mode(subject, applying=True) or READWRITE
    if mode != READWRITE:
        note(f"subject {subject} is in mode {mode}: the registry would refuse it")
        return ExitCode.FINDINGS
    version = _next_version(client, subject)
    changes = [{"version": version, "type": candidate.source.schema_type.value}]
    _print(candidate, changes, output, dry_run=True, version=version, schema_id=None)
    return ExitCode.OK


def _next_version(client: RegistryAdministration, subject: str) -> int:
    """Numbers of softly deleted versions are not used again."""
    try:
        return client.versions(subject, deleted=True)[-1] + 1
    except RegistryRefused:
        return 1


def _print(
    candidate: Candidate,
    changes: Sequence[dict[str, Any]],
    output: OutputFormat,
    *,
    dry_run: bool,
    version: int | None,
    schema_id: int | None,
) -> None:
    mutation = Mutation("register", "subject", candidate.subject, changes, dry_run)
    if output == "table":
        print_changes(mutation, output)
    else:
        print_document({**mutation.document, "version": version, "id": schema_id}, output)


def _print_report(report: Report, messages: Sequence[str], output: OutputFormat) -> None:
    if output != "table":
        print_document({"messages": list(messages), "report": json_document([report])[0]}, output)
    elif report.status.is_wrong:
        sys.stdout.write(f"{verdict_text(report)}\n")
    else:
        sys.stdout.writelines(f"{each}\n" for each in ("the registry would refuse it:", *messages))


def _explained(candidate: Candidate, refused: RegistryRefused) -> CommandError:
    """The refusal, with its explanation in front of it where there is one."""
    report = candidate.report()
    if not report.status.is_wrong:
        return CommandError(refusal_sentence(refused))
    sys.stderr.write(f"{verdict_text(report)}\n")
    return CommandError(
        f"{candidate.source.path} was not registered under {candidate.subject}: the registry"
        f" refused it ({refused.error_code})"
    )
