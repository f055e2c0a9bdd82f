"""Full names, and which type a name stands for where it is read.

As Avro's Java library reads names. In a new schema the letters are those of ASCII, in namespaces,
too, and a record that has no namespace cannot be named inside of itself where there is one. What a
registry has already was not asked for that: letters of any alphabet are letters there, a namespace
is taken as it is, and a name that means nothing in its namespace is looked up without one.
"""

import re

from odradek.schemas.avro.types import PRIMITIVES, Named, Record
from odradek.schemas.schema import InvalidSchema


def is_name(text: str, *, is_new: bool) -> bool:
    """A letter or underscore, then letters, digits and underscores."""
    if text.isascii() or is_new:
        return _ASCII.fullmatch(text) is not None
    first, rest = text[:1], text[1:]
    return (first.isalpha() or first == "_") and all(
        each.isalpha() or each.isdecimal() or each == "_" for each in rest
    )


NAMES = "use letters of ASCII, digits and _ alone, and no digit in front"
_ASCII = re.compile("[A-Za-z_][A-Za-z0-9_]*")


def is_namespace(text: str, *, is_new: bool) -> bool:
    """Names with dots between them, or nothing."""
    return not (text and is_new) or all(is_name(each, is_new=True) for each in text.split("."))


def full_name(name: str, namespace: str) -> str:
    """A name with a dot is full already, and a namespace beside it counts for nothing."""
    if "." in name:
        return name.removeprefix(".")
    return f"{namespace}.{name}" if namespace else name


class NameTable:
    """The named types of a schema and of what it refers to, in the order of their definitions.

    A text may define again what a text before it has defined, if both say the same: schemas that
    were registered apart often bring the same small types along. `repeated` has such pairs.
    """

    def __init__(self, *, is_new: bool) -> None:
        self._is_new = is_new
        self._types: dict[str, Named] = {}
        self.own: set[str] = set()
        """What the text that is read now defines."""
        self.repeated: list[tuple[Named, Named]] = []

    def begin_text(self) -> None:
        """From here on, another text is read."""
        self.own = set()
        self.repeated = []

    def define(self, named: Named) -> None:
        """Raises InvalidSchema if the name means something in this text already."""
        if named.full_name in PRIMITIVES:
            raise InvalidSchema(
                f"no type can be called {named.full_name}: it is a primitive type of Avro"
            )
        if named.full_name in self.own:
            raise InvalidSchema(
                f"{named.full_name} is defined twice; define it once and refer to it by its name"
            )
        earlier = self._types.get(named.full_name)
        if earlier is not None:
            self.repeated.append((earlier, named))
        self.own.add(named.full_name)
        self._types[named.full_name] = named

    def find(self, name: str, namespace: str) -> Named:
        """Raises InvalidSchema if nothing of that name is defined before."""
        found = self._types.get(full_name(name, namespace)) or self._bare(name)
        if found is None or name.startswith("."):
            raise InvalidSchema(
                f"no type is called {name}; define it before it is used, or add a reference to the"
                " schema that defines it"
            )
        return found

    def _bare(self, name: str) -> Named | None:
        found = self._types.get(name)
        is_open = isinstance(found, Record) and not found.is_complete
        return None if is_open and self._is_new else found

    def full_names(self) -> frozenset[str]:
        """Every name defined so far."""
        return frozenset(self._types)
