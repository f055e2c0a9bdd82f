"""What AlterConfigs and IncrementalAlterConfigs have in common: whose settings may be changed."""

from odradek.broker.metadata.configs import Resource
from odradek.broker.metadata.image import RESOURCE_BROKER, RESOURCE_TOPIC
from odradek.broker.metadata.outcome import Outcome, refuse
from odradek.broker.runtime import Broker
from odradek.protocol.errors import ErrorCode


def find_resource_fault(broker: Broker, resource: Resource) -> Outcome | None:
    """Refuse a resource that does not exist or has no settings here."""
    if resource.type == RESOURCE_TOPIC:
        if not resource.name:
            return refuse(ErrorCode.INVALID_REQUEST, "There are no settings for all topics.")
        if resource.name in broker.image.topics:
            return None
        return refuse(
            ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, f"Topic '{resource.name}' does not exist."
        )
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
