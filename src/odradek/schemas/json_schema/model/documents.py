"""The documents a schema consists of: its own text, and those that were given as references.

Every object in them is indexed once: the document it belongs to and the URI it is resolved
against. A `$ref` is a URI relative to that; what it names is found by `$id`, by the name under
which a document was given, by an anchor or by a JSON pointer.

What it does not do: fetch anything.

Differs from Kafka: Confluent looks for a document at the URI that a `$ref` makes with the `$id`
around it; here one that was given is found by the name in the `$ref`, too. Definitions that only
lead to each other are refused here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urldefrag, urljoin

from odradek.schemas.json_schema.model.drafts import META_SCHEMAS, Draft, draft_of
from odradek.schemas.json_schema.text import JsonObject, JsonValue, read_json
from odradek.schemas.schema import InvalidSchema, ReferencedSchema

MAX_DOCUMENTS = 1_000
"""Schemas that one schema consists of, itself included."""


class MetaSchemaUri(str):
    """In place of a draft's own schema, which is not among the documents."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that has a URI of its own: a document, or a part of one with an `$id`."""

    uri: str
    root: JsonValue
    document: JsonValue
    draft: Draft


@dataclass(slots=True)
class Documents:
    """All that a `$ref` of one schema can lead to."""

    draft: Draft
    root: JsonValue
    given: dict[str, JsonValue] = field(default_factory=dict)
    _resources: dict[str, Resource] = field(default_factory=dict)
    _anchors: dict[tuple[str, str], JsonValue] = field(default_factory=dict)
    _owners: dict[int, Resource] = field(default_factory=dict)

    def find(self, reference: str, beside: JsonValue) -> JsonValue:
        """What `reference`, written in the object `beside`, leads to."""
        owner = self._owner(beside)
        uri, fragment = urldefrag(_join(owner.uri, reference))
        if uri in META_SCHEMAS and uri not in self._resources:
            return MetaSchemaUri(uri)
        resource = owner if reference.startswith("#") else self._resource(uri, reference)
        if resource is None:
            raise self._unknown(reference)
        if not fragment:
            return self._roots(resource)[0] if reference.startswith("#") else resource.root
        if fragment.startswith("/"):
            return self._find_pointer(resource, unquote(fragment), reference)
        anchored = self._anchors.get((self._owner(resource.root).uri, fragment))
        if anchored is None:
            raise self._unknown(reference)
        return anchored

    def document(self, uri: str) -> JsonValue:
        """The document of that URI or name; KeyError if none was given."""
        resource = self._resource(uri, uri)
        if resource is None:
            raise KeyError(uri)
        return resource.root

    def add(self, uri: str, root: JsonValue) -> None:
        """Indexes a document under `uri` and under every `$id` and anchor in it."""
        draft = self._draft_of(root)
        self._index(root, self._resources.setdefault(uri, Resource(uri, root, root, draft)))

    def draft_at(self, value: JsonValue) -> Draft:
        """The draft of the document that it lies in."""
        return self._owner(value).draft

    def _draft_of(self, document: JsonValue) -> Draft:
        """That of the schema, unless it says another; since 2019-09 registries do not look."""
        if self.draft.is_modern or not isinstance(document, Mapping) or "$schema" not in document:
            return self.draft
        own = draft_of(document)
        return self.draft if own.is_modern else own

    def _owner(self, value: JsonValue) -> Resource:
        return self._owners.get(id(value), self._resources[""])

    def _resource(self, uri: str, reference: str) -> Resource | None:
        name = urldefrag(reference)[0]
        return next(
            (
                self._resources[known]
                for known in (uri, name, name.removeprefix("./"))
                if known in self._resources
            ),
            None,
        )

    def _index(self, root: JsonValue, resource: Resource) -> None:
        waiting: list[tuple[JsonValue, Resource]] = [(root, resource)]
        while waiting:
            value, owner = waiting.pop()
            if isinstance(value, Mapping):
                owner = self._enter(value, owner)
                self._owners[id(value)] = owner
            waiting.extend((child, owner) for child in _children(value))

    def _enter(self, schema: JsonObject, owner: Resource) -> Resource:
        named = schema.get(owner.draft.id_keyword)
        if isinstance(named, str) and (self.draft.is_modern or "$ref" not in schema):
            if named.startswith("#"):
                self._anchors.setdefault((owner.uri, named[1:]), schema)
            else:
                uri = urldefrag(_join(owner.uri, named))[0]
                owner = replace(owner, uri=uri, root=schema)
                self._resources.setdefault(owner.uri, owner)
        for keyword in ("$anchor", "$dynamicAnchor"):
            anchor = schema.get(keyword)
            if isinstance(anchor, str):
                self._anchors.setdefault((owner.uri, anchor), schema)
        return owner

    def _find_pointer(self, resource: Resource, pointer: str, reference: str) -> JsonValue:
        for root in self._roots(resource):
            found = _follow(root, pointer)
            if found is not None:
                return found
        raise self._unknown(reference)

    def _roots(self, resource: Resource) -> list[JsonValue]:
        """Where `#` leads; before 2019-09 registries let it lead to the whole document first."""
        return [resource.root] if self.draft.is_modern else [resource.document, resource.root]

    def _unknown(self, reference: str) -> InvalidSchema:
        known = ", ".join(sorted(self.given)) or "none"
        return InvalidSchema(
            f"$ref {reference} leads nowhere: it is in no place of its document, and no document of"
            f" that name was given (given: {known}); mend it, or give what it names as a reference"
        )


