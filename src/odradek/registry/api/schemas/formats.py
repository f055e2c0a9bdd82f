"""A schema's text in the form a client asks for.

`resolved` gives Avro with what it refers to in it, `serialized` Protobuf as the base64 of its
descriptor, `ignore_extensions` Protobuf without custom options. Any other name gives the text as it
was registered: clients may be newer than we are.
"""

from odradek.registry.decisions.view import View
from odradek.registry.errors import invalid_schema
from odradek.registry.state.content import Content
from odradek.registry.state.index import Version

LOGICAL = "logical"


def formatted(view: View, version: Version, name: str) -> str:
    """The text of a version in this form."""
    return text_of(view, version.subject, version.content, name)


def text_of(view: View, subject: str, content: Content, name: str) -> str:
    """The text of a content in this form."""
    check_format(name)
    if not name.strip():
        return content.text
    text = view.parse(subject, content).formatted(name.lower())
    return content.text if text is None else text


def check_format(name: str) -> None:
    """Raise RegistryError for Flink's form of a schema, which would be taken for another one."""
    # Differs from Kafka: Confluent translates schemas into types of Flink and back.
    if name.lower() == LOGICAL:
        raise invalid_schema("format=logical is not served: use the schema's own form")
