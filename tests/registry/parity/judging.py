"""What differs between Confluent's recorded answers and ours, and what of it is on purpose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from tests.parity.comparison import ABSENT, differing, matches, shown
from tests.parity.talk import Step
from tests.registry.parity.ask import Ask, Differs
from tests.registry.parity.talk import NO_JSON

NOTHING = Step(ABSENT, ABSENT)

EVERYWHERE = (
    Differs("body", "Every error is JSON", f"'{NO_JSON}'"),
    Differs("body", "Every error is JSON", "None"),
    Differs("status", "Confluent answers 40901", "40901", "409"),
    Differs("status", "What is wrong is refused with 4xx", "500*", "4*"),
)
"""What every answer may show."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one answer."""

    step: str
    path: str
    confluent: str
    ours: str


@dataclass(slots=True)
class Differences:
    """What is to be mended, and what was allowed in vain."""

    unexpected: list[Difference] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def differences(recorded: Iterable[Step], ours: Iterable[tuple[Ask, Step]]) -> Differences:
    """Judge a transcript of ours by what Confluent answered to the same."""
    judged = Differences()
    nobody = Ask("", "")
    for step, (asked, own) in zip_longest(recorded, ours, fillvalue=(nobody, NOTHING)):
        theirs = step if isinstance(step, Step) else NOTHING
        assert theirs.name == own.name, f"record again: {theirs.name} is now {own.name}"
        found = [
            Difference(own.name, path, *map(shown, values))
            for path, *values in _differing(theirs.answer, own.answer)
        ]
        judged.unexpected += [each for each in found if not _is_covered(each, asked.allowed)]
        judged.gone += [
            f"{own.name}: {allowed.path}"
            for allowed in asked.allowed
            if not any(matches(allowed.path, each.path) for each in found)
        ]
    return judged


def report(scenario: str, found: Sequence[Difference]) -> str:
    """The differences as text."""
    lines = [f"{scenario}: {len(found)} fields differ"]
    for each in found:
        lines += [f"  {each.step}", f"      {each.path}"]
        lines += [f"      Confluent: {each.confluent}", f"      ours:      {each.ours}"]
    return "\n".join(lines)


def _differing(confluent: Any, ours: Any) -> Iterable[tuple[str, Any, Any]]:
    """Where two answers part: in what they are, or else in their fields."""
    kinds = _kind(confluent), _kind(ours)
    if kinds[0] != kinds[1]:
        return [("status", *kinds)]
    return differing(confluent, ours)


def _kind(answer: Any) -> Any:
    """The status of an answer, or the number of its error."""
    if answer == ABSENT:
        return ABSENT
    body = answer["body"]
    return body.get("error_code", answer["status"]) if isinstance(body, dict) else answer["status"]


def _is_covered(found: Difference, allowed: Iterable[Differs]) -> bool:
    return any(
        matches(each.path, found.path)
        and matches(each.confluent, found.confluent)
        and matches(each.ours, found.ours)
        for each in (*allowed, *EVERYWHERE)
    )
