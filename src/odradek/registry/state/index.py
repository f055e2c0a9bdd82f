"""What all records of the topic add up to: subjects with their versions, ids, settings.

Invariants:
- The index depends on the records and their order alone, so all instances that have read as far
  agree.
- An id means one content in a context, for good. A record that says otherwise is left out: the log
  of two writers at once, which only other registries can produce.
- The largest id ever seen is remembered, though its schema may be deleted for good.
- For every key the bytes are known under which it was written, so that a deletion hits all of them.
- A draft is an index over this one, which it leaves as it is: nothing that can be reached from here
  is changed but through `to_change`.
"""

from collections.abc import Iterator, MutableMapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from odradek.registry.state.associations import Associations
from odradek.registry.state.codec import Written, decode, encode, encode_key
from odradek.registry.state.content import Content
from odradek.registry.state.layer import Layer, to_change
from odradek.registry.state.names import context_of, parse_subject, qualify_within
from odradek.registry.state.records import (
    AssociationRecord,
    ClearSubjectRecord,
    ConfigRecord,
    ContextRecord,
    DeleteSubjectRecord,
    Key,
    ModeRecord,
    Record,
    SchemaRecord,
    UnknownRecord,
    key_of,
)
from odradek.registry.state.settings import Config, Mode

LATEST = -1
"""Instead of a version's number, the latest one."""
Place = tuple[str, int]
"""A subject and a version of it."""


class Version(Struct, frozen=True):
    """A version of a subject."""

    subject: str
    version: int
    id: int
    content: Content
    is_deleted: bool
    timestamp_ms: int

    @property
    def place(self) -> Place:
        return (self.subject, self.version)


class Context:
    """The ids of one name space."""

    def __init__(self) -> None:
        self.contents: MutableMapping[int, Content] = {}
        self.places: MutableMapping[int, list[Place]] = {}
        self.ids: MutableMapping[bytes, int] = {}
        """By GUID."""
        self.max_id = 0

    def __copy__(self) -> "Context":
        """For a draft: layers over what is here."""
        copied = Context()
        copied.contents = Layer(self.contents)
        copied.places = Layer(self.places)
        copied.ids = Layer(self.ids)
        copied.max_id = self.max_id
        return copied


