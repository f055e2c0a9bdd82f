"""What AlterConfigs and IncrementalAlterConfigs have in common: whose settings may be changed.

A request changes one resource after the other, each whole or not at all.

Differs from Kafka: groups, loggers and subscriptions to client metrics have no settings.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from odradek.broker.metadata.configs import Resource
from odradek.broker.metadata.image import RESOURCE_BROKER, RESOURCE_TOPIC
from odradek.broker.metadata.outcome import Outcome, refuse
from odradek.broker.metadata.topic_names import find_fault
from odradek.broker.runtime import Broker
from odradek.protocol.errors import ErrorCode


class Asked(Protocol):
    """A resource in a request of either API."""

    resource_type: int
    resource_name: str


AskedResource = TypeVar("AskedResource", bound=Asked)


def change_each(
    broker: Broker,
    resources: Sequence[AskedResource],
    change: Callable[[Resource, AskedResource], Outcome],
) -> list[Outcome]:
    """Let `change` change each resource that has settings and is named only once."""
    named = [Resource(asked.resource_type, asked.resource_name) for asked in resources]
    times = Counter(named)
    return [
        _find_resource_fault(broker, resource, times[resource]) or change(resource, asked)
        for resource, asked in zip(named, resources, strict=True)
    ]


def _find_resource_fault(broker: Broker, resource: Resource, times: int) -> Outcome | None:
    """Refuse a resource that does not exist or has no settings here."""
    if times > 1:
        return refuse(ErrorCode.INVALID_REQUEST, "Each resource must appear at most once.")
    if resource.type == RESOURCE_TOPIC:
        return _find_topic_fault(broker, resource.name)
    if resource.type == RESOURCE_BROKER:
        if resource.name in ("", str(broker.node_id)):
            return None
        return refuse(
            ErrorCode.INVALID_REQUEST,
            f"Broker '{resource.name}' is not this one; change broker {broker.node_id}, "
            "or the empty name for all brokers.",
        )
    return refuse(
        ErrorCode.INVALID_REQUEST,
        f"Resources of type {resource.type} have no settings here; "
        "topics (2) and brokers (4) have.",
    )


def _find_topic_fault(broker: Broker, name: str) -> Outcome | None:
    if not name:
        return refuse(ErrorCode.INVALID_REQUEST, "There are no settings for all topics.")
    if name in broker.image.topics:
        return None
    fault = find_fault(name)
    if fault is not None:
        return refuse(ErrorCode.INVALID_TOPIC_EXCEPTION, fault)
    return refuse(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, f"Topic '{name}' does not exist.")
