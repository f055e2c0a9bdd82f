"""A schema becomes a version of a subject, or is one already.

The same schema again gives the same id and version, and writes nothing. A schema that another
subject of the context has gets that one's id. In import mode ids and versions are the client's.

Differs from Kafka: Confluent keeps a text as its parser would write it; here it is kept as it came,
but for the base64 of a descriptor, which becomes a .proto text. A text that differs from one of the
same subject only in form is that version; from one of another subject it is a schema of its own.

Differs from Kafka: what version a metadata tells makes no schema another one. With Confluent every
registration of a schema whose metadata is taken over makes a version, if that tells its number.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from odradek.registry.decisions.compatibility import messages_about
from odradek.registry.decisions.completion import complete, without_version
from odradek.registry.decisions.sameness import find_same, prepare
from odradek.registry.decisions.tagging import retagged, with_tags_of
from odradek.registry.decisions.view import Decision, View
from odradek.registry.errors import ErrorCode, RegistryError, invalid_schema, not_permitted
from odradek.registry.state.content import CONFLUENT_VERSION, Content
from odradek.registry.state.index import LATEST, Version
from odradek.registry.state.names import DEFAULT_CONTEXT, context_of, qualify_within
from odradek.registry.state.records import ContextRecord, Lifecycle, Record, SchemaRecord
from odradek.registry.state.settings import Mode
from odradek.schemas.schema import ParsedSchema
from odradek.schemas.tags import TagChanges

NO_ID = -1
NO_VERSION = 0
NEXT_VERSION = -1
"""The latest version if it is this schema, or else the next, whose metadata tell its number."""


@dataclass(frozen=True, slots=True)
class NewSchema:
    """What a client wants to register; an id and a version only where it knows them.

    What is derived becomes a version of its own, though the subject may have the same already.
    """

    content: Content
    id: int = NO_ID
    version: int = NO_VERSION
    tags: TagChanges = field(default_factory=TagChanges)
    takes_tags_over: bool = False
    is_derived: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """How a schema is registered; `force` leaves the comparison out."""

    normalize: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Registered:
    """A version as the client is told of it."""

    subject: str
    version: int
    id: int
    content: Content


def register(view: View, subject: str, new: NewSchema, options: Options) -> Decision[Registered]:
    """Decide what becomes of a schema; raises RegistryError."""
    known = _known_as_given(view, subject, new, options)
    if known is not None:
        return _unchanged(known)
    _check_mode(view, subject, new)
    earlier = view.index.versions(subject)
    next_version = _next_version(view, subject)
    completed = _completed(view, subject, new, next_version)
    _check_size(view, completed)
    _check_references(view, subject, completed)
    is_new = new.id < 0
    normalized = _is_normalized(view, subject, options)
    parsed, content = prepare(view, subject, completed, normalized=normalized, is_new=is_new)
    if completed != new.content or not _is_asked_as_given(view, subject, new):
        known = _known_as_completed(view, new, parsed, content, earlier)
        if known is not None:
            return _unchanged(known)
    if not view.mode(subject).takes_ids:
        if not options.force:
            _check_compatibility(view, subject, parsed, content, earlier)
        _check_version(new, next_version)
    version = new.version if new.version > NO_VERSION else next_version
    schema_id = _id_for(view, subject, new, content)
    registered = Registered(subject, version, schema_id, content)
    return Decision(registered, _records(view, registered))


def _known_as_given(view: View, subject: str, new: NewSchema, options: Options) -> Version | None:
    """The version that a schema is, with the metadata and rules that were given and no others.

    Such a one may be registered again in every mode: nothing changes.
    """
    if not _is_asked_as_given(view, subject, new):
        return None
    _check_size(view, new.content)
    try:
        found = _find_as_given(view, subject, new, options, is_new=new.id < 0)
    except RegistryError:
        # What may not be registered any more may have been registered.
        found = _find_as_given(view, subject, new, options, is_new=False)
        if found is None:
            raise
    if found is None:
        return None
    if new.version in (NO_VERSION, NEXT_VERSION):
        return found if new.id in (NO_ID, found.id) else None
    # An import may have brought the same schema under several versions.
    meant = view.index.version(subject, new.version) if new.version > NO_VERSION else None
    is_meant = meant is not None and meant.content == found.content and new.id == meant.id
    return meant if is_meant else None


def _is_asked_as_given(view: View, subject: str, new: NewSchema) -> bool:
    """Whether it may be this very schema: nothing is to be made of it first."""
    is_changed = new.tags or new.takes_tags_over or new.is_derived
    is_completed = view.config(subject).completes_schemas
    return bool(new.content.text.strip()) and not is_changed and not is_completed


def _find_as_given(
    view: View, subject: str, new: NewSchema, options: Options, *, is_new: bool
) -> Version | None:
    normalized = _is_normalized(view, subject, options)
    parsed, content = prepare(view, subject, new.content, normalized=normalized, is_new=is_new)
    versions = view.index.versions(subject)
    asked = versions[-1:] if new.version == NEXT_VERSION else versions
    return find_same(view, parsed, content, asked)


def _is_normalized(view: View, subject: str, options: Options) -> bool:
    """An import keeps what another registry has, to the letter."""
    is_import = view.mode(subject).takes_ids
    return not is_import and (options.normalize or view.normalizes(subject))


def _unchanged(known: Version) -> Decision[Registered]:
    return Decision(Registered(known.subject, known.version, known.id, known.content))


def _check_mode(view: View, subject: str, new: NewSchema) -> None:
    view.require_writable(subject)
    mode = view.mode(subject)
    if new.id >= 0 and not mode.takes_ids:
        raise not_permitted(f"Subject '{subject}' is not in import mode: an id cannot be chosen")
    if new.id < 0 and mode is not Mode.READWRITE:
        raise not_permitted(f"Subject '{subject}' is in mode {mode}: give the schema's id as well")


def _check_size(view: View, content: Content) -> None:
    size, most = len(content.text.encode()), view.defaults.schema_bytes_max
    if size > most:
        raise RegistryError(
            ErrorCode.SCHEMA_TOO_LARGE, f"The schema has {size} bytes, and may have {most}"
        )


def _check_references(view: View, subject: str, content: Content) -> None:
    """A topic's own subject can be deleted with it, so nobody refers to it."""
    for reference in content.references:
        target = qualify_within(subject, reference.subject)
        for association in view.index.associations.of_subject(target):
            if association.lifecycle is Lifecycle.STRONG:
                raise not_permitted(
                    f"Subject '{target}' cannot be referred to: it is the own one of"
                    f" {association.resourceType} '{association.resourceName}'"
                )


