"""What `validateFields` forbids: names that begin with `$$`, and to touch reserved names.

A subject reserves names of fields in its metadata, `confluent:reserved`, separated by commas: so a
name that is used otherwise, or was used once, is not given to a field again. They stay reserved.
"""

from odradek.registry.decisions.view import View
from odradek.registry.errors import invalid_schema
from odradek.registry.state.content import Content
from odradek.registry.state.index import Version
from odradek.schemas.schema import InvalidSchema, ParsedSchema

RESERVED = "confluent:reserved"


def check_fields(view: View, subject: str, parsed: ParsedSchema) -> None:
    """Raise RegistryError for a name that no field may have; not where ids come from elsewhere."""
    if view.mode(subject).takes_ids or not view.validates_fields(subject):
        return
    try:
        parsed.check_fields()
    except InvalidSchema as error:
        raise invalid_schema(str(error)) from error


def complaints_about_fields(
    view: View, subject: str, parsed: ParsedSchema, content: Content, previous: Version | None
) -> list[str]:
    """What a schema does with names that are reserved, or were in the version before."""
    if not view.validates_fields(subject):
        return []
    reserved = reserved_in(content)
    before = [] if previous is None else reserved_in(previous.content)
    return [
        *(
            f"The name {name} was reserved, and is not any more; reserve it again in {RESERVED}"
            for name in before
            if name not in reserved
        ),
        *(
            f"The name {name} is reserved, and a field has it; call the field otherwise"
            for name in reserved
            if parsed.has_field(name)
        ),
    ]


def reserved_in(content: Content) -> list[str]:
    """The names that a schema reserves."""
    names = (name.strip() for name in content.properties().get(RESERVED, "").split(","))
    return [name for name in dict.fromkeys(names) if name]
