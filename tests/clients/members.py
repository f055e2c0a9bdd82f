"""Members of a group in processes of their own, for tests that let them come, go and crash."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from tests.clients.group_member import Position
from tests.clients.java_client import program_command
from tests.clients.kafka_js import script_command
from tests.machine import obtain

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120.0
SESSION_TIMEOUT_MS = 60_000
"""Nobody is thrown out for a busy machine, nor while a JVM starts in a dead member's place."""
SHORT_SESSION_TIMEOUT_MS = 6_000
"""For tests that wait until a dead member is noticed; the shortest that brokers allow."""


def member_command(library: str, options: str) -> list[str]:
    """The program of a member; raises Missing or JarsUnavailable without its runtime."""
    if library == "java":
        return program_command("GroupMember", options)
    if library == "kafkajs":
        return [*script_command("group_member.js"), options]
    return [sys.executable, "-m", "tests.clients.group_member", library, options]


class GroupMember:
    """One process that reads a topic in a group; what it tells is collected by a thread."""

    def __init__(
        self,
        library: str,
        bootstrap_servers: str,
        *,
        group: str,
        topic: str,
        strategy: str = "range",
        instance_id: str | None = None,
        session_timeout_ms: int = SESSION_TIMEOUT_MS,
        changed: threading.Condition,
    ) -> None:
        self.library = library
        self.assignments: list[list[int]] = []
        self.records: list[Position] = []
        self.committed: dict[int, int] = {}
        self.commits = 0
        self._changed = changed
        options = {
            "bootstrap_servers": bootstrap_servers,
            "group": group,
            "topic": topic,
            "strategy": strategy,
            "instance_id": instance_id,
            "session_timeout_ms": session_timeout_ms,
        }
        command = obtain(lambda: member_command(library, json.dumps(options)))
        self._process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    @property
    def assigned(self) -> list[int]:
        """The partitions it was told to read last."""
        return self.assignments[-1] if self.assignments else []

    def leave(self) -> None:
        """Let it leave the group and end."""
        self._process.terminate()
        self._end()

    def kill(self) -> None:
        """Let it vanish."""
        self._process.kill()
        self._end()

    def _end(self) -> None:
        self._process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            event = json.loads(line)
            with self._changed:
                if "assigned" in event:
                    self.assignments.append(event["assigned"])
                elif "record" in event:
                    self.records.append((event["record"][0], event["record"][1]))
                else:
                    partition, offset = event["committed"]
                    self.committed[partition] = offset
                    self.commits += 1
                self._changed.notify_all()


class Group:
    """The members of one group that reads one topic."""

    def __init__(self, bootstrap_servers: str, group: str, topic: str) -> None:
        self.name = group
        self.topic = topic
        self.everybody: list[GroupMember] = []
        """Every member there ever was: what it read and committed still counts."""
        self._bootstrap_servers = bootstrap_servers
        self._changed = threading.Condition()

    def start(
        self,
        library: str,
        *,
        strategy: str = "range",
        instance_id: str | None = None,
        session_timeout_ms: int = SESSION_TIMEOUT_MS,
    ) -> GroupMember:
        member = GroupMember(
            library,
            self._bootstrap_servers,
            group=self.name,
            topic=self.topic,
            strategy=strategy,
            instance_id=instance_id,
            session_timeout_ms=session_timeout_ms,
            changed=self._changed,
        )
        self.everybody.append(member)
        return member

    def wait_until(self, is_true: Callable[[], bool], what: str) -> None:
        """Wait for something that members tell."""
        deadline = time.monotonic() + PATIENCE_S
        with self._changed:
            while not is_true():
                left_s = deadline - time.monotonic()
                told = [(member.library, member.assignments) for member in self.everybody]
                assert left_s > 0, f"not in time: {what}; assignments: {told}"
                self._changed.wait(left_s)

    def wait_for_shares(self, members: Sequence[GroupMember], partitions: int) -> None:
        """Wait until these members have all partitions among them, each some of its own."""

        def is_shared() -> bool:
            shares = [member.assigned for member in members]
            return all(shares) and sorted(chain(*shares)) == list(range(partitions))

        self.wait_until(is_shared, f"{len(members)} members share {partitions} partitions")

    def wait_for_records(self, count: int) -> None:
        """Wait until this many different records were read by anybody."""
        self.wait_until(lambda: len(self.records_read()) >= count, f"{count} records are read")

    @property
    def active(self) -> list[GroupMember]:
        """The members whose processes run."""
        return [member for member in self.everybody if member.is_running]

    def records_read(self) -> set[Position]:
        return {position for member in self.everybody for position in member.records}

    def close(self) -> None:
        for member in self.everybody:
            member.kill()


@contextmanager
def group_of(bootstrap_servers: str, group: str, topic: str) -> Iterator[Group]:
    """A group whose members end with the block."""
    members = Group(bootstrap_servers, group, topic)
    try:
        yield members
    finally:
        members.close()
