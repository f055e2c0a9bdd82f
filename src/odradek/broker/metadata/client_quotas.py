"""Quotas of users, clients and addresses: decide on changing them, and find them.

Source: KIP-546. A quota belongs to an entity of one part (a user, a client id, an address) or two
(a user's client); a part without a name is the default of its type.

Differs from Kafka: quotas are kept and described, but not enforced: nobody is slowed down by them.

Differs from Kafka: an address is judged by its form and not looked up, and a quota that is no
number is refused.
"""

import re
from collections.abc import Mapping, Sequence

import msgspec

from odradek.broker.metadata.image import MetadataImage, QuotaEntity
from odradek.broker.metadata.outcome import Outcome, refuse
from odradek.protocol.errors import ErrorCode
from odradek.protocol.stored_records.cluster_metadata import ClientQuotaRecord, EntityData

USER, CLIENT_ID, IP = "user", "client-id", "ip"
ENTITY_TYPES = (USER, CLIENT_ID, IP)

ANY_NUMBER = float("inf")
INT_MAX, LONG_MAX = float(2**31 - 1), float(2**63 - 1)
LIMITS_OF_CLIENTS: Mapping[str, float] = {
    "producer_byte_rate": LONG_MAX,
    "consumer_byte_rate": LONG_MAX,
    "request_percentage": ANY_NUMBER,
    "controller_mutation_rate": ANY_NUMBER,
}
LIMITS_OF_ADDRESSES: Mapping[str, float] = {"connection_creation_rate": INT_MAX}
"""The quotas there are, and the largest value of each; those with a limit are whole numbers."""

ROUNDING_ERROR = 1e-6
_HOST = re.compile(r"[A-Za-z0-9._:%-]{1,255}")


class QuotaChange(msgspec.Struct, frozen=True):
    """A quota to set, or with no value to remove."""

    key: str
    value: float | None


class Condition(msgspec.Struct, frozen=True):
    """What an entity must have: a part of this type, by any name or by exactly this one."""

    entity_type: str
    is_any: bool
    name: str | None


def decide_alter(
    image: MetadataImage, parts: Mapping[str, str | None], changes: Sequence[QuotaChange]
) -> Outcome:
    """Change the quotas of one entity: all of them, or none if one is wrong."""
    complaint = _find_entity_fault(parts) or _find_changes_fault(parts, changes)
    if complaint is not None:
        return refuse(ErrorCode.INVALID_REQUEST, complaint)
    entity: QuotaEntity = tuple(sorted(parts.items()))
    current = image.client_quotas.get(entity, {})
    return Outcome(
        [_record(entity, change) for change in changes if current.get(change.key) != change.value]
    )


def find_quotas(
    image: MetadataImage, conditions: Sequence[Condition], *, is_strict: bool
) -> dict[QuotaEntity, dict[str, float]]:
    """The entities that meet all conditions, and if strict have no parts beside."""
    return {
        entity: quotas
        for entity, quotas in image.client_quotas.items()
        if all(_is_met(condition, dict(entity)) for condition in conditions)
        and not (is_strict and len(entity) > len(conditions))
    }


def _is_met(condition: Condition, parts: Mapping[str, str | None]) -> bool:
    if condition.entity_type not in parts:
        return False
    return condition.is_any or parts[condition.entity_type] == condition.name


def _record(entity: QuotaEntity, change: QuotaChange) -> ClientQuotaRecord:
    return ClientQuotaRecord(
        entity=[EntityData(entity_type=kind, entity_name=name) for kind, name in entity],
        key=change.key,
        value=change.value or 0.0,
        remove=change.value is None,
    )


def _find_entity_fault(parts: Mapping[str, str | None]) -> str | None:
    if not parts:
        return (
            "A quota belongs to a user, a client-id, an ip, or a user's client-id; none is named."
        )
    for kind, name in parts.items():
        if kind not in ENTITY_TYPES:
            return f"Entity type {kind!r} is unknown; there are {', '.join(ENTITY_TYPES)}."
        if name == "":
            return f"The name of the {kind} is empty; leave it out for the default of all."
    if IP in parts and len(parts) > 1:
        return "An ip has quotas of its own and cannot be combined with a user or a client-id."
    address = parts.get(IP)
    if address is not None and not _HOST.fullmatch(address):
        return f"{address!r} is no address and no host name."
    return None


def _find_changes_fault(
    parts: Mapping[str, str | None], changes: Sequence[QuotaChange]
) -> str | None:
    keys = [change.key for change in changes]
    repeated = sorted({key for key in keys if keys.count(key) > 1})
    if repeated:
        return f"The quota {repeated[0]} is changed twice in one request."
    limits = LIMITS_OF_ADDRESSES if IP in parts else LIMITS_OF_CLIENTS
    for change in changes:
        complaint = _find_value_fault(limits, change)
        if complaint is not None:
            return complaint
    return None


def _find_value_fault(limits: Mapping[str, float], change: QuotaChange) -> str | None:
    value = change.value
    if value is None:
        return None
    limit = limits.get(change.key)
    if limit is None:
        return f"The quota {change.key!r} is unknown here; there are {', '.join(limits)}."
    if not value > 0:
        return f"The quota {change.key} must be greater than 0, not {value}."
    if limit == ANY_NUMBER:
        return None
    if value > limit:
        return f"The quota {change.key} is at most {limit:.0f}, not {value}."
    if abs(value - round(value)) > ROUNDING_ERROR:
        return f"The quota {change.key} is a whole number, not {value}."
    return None
