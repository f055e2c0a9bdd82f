"""What is wanted of a topic's associations, and what is wrong with it whatever the registry holds.

A creation is sent when a topic is made, and may bring the first schema of a subject that is to be
the topic's own. An upsert is sent for a topic that there is.

Differs from Kafka: Dots in a topic's name are taken; Confluent refuses such topics.
"""

import re
from dataclasses import dataclass, replace

from odradek.registry.decisions.registration import NewSchema
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.state.names import SubjectName, complaint_about, qualify_within
from odradek.registry.state.records import Lifecycle

TOPIC = "topic"
ASSOCIATION_TYPES = ("key", "value")
NAME = re.compile(r"[\w.-]{1,256}")
NAMESPACE = re.compile(r"[\w-]{1,256}")


@dataclass(frozen=True, slots=True)
class Resource:
    """A topic as the client names it; the id may be missing where nothing is written."""

    name: str
    namespace: str
    id: str | None
    type: str = TOPIC

    def own_subject(self, association_type: str) -> str:
        """The subject that only this resource may have, and only as its own."""
        return SubjectName(f".{self.namespace}", f"{self.name}-{association_type}").qualified


@dataclass(frozen=True, slots=True)
class Wanted:
    """One association as the client wants it; what is None follows from the rest."""

    guid: str
    association_type: str = "value"
    subject: str | None = None
    lifecycle: Lifecycle | None = None
    frozen: bool | None = None
    schema: NewSchema | None = None
    normalize: bool = False
    is_creation: bool = True


def check_resource(resource: Resource, *, dry_run: bool) -> None:
    """Raise RegistryError where it does not name a topic."""
    _check_name("resourceName", NAME, resource.name)
    _check_name("resourceNamespace", NAMESPACE, resource.namespace)
    if not resource.id and not dry_run:
        raise invalid("resourceId", "it is missing")
    if resource.type != TOPIC:
        raise invalid("resourceType", f"{resource.type!r} is not {TOPIC!r}")


def check_type(association_type: str) -> None:
    """Raise RegistryError where it is none of a topic's."""
    if association_type not in ASSOCIATION_TYPES:
        known = ", ".join(ASSOCIATION_TYPES)
        raise invalid("associationType", f"{association_type!r} is none of {known}")


def completed(resource: Resource, wanted: Wanted, context: str) -> Wanted:
    """What is wanted, with its subject in its context (`:.c:`, or the default one), and of a
    creation with its lifecycle. Raises RegistryError."""
    check_type(wanted.association_type)
    if wanted.subject is not None:
        complaint = complaint_about(wanted.subject)
        if complaint is not None:
            raise invalid("subject", f"{wanted.subject!r}: {complaint}")
        wanted = replace(wanted, subject=qualify_within(context, wanted.subject))
    if not wanted.is_creation:
        if wanted.lifecycle is Lifecycle.WEAK:
            check_lifecycle(Lifecycle.WEAK, wanted.frozen, has_schema=wanted.schema is not None)
        return wanted
    wanted = with_lifecycle(wanted)
    own = resource.own_subject(wanted.association_type)
    is_strong = wanted.lifecycle is Lifecycle.STRONG
    check_subject(wanted.lifecycle, wanted.subject or (own if is_strong else None), own)
    return wanted


def with_lifecycle(wanted: Wanted) -> Wanted:
    """A new association with the lifecycle and `frozen` that follow; raises RegistryError."""
    if wanted.schema is not None and not wanted.is_creation:
        raise invalid("schema", "a subject's first schema comes with the creation of its topic")
    implied = Lifecycle.WEAK if wanted.schema is None else Lifecycle.STRONG
    lifecycle = wanted.lifecycle or implied
    check_lifecycle(lifecycle, wanted.frozen, has_schema=wanted.schema is not None)
    return replace(wanted, lifecycle=lifecycle, frozen=lifecycle is Lifecycle.STRONG)


def check_lifecycle(lifecycle: Lifecycle, frozen: bool | None, *, has_schema: bool) -> None:
    """Raise RegistryError for what a lifecycle does not go with."""
    if has_schema and lifecycle is Lifecycle.WEAK:
        raise invalid("lifecycle", "a schema comes with a STRONG association, not with a WEAK one")
    if frozen is not None and frozen != (lifecycle is Lifecycle.STRONG):
        raise invalid("frozen", f"a {lifecycle} association cannot be frozen={str(frozen).lower()}")


def check_subject(lifecycle: Lifecycle | None, subject: str | None, own: str) -> None:
    """Raise RegistryError unless a STRONG one has the topic's own subject, and a WEAK one
    another."""
    if lifecycle is Lifecycle.STRONG and subject != own:
        raise invalid("subject", f"that of a STRONG association is {own!r}, not {subject!r}")
    if lifecycle is Lifecycle.WEAK and subject in (None, own):
        raise invalid("subject", f"a WEAK association needs one, and another than {own!r}")


def invalid(name: str, reason: str) -> RegistryError:
    return RegistryError(ErrorCode.INVALID_ASSOCIATION, f"Invalid association: {name}: {reason}")


def _check_name(name: str, allowed: re.Pattern[str], text: str) -> None:
    if not allowed.fullmatch(text):
        signs = "'_', '-' and '.'" if allowed is NAME else "'_' and '-'"
        raise invalid(name, f"{text[:300]!r} is not 1 to 256 letters, digits, {signs}")
