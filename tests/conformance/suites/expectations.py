"""What a foreign test suite is expected to say of our broker: one line for each of its tests.

    suite kafka-python 3.0.12
    test_consumer_integration::test_group pass
    test_sasl_integration::test_client[PLAIN] skip: it wants a broker that it starts itself

The first line pins the suite and its version, `#` starts a comment. Every test is named and every
test that does not pass has its reason. A test that passes though it is expected to fail is as wrong
as the opposite: the line is out of date.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from xml.etree import ElementTree

_SUITE = re.compile(r"suite (?P<name>\S+) (?P<version>\S+)")
_TEST = re.compile(r"(?P<test>\S+) (?P<outcome>pass|(?P<excused>skip|fail): (?P<reason>.+))")
_OUTCOME_OF_ELEMENT = {"failure": "fail", "error": "fail", "skipped": "skip"}


@dataclass(frozen=True, slots=True)
class Expectation:
    """One test, its outcome ("pass", "skip" or "fail"), and why it is no pass."""

    test: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Expectations:
    """All expectations of one suite in one version."""

    suite: str
    version: str
    tests: tuple[Expectation, ...]

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read the file; a line that cannot be understood is a ValueError that shows it."""
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
        first, *others = [line for line in lines if line and not line.startswith("#")]
        suite = _matched(_SUITE, first)
        tests = tuple(_expectation(line) for line in others)
        repeated = {test.test for test in tests if [t.test for t in tests].count(test.test) > 1}
        if repeated:
            raise ValueError(f"{file.name} names {sorted(repeated)[0]} twice")
        return cls(suite["name"], suite["version"], tests)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one test, and the first line of what it complained of."""

    outcome: str
    complaint: str = ""


def read_results(file: Path, package: str) -> dict[str, Result]:
    """Read a JUnit file: results by `module::test`, with the modules' common package left out."""
    results: dict[str, Result] = {}
    for case in ElementTree.parse(file).getroot().iter("testcase"):  # noqa: S314 - pytest wrote it
        module = case.get("classname", "").removeprefix(f"{package}.").replace(".", "::")
        test = f"{module}::{case.get('name')}"
        # A test whose end fails as well is listed twice; the first complaint stays.
        if test not in results or results[test].outcome == "pass":
            results[test] = _result(case)
    return results


def _result(case: ElementTree.Element) -> Result:
    for element in case:
        if element.tag in _OUTCOME_OF_ELEMENT:
            complaint = element.get("message", "").partition("\n")[0]
            return Result(_OUTCOME_OF_ELEMENT[element.tag], complaint)
    return Result("pass")


def _expectation(line: str) -> Expectation:
    found = _matched(_TEST, line)
    return Expectation(found["test"], found["excused"] or "pass", found["reason"] or "")


def _matched(pattern: re.Pattern[str], line: str) -> re.Match[str]:
    found = pattern.fullmatch(line)
    if found is None:
        raise ValueError(f"this is neither a test with its outcome nor the suite: {line!r}")
    return found
