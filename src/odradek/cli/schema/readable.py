"""Schemas as people read them."""

import msgspec

from odradek.schemas.schema import SchemaType


def readable(text: str, schema_type: str) -> str:
    """JSON with a member on each line; everything else as it is."""
    if schema_type != SchemaType.PROTOBUF:
        try:
            return msgspec.json.format(text, indent=2)
        except msgspec.DecodeError:
            pass
    return text.rstrip("\n")
