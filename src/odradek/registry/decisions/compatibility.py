"""A schema against earlier versions, under the level and policy that apply; and what is said of it.

Messages begin as Confluent's do (`{errorType:'...', description:'...'`, outside of Avro with double
quotes), one for each thing that is in the way of the newest version that does not fit, followed by
that version and by the level; what is described, in our words.
"""

from collections.abc import Iterator, Sequence

from odradek.registry.decisions.fields import complaints_about_fields
from odradek.registry.decisions.view import View
from odradek.registry.errors import invalid_schema
from odradek.registry.state.content import Content
from odradek.registry.state.index import Version
from odradek.registry.state.settings import Config
from odradek.schemas.comparison import Broken, Earlier, Finding, compare
from odradek.schemas.levels import CompatibilityLevel, Policy
from odradek.schemas.schema import InvalidSchema, ParsedSchema, SchemaType

SHOWN_CHARS_MAX = 10 * 1024
"""Of an earlier schema, in an answer that explains."""


def messages_about(
    view: View, subject: str, new: ParsedSchema, content: Content, earlier: Sequence[Version]
) -> list[str]:
    """Why the schema cannot follow these versions, oldest first; nothing if it can."""
    config = view.config(subject)
    latest = earlier[-1] if earlier else None
    messages = complaints_about_fields(view, subject, new, content, latest)
    found = findings(view, new, comparable(config, content, earlier), level_of(config), config)
    if found:
        messages += _explain(found, new.type, earlier)
    if messages:
        validates = str(view.validates_fields(subject)).lower()
        level = level_of(config)
        messages.append(f"{{validateFields: '{validates}', compatibility: '{level}'}}")
    return messages


def _explain(
    found: Sequence[Finding], schema_type: SchemaType, earlier: Sequence[Version]
) -> Iterator[str]:
    broken = next(each for each in earlier if each.version == found[0].version)
    about = [each for each in found if each.version == broken.version]
    about.sort(key=lambda each: each.broken is Broken.NEW_CONSUMERS)
    yield from (_message(each, schema_type) for each in about)
    yield f"{{oldSchemaVersion: {broken.version}}}"
    yield f"{{oldSchema: {_shown(broken.content.text)}}}"


def findings(
    view: View,
    new: ParsedSchema,
    earlier: Sequence[Version],
    level: CompatibilityLevel,
    config: Config,
) -> list[Finding]:
    """What a level forbids."""
    if level is CompatibilityLevel.NONE:
        return []
    asked = earlier if level.is_transitive else earlier[-1:]
    parsed = [Earlier(each.version, view.parse(each.subject, each.content)) for each in asked]
    try:
        return compare(new, parsed, level, _policy_of(config))
    except InvalidSchema as error:
        raise invalid_schema(str(error)) from error


def comparable(config: Config, content: Content, earlier: Sequence[Version]) -> list[Version]:
    """The versions of the same compatibility group."""
    group = config.compatibilityGroup
    if group is None:
        return list(earlier)
    value = content.properties().get(group)
    return [each for each in earlier if each.content.properties().get(group) == value]


def level_of(config: Config) -> CompatibilityLevel:
    """The level of a config in scope, which always has one."""
    return CompatibilityLevel(config.compatibilityLevel or CompatibilityLevel.BACKWARD)


def _policy_of(config: Config) -> Policy:
    # Differs from Kafka: Confluent's policy LOGICAL adds checks for Flink's types; here it is
    # STRICT.
    return Policy.LENIENT if config.compatibilityPolicy == Policy.LENIENT else Policy.STRICT


def _shown(text: str) -> str:
    if len(text) <= SHOWN_CHARS_MAX:
        return f"'{text}'"
    return f"<truncated> '{text[:SHOWN_CHARS_MAX]}...'"


def _message(finding: Finding, schema_type: SchemaType) -> str:
    quote = "'" if schema_type is SchemaType.AVRO else '"'
    found = finding.incompatibility
    reader = "new" if finding.broken is Broken.NEW_CONSUMERS else "old"
    where = f" at path '{found.path}'" if found.path else ""
    description = f"{found.description}{where}; the reader has the {reader} schema. {found.remedy}"
    parts = [f"errorType:{quote}{found.kind}{quote}", f"description:{quote}{description}{quote}"]
    if found.additional_info:
        parts.append(f"additionalInfo:{quote}{found.additional_info}{quote}")
    return "{" + ", ".join(parts) + "}"
