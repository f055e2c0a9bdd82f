"""A schema as text again.

texts.py           canonical and normalized texts
values.py          defaults and properties, as Java writes them
logical_types.py   which properties say a logical type
"""

from odradek.schemas.avro.rendering.texts import canonical_text, normalized_text

__all__ = ["canonical_text", "normalized_text"]
