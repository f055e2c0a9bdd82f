"""A mapping over another one: what is changed lies in the upper one, the lower one stays as it is.

So a draft of the index is made, which costs no more than what is changed in it.
"""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from copy import copy
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Layer(MutableMapping[Key, Value]):
    """Looks like a copy of the mapping below. The keys keep their order."""

    def __init__(self, below: Mapping[Key, Value]) -> None:
        self._below = below
        self._own: dict[Key, Value] = {}
        self._gone: set[Key] = set()

    def __getitem__(self, key: Key) -> Value:
        if key in self._own:
            return self._own[key]
        if key in self._gone:
            raise KeyError(key)
        return self._below[key]

    def __setitem__(self, key: Key, value: Value) -> None:
        self._own[key] = value
        self._gone.discard(key)

    def __delitem__(self, key: Key) -> None:
        if key not in self:
            raise KeyError(key)
        self._own.pop(key, None)
        self._gone.add(key)

    def __iter__(self) -> Iterator[Key]:
        yield from (key for key in self._below if key not in self._gone)
        yield from (key for key in self._own if key not in self._below)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def own(self, key: Key, new: Callable[[], Value]) -> Value:
        """The value of a key as this layer's own: a copy of the one below, or a new one."""
        if key not in self._own:
            self[key] = copy(self[key]) if key in self else new()
        return self._own[key]


def to_change(entries: MutableMapping[Key, Value], key: Key, new: Callable[[], Value]) -> Value:
    """The value of a key, made if there is none, which may be changed: nobody else has it."""
    if type(entries) is Layer:  # by far faster than asking an abstract class
        layer: Layer[Key, Value] = entries
        return layer.own(key, new)
    found = entries.get(key)
    if found is None:
        found = entries[key] = new()
    return found
