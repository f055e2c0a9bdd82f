"""A schema as text again.

texts.py           the texts: canonical, identity, normalized
values.py          defaults and properties, as Java writes them
logical_types.py   which properties say a logical type
"""

from odradek.schemas.avro.rendering.texts import Form, print_schema

__all__ = ["Form", "print_schema"]
