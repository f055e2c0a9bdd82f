"""Members and generations: JoinGroup, SyncGroup, Heartbeat, LeaveGroup, and groups looked at."""

import time
from typing import Any

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.messages.consumer_protocol import (
    ConsumerProtocolSubscription,
    encode_with_version,
)
from odradek.protocol.messages.delete_groups import DeleteGroupsRequest
from odradek.protocol.messages.describe_groups import DescribeGroupsRequest
from odradek.protocol.messages.heartbeat import HeartbeatRequest
from odradek.protocol.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from odradek.protocol.messages.leave_group import LeaveGroupRequest, MemberIdentity
from odradek.protocol.messages.list_groups import ListGroupsRequest
from odradek.protocol.messages.sync_group import SyncGroupRequest, SyncGroupRequestAssignment
from tests.parity.given import READ
from tests.parity.requests import Topic, commit
from tests.parity.scenario import Differs, scenario
from tests.parity.talk import Talk

MEMBER_ID_REQUIRED_SINCE_VERSION = 4
TIMEOUT_MS = 600_000
"""Longer than all scenarios together take: no session ends by itself."""
READING = encode_with_version(ConsumerProtocolSubscription(topics=[READ]), 0)
GROUP_IDS = {"an empty id": "", "an unknown group": "nobodys", "a space": "a b"}


def join(group: str, member_id: str = "", **fields: Any) -> JoinGroupRequest:
    """`protocols` are names; every one has the same metadata."""
    names = fields.pop("protocols", ("range",))
    metadata = fields.pop("metadata", READING)
    return JoinGroupRequest(
        group_id=group,
        member_id=member_id,
        protocols=[JoinGroupRequestProtocol(name=name, metadata=metadata) for name in names],
        **{
            "session_timeout_ms": TIMEOUT_MS,
            "rebalance_timeout_ms": TIMEOUT_MS,
            "protocol_type": "consumer",
            **fields,
        },
    )


def sync(
    group: str, generation: int, member_id: str, *assigned: str, **fields: Any
) -> SyncGroupRequest:
    """Each of `assigned` is a member that gets some bytes."""
    return SyncGroupRequest(
        group_id=group,
        generation_id=generation,
        member_id=member_id,
        assignments=[
            SyncGroupRequestAssignment(member_id=each, assignment=b"part %d" % number)
            for number, each in enumerate(assigned)
        ],
        **{"protocol_type": "consumer", "protocol_name": "range", **fields},
    )


def heartbeat(group: str, generation: int, member_id: str, **fields: Any) -> HeartbeatRequest:
    return HeartbeatRequest(group_id=group, generation_id=generation, member_id=member_id, **fields)


def leave(group: str, *members: str, **fields: Any) -> LeaveGroupRequest:
    return LeaveGroupRequest(
        group_id=group,
        member_id=members[0] if members else "",
        members=[MemberIdentity(member_id=member, **fields) for member in members],
    )


def look(*groups: str, **fields: Any) -> DescribeGroupsRequest:
    return DescribeGroupsRequest(groups=list(groups), **fields)


def joined(talk: Talk, group: str, step: str = "join", **fields: Any) -> Any:
    """Join a group, with the id that the broker asks for; return the answer."""
    answer = talk.ask(step, join(group, **fields))
    if answer.error_code:
        answer = talk.ask(f"{step} with the id", join(group, answer.member_id, **fields))
    return answer


def stable(talk: Talk, group: str, **fields: Any) -> tuple[str, int]:
    """A group with one member that has its assignment: the member's id, the generation."""
    answer = joined(talk, group, **fields)
    member, generation = answer.member_id, answer.generation_id
    talk.ask("sync", sync(group, generation, member, member))
    return member, generation


@scenario(ApiKey.JOIN_GROUP)
def one_member(talk: Talk) -> None:
    group = talk.name("group")
    answer = joined(talk, group)
    talk.ask("look before the sync", look(group))
    member, generation = answer.member_id, answer.generation_id
    talk.ask("join again before the sync", join(group, member))
    talk.ask("sync", sync(group, generation, member, member))
    talk.ask("join when stable", join(group, member))
    talk.ask("with other protocols", join(group, member, protocols=("range", "sticky")))
    talk.ask("with other metadata", join(group, member, metadata=b"else", reason="why not"))
    talk.ask("look", look(group))
    talk.ask("heartbeat of the old generation", heartbeat(group, generation, member))


