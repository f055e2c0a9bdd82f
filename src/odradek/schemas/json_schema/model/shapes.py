"""Numbers for JSON values: the same for two values exactly if they are equal, in linear time."""

from collections.abc import Hashable, Mapping

from odradek.schemas.json_schema.text import JsonValue


class Shapes:
    """Knows the values of one document; they must outlive it."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._containers: dict[int, int] = {}

    def number(self, value: JsonValue) -> int:
        """Equal for values that are equal as JSON; the order of keys means nothing."""
        if not isinstance(value, Mapping | list):
            return self._number((type(value), value))
        known = self._containers.get(id(value))
        if known is None:
            known = self._containers[id(value)] = self._number(self._parts(value))
        return known

    def _parts(self, value: "Mapping[str, JsonValue] | list[JsonValue]") -> Hashable:
        if isinstance(value, list):
            return tuple(map(self.number, value))
        return frozenset((key, self.number(inner)) for key, inner in value.items())

    def _number(self, key: Hashable) -> int:
        return self._numbers.setdefault(key, len(self._numbers))
