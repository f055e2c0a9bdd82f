"""Real parts: processes of odradek, killed as a crash would."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from odradek.up import NAMES, Supervisor, make_plan
from odradek.up.plan import Plan, Wishes
from odradek.up.supervisor import PartFailed

TIMEOUT_S = 60.0


def plan(data_dir: Path, *only: str, listen: str = "127.0.0.1:0") -> Plan:
    own = {
        "broker": ("--data-dir", str(data_dir), "--set", f"broker.listeners={listen}"),
        "registry": ("--set", "registry.listeners=127.0.0.1:0"),
    }
    return make_plan(Wishes(only=only, own=own))


class Heard:
    """What a supervisor said, and the parts that have become ready since one looked."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.ready: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    def log(self, name: str, line: str) -> None:
        self.lines.append(f"{name}: {line}")

    def announce(self, name: str, address: str) -> None:
        self.ready.put_nowait((name, address))

    async def next_ready(self) -> tuple[str, str]:
        return await asyncio.wait_for(self.ready.get(), TIMEOUT_S)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@asynccontextmanager
async def supervised(data_dir: Path, *only: str) -> AsyncIterator[tuple[Supervisor, Heard]]:
    heard = Heard()
    supervisor = Supervisor(plan(data_dir, *only), heard.log, heard.announce)
    await supervisor.start()
    try:
        yield supervisor, heard
    finally:
        await supervisor.stop()


def test_every_killed_part_comes_back_at_its_address(tmp_path: Path) -> None:
    async def kill_each() -> None:
        async with supervised(tmp_path) as (supervisor, heard):
            first = [await heard.next_ready() for _ in NAMES]
            assert [name for name, _ in first] == list(NAMES)
            for name, address in first:
                killed = supervisor.pid(name)
                os.kill(killed, signal.SIGKILL)
                assert await heard.next_ready() == (name, address)
                assert supervisor.pid(name) != killed
                assert f"{name}: ended with code -9; starts again in 0.1 s" in heard.lines
            registry = dict(first)["registry"]
            answer = await asyncio.to_thread(httpx.get, f"{registry}/subjects", timeout=TIMEOUT_S)
            assert answer.json() == []

    asyncio.run(kill_each())


def test_nothing_runs_after_a_stop(tmp_path: Path) -> None:
    async def stop_it() -> int:
        async with supervised(tmp_path, "broker") as (supervisor, _):
            return supervisor.pid("broker")

    assert not is_running(asyncio.run(stop_it()))


def test_part_that_cannot_start_ends_the_start_with_its_own_words(tmp_path: Path) -> None:
    heard = Heard()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        supervisor = Supervisor(plan(tmp_path, "broker", listen=listen), heard.log, heard.announce)
        with pytest.raises(PartFailed, match="the broker did not start: it ended with code 1"):
            asyncio.run(supervisor.start())
    assert any(listen in line for line in heard.lines)