@scenario(
    ApiKey.JOIN_GROUP,
    Differs("none of it made a group", "groups.*", "A first JoinGroup without protocols"),
)
def joins_that_are_refused(talk: Talk) -> None:
    talk.ask("no group", join(""))
    group = talk.name("group")
    for timeout in (-1, 0, 5_999, 1_800_001, 2**31 - 1):
        talk.ask(f"session of {timeout}", join(group, session_timeout_ms=timeout))
    talk.ask("no protocol", join(group, protocols=()))
    talk.ask("no type", join(group, protocol_type=""))
    talk.ask("an unknown member", join(group, "nobody"))
    talk.ask("none of it made a group", look(group))
    stable(talk, group)
    talk.ask("another type", join(group, protocol_type="connect"))
    talk.ask("another protocol", join(group, protocols=("sticky",)))
    talk.ask("no protocol in a group", join(group, protocols=()))
    talk.ask("an unknown member of a group", join(group, "nobody"))
    talk.ask("it is as it was", look(group))


@scenario(ApiKey.JOIN_GROUP)
def two_members(talk: Talk) -> None:
    group = talk.name("group")
    first, generation = stable(talk, group, protocols=("range", "sticky"))
    id_of_second = ""
    if talk.version >= MEMBER_ID_REQUIRED_SINCE_VERSION:
        id_of_second = talk.ask("the second asks", join(group)).member_id
    second = talk.begin("the second joins", join(group, id_of_second, protocols=("sticky",)))
    wait_for_rebalance(talk, group, generation, first)
    talk.ask("look while it rebalances", look(group))
    talk.ask("sync while it rebalances", sync(group, generation, first))
    leader = talk.begin("the first joins again", join(group, first, protocols=("sticky",)))
    answer, other = leader.answer(), second.answer()
    generation = answer.generation_id
    members = sorted({first, other.member_id})
    waiting = talk.begin(
        "the second syncs", sync(group, generation, other.member_id, protocol_name="sticky")
    )
    given = sync(group, generation, first, first, other.member_id, protocol_name="sticky")
    talk.ask("the first syncs", given)
    waiting.answer()
    talk.note("members", len(members))
    talk.ask("the first is alive", heartbeat(group, generation, first))
    talk.ask("the second leaves", leave(group, other.member_id))
    talk.ask("the first hears of it", heartbeat(group, generation, first))


def wait_for_rebalance(talk: Talk, group: str, generation: int, member: str) -> None:
    """Until the broker has the join that was begun on another connection."""
    deadline = time.monotonic() + TIMEOUT_MS / 1000
    while not talk.look_up(heartbeat(group, generation, member)).error_code:
        assert time.monotonic() < deadline, "the group does not rebalance"


@scenario(ApiKey.JOIN_GROUP, since=5)
def static_members(talk: Talk) -> None:
    group = talk.name("group")
    answer = talk.ask("join", join(group, group_instance_id="i"))
    first, generation = answer.member_id, answer.generation_id
    named = {"group_instance_id": "i"}
    talk.ask("sync", sync(group, generation, first, first, **named))
    again = talk.ask("its successor joins", join(group, group_instance_id="i"))
    second, generation = again.member_id, again.generation_id
    talk.ask("the first is fenced", heartbeat(group, generation, first, **named))
    talk.ask("the first joins again", join(group, first, **named))
    talk.ask("the first commits", commit(group, Topic(READ), {0: 5}, **named), version=9)
    talk.ask("the second is alive", heartbeat(group, generation, second, **named))
    talk.ask("the second syncs", sync(group, generation, second, **named))
    talk.ask("look", look(group))
    talk.ask("by another name", heartbeat(group, generation, second, group_instance_id="j"))
    for number, name in enumerate(("", "a b", "x" * 250)):
        other = join(talk.name(str(number)), group_instance_id=name)
        talk.ask(f"with the name {name[:9]!r}", other)
    talk.ask("the first leaves", leave(group, first, **named))
    talk.ask("leaves by name", leave(group, "", **named))
    talk.ask("leaves by name again", leave(group, "", **named))
    talk.ask("look at what is left", look(group))


@scenario(ApiKey.SYNC_GROUP)
def syncs(talk: Talk) -> None:
    group = talk.name("group")
    for kind, name in GROUP_IDS.items():
        talk.ask(f"of {kind}", sync(name, 1, "nobody"))
    answer = joined(talk, group)
    member, generation = answer.member_id, answer.generation_id
    talk.ask("of an unknown member", sync(group, generation, "nobody"))
    talk.ask("of no member", sync(group, generation, ""))
    for wrong in (-1, generation - 1, generation + 1):
        talk.ask(f"of generation {wrong}", sync(group, wrong, member))
    talk.ask("of another type", sync(group, generation, member, protocol_type="connect"))
    talk.ask("of another protocol", sync(group, generation, member, protocol_name="sticky"))
    talk.ask("without a protocol", sync(group, generation, member, protocol_name=None))
    talk.ask("with one for a stranger", sync(group, generation, member, "nobody"))
    talk.ask("again, when stable", sync(group, generation, member, member))
    talk.ask("look", look(group))


