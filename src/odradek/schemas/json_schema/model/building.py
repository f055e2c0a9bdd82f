"""The graph of nodes that a schema is.

Everything that can be reached from the root is built, and since 2019-09 every definition; a `$ref`
becomes a node at once and gets its target later, so that neither cycles nor long chains of
definitions make this recurse.
"""

from collections.abc import Iterator, Mapping
from copy import copy
from decimal import Decimal

from odradek.schemas.json_schema.model import groups
from odradek.schemas.json_schema.model.combining import Combining
from odradek.schemas.json_schema.model.documents import Documents, MetaSchemaUri
from odradek.schemas.json_schema.model.drafts import (
    CONDITIONAL_KEYWORDS,
    KNOWN_KEYWORDS,
    Draft,
    keywords_of,
)
from odradek.schemas.json_schema.model.keywords import Keywords
from odradek.schemas.json_schema.model.nodes import (
    AnyValue,
    Array,
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
    Reference,
    Typed,
    step,
)
from odradek.schemas.json_schema.model.pieces import Alternatives, Piece, pieces_of
from odradek.schemas.json_schema.text import MAX_VALUES, JsonValue, sorted_compact
from odradek.schemas.schema import InvalidSchema

MAX_NODES = 2 * MAX_VALUES
"""Of one schema: what references lead to is built again, and may lie inside of each other."""

_ROOT = "#"
_TYPES = {
    "array": {"array"},
    "object": {"object"},
    "number": {"number", "integer"},
    "string": {"string"},
}
"""Types that keywords are about, in the order of other registries, and what `type` calls them."""
_LONE = ("enum", "allOf", "oneOf", "anyOf", "not", "const")
"""Keywords that are parts by themselves, in the order of other registries."""


