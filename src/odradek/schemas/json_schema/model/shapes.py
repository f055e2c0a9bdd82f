"""Numbers for JSON values: the same for two values exactly if they are equal, in linear time."""

from collections.abc import Hashable, Mapping

from odradek.schemas.json_schema.text import JsonValue

_DEFAULTS = {"uniqueItems": False, "additionalProperties": True, "additionalItems": True}
"""A schema that says this says no more than one that does not."""


class Shapes:
    """Knows the values of one document; they must outlive it.

    `passed_over` are keywords that do not make two schemas different.
    """

    def __init__(self, passed_over: frozenset[str] = frozenset()) -> None:
        self._passed_over = passed_over
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
        return frozenset(
            (key, self.number(inner)) for key, inner in value.items() if self._counts(key, inner)
        )

    def _counts(self, key: str, value: JsonValue) -> bool:
        if isinstance(value, bool) and value is _DEFAULTS.get(key):
            return False
        return key not in self._passed_over or not isinstance(value, str | bool)

    def _number(self, key: Hashable) -> int:
        return self._numbers.setdefault(key, len(self._numbers))