@scenario(ApiKey.HEARTBEAT)
def heartbeats(talk: Talk) -> None:
    group = talk.name("group")
    for kind, name in GROUP_IDS.items():
        talk.ask(f"of {kind}", heartbeat(name, 1, "nobody"))
    answer = joined(talk, group)
    member, generation = answer.member_id, answer.generation_id
    talk.ask("before the sync", heartbeat(group, generation, member))
    talk.ask("sync", sync(group, generation, member, member))
    talk.ask("when stable", heartbeat(group, generation, member))
    talk.ask("of an unknown member", heartbeat(group, generation, "nobody"))
    talk.ask("of no member", heartbeat(group, generation, ""))
    for wrong in (-1, generation - 1, generation + 1):
        talk.ask(f"of generation {wrong}", heartbeat(group, wrong, member))
    talk.ask("leave", leave(group, member))
    talk.ask("after leaving", heartbeat(group, generation, member))


@scenario(ApiKey.LEAVE_GROUP)
def members_that_leave(talk: Talk) -> None:
    group = talk.name("group")
    for kind, name in GROUP_IDS.items():
        talk.ask(f"of {kind}", leave(name, "nobody"))
    member, _ = stable(talk, group)
    talk.ask("an unknown member", leave(group, "nobody"))
    talk.ask("no member", leave(group, ""))
    if talk.version >= 3:
        talk.ask("nobody", leave(group))
        talk.ask("one known and one not", leave(group, "nobody", member))
    else:
        talk.ask("the member", leave(group, member))
    talk.ask("the member again", leave(group, member))
    talk.ask("look", look(group))


@scenario(ApiKey.DESCRIBE_GROUPS)
def groups_looked_at(talk: Talk) -> None:
    group = talk.name("group")
    for kind, name in GROUP_IDS.items():
        talk.ask(f"at {kind}", look(name))
    answer = joined(talk, group)
    talk.ask("before the sync", look(group))
    member = answer.member_id
    talk.ask("sync", sync(group, answer.generation_id, member, member))
    talk.ask("when stable", look(group))
    talk.ask("with what is allowed", look(group, "nobodys", include_authorized_operations=True))
    talk.ask("twice", look(group, group))
    talk.ask("at none", look())
    talk.ask("leave", leave(group, member))
    talk.ask("when empty", look(group))


@scenario(ApiKey.LIST_GROUPS)
def groups_listed(talk: Talk) -> None:
    empty, full = talk.name("empty"), talk.name("full")
    talk.ask("commit", commit(empty, Topic(READ), {0: 1}), version=9)
    stable(talk, full)
    filters = {
        "no filter": {},
        "empty ones": {"states_filter": ["Empty"]},
        "stable ones, in small letters": {"states_filter": ["stable"]},
        "two states": {"states_filter": ["Empty", "Stable"]},
        "an unknown state": {"states_filter": ["nonsense"]},
        "an unknown and a known state": {"states_filter": ["nonsense", "Empty"]},
        "classic ones": {"types_filter": ["classic"]},
        "classic ones, in capitals": {"types_filter": ["CLASSIC"]},
        "new ones": {"types_filter": ["consumer"]},
        "an unknown type": {"types_filter": ["nonsense"]},
    }
    for kind, fields in filters.items():
        answer = talk.look_up(ListGroupsRequest(**fields))
        own = sorted(
            (each.group_id, each.protocol_type, each.group_state, each.group_type)
            for each in answer.groups
            if each.group_id.startswith(talk.label)
        )
        talk.note(kind, {"error_code": answer.error_code, "groups": [list(each) for each in own]})


@scenario(ApiKey.DELETE_GROUPS)
def groups_deleted(talk: Talk) -> None:
    empty, full = talk.name("empty"), talk.name("full")
    talk.ask("commit", commit(empty, Topic(READ), {0: 1}), version=9)
    member, _ = stable(talk, full)

    def delete(*groups: str) -> DeleteGroupsRequest:
        return DeleteGroupsRequest(groups_names=list(groups))

    for kind, name in GROUP_IDS.items():
        talk.ask(kind, delete(name))
    talk.ask("one with a member", delete(full))
    talk.ask("an empty one", delete(empty))
    talk.ask("an empty one, again", delete(empty))
    talk.ask("leave", leave(full, member))
    talk.ask("one twice", delete(full, full))
    talk.ask("none", delete())
    talk.ask("what is left", look(empty, full))
