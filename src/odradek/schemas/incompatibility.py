"""One thing that a reader's schema cannot read of a writer's records, explained.

`kind` and `path` are what registries of the field say (Confluent's error types); the rest is for
the person who has to decide what to do.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Incompatibility:
    """Why records of the writer's schema do not all have a meaning in the reader's."""

    kind: str
    """The field's name of it, such as READER_FIELD_MISSING_DEFAULT_VALUE."""
    path: str
    """Where: a JSON pointer into the reader's schema (Avro, JSON), a path of names (Protobuf)."""
    description: str
    """One sentence with the names and values concerned. Speaks of reader and writer."""
    remedy: str
    """One sentence: what to change in the schema so that this is gone."""
    additional_info: str = ""
    """What registries add: the missing field, the two names that differ."""


@dataclass(frozen=True, slots=True)
class Witness:
    """One record that the writer's schema allows and the reader's fails on, both really tried."""

    record: str
    """The record as JSON."""
    error: str
    """What the reader's decoder or validator said."""
