"""A text that grows line by line."""

from collections.abc import Iterator
from contextlib import contextmanager


class Lines:
    """Indented lines; what stands in a block stands two spaces further right."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._indent = ""

    def add(self, line: str) -> None:
        self._lines.append(f"{self._indent}{line}" if line else "")

    @contextmanager
    def block(self, opening: str) -> Iterator[None]:
        """`opening {` and, behind what is added meanwhile, `}`."""
        self.add(f"{opening} {{")
        outer, self._indent = self._indent, f"{self._indent}  "
        yield
        self._indent = outer
        self.add("}")

    def text(self) -> str:
        return "\n".join(self._lines) + "\n"
