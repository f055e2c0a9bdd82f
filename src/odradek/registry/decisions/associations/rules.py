"""What may be associated with what: an association that a client wants, completed and judged."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from odradek.registry.decisions.aliases import meant_by
from odradek.registry.decisions.associations.finding import (
    TOPIC,
    Filter,
    Lifecycle,
    frozen_already,
    of_subject,
)
from odradek.registry.decisions.lookup import is_registered
from odradek.registry.decisions.registration import NewSchema
from odradek.registry.decisions.view import View
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.state.names import qualify, qualify_within
from odradek.registry.state.records import Association
from odradek.registry.state.settings import Mode

NAME = re.compile(r"[\w-]{1,256}")
KEY, VALUE = "key", "value"


@dataclass(frozen=True, slots=True)
class Resource:
    """What is associated, as the client names it."""

    name: str | None
    namespace: str | None
    id: str | None
    type: str | None = None

    def own_subject(self, kind: str) -> str:
        """The subject that a STRONG association is with: a context for each namespace."""
        return f":.{self.namespace}:{self.name}-{kind}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One association as the client wants it; what is None is left to us, or as it is."""

    subject: str | None = None
    kind: str | None = None
    lifecycle: Lifecycle | None = None
    frozen: bool | None = None
    schema: NewSchema | None = None
    normalize: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """A wanted association with all that follows: subject, kind and lifecycle are known."""

    wanted: Wanted
    subject: str
    kind: str
    lifecycle: Lifecycle
    frozen: bool
    known: Association | None
    is_unchanged: bool = False


def invalid(name: str, reason: str) -> RegistryError:
    return RegistryError(ErrorCode.INVALID_ASSOCIATION, f"Invalid association: {name}: {reason}")


def checked_resource(resource: Resource, *, dry_run: bool) -> Resource:
    for name, value in (
        ("resourceName", resource.name),
        ("resourceNamespace", resource.namespace),
    ):
        if not NAME.fullmatch(value or ""):
            raise invalid(name, "it is made of 1 to 256 letters, digits, _ and -")
    if not resource.id and not dry_run:
        raise invalid("resourceId", "it is missing")
    if resource.type not in (None, "", TOPIC):
        raise invalid("resourceType", f"only {TOPIC} is known")
    return replace(resource, type=TOPIC)


def completed(
    view: View, resource: Resource, wanted: Wanted, context: str, *, creates: bool
) -> Wanted:
    """The association with what is left open, where it is a new one for sure."""
    if wanted.subject is not None and not wanted.subject:
        raise invalid("subject", "it is empty")
    if wanted.kind not in (None, "", KEY, VALUE):
        raise invalid("associationType", f"it is {KEY} or {VALUE}")
    wanted = replace(wanted, kind=wanted.kind or VALUE)
    if wanted.subject is not None:
        within = qualify_within(context, wanted.subject) if context else qualify(wanted.subject)
        wanted = replace(wanted, subject=meant_by(view, within))
    if creates:
        return _as_new(resource, wanted)
    if wanted.lifecycle is Lifecycle.WEAK and (wanted.schema is not None or wanted.frozen):
        raise invalid("lifecycle", "a WEAK association is not frozen, and brings no schema")
    return wanted


def _as_new(resource: Resource, wanted: Wanted) -> Wanted:
    """Who brings a schema along wants the subject for himself."""
    fallback = Lifecycle.WEAK if wanted.schema is None else Lifecycle.STRONG
    lifecycle = wanted.lifecycle or fallback
    is_strong = lifecycle is Lifecycle.STRONG
    own = resource.own_subject(wanted.kind or VALUE)
    if wanted.subject is None and not is_strong:
        raise invalid("subject", "a WEAK association needs one")
    completed = replace(
        wanted,
        lifecycle=lifecycle,
        subject=wanted.subject or own,
        frozen=is_strong if wanted.frozen is None else wanted.frozen,
    )
    _check_shape(completed, own)
    return completed


def _check_shape(wanted: Wanted, own: str) -> None:
    """STRONG is frozen and named after the topic; WEAK is neither, and brings no schema."""
    is_strong = wanted.lifecycle is Lifecycle.STRONG
    if not is_strong and wanted.schema is not None:
        raise invalid("lifecycle", "it is not WEAK where a schema comes along")
    if not is_strong and wanted.subject == own:
        raise invalid("subject", f"'{own}' is for a STRONG association")
    if wanted.frozen != is_strong:
        raise invalid("frozen", f"a {wanted.lifecycle} association is not frozen={wanted.frozen}")
    if is_strong and wanted.subject != own:
        raise invalid("subject", f"a frozen association is with '{own}'")


def check_kinds(kinds: Sequence[str | None]) -> None:
    """Raise RegistryError for a kind that is there twice."""
    named = [each or VALUE for each in kinds]
    if len(set(named)) < len(named):
        raise invalid("associationType", "each may be there once")


