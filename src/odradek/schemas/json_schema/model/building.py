"""The graph of nodes that a schema is.

Everything that can be reached from the root is built; a `$ref` becomes a node at once and gets its
target later, so that neither cycles nor long chains of definitions make this recurse.
"""

from collections.abc import Hashable, Iterator, Mapping

from odradek.schemas.json_schema.model import groups
from odradek.schemas.json_schema.model.documents import Documents, MetaSchemaUri
from odradek.schemas.json_schema.model.drafts import (
    CONDITIONAL_KEYWORDS,
    NUMBER_KEYWORDS,
    Draft,
    array_keywords,
    object_keywords,
    string_keywords,
)
from odradek.schemas.json_schema.model.keywords import Keywords
from odradek.schemas.json_schema.model.nodes import (
    AnyValue,
    Boolean,
    Combination,
    Conditional,
    Constant,
    Criterion,
    Enumeration,
    MetaSchema,
    Negation,
    Node,
    NoValue,
    Null,
    Number,
    Reference,
    Typed,
)
from odradek.schemas.json_schema.model.shapes import Shapes
from odradek.schemas.json_schema.text import JsonValue, sorted_compact
from odradek.schemas.schema import InvalidSchema

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


def build(documents: Documents) -> Node:
    """The root's node, everything it leads to resolved; raises InvalidSchema."""
    builder = _Builder(documents)
    root = builder.node(documents.root, "#")
    builder.resolve()
    return root


def build_alone(value: JsonValue, draft: Draft) -> Node:
    """The node of a part that nothing may refer to; its own references are not resolved."""
    return _Builder(Documents(draft, value)).node(value, "#")


