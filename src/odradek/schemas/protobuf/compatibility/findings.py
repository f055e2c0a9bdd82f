"""What a comparison has found so far, some of it on a condition.

A field whose type is a message of another file breaks exactly if that message does. While messages
contain each other nobody knows that yet; so the field is noted with the message as its condition,
and in the end what broken messages are used in is followed up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from odradek.schemas.protobuf.compatibility.difference import Difference

Names = tuple[str, str]
"""The writer's name of a message and the reader's."""

ROOT: Names = ("", "")
"""Where the findings of the schemas themselves stand."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference; one with a condition counts if the messages named there break."""

    difference: Difference
    condition: Names | None = None


@dataclass(slots=True)
class Findings:
    """Findings by the messages of other files in which they were made, or at the root."""

    by_owner: dict[Names, list[Finding]] = field(default_factory=dict)

    def is_known(self, owner: Names) -> bool:
        """Whether these messages are compared, or will be."""
        return owner in self.by_owner

    def open(self, owner: Names) -> list[Finding]:
        """Where to note what is found in these messages."""
        return self.by_owner.setdefault(owner, [])

    def differences(self) -> Iterator[Difference]:
        """All that counts."""
        broken = self._broken()
        for findings in self.by_owner.values():
            for finding in findings:
                if finding.condition is None or finding.condition in broken:
                    yield finding.difference

    def _broken(self) -> set[Names]:
        """Messages with a difference, or with a field of a message that is broken."""
        users: dict[Names, list[Names]] = {}
        waiting: list[Names] = []
        for owner, findings in self.by_owner.items():
            for finding in findings:
                if finding.condition is None:
                    waiting.append(owner)
                else:
                    users.setdefault(finding.condition, []).append(owner)
        broken: set[Names] = set()
        while waiting:
            owner = waiting.pop()
            if owner not in broken:
                broken.add(owner)
                waiting.extend(users.get(owner, ()))
        return broken
