"""A layer looks like a copy, and leaves what lies below as it is."""

import pytest

from odradek.registry.state.layer import Layer, to_change


def test_layer_shows_what_lies_below_until_it_is_changed() -> None:
    below = {"a": 1, "b": 2, "c": 3}
    layer = Layer(below)
    assert dict(layer) == below
    layer["b"] = 20
    layer["d"] = 4
    del layer["a"]
    assert list(layer.items()) == [("b", 20), ("c", 3), ("d", 4)]
    assert (len(layer), "a" in layer, layer.get("a")) == (3, False, None)
    assert below == {"a": 1, "b": 2, "c": 3}


def test_what_was_removed_can_come_back() -> None:
    layer = Layer({"a": 1})
    del layer["a"]
    with pytest.raises(KeyError):
        del layer["a"]
    layer["a"] = 2
    assert dict(layer) == {"a": 2}
    del layer["a"]
    assert dict(layer) == {}


def test_values_that_are_changed_are_copies() -> None:
    below = {"a": [1]}
    layer = Layer(below)
    to_change(layer, "a", list).append(2)
    to_change(layer, "a", list).append(3)
    to_change(layer, "b", list).append(4)
    assert dict(layer) == {"a": [1, 2, 3], "b": [4]}
    assert below == {"a": [1]}


def test_values_of_a_plain_mapping_are_changed_in_place() -> None:
    entries = {"a": [1]}
    to_change(entries, "a", list).append(2)
    to_change(entries, "b", list).append(3)
    assert entries == {"a": [1, 2], "b": [3]}


def test_layers_lie_over_layers() -> None:
    first = Layer({"a": [1]})
    second = Layer(first)
    to_change(second, "a", list).append(2)
    assert (first["a"], second["a"]) == ([1], [1, 2])
