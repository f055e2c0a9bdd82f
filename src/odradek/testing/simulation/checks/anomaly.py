"""One thing that must never happen, and did."""

from typing import NamedTuple


class Anomaly(NamedTuple):
    """`kind` is a short name, `what` a sentence with the facts."""

    kind: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}"
