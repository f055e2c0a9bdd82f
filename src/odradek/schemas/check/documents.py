"""Reports for programs: JSON with all seven levels, and SARIF for code scanners and reviews."""

from collections.abc import Iterator, Sequence
from typing import Any

from odradek.schemas.check.verdicts import Report, Status
from odradek.schemas.comparison import Finding
from odradek.schemas.levels import CompatibilityLevel

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
INVALID_RULE = "INVALID_SCHEMA"

Document = dict[str, Any]


def json_document(reports: Sequence[Report]) -> list[Document]:
    """One object for each file."""
    return [_document(each) for each in reports]


def _document(report: Report) -> Document:
    is_compared = report.status in (Status.COMPATIBLE, Status.INCOMPATIBLE)
    levels = {each.value: not report.at(each) for each in CompatibilityLevel} if is_compared else {}
    return {
        "subject": report.source.subject,
        "file": report.source.path,
        "schema_type": report.source.schema_type.value,
        "status": report.status.value,
        "level": report.level.value,
        "versions": list(report.versions),
        "error": report.error or None,
        "passes": levels,
        "findings": [_finding(report, each) for each in report.findings],
    }


def _finding(report: Report, finding: Finding) -> Document:
    found = finding.incompatibility
    witness = report.witness(finding)
    return {
        "version": finding.version,
        "breaks": finding.broken.value,
        "kind": found.kind,
        "path": found.path,
        "description": found.description,
        "remedy": found.remedy,
        "fails": [each.value for each in CompatibilityLevel if finding in report.at(each)],
        "witness": witness and {"record": witness.record, "error": witness.error},
    }


def sarif_document(reports: Sequence[Report], version: str, folder: str) -> Document:
    """What the registry would refuse, as results of a static analysis of files in `folder`."""
    results = [result for each in reports for result in _results(each, folder)]
    rules = sorted({each["ruleId"] for each in results})
    driver = {
        "name": "odradek",
        "version": version,
        "rules": [{"id": each} for each in rules],
    }
    run = {"tool": {"driver": driver}, "results": results, "columnKind": "utf16CodeUnits"}
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _results(report: Report, folder: str) -> Iterator[Document]:
    uri = f"{folder}/{report.source.path}".removeprefix("./")
    if report.status is Status.INVALID:
        yield _result(uri, INVALID_RULE, f"{report.source.subject}: {report.error}")
    for each in report.at(report.level) if report.status is Status.INCOMPATIBLE else ():
        found = each.incompatibility
        sentence = (
            f"{report.source.subject} is not {report.level} with v{each.version}:"
            f" {found.description} (at {found.path}). It breaks {each.broken}. Mend it:"
            f" {found.remedy}."
        )
        yield _result(uri, found.kind, sentence)


def _result(uri: str, rule: str, sentence: str) -> Document:
    place = {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}}
    return {
        "ruleId": rule,
        "level": "error",
        "message": {"text": sentence},
        "locations": [{"physicalLocation": place}],
    }
