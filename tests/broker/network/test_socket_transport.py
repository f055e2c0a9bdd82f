"""The transport over a real pair of sockets: order, files, pauses, and how it ends."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from odradek.broker.log import FileRecords, Files
from odradek.broker.log.handles import FileHandles, OpenFile
from odradek.broker.network.socket_transport import WRITE_HIGH_WATER_BYTES, SocketTransport

LARGE_BYTES = 16 * 1024 * 1024
TIMEOUT_S = 60.0


class Recorder:
    """A protocol that keeps what it is told."""

    def __init__(self) -> None:
        self.received = bytearray()
        self.has_received = asyncio.Event()
        self.calls: list[str] = []
        self.lost: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()
        self._buffer = bytearray(64 * 1024)

    def get_buffer(self, sizehint: int) -> memoryview:
        return memoryview(self._buffer)

    def buffer_updated(self, nbytes: int) -> None:
        self.received += self._buffer[:nbytes]
        self.has_received.set()

    def pause_writing(self) -> None:
        self.calls.append("pause")

    def resume_writing(self) -> None:
        self.calls.append("resume")

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.set_result(exc)


class Pair:
    """A transport with its recorder, and the client at the other end."""

    def __init__(self, ours: socket.socket, theirs: socket.socket) -> None:
        self.recorder = Recorder()
        self.client = theirs
        self.client.setblocking(False)
        loop = asyncio.get_running_loop()
        self.transport = SocketTransport(loop, ours, self.recorder, "127.0.0.1")
        self.transport.resume_reading()

    async def read(self, size: int) -> bytes:
        """The next bytes the client gets; fewer when the connection ends."""
        loop = asyncio.get_running_loop()
        data = bytearray()
        while len(data) < size:
            piece = await asyncio.wait_for(
                loop.sock_recv(self.client, min(1 << 20, size - len(data))), TIMEOUT_S
            )
            if not piece:
                break
            data += piece
        return bytes(data)

    async def ended(self) -> Exception | None:
        return await asyncio.wait_for(self.recorder.lost, TIMEOUT_S)


def run(scenario: Callable[[Pair], Awaitable[None]]) -> None:
    async def connect() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            theirs = socket.create_connection(listener.getsockname())
            ours, _ = listener.accept()
        pair = Pair(ours, theirs)
        try:
            await scenario(pair)
        finally:
            pair.transport.abort()
            await pair.ended()
            theirs.close()

    asyncio.run(connect())


def records_in(path: Path, content: bytes) -> FileRecords:
    """The whole of a new file."""
    path.write_bytes(content)
    handles = FileHandles(Files())
    return FileRecords(handles.open_file(str(path)), 0, len(content))


def patterned(size: int) -> bytes:
    return b"".join(number.to_bytes(4, "big") for number in range(size // 4))


def test_bytes_and_files_arrive_in_order_however_slowly_the_client_reads(tmp_path: Path) -> None:
    content = patterned(LARGE_BYTES)

    async def scenario(pair: Pair) -> None:
        pair.transport.write(b"head", is_followed=True)
        pair.transport.write(records_in(tmp_path / "segment", content))
        pair.transport.write(memoryview(content))
        pair.transport.write(b"tail")
        assert pair.recorder.calls == ["pause"]
        expected = b"head" + content + content + b"tail"
        assert await pair.read(len(expected)) == expected
        assert pair.recorder.calls == ["pause", "resume"]

    run(scenario)


def test_a_file_that_is_removed_meanwhile_is_still_sent_whole(tmp_path: Path) -> None:
    content = patterned(LARGE_BYTES)

    async def scenario(pair: Pair) -> None:
        pair.transport.write(records_in(tmp_path / "segment", content))
        (tmp_path / "segment").unlink()
        assert await pair.read(len(content)) == content

    run(scenario)


def test_a_file_that_is_too_short_ends_the_connection(tmp_path: Path) -> None:
    (tmp_path / "segment").write_bytes(b"short")
    files = Files()
    file = OpenFile(files, files.open(str(tmp_path / "segment")))

    async def scenario(pair: Pair) -> None:
        pair.transport.write(FileRecords(file, 0, 100))
        assert await pair.read(100) in (b"", b"short")
        assert "95 bytes too early" in str(await pair.ended())

    run(scenario)


def test_closing_sends_what_waits_first() -> None:
    content = patterned(LARGE_BYTES)

    async def scenario(pair: Pair) -> None:
        pair.transport.write(content)
        pair.transport.close()
        assert await pair.read(len(content) + 1) == content
        assert await pair.ended() is None

    run(scenario)


def test_aborting_drops_what_waits() -> None:
    async def scenario(pair: Pair) -> None:
        pair.transport.write(bytes(LARGE_BYTES))
        pair.transport.abort()
        pair.transport.write(b"too late")
        assert await pair.ended() is None
        assert len(await pair.read(LARGE_BYTES)) < LARGE_BYTES

    run(scenario)


def test_a_client_that_closes_ends_the_connection() -> None:
    async def scenario(pair: Pair) -> None:
        pair.client.close()
        assert await pair.ended() is None

    run(scenario)


def test_a_client_that_is_gone_ends_the_connection_at_the_next_write() -> None:
    async def scenario(pair: Pair) -> None:
        pair.transport.pause_reading()
        linger_zero = b"\1\0\0\0\0\0\0\0"
        pair.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_zero)
        pair.client.close()
        while not pair.recorder.lost.done():
            pair.transport.write(b"anybody there?")
            await asyncio.sleep(0)
        assert isinstance(await pair.ended(), ConnectionError)

    run(scenario)


def test_paused_reading_leaves_the_bytes_with_the_client() -> None:
    async def scenario(pair: Pair) -> None:
        pair.transport.pause_reading()
        pair.client.send(b"later")
        await asyncio.sleep(0)
        assert not pair.recorder.received
        pair.transport.resume_reading()
        await asyncio.wait_for(pair.recorder.has_received.wait(), TIMEOUT_S)
        assert pair.recorder.received == b"later"

    run(scenario)


@pytest.mark.parametrize("size", [0, 1, WRITE_HIGH_WATER_BYTES])
def test_what_the_socket_takes_at_once_pauses_nobody(size: int) -> None:
    async def scenario(pair: Pair) -> None:
        pair.transport.write(bytes(size))
        assert pair.recorder.calls == []
        assert await pair.read(size) == bytes(size)

    run(scenario)
