"""/compatibility: whether a schema could be registered; and, beyond Confluent's, why not at any
level.

`POST /odradek/v1/compatibility/subjects/{subject}/versions` tells for all seven levels what is in
the way, who is left behind, how to mend it, and shows a record that proves it.
"""

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from odradek.registry.api.bodies import SchemaBody
from odradek.registry.api.parameters import check_references, subject_of, version_of
from odradek.registry.core import Registry
from odradek.registry.decisions.compatibility import comparable, findings, level_of, messages_about
from odradek.registry.decisions.fields import check_fields, complaints_about_fields
from odradek.registry.decisions.view import View
from odradek.registry.errors import RegistryError, invalid_schema, version_not_found
from odradek.registry.permissions import Action
from odradek.registry.state.index import LATEST, Version
from odradek.schemas.comparison import Earlier, Finding, witness_of
from odradek.schemas.incompatibility import Witness
from odradek.schemas.levels import CompatibilityLevel
from odradek.schemas.schema import ParsedSchema
from odradek.web.routes import Call, Route


class Query(Struct, frozen=True):
    """How the schema is compared; `verbose` says why not."""

    normalize: bool = False
    verbose: bool = False


class Verdict(Struct):
    """Whether the schema could be registered."""

    is_compatible: bool
    messages: list[str] | UnsetType = UNSET


class Explained(Struct, kw_only=True, omit_defaults=True):
    """One thing that is in the way."""

    version: int
    broken: str
    kind: str
    path: str
    description: str
    remedy: str
    witness: str | None = None
    witnessError: str | None = None


class LevelVerdict(Struct):
    """Whether a level allows the schema, and what it does not allow."""

    level: CompatibilityLevel
    is_compatible: bool
    findings: list[Explained]


class Explanation(Struct):
    """The verdicts of all levels; `level` is the one that applies.

    What `fields` complains about is forbidden at every level, where `validateFields` is set.
    """

    level: CompatibilityLevel
    is_compatible: bool
    levels: list[LevelVerdict]
    fields: list[str]


async def compare_with_version(registry: Registry, call: Call) -> Verdict:
    subject, number = _subject(call), version_of(call)
    version = registry.view.index.version(subject, number)
    if version is None and number != LATEST:
        raise version_not_found(number)
    return _verdict(registry.view, call, subject, [] if version is None else [version])


async def compare_with_subject(registry: Registry, call: Call) -> Verdict:
    subject = _subject(call)
    return _verdict(registry.view, call, subject, registry.view.index.versions(subject))


async def explain(registry: Registry, call: Call) -> Explanation:
    view, subject = registry.view, _subject(call)
    config = view.config(subject)
    new, content = _parsed(view, subject, call)
    earlier = comparable(config, content, view.index.versions(subject))
    witnesses: dict[tuple[int, str], Witness | None] = {}
    levels = [
        _explained(view, new, earlier, level, config, witnesses) for level in CompatibilityLevel
    ]
    applying = level_of(config)
    verdict = next(each for each in levels if each.level is applying)
    latest = view.index.version(subject, LATEST)
    fields = complaints_about_fields(view, subject, new, content, latest)
    return Explanation(applying, verdict.is_compatible and not fields, levels, fields)


def _subject(call: Call) -> str:
    subject = subject_of(call, Action.READ)
    check_references(call, subject)
    return subject


def _verdict(view: View, call: Call, subject: str, earlier: list[Version]) -> Verdict:
    try:
        new, content = _parsed(view, subject, call)
        messages = messages_about(view, subject, new, content, earlier)
    except RegistryError as error:
        if not call.query.verbose:
            raise
        messages = [error.message]
    return Verdict(not messages, messages if call.query.verbose else UNSET)


def _parsed(view: View, subject: str, call: Call) -> tuple[ParsedSchema, Any]:
    body: SchemaBody = call.body
    content = body.content()
    if not content.text.strip():
        raise invalid_schema("it is empty")
    parsed = view.parse_new(subject, content)
    check_fields(view, subject, parsed)
    return parsed, content


def _explained(
    view: View,
    new: ParsedSchema,
    earlier: list[Version],
    level: CompatibilityLevel,
    config: Any,
    witnesses: dict[tuple[int, str], Witness | None],
) -> LevelVerdict:
    found = findings(view, new, earlier, level, config)
    for finding in found:
        asked = (finding.version, finding.broken.value)
        if asked not in witnesses:
            version = next(each for each in earlier if each.version == finding.version)
            parsed = view.parse(version.subject, version.content)
            witnesses[asked] = witness_of(new, Earlier(finding.version, parsed), finding.broken)
    told = [_told(each, witnesses[each.version, each.broken.value]) for each in found]
    return LevelVerdict(level, not told, told)


def _told(finding: Finding, witness: Witness | None) -> Explained:
    found = finding.incompatibility
    return Explained(
        version=finding.version,
        broken=finding.broken.value,
        kind=found.kind,
        path=found.path,
        description=found.description,
        remedy=found.remedy,
        witness=None if witness is None else witness.record,
        witnessError=None if witness is None else witness.error,
    )


ROUTES = (
    Route(
        "POST",
        "/compatibility/subjects/{subject}/versions/{version}",
        compare_with_version,
        "Compare a schema with one version, at the subject's level.",
        Query,
        SchemaBody,
        Verdict,
        (404, 422),
    ),
    Route(
        "POST",
        "/compatibility/subjects/{subject}/versions",
        compare_with_subject,
        "Compare a schema as registering it would.",
        Query,
        SchemaBody,
        Verdict,
        (422,),
    ),
    Route(
        "POST",
        "/odradek/v1/compatibility/subjects/{subject}/versions",
        explain,
        "Explain what each of the seven levels says of a schema.",
        Query,
        SchemaBody,
        Explanation,
        (422,),
    ),
)
