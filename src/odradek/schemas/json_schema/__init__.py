"""JSON Schema: drafts 4, 6, 7, 2019-09 and 2020-12, compared as Confluent's registry does.

    text.py          JSON within limits, and back
    patterns.py      regular expressions in bounded time
    model/           a schema as a graph of nodes
    differences/     what differs between two graphs, and what a reader can live with
    tags/            tags of objects and properties
    validation.py    validators of records
    records/         a record that shows what a change breaks
    parsed.py        all of it as one parsed schema

What it does not do: fetch a `$ref`; what a schema refers to is given with it.
"""

from collections.abc import Sequence

from odradek.schemas.json_schema.parsed import JsonSchema
from odradek.schemas.schema import ReferencedSchema

__all__ = ["JsonSchema", "parse"]


def parse(
    text: str, references: Sequence[ReferencedSchema] = (), *, is_new: bool = True
) -> JsonSchema:
    """The schema that `text` is; raises InvalidSchema. As much is asked of old ones as of new."""
    return JsonSchema(text, references)