def settle(
    view: View,
    resource: Resource,
    wanted: Wanted,
    associations: Mapping[str, Association],
    *,
    creates: bool,
) -> Settled:
    kind = wanted.kind or VALUE
    known, own = associations.get(kind), resource.own_subject(kind)
    if known is None and not creates:
        if wanted.schema is not None:
            raise invalid("schema", "a topic that exists gets no association with a schema")
        wanted = _as_new(resource, wanted)
    lifecycle = wanted.lifecycle or Lifecycle(known.lifecycle if known else Lifecycle.WEAK)
    subject = wanted.subject or (known.subject if known else own)
    was_frozen = known is not None and known.frozen
    frozen = was_frozen if wanted.frozen is None else wanted.frozen
    _check_shape(replace(wanted, lifecycle=lifecycle, subject=subject, frozen=frozen), own)
    if was_frozen and subject != own:
        raise invalid("subject", f"a frozen association is with '{own}'")
    settled = Settled(wanted, subject, kind, lifecycle, frozen, known)
    if known is None:
        _check_new(view, settled, creates=creates)
        return settled
    return _compared(view, settled, known, own, creates=creates)


def _check_new(view: View, settled: Settled, *, creates: bool) -> None:
    if settled.lifecycle is not Lifecycle.STRONG or view.mode(settled.subject) is Mode.IMPORT:
        return
    if not creates:
        raise invalid("lifecycle", "a STRONG association is made together with the topic")
    wanted = settled.wanted
    if wanted.schema is None:
        raise invalid("schema", "a frozen association needs one")
    versions = view.index.versions(settled.subject)
    if versions and (versions[-1].version != 1 or not _is_registered(view, settled)):
        raise invalid("frozen", f"'{settled.subject}' has other schemas already")


def _compared(
    view: View, settled: Settled, known: Association, own: str, *, creates: bool
) -> Settled:
    """The association with what is known of it; raises RegistryError where it cannot change so."""
    wanted = settled.wanted
    is_same = (settled.subject, settled.lifecycle, settled.frozen) == (
        known.subject,
        known.lifecycle,
        known.frozen,
    )
    if is_same and not (creates and wanted.schema and not _is_registered(view, settled)):
        return replace(settled, is_unchanged=True)
    if creates:
        raise RegistryError(
            ErrorCode.ASSOCIATION_FOR_RESOURCE_EXISTS,
            f"Resource '{known.resourceName}' already has its {known.associationType} in subject"
            f" '{known.subject}'",
        )
    if wanted.lifecycle is None and wanted.schema is None:
        raise invalid("lifecycle", "an update gives a lifecycle or a schema")
    if settled.subject != known.subject:
        raise invalid("subject", f"it stays '{known.subject}'")
    if known.lifecycle == Lifecycle.STRONG != settled.lifecycle and known.subject == own:
        raise invalid("lifecycle", f"an association with '{own}' stays STRONG")
    if settled.frozen != known.frozen:
        raise invalid("frozen", "it stays as it is")
    if known.frozen:
        raise frozen_already(known)
    return settled


def _is_registered(view: View, settled: Settled) -> bool:
    wanted = settled.wanted
    return wanted.schema is not None and is_registered(
        view, settled.subject, wanted.schema.content, normalized=wanted.normalize
    )


def check_lifecycles(known: Mapping[str, Association], settled: Sequence[Settled]) -> None:
    lifecycles = {each.associationType: each.lifecycle for each in known.values()}
    lifecycles |= {each.kind: each.lifecycle for each in settled}
    if len(set(lifecycles.values())) > 1:
        raise invalid("lifecycle", "all associations of a resource have the same one")


def check_subject(view: View, settled: Settled) -> None:
    subject, has_schema = settled.subject, settled.wanted.schema is not None
    if has_schema and view.mode(subject) is Mode.IMPORT:
        raise invalid("schema", f"'{subject}' is in mode IMPORT, where schemas come by themselves")
    if not has_schema and not view.has_subject(subject, deleted=False):
        raise RegistryError(
            ErrorCode.NO_ACTIVE_VERSION,
            f"Subject '{subject}' has no version to be associated with",
        )
    others = [each for each in of_subject(view, subject, Filter()) if each != settled.known]
    if settled.lifecycle is Lifecycle.STRONG:
        if others:
            raise RegistryError(
                ErrorCode.ASSOCIATION_FOR_SUBJECT_EXISTS,
                f"Subject '{subject}' is associated with '{others[0].resourceName}' already",
            )
        versions = view.index.versions(subject, deleted=True)
        if any(view.index.referrers(each.place, deleted=True) for each in versions):
            raise RegistryError(
                ErrorCode.REFERENCE_EXISTS, f"Subject '{subject}' is referred to by others"
            )
    elif any(each.lifecycle == Lifecycle.STRONG for each in others):
        raise RegistryError(
            ErrorCode.STRONG_ASSOCIATION_EXISTS,
            f"Subject '{subject}' is that of '{others[0].resourceName}' alone",
        )
