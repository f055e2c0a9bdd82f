"""A schema's GUID: the same in every registry, because it is made of what the schema is.

MD5 over the text, then each reference, then the data contract, as Confluent's registry does it: the
parts stand one behind the other without anything between them. It names schemas, and protects
nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import md5
from typing import Any, NamedTuple

from odradek.schemas.wire_format import guid_text

PRESENT = b"\x01"
"""In front of metadata and rule set, so that an empty one is not the same as none."""
RULE_LISTS = ("migrationRules", "domainRules", "encodingRules")

JsonObject = Mapping[str, Any]


class VersionReference(NamedTuple):
    """A reference as the registry stores it: to a version of a subject."""

    name: str
    subject: str
    version: int


def guid_of(
    text: str,
    references: Sequence[VersionReference] = (),
    metadata: JsonObject | None = None,
    rule_set: JsonObject | None = None,
) -> str:
    """The GUID; `metadata` and `rule_set` are those of the REST API, None where there is none."""
    digest = md5(usedforsecurity=False)
    for part in _parts(text, references, metadata, rule_set):
        digest.update(part if isinstance(part, bytes) else part.encode())
    return guid_text(digest.digest())


def _parts(
    text: str,
    references: Sequence[VersionReference],
    metadata: JsonObject | None,
    rule_set: JsonObject | None,
) -> Iterable[str | bytes]:
    yield text
    for reference in references:
        yield reference.name
        yield reference.subject
        yield reference.version.to_bytes(4, "big", signed=True)
    if metadata is not None:
        yield PRESENT
        yield from _metadata_parts(metadata)
    if rule_set is not None:
        yield PRESENT
        for name in RULE_LISTS:
            for rule in rule_set.get(name) or ():
                yield from _rule_parts(rule)


def _metadata_parts(metadata: JsonObject) -> Iterable[str]:
    for name, tags in sorted((metadata.get("tags") or {}).items()):
        yield name
        yield from sorted(set(tags))
    for name, value in sorted((metadata.get("properties") or {}).items()):
        yield name
        yield value
    yield from sorted(set(metadata.get("sensitive") or ()))


def _rule_parts(rule: JsonObject) -> Iterable[str | bytes]:
    for name in ("name", "doc", "kind", "mode", "type"):
        yield rule.get(name) or ""
    yield from sorted(set(rule.get("tags") or ()))
    for name, value in sorted((rule.get("params") or {}).items()):
        yield name
        yield value
    for name in ("expr", "onSuccess", "onFailure"):
        yield rule.get(name) or ""
    if rule.get("disabled"):
        yield PRESENT
