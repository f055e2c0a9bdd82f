"""`odradek schema doctor`: the command and its report."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from odradek.cli.connection import ClientProperties, Cluster, connect
from odradek.cli.errors import ExitCode
from odradek.cli.output import number_text, print_document
from odradek.cli.schema.archive.contents import Archive
from odradek.cli.schema.archive.reading import read_registry
from odradek.cli.schema.connection import DEFAULT_REGISTRY, RegistryConnection
from odradek.cli.schema.doctor.content import broken_references, duplicates, unreadable
from odradek.cli.schema.doctor.finding import Finding, Severity
from odradek.cli.schema.doctor.histories import broken_histories
from odradek.cli.schema.doctor.records import unknown_schemas, unused_subjects
from odradek.cli.schema.doctor.settings import careless_settings
from odradek.cli.schema.doctor.topics import judge_topic, subjects_without_topic
from odradek.cli.schema.usage.reading import carriers_of, count_uses
from odradek.cli.schema.verdict import References, known
from odradek.clients.schema_registry import RegistryAdministration
from odradek.clients.schema_registry.administration import Place
from odradek.schemas.schema import InvalidSchema, ParsedSchema

RECORDS = 1_000
"""Of each partition: what a topic is written with today, and read within seconds."""


def doctor(
    *,
    bootstrap_server: Annotated[
        str | None,
        Parameter(
            name=["--bootstrap-server", "-b"],
            help="The registry's Kafka, HOST:PORT; its topic and the subjects' topics are looked at"
            " too.",
        ),
    ] = None,
    client_property: ClientProperties = (),
    records: Annotated[
        int,
        Parameter(
            help="How many of the last records of each partition are looked at, for schemas that"
            " the registry does not know and subjects that nobody uses; 0 for none.",
            validator=Number(gte=0),
        ),
    ] = RECORDS,
    topic: Annotated[str, Parameter(help="The topic that keeps the schemas.")] = "_schemas",
    output: Annotated[
        Literal["text", "json", "yaml"], Parameter(name=["--output", "-o"], help="How to print.")
    ] = "text",
    registry: RegistryConnection = DEFAULT_REGISTRY,
) -> int:
    """Look for what is wrong in a registry, and say what mends it.

    Versions that their level would refuse, references that lead nowhere, texts that are no schema,
    one schema under several ids, levels that ask nothing, subjects left in mode IMPORT. With -b
    also the topic of the registry, subjects without a topic or a use, and records whose schema is
    not there; `odradek schema usage` shows what records carry. Exits 0 if nothing is wrong, though
    there may be warnings; 2 if something is; 1 if it cannot be found out.
    """
    with registry.open() as client:
        archive = read_registry(registry, client)
        findings = list(_examine(client, archive))
    if bootstrap_server is not None:
        config = Cluster(bootstrap_server, client_property).properties(registry.config_file)
        admin, cluster = connect(config)
        findings += judge_topic(admin, cluster, topic)
        findings += subjects_without_topic(archive, cluster.topics)
        carriers = carriers_of(cluster, archive.subjects) if records else ()
        uses = count_uses(config, cluster, carriers, records)
        findings += [*unknown_schemas(archive, uses), *unused_subjects(archive, uses)]
    findings.sort(key=lambda each: (each.severity, each.kind))
    if output == "text":
        sys.stdout.writelines(f"{line}\n" for line in _lines(archive, findings))
    else:
        print_document([asdict(each) for each in findings], output)
    is_wrong = any(each.severity is Severity.ERROR for each in findings)
    return ExitCode.FINDINGS if is_wrong else ExitCode.OK


def _examine(client: RegistryAdministration, archive: Archive) -> Iterator[Finding]:
    parsed, reasons = _parsed(client, archive)
    yield from careless_settings(archive)
    yield from broken_references(archive)
    yield from unreadable(archive, reasons)
    yield from broken_histories(archive, parsed)
    yield from duplicates(archive, parsed)


def _parsed(
    client: RegistryAdministration, archive: Archive
) -> tuple[dict[Place, ParsedSchema], dict[Place, str]]:
    """The live versions as schemas, and why some are none."""
    trees = References(client)
    trees.add(list(archive.versions.values()))
    parsed: dict[Place, ParsedSchema] = {}
    reasons: dict[Place, str] = {}
    for place, version in archive.versions.items():
        if archive.is_deleted(place):
            continue
        try:
            parsed[place] = known(trees, version).earlier.schema
        except InvalidSchema as error:
            reasons[place] = str(error)
    return parsed, reasons


def _lines(archive: Archive, findings: Sequence[Finding]) -> Iterator[str]:
    for each in findings:
        yield f"{each.severity:<8} {each.where} {each.what}"
        yield f"         mend it: {each.remedy}"
    if findings:
        yield ""
    counts = [sum(each.severity is severity for each in findings) for severity in Severity]
    told = ", ".join(
        _count(count, severity) for count, severity in zip(counts, Severity, strict=True) if count
    )
    subjects = _count(len(archive.subjects), "subject")
    versions = _count(len(archive.versions), "version")
    yield f"{subjects}, {versions}: {told or 'nothing is wrong'}"


def _count(number: int, noun: str) -> str:
    return f"{number_text(number)} {noun}{'s' * (number != 1)}"
