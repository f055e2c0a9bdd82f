"""Small values of a type, by a given route: the way through branches, fields and symbols to take.

Where the route does not lead, a value is as small as it can be. Values are what fastavro writes;
those of a union are pairs of a branch's label and a value, so that nothing is left to guess.
"""

from collections.abc import Sequence

from odradek.schemas.avro.resolution import Step
from odradek.schemas.avro.types import (
    Array,
    AvroType,
    Enum,
    Fixed,
    Map,
    Record,
    Union,
    types_in,
)

HEIGHT_MAX = 50
"""Of values within values: a type that needs more gets no sample."""
VALUES_MAX = 10_000
"""In one sample; a few records that hold each other twice would need millions."""
FIXED_BYTES_MAX = 100_000

PRIMITIVE_SAMPLES: dict[str, object] = {
    "null": None,
    "boolean": True,
    "int": 1,
    "long": 1,
    "float": 1.5,
    "double": 1.5,
    "bytes": b"a",
    "string": "a",
}


class NoSample(Exception):
    """The type has no value, or none that is small."""


def sample(root: AvroType, route: Sequence[Step]) -> object:
    """A value of `root` along `route`; raises NoSample."""
    if len(route) > 3 * HEIGHT_MAX:
        raise NoSample
    return _Sampling(root).value(root, tuple(route))


class _Sampling:
    def __init__(self, root: AvroType) -> None:
        self._heights = _heights(root)
        self._values = 0

    def value(self, avro_type: AvroType, route: tuple[Step, ...] = ()) -> object:
        self._values += 1
        if self._values > VALUES_MAX or avro_type not in self._heights:
            raise NoSample
        match avro_type:
            case Record():
                return self._record(avro_type, route)
            case Union(branches=branches):
                branch = self._branch(branches, route)
                return (branch.label, self.value(branch, route[1:]))
            case Array(items=items):
                return [self.value(items, route[1:])] if route else []
            case Map(values=values):
                return {"a": self.value(values, route[1:])} if route else {}
            case Enum(symbols=symbols):
                return route[0] if route else symbols[0]
            case Fixed(size=size):
                if size > FIXED_BYTES_MAX:
                    raise NoSample
                return b"a" * size
        return PRIMITIVE_SAMPLES[avro_type.kind]

    def _record(self, record: Record, route: tuple[Step, ...]) -> dict[str, object]:
        towards = route[0] if route else None
        return {
            field.name: self.value(field.type, route[1:] if field.name == towards else ())
            for field in record.fields
        }

    def _branch(self, branches: tuple[AvroType, ...], route: tuple[Step, ...]) -> AvroType:
        if route and isinstance(route[0], int):
            return branches[route[0]]
        return min(
            (each for each in branches if each in self._heights), key=self._heights.__getitem__
        )


def _heights(root: AvroType) -> dict[AvroType, int]:
    """How high the lowest value of each type is; those without a value, or only high ones, lack."""
    heights: dict[AvroType, int] = {}
    waiting = list(types_in(root))
    for height in range(HEIGHT_MAX):
        ready = [each for each in waiting if _has_value(each, heights)]
        if not ready:
            break
        heights.update(dict.fromkeys(ready, height))
        waiting = [each for each in waiting if each not in heights]
    return heights


def _has_value(avro_type: AvroType, known: dict[AvroType, int]) -> bool:
    match avro_type:
        case Record():
            return all(part in known for part in avro_type.parts())
        case Union(branches=branches):
            return any(branch in known for branch in branches)
        case Enum(symbols=symbols):
            return bool(symbols)
    return True
