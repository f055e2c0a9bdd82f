"""Avro's rules of what a reader's type makes of a writer's: nothing found means that it reads all.

The verdicts are those of Apache's `SchemaCompatibility`, which Confluent asks, with all they do not
look at: logical types, the namespaces of names, the order of fields. Like there, a pair that is
met again inside itself is taken for compatible, and a pair met before has its verdict already.

Rules are generators: they yield a pair they depend on and get its verdict. So a schema may lead as
far as it likes from name to name without any recursion here, and the work can be counted.

A number in a path that follows a type is the place of a branch in the writer's union. Where several
fields have one type, each has its own path to what is wrong with it; Confluent repeats the first.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from enum import StrEnum

from odradek.schemas.avro.types import (
    Array,
    AvroType,
    Enum,
    Field,
    Fixed,
    Map,
    Named,
    Primitive,
    Record,
    Union,
)
from odradek.schemas.schema import InvalidSchema

WORK_MAX = 1_000_000
"""Pairs, fields and symbols looked at in one comparison: about a second's worth."""
REPORTED_MAX = 100
"""Of one pair. Nobody reads more, and types used in many places would multiply them."""

PROMOTIONS = {
    "int": ("long", "float", "double"),
    "long": ("float", "double"),
    "float": ("double",),
    "string": ("bytes",),
    "bytes": ("string",),
}
"""As what else a writer's type can be read."""


class Kind(StrEnum):
    """What is wrong with a pair, as registries call it; the last is an exception there."""

    TYPE_MISMATCH = "TYPE_MISMATCH"
    NAME_MISMATCH = "NAME_MISMATCH"
    FIXED_SIZE_MISMATCH = "FIXED_SIZE_MISMATCH"
    MISSING_ENUM_SYMBOLS = "MISSING_ENUM_SYMBOLS"
    MISSING_UNION_BRANCH = "MISSING_UNION_BRANCH"
    READER_FIELD_MISSING_DEFAULT_VALUE = "READER_FIELD_MISSING_DEFAULT_VALUE"
    READER_FIELD_AMBIGUOUS = "READER_FIELD_AMBIGUOUS"


Step = str | int
"""Into the writer's data: a field's name, a branch's index, an enum's symbol, "items", "values"."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one pair; `path` and `route` begin at that pair."""

    kind: Kind
    reader: AvroType
    writer: AvroType
    path: tuple[str, ...] = ()
    route: tuple[Step, ...] = ()
    field: Field | None = None
    """The reader's field concerned."""
    cause: "Located | None" = None
    """Why the branch that resembles the writer's does not fit."""

    @property
    def is_fatal(self) -> bool:
        """Other branches of a union are not tried: in registries it is an exception."""
        return self.kind is Kind.READER_FIELD_AMBIGUOUS


@dataclass(frozen=True, slots=True)
class Inside:
    """A finding as seen from outside. Not spelled out, as ways may be long and shared."""

    path: tuple[str, ...]
    route: tuple[Step, ...]
    found: "Located"
    is_fatal: bool


Located = Finding | Inside


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that the reader cannot read."""

    finding: Finding
    path: tuple[str, ...]
    """To the place in the reader's schema."""
    route: tuple[Step, ...]
    """To the place in the writer's data that shows it."""
    cause: Finding | None
    """The innermost one, where branches of a union were tried in vain."""


Verdict = tuple[Located, ...]
Pair = tuple[AvroType, AvroType]
Rule = Generator[Pair, Verdict, Verdict]


def resolve(reader: AvroType, writer: AvroType) -> list[Mismatch]:
    """All mismatches in the order of the reader's schema; raises InvalidSchema at too much work."""
    return [_spell_out(each) for each in _verdict(reader, writer)]


def _verdict(reader: AvroType, writer: AvroType) -> Verdict:
    pair = (reader, writer)
    verdicts: dict[Pair, Verdict] = {pair: ()}
    under_way = [(pair, _rule(reader, writer))]
    answer: Verdict | None = None
    work = 0
    while under_way:
        pair, rule = under_way[-1]
        try:
            asked = next(rule) if answer is None else rule.send(answer)
        except StopIteration as finished:
            under_way.pop()
            verdicts[pair] = answer = finished.value
            continue
        answer = _known(asked, verdicts)
        work += 1
        if answer is None:
            verdicts[asked] = ()
            under_way.append((asked, _rule(*asked)))
            work += _size(asked[0]) + _size(asked[1])
        if work > WORK_MAX:
            raise InvalidSchema(
                f"comparing the schemas takes more than {WORK_MAX:,} steps; make their unions"
                " and enums smaller"
            )
    return answer or ()


def _known(pair: Pair, verdicts: dict[Pair, Verdict]) -> Verdict | None:
    reader, writer = pair
    if isinstance(reader, Primitive) and isinstance(writer, Primitive):
        return () if reader.kind == writer.kind else tuple(_compare(reader, writer))
    return verdicts.get(pair)


