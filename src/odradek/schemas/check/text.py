"""Reports for people: what passes, what fails at which version and why, and what mends it."""

from collections.abc import Iterable, Iterator, Sequence

from odradek.schemas.check.verdicts import Report, Status
from odradek.schemas.comparison import Broken, Finding
from odradek.schemas.levels import CompatibilityLevel


def report_text(reports: Sequence[Report]) -> str:
    """One paragraph for each file that says more than that nothing changed, and a summary."""
    told = [each for each in reports if each.status is not Status.UNCHANGED]
    return "\n".join([*(line for each in told for line in _paragraph(each)), _summary(reports)])


def verdict_text(report: Report) -> str:
    """The verdict on one schema, whatever it is; it says not in which file that is."""
    return "\n".join([f"{report.source.subject}: {_headline(report)}", *_verdict(report)])


def _paragraph(report: Report) -> Iterator[str]:
    source = report.source
    yield f"{source.subject}: {_headline(report)}"
    yield f"  file     {source.path}"
    yield from _verdict(report)
    yield ""


def _verdict(report: Report) -> Iterator[str]:
    if report.error:
        yield f"  error    {report.error}"
    elif report.status in (Status.COMPATIBLE, Status.INCOMPATIBLE):
        yield f"  passes   {_names(each for each in CompatibilityLevel if not report.at(each))}"
        yield from _failures(report)


def _headline(report: Report) -> str:
    match report.status:
        case Status.NEW:
            return "a new subject, with nothing to be compatible with"
        case Status.INVALID:
            return "no valid schema"
    versions = report.versions
    against = f"v{versions[0]}" if len(versions) == 1 else f"v{versions[0]} to v{versions[-1]}"
    return f"{report.status} at {report.level}, compared with {against}"


def _failures(report: Report) -> Iterator[str]:
    """Levels that fail for one reason are told together."""
    levels: dict[int, list[CompatibilityLevel]] = {}
    for level in CompatibilityLevel:
        forbidden = report.at(level)
        if forbidden:
            levels.setdefault(report.findings.index(forbidden[0]), []).append(level)
    for index in sorted(levels):
        finding = report.findings[index]
        others = max(len(report.at(each)) for each in levels[index]) - 1
        yield f"  fails    {_names(levels[index])} at v{finding.version}"
        yield from _reason(report, finding)
        if others:
            yield f"           and {others} more; -o json has them all"


def _reason(report: Report, finding: Finding) -> Iterator[str]:
    found = finding.incompatibility
    reader, writer = "the new schema", f"v{finding.version}"
    if finding.broken is Broken.OLD_CONSUMERS:
        reader, writer = writer, reader
    yield f"  because  {found.description} ({found.kind} at {found.path})"
    yield f"  breaks   {finding.broken}: the reader is {reader}, the writer {writer}"
    yield f"  mend it  {found.remedy}"
    witness = report.witness(finding)
    if witness is not None:
        yield f"  witness  {witness.record}"
        yield f"           {witness.error}"


def _names(levels: Iterable[CompatibilityLevel]) -> str:
    return ", ".join(levels)


def _summary(reports: Sequence[Report]) -> str:
    counts = [(sum(each.status is status for each in reports), status) for status in Status]
    parts = ", ".join(f"{count} {status}" for count, status in counts if count)
    subjects = "1 subject" if len(reports) == 1 else f"{len(reports)} subjects"
    return f"{subjects}: {parts}" if parts else f"{subjects}"
