"""Full names, and which type a name stands for where it is read.

As Avro's Java library has read names: letters of any alphabet are letters, a namespace is taken as
it is, and a name that means nothing in its namespace is looked up without one. New schemas may only
have names that every implementation of Avro reads, those of the specification: letters of ASCII,
digits and underscores. Aliases of fields are not looked at, as in that library.
"""

import re
from collections.abc import Iterator

from odradek.schemas.avro.types import PRIMITIVES, AvroType, Enum, Named, Record, types_in
from odradek.schemas.schema import InvalidSchema

_STRICT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def is_name(text: str) -> bool:
    """A letter or underscore, then letters, digits and underscores."""
    if text.isascii():
        return text.isidentifier()
    first, rest = text[:1], text[1:]
    return (first.isalpha() or first == "_") and all(
        each.isalpha() or each.isdecimal() or each == "_" for each in rest
    )


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

    def __init__(self) -> None:
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
        found = self._types.get(full_name(name, namespace)) or self._types.get(name)
        if found is None:
            raise InvalidSchema(
                f"no type is called {name}; define it before it is used, or add a reference to the"
                " schema that defines it"
            )
        return found

    def full_names(self) -> frozenset[str]:
        """Every name defined so far."""
        return frozenset(self._types)


def check_new_names(root: AvroType) -> None:
    """Raises InvalidSchema for a name that not everybody reads."""
    for avro_type in types_in(root):
        if isinstance(avro_type, Named):
            for what, name in _names(avro_type):
                _check(what, name)


def _names(named: Named) -> Iterator[tuple[str, str]]:
    """Each name, and whose it is."""
    for part in named.full_name.split("."):
        yield f"the name {named.full_name}", part
    for alias in named.aliases:
        for part in alias.split("."):
            yield f"the alias {alias}", part
    if isinstance(named, Record):
        yield from ((f"a field of {named.full_name}", field.name) for field in named.fields)
    if isinstance(named, Enum):
        yield from ((f"a symbol of {named.full_name}", symbol) for symbol in named.symbols)


def _check(what: str, name: str) -> None:
    if _STRICT_NAME.fullmatch(name) is None:
        raise InvalidSchema(
            f"{what} is {name!r}: use letters of ASCII, digits and _ alone, and no digit in front"
        )
