"""One thing that is found in a registry."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether it is wrong, or may be meant so."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind` is for programs, the rest for people."""

    severity: Severity
    kind: str
    where: str
    """The subject, version or topic."""
    what: str
    remedy: str


def error(kind: str, where: str, what: str, remedy: str) -> Finding:
    """Something that breaks somebody now or some day."""
    return Finding(Severity.ERROR, kind, where, what, remedy)


def warning(kind: str, where: str, what: str, remedy: str) -> Finding:
    """Something that may be meant so."""
    return Finding(Severity.WARNING, kind, where, what, remedy)
