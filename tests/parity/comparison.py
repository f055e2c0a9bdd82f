"""Two transcripts side by side: which fields differ, and how to say so.

A difference is printed once with all versions that show it: scenario, step, versions, the field's
path, Apache's value and ours.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from tests.parity.talk import Step

ABSENT = "(absent)"
VALUE_CHARS = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in one step of a run that the two brokers answered differently."""

    version: int
    step: str
    path: str
    apache: str
    ours: str


def compare(version: int, apache: Iterable[Step], ours: Iterable[Step]) -> Iterator[Difference]:
    """Yield every difference between two transcripts of the same scenario and version."""
    theirs, own = (dict(numbered(transcript)) for transcript in (apache, ours))
    for step in theirs | own:
        for path, *values in differing(theirs.get(step, ABSENT), own.get(step, ABSENT)):
            yield Difference(version, step, path, *map(shown, values))


def numbered(transcript: Iterable[Step]) -> Iterator[tuple[str, Any]]:
    """Yield each step's name and answer; a name that comes again gets a number."""
    seen: dict[str, int] = {}
    for step in transcript:
        seen[step.name] = seen.get(step.name, 0) + 1
        again = f" ({seen[step.name]})" if seen[step.name] > 1 else ""
        yield step.name + again, step.answer


def differing(apache: Any, ours: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield path and values wherever two trees of dictionaries and lists part."""
    if isinstance(apache, dict) and isinstance(ours, dict):
        for name in apache | ours:
            dotted = f"{path}.{name}" if path else name
            yield from differing(apache.get(name, ABSENT), ours.get(name, ABSENT), dotted)
    elif isinstance(apache, list) and isinstance(ours, list) and apache and ours:
        for index, items in enumerate(zip_longest(apache, ours, fillvalue=ABSENT)):
            yield from differing(*items, f"{path}[{index}]")
    elif apache != ours:
        yield path, apache, ours


def report(scenario: str, differences: Iterable[Difference]) -> str:
    """The differences as text, those that versions share told once."""
    versions: dict[tuple[str, str, str, str], list[int]] = {}
    for each in differences:
        key = (each.step, each.path, each.apache, each.ours)
        versions.setdefault(key, []).append(each.version)
    lines = [f"{scenario}: {len(versions)} fields differ"]
    for (step, path, apache, ours), found in versions.items():
        lines.append(f"  {step} [v{ranges(found)}] {path}")
        lines += [f"      Apache: {apache}", f"      ours:   {ours}"]
    return "\n".join(lines)


def ranges(versions: Iterable[int]) -> str:
    """Ascending numbers, neighbours drawn together: `0, 3-5`."""
    runs: list[list[int]] = []
    for version in versions:
        if runs and runs[-1][-1] == version - 1:
            runs[-1].append(version)
        else:
            runs.append([version])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def shown(value: Any) -> str:
    text = value if value == ABSENT else repr(value)
    return text if len(text) <= VALUE_CHARS else f"{text[:VALUE_CHARS]}..."


def matches(pattern: str, text: str) -> bool:
    """Whether a text is as a pattern says, in which `*` stands for anything."""
    expression = ".*".join(map(re.escape, pattern.split("*")))
    return re.fullmatch(expression, text, re.DOTALL) is not None
