"""One member of a group, and the request of it that waits, if one does."""

from collections.abc import Hashable, Sequence

import msgspec

Token = Hashable
"""Whoever waits for an answer; the coordinator keeps it and gives it back with the answer."""

Protocols = Sequence[tuple[str, bytes]]
"""Name and metadata of each protocol a member supports, the preferred one first."""


class Member(msgspec.Struct, eq=False, kw_only=True):
    """A consumer, or whatever else uses groups.

    `is_new` until the first generation it takes part in begins: it does not know its id yet, and so
    cannot send heartbeats.
    """

    member_id: str
    group_instance_id: str | None
    client_id: str
    client_host: str
    rebalance_timeout_ms: int
    session_timeout_ms: int
    protocols: Protocols
    assignment: bytes = b""
    is_new: bool = False
    join_token: Token | None = None
    sync_token: Token | None = None

    @property
    def is_static(self) -> bool:
        return self.group_instance_id is not None

    @property
    def is_awaiting_join(self) -> bool:
        return self.join_token is not None

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for the group, and so cannot be expected to send heartbeats."""
        return self.join_token is not None or self.sync_token is not None

    def metadata_for(self, protocol_name: str | None) -> bytes:
        """What the member said under a protocol; empty if it does not know the protocol."""
        for name, metadata in self.protocols:
            if name == protocol_name:
                return metadata
        return b""

    def matches(self, protocols: Protocols) -> bool:
        """Whether the member would join with the same protocols and metadata again."""
        return list(self.protocols) == list(protocols)

    def vote(self, candidates: frozenset[str]) -> str:
        """The first of the member's protocols that is a candidate."""
        return next(name for name, _ in self.protocols if name in candidates)
