"""Python source under construction: lines, indentation, fresh names and the constants they use."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any


class SourceWriter:
    """Collects the lines of one generated function and the globals it needs.

    Two equal constants share a name, so that a `struct.Struct` used twice exists once.
    """

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.namespace = dict(namespace)
        self._lines: list[str] = []
        self._depth = 0
        self._names_used = 0
        self._constants: dict[Any, str] = {}

    def line(self, text: str) -> None:
        self._lines.append("    " * self._depth + text)

    def lines(self, texts: Iterable[str]) -> None:
        for text in texts:
            self.line(text)

    @contextmanager
    def block(self, header: str) -> Iterator[None]:
        """Write `header` and indent what follows."""
        self.line(header)
        self._depth += 1
        yield
        self._depth -= 1

    def fresh(self, stem: str) -> str:
        """A name no other value of this function has."""
        self._names_used += 1
        return f"{stem}_{self._names_used}"

    def constant(self, stem: str, key: Any, value: Any) -> str:
        """The global name under which the function finds `value`; `key` tells what is the same."""
        if key not in self._constants:
            name = self.fresh(stem)
            self._constants[key] = name
            self.namespace[name] = value
        return self._constants[key]

    def text(self) -> str:
        return "\n".join(self._lines) + "\n"

    def compile(self, function: str, title: str) -> Any:
        """Execute the source and return its function; `title` names it in tracebacks."""
        # The source is made only from declarations in this package, never from input.
        exec(compile(self.text(), f"<{title}>", "exec"), self.namespace)  # noqa: S102
        return self.namespace[function]
