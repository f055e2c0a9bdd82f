"""Options and their values, as registries print them."""

from collections.abc import Sequence

from odradek.schemas.protobuf.printing.lines import indented
from odradek.schemas.protobuf.source.literals import quote
from odradek.schemas.protobuf.written.elements import Number, Option, Value, Word


def statements(options: Sequence[Option]) -> list[str]:
    """A statement for each option."""
    return [line for option in options for line in f"option {_option(option)};".split("\n")]


def in_brackets(options: Sequence[Option]) -> str:
    """` [name = value, ...]`: one in its line, several below each other; nothing if none."""
    if not options:
        return ""
    texts = [_option(option) for option in options]
    return f" [{texts[0]}]" if len(texts) == 1 else f" {_listed(texts)}"


def _option(option: Option) -> str:
    name = f"({option.name})" if option.is_custom else option.name
    value = option.value
    if isinstance(value, Option):
        return f"{name}.{_option(value)}"
    if isinstance(value, list) and len(value) == 1:
        return f"{name} = [{_value(value[0])}]"
    return f"{name} = {_value(value)}"


def _value(value: Value) -> str:
    match value:
        case str():
            return quote(value)
        case Word(text) | Number(text):
            return text
        case Option():
            return _option(value)
        case dict():
            return _braced([f"{name}: {_value(each)}" for name, each in value.items()])
        case _:
            return _listed([_value(each) for each in value])


def _listed(texts: Sequence[str]) -> str:
    return "\n".join(["[", *indented(_separated(texts)), "]"])


def _braced(texts: Sequence[str]) -> str:
    return "\n".join(["{", *indented(_separated(texts)), "}"])


def _separated(texts: Sequence[str]) -> list[str]:
    """Lines of texts with a comma behind all but the last."""
    lines = [line for text in texts for line in f"{text},".split("\n")]
    return [*lines[:-1], lines[-1][:-1]] if lines else []
