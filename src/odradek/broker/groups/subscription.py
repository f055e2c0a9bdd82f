"""Which topics a consumer group reads, as far as the broker can tell.

Only groups of the protocol type "consumer" put a known form into their members' metadata; other
types, and members that send something else, leave the question open.
"""

from collections.abc import Iterable

from odradek.broker.groups.member import Member
from odradek.protocol.errors import ProtocolError
from odradek.protocol.messages.consumer_protocol import (
    ConsumerProtocolSubscription,
    decode_with_version,
)

CONSUMER = "consumer"


def subscribed_topics(
    protocol_type: str | None, protocol_name: str | None, members: Iterable[Member]
) -> frozenset[str] | None:
    """The topics of all members together; None where they cannot be known."""
    members = list(members)
    if not members:
        return frozenset()
    if protocol_type != CONSUMER or protocol_name is None:
        return None
    topics: set[str] = set()
    for member in members:
        metadata = member.metadata_for(protocol_name)
        try:
            topics.update(decode_with_version(ConsumerProtocolSubscription, metadata).topics)
        except ProtocolError:
            return None
    return frozenset(topics)
