"""Confluent's options `(confluent.field_meta)` and the like: a doc, parameters, tags and rules.

They may be written in one, `(meta) = {tags: ["A", "B"]}`, or part by part, `(meta).tags = "A"`.
Both are read; where tags change, all parts become one option, in the place of the first.
"""

from collections.abc import Sequence

from odradek.schemas.protobuf.written.elements import Option, Value
from odradek.schemas.schema import InvalidSchema

TAGS = "tags"

Meta = dict[str, Value]


def tags_in(options: Sequence[Option], name: str) -> list[str]:
    """The tags that the option of this name says, each once; what cannot be read says nothing."""
    tags: dict[str, None] = {}
    for option in options:
        if _is_called(option, name):
            tags |= dict.fromkeys(_listed(_meta(option) or {}))
    return list(tags)


def with_tags(options: Sequence[Option], name: str, tags: Sequence[str]) -> tuple[Option, ...]:
    """The options with these tags, and all else that they say; raises InvalidSchema."""
    merged: Meta = {}
    for option in options:
        if _is_called(option, name):
            _merge(merged, option)
    if tags:
        merged[TAGS] = list(tags)
    else:
        merged.pop(TAGS, None)
    places = [place for place, option in enumerate(options) if _is_called(option, name)]
    first = places[0] if places else len(options)
    new = [Option(name, merged, is_custom=True)] if merged else []
    rest = [option for option in options[first:] if not _is_called(option, name)]
    return (*options[:first], *new, *rest)


def _is_called(option: Option, name: str) -> bool:
    return option.is_custom and option.name.removeprefix(".") == name


def _meta(option: Option) -> Meta | None:
    """The message that an option says; None where it says something else."""
    value = option.value
    if isinstance(value, Option):
        inner = _meta(value)
        return {value.name: value.value if inner is None else inner}
    return value if isinstance(value, dict) else None


def _listed(meta: Meta) -> list[str]:
    return [tag for tag in _all(meta.get(TAGS, [])) if isinstance(tag, str)]


def _merge(merged: Meta, option: Option) -> None:
    meta = _meta(option)
    if meta is None:
        raise InvalidSchema(
            f"the option ({option.name}) is no message, so no tags can be set in it; mend it"
        )
    for name, value in meta.items():
        known = _all(merged.get(name, []))
        values = [*known, *(each for each in _all(value) if each not in known)]
        merged[name] = values if len(values) != 1 or isinstance(value, list) else values[0]


def _all(value: Value) -> list[Value]:
    return value if isinstance(value, list) else [value]