def _size(avro_type: AvroType) -> int:
    return len(avro_type.symbols) if isinstance(avro_type, Enum) else len(avro_type.parts())


def _rule(reader: AvroType, writer: AvroType) -> Rule:
    match reader, writer:
        case _, Union():
            return (yield from _read_every_branch(reader, writer))
        case Union(), _:
            return (yield from _read_by_some_branch(reader, writer))
        case Array(), Array():
            verdict = yield reader.items, writer.items
            return _inside(verdict, ("items",), ("items",))
        case Map(), Map():
            verdict = yield reader.values, writer.values
            return _inside(verdict, ("values",), ("values",))
        case Record(), Record():
            verdict = yield from _read_fields(reader, writer)
            return (*_compare_names(reader, writer), *verdict)[:REPORTED_MAX]
    return tuple(_compare(reader, writer))


def _compare(reader: AvroType, writer: AvroType) -> Iterator[Finding]:
    """Types that are made of no others."""
    match reader, writer:
        case Enum(), Enum():
            yield from _compare_names(reader, writer)
            unknown = unknown_symbols(reader, writer)
            if unknown:
                yield Finding(
                    Kind.MISSING_ENUM_SYMBOLS, reader, writer, ("symbols",), (unknown[0],)
                )
        case Fixed(), Fixed():
            yield from _compare_names(reader, writer)
            if reader.size != writer.size:
                yield Finding(Kind.FIXED_SIZE_MISMATCH, reader, writer, ("size",))
        case _:
            if reader.kind not in (writer.kind, *PROMOTIONS.get(writer.kind, ())):
                yield Finding(Kind.TYPE_MISMATCH, reader, writer)


def unknown_symbols(reader: Enum, writer: Enum) -> list[str]:
    """The writer's symbols that the reader can make nothing of, in order."""
    if reader.default is not None:
        return []
    return sorted(set(writer.symbols).difference(reader.symbols))


def _compare_names(reader: Named, writer: Named) -> tuple[Finding, ...]:
    if reader.name == writer.name or writer.full_name in reader.aliases:
        return ()
    return (Finding(Kind.NAME_MISMATCH, reader, writer, ("name",)),)


def _read_every_branch(reader: AvroType, writer: Union) -> Rule:
    found: list[Located] = []
    for index, branch in enumerate(writer.branches):
        verdict = yield reader, branch
        found += _inside(verdict, (str(index),), (index,))
    return tuple(found[:REPORTED_MAX])


def _read_by_some_branch(reader: Union, writer: AvroType) -> Rule:
    cause: Located | None = None
    for branch in reader.branches:
        verdict = yield branch, writer
        fatal = tuple(each for each in verdict if each.is_fatal)
        if fatal or not verdict:
            return fatal
        if branch.kind == writer.kind and cause is None:
            cause = verdict[0]
    return (Finding(Kind.MISSING_UNION_BRANCH, reader, writer, cause=cause),)


def _read_fields(reader: Record, writer: Record) -> Rule:
    found: list[Located] = []
    for index, field in enumerate(reader.fields):
        candidates = [writer.by_name[name] for name in called(field) if name in writer.by_name]
        path = ("fields", str(index))
        if len(candidates) > 1:
            found.append(
                Finding(Kind.READER_FIELD_AMBIGUOUS, reader, writer, path=path, field=field)
            )
        elif candidates:
            verdict = yield field.type, candidates[0].type
            found += _inside(verdict, (*path, "type"), (candidates[0].name,))
        elif not field.has_default:
            found.append(_missing(reader, writer, field, path))
    return tuple(found[:REPORTED_MAX])


def called(field: Field) -> list[str]:
    """The names that it is looked for by; its own one counts twice where it is an alias, too."""
    return [field.name, *dict.fromkeys(field.aliases)]


def _missing(reader: Record, writer: Record, field: Field, path: tuple[str, ...]) -> Finding:
    # Where the enum of the field has a default of its own, which does not count for a field that
    # is not there, registries say that the enum does not match the record.
    if isinstance(field.type, Enum) and field.type.default is not None:
        return Finding(Kind.TYPE_MISMATCH, field.type, writer, (*path, "type"), field=field)
    return Finding(Kind.READER_FIELD_MISSING_DEFAULT_VALUE, reader, writer, path=path, field=field)


def _inside(verdict: Verdict, path: tuple[str, ...], route: tuple[Step, ...]) -> Verdict:
    return tuple(Inside(path, route, each, each.is_fatal) for each in verdict)


def _spell_out(located: Located) -> Mismatch:
    finding, path, route = _follow(located)
    cause: Finding | None = None
    inner = finding.cause
    while inner is not None:
        cause, _, further = _follow(inner)
        route += further
        inner = cause.cause
    return Mismatch(finding, tuple(path), tuple(route), cause)


def _follow(located: Located) -> tuple[Finding, list[str], list[Step]]:
    path: list[str] = []
    route: list[Step] = []
    while isinstance(located, Inside):
        path += located.path
        route += located.route
        located = located.found
    return located, [*path, *located.path], [*route, *located.route]
