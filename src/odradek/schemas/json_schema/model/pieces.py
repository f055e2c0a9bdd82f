"""How the keywords of one object come together since 2019-09, as they do in other registries.

There every keyword is a schema of its own, and one after the other is joined to those before it.
Keywords about one type of value become one piece. What `type` lists are alternatives, and keywords
about one of these join that alternative, as long as nothing else came between: only then is
`{"type": ["string", "null"], "maxLength": 5}` a string of five characters, or null.

The order is that of a Java hash map, and verdicts depend on it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias, TypeGuard, TypeVar

from odradek.schemas.json_schema.model.drafts import (
    NUMBER_KEYWORDS,
    STRING_KEYWORDS,
    Draft,
    array_keywords,
    object_keywords,
)
from odradek.schemas.json_schema.model.keywords import Keywords

LAST = ("properties", "patternProperties", "unevaluatedItems", "unevaluatedProperties")
"""These are joined after all others, in this order."""

_LONE = frozenset({"$ref", "$dynamicRef", "enum", "const", "not", "if", "allOf", "oneOf", "anyOf"})
"""They are pieces by themselves."""
_GROUP_OF = {
    keyword: group
    for group, keywords in (
        ("string", STRING_KEYWORDS),
        ("number", NUMBER_KEYWORDS),
        ("array", array_keywords(Draft.DRAFT_2020_12)),
        ("object", object_keywords(Draft.DRAFT_2020_12)),
    )
    for keyword in keywords
}
_READ_WITH = {
    "contains": frozenset({"minContains", "maxContains"}),
    "items": frozenset({"prefixItems"}),
}
"""What a keyword means nothing without."""
_BUCKETS_MIN = 16


@dataclass(frozen=True, slots=True)
class Group:
    """Keywords about one type of value; `type_name` if `type` names it."""

    name: str
    keywords: frozenset[str] = frozenset()
    type_name: str | None = None

    def join(self, other: "Group") -> "Group":
        """Both as one; whole numbers are fewer than numbers."""
        names = {self.type_name, other.type_name} - {None}
        type_name = "integer" if "integer" in names else next(iter(names), None)
        return Group(self.name, self.keywords | other.keywords, type_name)


Type: TypeAlias = Group | str
"""One that `type` names; a word where no keyword is about its values: null, boolean."""


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The types that `type` lists."""

    types: tuple[Type, ...]


Piece: TypeAlias = Group | Alternatives | str
"""Keywords that belong together; a word is a keyword by itself, or a type."""


PieceT = TypeVar("PieceT", Piece, Type)


def pieces_of(keywords: Keywords) -> list[Piece]:
    """What is left when all is joined: none, one, or several that all have to hold."""
    joining = _Joining()
    for name in in_hash_order(keywords.schema):
        if name not in LAST:
            joining.take(name, keywords)
    joining.is_lone = joining.is_lone and bool(joining.pieces)
    for name in LAST:
        if name in keywords and not _is_silent(name, keywords):
            joining.take(name, keywords)
    return joining.pieces


def in_hash_order(names: Iterable[str]) -> list[str]:
    """As the keys of a Java hash map come out of it."""
    names = list(names)
    buckets = _BUCKETS_MIN
    while 4 * len(names) > 3 * buckets:
        buckets *= 2
    return sorted(names, key=lambda name: _hash(name) % buckets)


class _Joining:
    """`is_lone` while all that came can be one piece: only then alternatives take others in."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.is_lone = True

    def take(self, name: str, keywords: Keywords) -> None:
        if name in _GROUP_OF:
            self._join(Group(_GROUP_OF[name], _READ_WITH.get(name, frozenset()) | {name}))
        elif name == "type":
            types = tuple(map(_of_type, keywords.types()))
            self._join(Alternatives(types) if keywords.lists("type") else types[0])
        elif name in _LONE:
            self._join(name)
        elif _comes_between(name, keywords):
            self.is_lone = False

    def _join(self, piece: Piece) -> None:
        if self.is_lone:
            one = _as_one(self.pieces[0], piece) if self.pieces else piece
            if one is not None:
                self.pieces = [one]
                return
        self.is_lone = False
        self.pieces = list(_with(self.pieces, piece))


def _comes_between(name: str, keywords: Keywords) -> bool:
    """A keyword that is no piece, and keeps others from being one."""
    if name == "format":
        return keywords.text(name) is not None
    is_said = name in ("readOnly", "writeOnly", "deprecated") and keywords.flag(name)
    return is_said and name != "deprecated"


def _as_one(one: Piece, other: Piece) -> Piece | None:
    if isinstance(other, Group) and _are_one(one, other):
        return one.join(other)
    if isinstance(one, Alternatives) and isinstance(other, Group):
        return _with_alternative(one, other)
    if isinstance(other, Alternatives) and isinstance(one, Group):
        return _with_alternative(other, one)
    return None


def _with_alternative(alternatives: Alternatives, group: Group) -> Alternatives | None:
    types = list(_with(alternatives.types, group))
    return Alternatives(tuple(types)) if len(types) == len(alternatives.types) else None


def _with(pieces: Iterable[PieceT], piece: PieceT | Group) -> Iterator[PieceT | Group]:
    """The pieces, the first of the same type joined with the new one, or that at their end."""
    joined: Group | None = None
    for each in pieces:
        if joined is None and isinstance(piece, Group) and _are_one(each, piece):
            joined = piece
            yield each.join(piece)
        else:
            yield each
    if joined is None:
        yield piece


def _are_one(one: object, group: Group) -> TypeGuard[Group]:
    return isinstance(one, Group) and one.name == group.name


def _of_type(name: str) -> Type:
    if name in ("boolean", "null"):
        return name
    return Group("number" if name == "integer" else name, type_name=name)


def _is_silent(name: str, keywords: Keywords) -> bool:
    """A schema that names no property says nothing of objects."""
    return name in ("properties", "patternProperties") and not keywords.object(name)


@lru_cache(maxsize=1024)
def _hash(name: str) -> int:
    value = 0
    units = name.encode("utf-16-be")
    for high, low in zip(units[::2], units[1::2], strict=True):
        value = (31 * value + (high << 8 | low)) & 0xFFFFFFFF
    return value ^ value >> 16
