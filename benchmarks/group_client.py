"""The members of one classic group, in a process of its own, on bare connections.

`python -m benchmarks.group_client --port P --members N --group G` lets N members join at once, and
when the group is stable lets one of them leave. It prints, as one line of JSON, how long each
change took until every member had its new assignment.

A member does what a client does, without a client's waiting: it joins, gets its id, joins again,
syncs. After the departure each of the others asks with a heartbeat, must be told of the rebalance,
and joins again. So the broker's own delay (`group.initial.rebalance.delay.ms`) and the broker's
work are measured, and no heartbeat interval. Any answer but the expected one ends the run.
"""

import argparse
import asyncio
import struct
import sys
import time

import msgspec

from odradek.protocol.declaration import Request
from odradek.protocol.errors import DecodeError, ErrorCode
from odradek.protocol.headers import (
    RequestHeader,
    decode_response_header,
    encode_request_header,
)
from odradek.protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from odradek.protocol.messages.join_group import (
    JoinGroupRequest,
    JoinGroupRequestProtocol,
    JoinGroupResponse,
)
from odradek.protocol.messages.leave_group import (
    LeaveGroupRequest,
    LeaveGroupResponse,
    MemberIdentity,
)
from odradek.protocol.messages.sync_group import (
    SyncGroupRequest,
    SyncGroupRequestAssignment,
    SyncGroupResponse,
)

HOST = "127.0.0.1"
TIMEOUT_S = 60.0
SESSION_TIMEOUT_MS = 30_000
REBALANCE_TIMEOUT_MS = 60_000
JOIN_VERSION, SYNC_VERSION, HEARTBEAT_VERSION, LEAVE_VERSION = 5, 3, 3, 3
PROTOCOL = "range"
METADATA_BYTES = 64


class UnexpectedAnswer(RuntimeError):
    """The broker answered an error where a member may go on, or the other way round."""


class GroupTimes(msgspec.Struct, frozen=True):
    """Milliseconds until every member had its assignment."""

    join_ms: float
    leave_ms: float


class Member:
    """One member on a connection of its own; `join` makes it part of the next generation."""

    def __init__(
        self, group: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._group = group
        self._reader = reader
        self._writer = writer
        self._member_id = ""
        self._generation_id = -1
        self._requests = 0

    @classmethod
    async def connect(cls, port: int, group: str) -> "Member":
        return cls(group, *await asyncio.open_connection(HOST, port))

    async def join(self) -> None:
        """Return with an assignment of the next generation."""
        joined = await self._ask_to_join()
        if joined.error_code == ErrorCode.MEMBER_ID_REQUIRED:
            self._member_id = joined.member_id
            joined = await self._ask_to_join()
        _expect(ErrorCode.NONE, joined.error_code, "JoinGroup")
        self._member_id, self._generation_id = joined.member_id, joined.generation_id
        request = SyncGroupRequest(
            group_id=self._group,
            generation_id=joined.generation_id,
            member_id=joined.member_id,
            assignments=[
                SyncGroupRequestAssignment(member.member_id, member.member_id.encode())
                for member in joined.members
            ],
        )
        synced = SyncGroupResponse.decode(await self._ask(request, SYNC_VERSION), SYNC_VERSION)
        _expect(ErrorCode.NONE, synced.error_code, "SyncGroup")
        if synced.assignment != self._member_id.encode():
            raise UnexpectedAnswer("SyncGroup answered another member's assignment")

    async def rejoin(self) -> None:
        """Be told of the rebalance, then join."""
        request = HeartbeatRequest(self._group, self._generation_id, self._member_id)
        answer = HeartbeatResponse.decode(
            await self._ask(request, HEARTBEAT_VERSION), HEARTBEAT_VERSION
        )
        _expect(ErrorCode.REBALANCE_IN_PROGRESS, answer.error_code, "Heartbeat")
        await self.join()

    async def leave(self) -> None:
        """Leave the group; the others have to join again."""
        identity = MemberIdentity(member_id=self._member_id)
        request = LeaveGroupRequest(group_id=self._group, members=[identity])
        left = LeaveGroupResponse.decode(await self._ask(request, LEAVE_VERSION), LEAVE_VERSION)
        _expect(ErrorCode.NONE, left.error_code, "LeaveGroup")

    def close(self) -> None:
        self._writer.close()

    async def _ask_to_join(self) -> JoinGroupResponse:
        request = JoinGroupRequest(
            group_id=self._group,
            session_timeout_ms=SESSION_TIMEOUT_MS,
            rebalance_timeout_ms=REBALANCE_TIMEOUT_MS,
            member_id=self._member_id,
            protocol_type="consumer",
            protocols=[JoinGroupRequestProtocol(PROTOCOL, bytes(METADATA_BYTES))],
        )
        return JoinGroupResponse.decode(await self._ask(request, JOIN_VERSION), JOIN_VERSION)

    async def _ask(self, request: Request, version: int) -> memoryview:
        assert request.api_key is not None
        self._requests += 1
        header = RequestHeader(request.api_key, version, self._requests, "odradek-bench")
        frame = encode_request_header(header) + request.encode(version)
        self._writer.write(struct.pack(">i", len(frame)) + frame)
        (length,) = struct.unpack(">i", await self._reader.readexactly(4))
        reply = memoryview(await self._reader.readexactly(length))
        correlation_id, position = decode_response_header(reply, request.api_key, version)
        if correlation_id != self._requests:
            raise UnexpectedAnswer(f"a reply has correlation id {correlation_id}")
        return reply[position:]


def _expect(expected: ErrorCode, error_code: int, api: str) -> None:
    if error_code != expected:
        raise UnexpectedAnswer(f"{api} answered error code {error_code} instead of {expected:d}")


async def change_group(port: int, group: str, count: int) -> GroupTimes:
    """Let `count` members join, then one leave. Raises UnexpectedAnswer and OSError."""
    members = [await Member.connect(port, group) for _ in range(count)]
    started = time.monotonic()
    await asyncio.gather(*(member.join() for member in members))
    joined = time.monotonic()
    *remaining, leaving = members
    await leaving.leave()
    await asyncio.gather(*(member.rejoin() for member in remaining))
    stable = time.monotonic()
    for member in remaining:
        await member.leave()
    for member in members:
        member.close()
    return GroupTimes((joined - started) * 1e3, (stable - joined) * 1e3)


def main() -> int:
    """Run what the command line asks for; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--group", required=True)
    parser.add_argument("--members", type=int, default=50)
    options = parser.parse_args()
    change = change_group(options.port, options.group, options.members)
    try:
        times = asyncio.run(asyncio.wait_for(change, TIMEOUT_S))
    except TimeoutError:
        sys.stderr.write(f"the group was not stable within {TIMEOUT_S:g} s\n")
        return 1
    except (UnexpectedAnswer, DecodeError, OSError, asyncio.IncompleteReadError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(msgspec.json.encode(times).decode() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