def collect(text: str, references: Iterable[ReferencedSchema]) -> tuple[JsonValue, dict[str, str]]:
    """The root of the schema, and the text of every schema in the tree of references by name."""
    texts: dict[str, str] = {}
    waiting = list(references)[::-1]
    while waiting:
        current = waiting.pop()
        if current.name in texts:
            continue
        texts[current.name] = current.text
        if len(texts) >= MAX_DOCUMENTS:
            raise InvalidSchema(
                f"the schema refers to more than {MAX_DOCUMENTS:,} others; merge some of them"
            )
        waiting.extend(reversed(current.references))
    return read_json(text), texts


def index(root: JsonValue, texts: Mapping[str, str], draft: Draft) -> Documents:
    """Everything indexed; raises InvalidSchema if a referenced text is no JSON."""
    given = {name: read_json(text, f"the reference {name}") for name, text in texts.items()}
    documents = Documents(draft, root, given)
    documents.add("", root)
    base = root.get(draft.id_keyword) if isinstance(root, Mapping) else None
    for name, document in given.items():
        documents.add(_join(base, name) if isinstance(base, str) else name, document)
        documents.add(name, document)
    return documents


def _children(value: JsonValue) -> Iterator[JsonValue]:
    if isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _mapping(value: JsonObject, key: str) -> JsonObject:
    inner = value.get(key)
    return inner if isinstance(inner, Mapping) else {}


def _follow(value: JsonValue, pointer: str) -> JsonValue:
    """What a JSON pointer leads to; None if it leads nowhere."""
    for number, escaped in enumerate(pointer[1:].split("/")):
        key = escaped.replace("~1", "/").replace("~0", "~")
        if number == 0 and isinstance(value, Mapping) and key == "$defs":
            value = {**_mapping(value, "definitions"), **_mapping(value, "$defs")}
        else:
            value = _step(value, key)
    return value


def _step(value: JsonValue, key: str) -> JsonValue:
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
        return value[int(key)]
    return None


def _join(base: str, reference: str) -> str:
    """urljoin, which knows nothing of the schemes that name and do not locate, such as urn."""
    if reference.startswith("#"):
        return urldefrag(base)[0] + reference
    try:
        return urljoin(base, reference)
    except ValueError as error:
        raise InvalidSchema(f"{reference} is no URI: {error}; mend it") from error