class Index:
    """The registry's state."""

    def __init__(self) -> None:
        self.subjects: MutableMapping[str, dict[int, Version]] = {}
        self.contexts: MutableMapping[str, Context] = {}
        self.named_contexts: MutableMapping[str, bool] = {}
        """Those with a record of their own, in order."""
        self.configs: MutableMapping[str | None, Config] = {}
        self.modes: MutableMapping[str | None, Mode] = {}
        self.associations = Associations()
        self.conflicts: list[str] = []
        """Records that were left out, as sentences for the log; whoever logs them clears it."""
        self._referrers: MutableMapping[Place, set[Place]] = {}
        self._key_bytes: MutableMapping[Key, tuple[bytes, ...]] = {}

    def draft(self) -> "Index":
        """What this index would be with records that are yet to be written."""
        draft = Index()
        draft.subjects = Layer(self.subjects)
        draft.contexts = Layer(self.contexts)
        draft.named_contexts = Layer(self.named_contexts)
        draft.configs = Layer(self.configs)
        draft.modes = Layer(self.modes)
        draft.associations = self.associations.draft()
        draft._referrers = Layer(self._referrers)
        draft._key_bytes = Layer(self._key_bytes)
        return draft

    # Reading

    def versions(self, subject: str, *, deleted: bool = False) -> list[Version]:
        """The versions of a qualified subject, oldest first; with `deleted` also those."""
        found = self.subjects.get(subject, {}).values()
        return sorted(
            (each for each in found if deleted or not each.is_deleted),
            key=lambda version: version.version,
        )

    def version(self, subject: str, version: int, *, deleted: bool = False) -> Version | None:
        """One version, or the latest."""
        if version == LATEST:
            return next(reversed(self.versions(subject, deleted=deleted)), None)
        found = self.subjects.get(subject, {}).get(version)
        return found if found is not None and (deleted or not found.is_deleted) else None

    def content(self, context: str, schema_id: int) -> Content | None:
        """What an id means; also when all its versions are deleted softly."""
        known = self.contexts.get(context)
        return None if known is None else known.contents.get(schema_id)

    def places(self, context: str, schema_id: int, *, deleted: bool = False) -> list[Version]:
        """The versions that have an id."""
        known = self.contexts.get(context)
        places = [] if known is None else known.places.get(schema_id, [])
        versions = (self.subjects[subject][version] for subject, version in places)
        return [each for each in versions if deleted or not each.is_deleted]

    def id_of(self, context: str, content: Content) -> int | None:
        """The id of a content, if it has one in this context."""
        known = self.contexts.get(context)
        found = None if known is None else known.ids.get(content.guid())
        if known is None or found is None:
            return None
        # The GUID does not cover everything: {"type":"string"} is a schema of two types, and a rule
        # that is moved to another list changes nothing.
        return found if known.contents[found] == content else None

    def next_id(self, context: str) -> int:
        """The id of the next schema that is new to this context."""
        known = self.contexts.get(context)
        return 1 if known is None else known.max_id + 1

    def referrers(self, place: Place, *, deleted: bool = False) -> list[Version]:
        """The versions that refer to this one."""
        found = (self.subjects[subject][version] for subject, version in self._referrers_of(place))
        return [each for each in found if deleted or not each.is_deleted]

    def all_versions(self) -> Iterator[Version]:
        """Every version of every subject."""
        for versions in self.subjects.values():
            yield from versions.values()

    def written(self, record: Record) -> list[Written]:
        """What has to be written for a record: a deletion once for each form its key ever had."""
        encoded = encode(record)
        if encoded.value is not None:
            return [encoded]
        known = self._key_bytes.get(key_of(record), ())
        return [Written(key, None) for key in dict.fromkeys((encoded.key, *known))]

    def _referrers_of(self, place: Place) -> Sequence[Place]:
        return sorted(self._referrers.get(place, ()))

    # Applying

    def replay(self, written: Written, timestamp_ms: int) -> None:
        """Apply a record as it lies in the topic."""
        key, record = decode(written)
        if written.key != encode_key(key):
            known = self._key_bytes.get(key, ())
            if written.key not in known:
                self._key_bytes[key] = (*known, written.key)
        self.apply(record, timestamp_ms)

    def apply(self, record: Record, timestamp_ms: int) -> None:
        """Take in one record."""
        match record:
            case SchemaRecord(content=Content()):
                self._put_version(record, timestamp_ms)
            case SchemaRecord():
                self._remove_version((record.subject, record.version))
            case DeleteSubjectRecord(subject, int(up_to_version)):
                self._delete_softly(subject, up_to_version)
            case ClearSubjectRecord(subject):
                self._forget_deleted(subject)
            case AssociationRecord(key, association):
                self.associations.put(key, association, timestamp_ms)
            case UnknownRecord(reason):
                self.conflicts.append(f"a record {reason}")
            case _:
                self._apply_entry(record)

    def _apply_entry(self, record: Record) -> None:
        """Take in a record that sets one thing, or takes it away."""
        match record:
            case ConfigRecord(subject, config):
                _put(self.configs, subject, config)
            case ModeRecord(subject, mode):
                _put(self.modes, subject, mode)
            case ContextRecord(context, exists):
                _put(self.named_contexts, context, exists or None)

    def _put_version(self, record: SchemaRecord, timestamp_ms: int) -> None:
        content = record.content
        assert content is not None  # noqa: S101 - the caller has looked
        context = to_change(self.contexts, context_of(record.subject), Context)
        known = context.contents.get(record.id)
        if known is not None and known != content:
            self.conflicts.append(
                f"version {record.version} of {record.subject}: its id {record.id}"
                " is that of another schema"
            )
            return
        place = (record.subject, record.version)
        before = self.subjects.get(record.subject, {}).get(record.version)
        if before is not None and before.id != record.id:
            self._remove_version(place)
            before = None
        to_change(self.subjects, record.subject, dict)[record.version] = Version(
            record.subject,
            record.version,
            record.id,
            known or content,
            record.is_deleted,
            timestamp_ms if before is None else before.timestamp_ms,
        )
        if before is None:
            self._add_to_context(context, record.id, known or content, place)

    def _add_to_context(
        self, context: Context, schema_id: int, content: Content, place: Place
    ) -> None:
        context.contents[schema_id] = content
        to_change(context.places, schema_id, list).append(place)
        context.ids.setdefault(content.guid(), schema_id)
        context.max_id = max(context.max_id, schema_id)
        for reference in content.references:
            target = (qualify_within(place[0], reference.subject), reference.version)
            to_change(self._referrers, target, set).add(place)

    def _remove_version(self, place: Place) -> None:
        subject, number = place
        version = self.subjects.get(subject, {}).get(number)
        if version is None:
            return
        versions = to_change(self.subjects, subject, dict)
        del versions[number]
        if not versions:
            del self.subjects[subject]
        self._remove_from_context(version)
        for reference in version.content.references:
            target = (qualify_within(subject, reference.subject), reference.version)
            to_change(self._referrers, target, set).discard(place)

    def _remove_from_context(self, version: Version) -> None:
        context = to_change(self.contexts, context_of(version.subject), Context)
        places = to_change(context.places, version.id, list)
        places.remove(version.place)
        if not places:
            del context.places[version.id]
            del context.contents[version.id]
            guid = version.content.guid()
            if context.ids.get(guid) == version.id:
                del context.ids[guid]

    def _delete_softly(self, subject: str, up_to_version: int) -> None:
        if subject not in self.subjects:
            return
        versions = to_change(self.subjects, subject, dict)
        for number, version in versions.items():
            if number <= up_to_version:
                versions[number] = replace(version, is_deleted=True)

    def _forget_deleted(self, subject: str | None) -> None:
        for version in list(self.all_versions()):
            if version.is_deleted and _is_within(version.subject, subject):
                self._remove_version(version.place)


def _is_within(subject: str, scope: str | None) -> bool:
    """Whether a subject is meant by a scope: itself, its context, or null for the default one."""
    name = parse_subject(scope or "")
    if name.name:
        return subject == scope
    return context_of(subject) == name.context


def _put(entries: MutableMapping, key: object, value: object) -> None:  # type: ignore[type-arg]
    """Set an entry, or with None remove it."""
    if value is None:
        entries.pop(key, None)
    else:
        entries[key] = value