def build(documents: Documents) -> Node:
    """The root's node, everything it leads to resolved; raises InvalidSchema."""
    builder = _Builder(documents)
    root = builder.node(documents.root, _ROOT)
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
        self._built = 0
        self._combining = Combining(documents.draft)
        self._targets: dict[tuple[int, bool], Node] = {}
        self._meta_schemas: dict[str, MetaSchema] = {}
        self._open: list[tuple[Reference, JsonValue]] = []
        self._around: list[int] = []
        self._references: list[Reference] = []

    def node(self, value: JsonValue, where: str) -> Node:
        """The node of a schema that lies at `where`."""
        if isinstance(value, bool):
            is_any = AnyValue if value else NoValue
            return is_any(source=value, says=value)
        if not isinstance(value, Mapping):
            raise InvalidSchema(f"what is at {where} is no schema; make it an object or a boolean")
        known = self._nodes.get(id(value))
        if known is None:
            self._count_node()
            known = self._nodes[id(value)] = self._build(Keywords(value, where))
        return known

    def _count_node(self) -> None:
        self._built += 1
        if self._built > MAX_NODES:
            raise InvalidSchema(
                f"references lead to more than {MAX_NODES:,} schemas inside of each other;"
                " let them lead to definitions"
            )

    def resolve(self) -> None:
        """Gives every reference its target, and so on until none is open."""
        while self._open:
            reference, beside = self._open.pop()
            found = self._documents.find(reference.uri, beside)
            if isinstance(found, MetaSchemaUri):
                reference.target = self._meta_schemas.setdefault(found, MetaSchema(uri=found))
            else:
                reference.target = self._target(found, reference)
        for reference in self._references:
            _refuse_circle(reference)

    def _target(self, value: JsonValue, reference: Reference) -> Node:
        """What references to one place lead to: as in other registries, a node of its own."""
        is_inside = id(value) in reference.inside_of
        known = self._targets.get((id(value), is_inside))
        if known is None:
            if not self._draft.is_modern:
                self._nodes = {}
                self._draft = self._documents.draft_at(value)
            known = self.node(value, reference.uri)
            if self._draft.is_modern and not isinstance(known, Reference):
                known = copy(known)
                known.has_unknown = known.has_unknown and not is_inside
            self._targets[id(value), is_inside] = known
        return known

    def _build(self, keywords: Keywords) -> Node:
        is_modern = self._draft.is_modern
        parts = self._modern_parts(keywords) if is_modern else self._parts(keywords)
        if len(parts) > 1:
            for part in parts:
                part.source = keywords.schema
            combination = self._combining.combine(Criterion.ALL, parts, keywords.schema)
            combination.is_implied = True
            return self._annotate(combination, keywords)
        return self._annotate(parts[0] if parts else AnyValue(), keywords)

    def _parts(self, keywords: Keywords) -> list[Node]:
        """What a schema before 2019-09 says, in the order of other registries."""
        if "$ref" in keywords:
            return [self._reference("$ref", keywords)]
        lone = [name for name in _LONE if name in keywords]
        if self._draft is Draft.DRAFT_4:
            lone = [name for name in lone if name != "const"]
        parts = [self._plain(name, keywords) for name in lone]
        parts += self._typed(keywords)
        if self._draft >= Draft.DRAFT_7 and keywords.has_any(CONDITIONAL_KEYWORDS):
            parts.append(self._plain("if", keywords))
        return parts

    def _modern_parts(self, keywords: Keywords) -> list[Node]:
        """What a schema since 2019-09 says."""
        definitions = list(keywords.definitions(is_root=keywords.where == _ROOT))
        if definitions:
            self._around.append(id(keywords.schema))
        for where, value in definitions:
            self.node(value, where)
        parts = [self._of_piece(piece, keywords) for piece in pieces_of(keywords)]
        if definitions:
            self._around.pop()
        return parts

    def _of_piece(self, piece: Piece, keywords: Keywords) -> Node:
        if isinstance(piece, str):
            return self._plain(piece, keywords)
        if isinstance(piece, Alternatives):
            types = [self._of_piece(each, keywords) for each in piece.types]
            return self._combining.combine(Criterion.ANY, types, [each.says for each in types])
        node = self._group(piece.type_name or piece.name, keywords.only(piece.keywords))
        node.source = keywords.schema
        node.says = {**keywords.only(piece.keywords).schema, "type": piece.type_name}
        node.is_required = piece.type_name is not None
        return node

    def _plain(self, name: str, keywords: Keywords) -> Node:
        """The node of a keyword that is not about a type of value, or of such a type."""
        if name in ("boolean", "null"):
            return Boolean(says=name) if name == "boolean" else Null(says=name)
        if name in ("$ref", "$dynamicRef"):
            return self._reference(name, keywords)
        schema = keywords.schema
        says = {name: schema.get(name)}
        if name == "enum":
            values = tuple(dict.fromkeys(map(sorted_compact, keywords.array("enum"))))
            return Enumeration(values=values, says=says)
        if name == "const":
            return Constant(value=sorted_compact(schema["const"]), says=says)
        if name == "not":
            inner = self.node(schema["not"], keywords.at("not"))
            return Negation(inner=inner, says=says)
        if name == "if":
            return self._conditional(keywords)
        return self._combination(Criterion(name), keywords)

    def _annotate(self, node: Node, keywords: Keywords) -> Node:
        schema = keywords.schema
        node.source = node.says = schema
        node.id = None if self._draft.is_modern else keywords.text(self._draft.id_keyword)
        node.title = keywords.text("title")
        node.description = keywords.text("description")
        node.default = schema.get("default")
        node.has_default = "default" in schema
        connect_type = schema.get("connect.type")
        node.connect_type = connect_type if isinstance(connect_type, str) else None
        if isinstance(node, Array) and not self._draft.is_modern:
            # unknown to these drafts, and compared nonetheless
            node.min_contains = _count(schema.get("minContains"))
            node.max_contains = _count(schema.get("maxContains"))
        if self._draft.is_modern:
            node.has_unknown = bool(schema.keys() - KNOWN_KEYWORDS or schema.get("$defs"))
            if schema.get("$recursiveRef") == "#":
                node.beside = (self._reference("$recursiveRef", keywords),)
        return node

    def _reference(self, keyword: str, keywords: Keywords) -> Reference:
        uri = keywords.text(keyword) or "#"
        inside_of = frozenset(self._around)
        reference = Reference(uri=uri, says={keyword: uri}, inside_of=inside_of)
        self._open.append((reference, keywords.schema))
        self._references.append(reference)
        return reference

    def _combination(self, criterion: Criterion, keywords: Keywords) -> Combination:
        parts: list[Node] = []
        for number, value in enumerate(keywords.array(criterion)):
            part = self.node(value, f"{keywords.at(criterion)}/{number}")
            parts += self._combining.flatten(part)
        return self._combining.combine(criterion, parts, {criterion: keywords.schema[criterion]})

    def _typed(self, keywords: Keywords) -> Iterator[Node]:
        types = keywords.types() if "type" in keywords else []
        typed = [self._of_type(name, keywords) for name in types]
        if isinstance(keywords.schema.get("type"), list):
            yield self._combining.combine(Criterion.ANY, typed, [each.says for each in typed])
        else:
            yield from typed
        yield from self._untyped(frozenset(types), keywords)

    def _of_type(self, name: str, keywords: Keywords) -> Node:
        if name in ("boolean", "null"):
            return self._plain(name, keywords)
        node = self._group(name, keywords)
        node.is_required = True
        return node

    def _untyped(self, types: frozenset[str], keywords: Keywords) -> Iterator[Node]:
        """Keywords about types that `type` does not name: they hold for values of that type."""
        for name, names in _TYPES.items():
            is_about = keywords.has_any(keywords_of(name, self._draft))
            if is_about and types.isdisjoint(names):
                yield self._group(name, keywords)

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
        node.says = {"type": name, **keywords.only(keywords_of(name, self._draft)).schema}
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
            says=keywords.only(CONDITIONAL_KEYWORDS).schema,
        )


def _count(value: JsonValue) -> int | None:
    return int(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _refuse_circle(reference: Reference) -> None:
    """References that lead to each other, and nowhere else."""
    node, further = step(reference), step(step(reference))
    while isinstance(node, Reference):
        if node is further:
            raise InvalidSchema(
                f"$ref {reference.uri} leads back to itself; let one of them be a schema"
            )
        node, further = step(node), step(step(further))
