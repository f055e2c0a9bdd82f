"""Lines of a text in blocks, with blank lines between what is of different kinds.

A blank line is as far indented as what it separates: texts are compared byte for byte.
"""

from collections.abc import Iterable, Iterator, Sequence


def indented(lines: Iterable[str]) -> Iterator[str]:
    """Two spaces further right."""
    return (f"  {line}" for line in lines)


def block(opening: str, sections: Iterable[Sequence[str]]) -> list[str]:
    """`opening {`, what is in the sections, and `}`; those without lines do not count."""
    lines = [f"{opening} {{"]
    for section in sections:
        if section:
            lines += [""] if len(lines) > 1 else []
            lines += indented(section)
    if len(lines) == 1:
        return [f"{opening} {{}}"]
    return [*lines, "}"]
