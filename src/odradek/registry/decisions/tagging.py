"""Tags inside of a schema's text: asked for with it, or taken over from the version before.

A text that is written here is the canonical one, as Confluent's registry writes it.
"""

from msgspec.structs import replace

from odradek.registry.decisions.view import View
from odradek.registry.errors import invalid_schema
from odradek.registry.state.content import Content
from odradek.registry.state.index import Version
from odradek.schemas.schema import InvalidSchema
from odradek.schemas.tags import TagChanges


def retagged(view: View, subject: str, content: Content, changes: TagChanges) -> Content:
    """The content with other tags; raises RegistryError for what the schema does not have."""
    if not changes:
        return content
    if not content.text.strip():
        raise invalid_schema("it is empty, so nothing in it can be tagged")
    parsed = view.parse(subject, content)
    try:
        tagged = replace(content, text=parsed.retagged(changes))
    except InvalidSchema as error:
        raise invalid_schema(str(error)) from error
    return replace(content, text=view.parse(subject, tagged).canonical())


def with_tags_of(view: View, content: Content, previous: Version | None) -> Content:
    """The content with the tags that the version before has as well.

    Raises RegistryError where something that has tags is not there any more: nobody is to lose a
    tag without a word.
    """
    if previous is None:
        return content
    tags = view.parse(previous.subject, previous.content).tags()
    return retagged(view, previous.subject, content, TagChanges(to_add=tags))
