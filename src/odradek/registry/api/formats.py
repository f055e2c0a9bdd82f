"""A schema's text in the form a client asks for.

`serialized` gives Protobuf as the base64 of its file descriptor. Other names that Confluent knows
leave comments or options out, or write references into the text; for those the text is as
registered.
"""

from odradek.registry.decisions.view import View
from odradek.registry.state.index import Version
from odradek.schemas.schema import SchemaType

SERIALIZED = "serialized"


def formatted(view: View, version: Version, name: str) -> str | None:
    """The text in this form; None where it is the registered one."""
    is_protobuf = version.content.schema_type == SchemaType.PROTOBUF
    if name.lower() != SERIALIZED or not is_protobuf:
        return None
    parsed = view.parse(version.subject, version.content)
    return str(parsed.serialized())  # type: ignore[attr-defined]  # Protobuf's own