def _check_version(new: NewSchema, next_version: int) -> None:
    if new.version > NO_VERSION and new.version != next_version:
        raise invalid_schema(
            f"version {new.version} was asked for, and the next one is {next_version}"
        )


def _check_compatibility(
    view: View,
    subject: str,
    parsed: ParsedSchema,
    content: Content,
    earlier: Sequence[Version],
) -> None:
    messages = messages_about(view, subject, parsed, content, earlier)
    if messages:
        raise RegistryError(
            ErrorCode.INCOMPATIBLE_SCHEMA,
            "Schema being registered is incompatible with an earlier schema for subject"
            f' "{subject}", details: [{", ".join(messages)}]',
        )


def _next_version(view: View, subject: str) -> int:
    """Numbers are not used again, whether or not their versions were deleted softly."""
    versions = view.index.versions(subject, deleted=True)
    return versions[-1].version + 1 if versions else 1


def _completed(view: View, subject: str, new: NewSchema, next_version: int) -> Content:
    content = retagged(view, subject, new.content, new.tags)
    if view.mode(subject).takes_ids:
        # Differs from Kafka: An empty text is no schema, also where schemas are imported.
        if not content.text.strip():
            raise invalid_schema("it is empty")
        return content
    latest = view.index.version(subject, LATEST)
    completed = complete(
        content,
        None if latest is None else latest.content,
        view.config(subject),
        next_version,
        is_asked=new.version != NO_VERSION,
    )
    return with_tags_of(view, completed, latest) if new.takes_tags_over else completed


def _known_as_completed(
    view: View,
    new: NewSchema,
    parsed: ParsedSchema,
    content: Content,
    earlier: Sequence[Version],
) -> Version | None:
    """The version that a schema is, whatever version its metadata have been made to tell."""
    if new.version != NO_VERSION or new.is_derived:
        return None
    told = new.content.properties().get(CONFLUENT_VERSION)
    meant = [each for each in earlier if told in (None, str(each.version))]
    bare = replace(content, metadata=without_version(content.metadata))
    same = find_same(view, parsed, content, meant)
    if same is None and bare != content:
        same = find_same(view, parsed, bare, meant)
    return same if same is not None and new.id in (NO_ID, same.id) else None


def _id_for(view: View, subject: str, new: NewSchema, content: Content) -> int:
    context = context_of(subject)
    known = view.index.id_of(context, content)
    if new.id < 0:
        return view.index.next_id(context) if known is None else known
    meant = view.index.content(context, new.id)
    if meant is not None and meant != content:
        raise not_permitted(f"Id {new.id} is that of another schema, which would be overwritten")
    return new.id


def _records(view: View, registered: Registered) -> list[Record]:
    subject, context = registered.subject, context_of(registered.subject)
    records: list[Record] = []
    # Differs from Kafka: A registration that is refused makes no context.
    if context not in (DEFAULT_CONTEXT, *view.index.named_contexts):
        records.append(ContextRecord(context, exists=True))
    records += [
        SchemaRecord(subject, old.version)
        for old in view.index.versions(subject, deleted=True)
        if old.is_deleted
        and old.id == registered.id
        and old.version < registered.version
        and not view.index.referrers(old.place, deleted=True)
    ]
    records.append(SchemaRecord(subject, registered.version, registered.id, registered.content))
    return records