class _Builder:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._draft = documents.draft
        self._nodes: dict[int, Node] = {}
        self._shapes = Shapes()
        self._meta_schemas: dict[str, MetaSchema] = {}
        self._open: list[tuple[Reference, JsonValue]] = []
        self._references: list[Reference] = []

    def node(self, value: JsonValue, where: str) -> Node:
        """The node of a schema that lies at `where`."""
        if isinstance(value, bool):
            return AnyValue(source=value) if value else NoValue(source=value)
        if not isinstance(value, Mapping):
            raise InvalidSchema(f"what is at {where} is no schema; make it an object or a boolean")
        known = self._nodes.get(id(value))
        if known is None:
            known = self._nodes[id(value)] = self._build(Keywords(value, where))
        return known

    def resolve(self) -> None:
        """Gives every reference its target, and so on until none is open."""
        while self._open:
            reference, beside = self._open.pop()
            found = self._documents.find(reference.uri, beside)
            if isinstance(found, MetaSchemaUri):
                reference.target = self._meta_schemas.setdefault(found, MetaSchema(uri=found))
            else:
                reference.target = self.node(found, reference.uri)
        for reference in self._references:
            _shorten(reference)

    def _build(self, keywords: Keywords) -> Node:
        parts = self._parts(keywords)
        if len(parts) > 1:
            combination = self._combine(Criterion.ALL, parts, keywords.schema)
            combination.is_implied = True
            return self._annotate(combination, keywords)
        return self._annotate(parts[0] if parts else AnyValue(), keywords)

    def _parts(self, keywords: Keywords) -> list[Node]:
        if "$ref" in keywords and not self._draft.is_modern:
            return [self._reference("$ref", keywords)]
        parts: list[Node] = []
        if self._draft.is_modern:
            parts += [self._reference(name, keywords) for name in _REFERENCES if name in keywords]
        parts += self._values(keywords)
        parts += [
            self._combination(criterion, keywords)
            for criterion in Criterion
            if criterion in keywords
        ]
        if "not" in keywords:
            inner = self.node(keywords.schema["not"], keywords.at("not"))
            parts.append(Negation(inner=inner, source=keywords.schema))
        parts += self._typed(keywords)
        if self._draft >= Draft.DRAFT_7 and keywords.has_any(CONDITIONAL_KEYWORDS):
            parts.append(self._conditional(keywords))
        return parts

    def _annotate(self, node: Node, keywords: Keywords) -> Node:
        schema = keywords.schema
        node.source = schema
        node.id = keywords.text(self._draft.id_keyword)
        node.title = keywords.text("title")
        node.description = keywords.text("description")
        node.default = schema.get("default")
        node.has_default = "default" in schema
        connect_type = schema.get("connect.type")
        node.connect_type = connect_type if isinstance(connect_type, str) else None
        return node

    def _reference(self, keyword: str, keywords: Keywords) -> Reference:
        uri = keywords.text(keyword) or "#"
        reference = Reference(uri=uri, source=keywords.schema)
        self._open.append((reference, keywords.schema))
        self._references.append(reference)
        return reference

    def _values(self, keywords: Keywords) -> Iterator[Node]:
        schema = keywords.schema
        if "enum" in keywords:
            values = tuple(dict.fromkeys(map(sorted_compact, keywords.array("enum"))))
            yield Enumeration(values=values, source=schema)
        if "const" in keywords and self._draft is not Draft.DRAFT_4:
            yield Constant(value=sorted_compact(schema["const"]), source=schema)

    def _combination(self, criterion: Criterion, keywords: Keywords) -> Combination:
        parts: list[Node] = []
        for number, value in enumerate(keywords.array(criterion)):
            part = self.node(value, f"{keywords.at(criterion)}/{number}")
            parts += self._flatten(part)
        return self._combine(criterion, parts, keywords.schema)

    def _combine(self, criterion: Criterion, parts: list[Node], source: JsonValue) -> Combination:
        distinct = {self._key(part): part for part in reversed(parts)}
        return Combination(
            criterion=criterion,
            parts=tuple(parts),
            distinct=tuple(reversed(distinct.values())),
            source=source,
        )

    def _key(self, part: Node) -> Hashable:
        """Equal for two parts of a combination that say the same."""
        criterion = part.criterion if isinstance(part, Combination) else None
        is_integer = isinstance(part, Number) and part.is_integer
        return type(part), criterion, is_integer, self._shapes.number(part.source)

    def _flatten(self, part: Node) -> tuple[Node, ...]:
        """What other registries see in the modern drafts: implied parts beside the others."""
        if isinstance(part, Combination) and part.is_implied and self._draft.is_modern:
            return part.parts
        return (part,)

    def _typed(self, keywords: Keywords) -> Iterator[Node]:
        types = keywords.types() if "type" in keywords else []
        typed = [self._of_type(name, keywords) for name in types]
        if isinstance(keywords.schema.get("type"), list):
            yield self._combine(Criterion.ANY, typed, keywords.schema)
        else:
            yield from typed
        yield from self._untyped(frozenset(types), keywords)

    def _of_type(self, name: str, keywords: Keywords) -> Node:
        if name == "boolean":
            return Boolean(source=name)
        if name == "null":
            return Null(source=name)
        node = self._group(name, keywords)
        node.is_required = True
        return node

    def _untyped(self, types: frozenset[str], keywords: Keywords) -> Iterator[Node]:
        """Keywords about types that `type` does not name: they hold for values of that type."""
        for name, names, meant in (
            ("array", {"array"}, array_keywords(self._draft)),
            ("object", {"object"}, object_keywords(self._draft)),
            ("number", {"number", "integer"}, NUMBER_KEYWORDS),
            ("string", {"string"}, string_keywords(self._draft)),
        ):
            if types.isdisjoint(names) and keywords.has_any(meant - self._silent(keywords)):
                yield self._group(name, keywords)

    def _silent(self, keywords: Keywords) -> frozenset[str]:
        """Since 2019-09 other registries see no object in a schema that names no property of it."""
        names = ("properties", "patternProperties") if self._draft.is_modern else ()
        return frozenset(name for name in names if not keywords.object(name))

    def _group(self, name: str, keywords: Keywords) -> Typed:
        node: Typed
        if name == "string":
            node = groups.string_of(keywords)
        elif name == "array":
            node = groups.array_of(keywords, self._draft, self.node)
        elif name == "object":
            node = groups.object_of(keywords, self._draft, self.node)
        else:
            node = groups.number_of(keywords, self._draft, is_integer=name == "integer")
        node.source = keywords.schema
        return node

    def _conditional(self, keywords: Keywords) -> Conditional:
        condition, consequence, alternative = (
            self.node(keywords.schema[name], keywords.at(name)) if name in keywords else None
            for name in ("if", "then", "else")
        )
        return Conditional(
            condition=condition,
            consequence=consequence,
            alternative=alternative,
            source=keywords.schema,
        )


def _shorten(reference: Reference) -> None:
    """Lets a reference, and those it goes through, lead straight to the end."""
    passed: dict[Reference, None] = {}
    node: Node | None = reference
    while isinstance(node, Reference):
        if node in passed:
            raise InvalidSchema(
                f"$ref {reference.uri} leads back to itself; let one of them be a schema"
            )
        passed[node] = None
        node = node.target
    for through in passed:
        through.target = node
