"""Frames are cut whole out of whatever pieces the bytes arrive in."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odradek.broker.network.receive_buffer import INITIAL_BYTES, FrameSizeError, ReceiveBuffer
from odradek.broker.request_memory import RequestMemory

MAX_FRAME_BYTES = 1 << 20


def receive_buffer(max_frame_bytes: int, memory: RequestMemory | None = None) -> ReceiveBuffer:
    return ReceiveBuffer(max_frame_bytes, memory or RequestMemory(-1, lambda resume: resume()))


def framed(body: bytes) -> bytes:
    return struct.pack(">i", len(body)) + body


def feed(buffer: ReceiveBuffer, data: bytes) -> list[bytes]:
    """Deliver `data` as a socket would, in pieces as large as there is room; return the frames."""
    frames = []
    while data:
        space = buffer.free_space()
        size = min(len(space), len(data))
        space[:size] = data[:size]
        buffer.fill(size)
        data = data[size:]
        while (frame := buffer.next_frame()) is not None:
            frames.append(bytes(frame))
        assert buffer.make_room()
    return frames


@given(
    st.lists(st.binary(min_size=8, max_size=40_000), max_size=8),
    st.integers(min_value=1, max_value=5000),
)
def test_frames_come_out_as_they_went_in(bodies: list[bytes], piece_bytes: int) -> None:
    stream = b"".join(map(framed, bodies))
    buffer = receive_buffer(MAX_FRAME_BYTES)
    frames = []
    for start in range(0, len(stream), piece_bytes):
        frames += feed(buffer, stream[start : start + piece_bytes])
    assert frames == bodies


@pytest.mark.parametrize("size", [-1, 0, 7, MAX_FRAME_BYTES + 1, 2**31 - 1])
def test_an_impossible_size_is_refused(size: int) -> None:
    buffer = receive_buffer(MAX_FRAME_BYTES)
    buffer.free_space()[:4] = struct.pack(">i", size)
    buffer.fill(4)
    with pytest.raises(FrameSizeError, match=str(size)):
        buffer.next_frame()


def test_a_claimed_size_alone_allocates_nothing() -> None:
    buffer = receive_buffer(100 << 20)
    buffer.free_space()[:4] = struct.pack(">i", 100 << 20)
    buffer.fill(4)
    assert buffer.next_frame() is None
    assert buffer.make_room()
    assert len(buffer.free_space()) < INITIAL_BYTES


def test_unhandled_frames_stop_the_growth() -> None:
    buffer = receive_buffer(MAX_FRAME_BYTES)
    frame = framed(b"x" * 100)
    room = True
    received = 0
    while room:
        space = buffer.free_space()
        data = (frame * (len(space) // len(frame) + 1))[: len(space)]
        space[:] = data
        buffer.fill(len(space))
        received += len(data)
        room = buffer.make_room()
    assert received <= MAX_FRAME_BYTES


def test_memory_is_given_back_when_everything_was_handled() -> None:
    buffer = receive_buffer(MAX_FRAME_BYTES)
    feed(buffer, framed(b"x" * 500_000))
    assert len(buffer.free_space()) > INITIAL_BYTES
    buffer.shrink()
    assert len(buffer.free_space()) == INITIAL_BYTES


def claim_frame(buffer: ReceiveBuffer, size_bytes: int) -> bool:
    """Receive the beginning of a frame, as much as fits; tell whether there is room for more."""
    space = buffer.free_space()
    space[:4] = struct.pack(">i", size_bytes)
    buffer.fill(len(space))
    assert buffer.next_frame() is None
    return buffer.make_room()


def test_frame_that_finds_the_shared_memory_used_up_waits_for_another_to_end() -> None:
    resumed: list[str] = []
    memory = RequestMemory(100_000, lambda resume: resume())
    first, second = (receive_buffer(MAX_FRAME_BYTES, memory) for _ in range(2))
    assert claim_frame(first, 500_000)
    assert not claim_frame(second, 500_000)
    assert second.is_starved
    memory.wait(lambda: resumed.append("second"))
    first.discard()
    assert resumed == ["second"]
    assert second.make_room()
    assert not second.is_starved


def test_who_has_begun_a_frame_may_finish_it_whatever_others_want() -> None:
    memory = RequestMemory(100_000, lambda resume: resume())
    first, second = (receive_buffer(MAX_FRAME_BYTES, memory) for _ in range(2))
    body = bytes(500_000)
    assert claim_frame(first, len(body))
    assert not claim_frame(second, len(body))
    memory.wait(lambda: None)
    frames = feed(first, body[INITIAL_BYTES - 4 :])
    assert [len(frame) for frame in frames] == [len(body)]
    assert memory.claimed_bytes == 0


def test_all_claims_are_given_back() -> None:
    memory = RequestMemory(-1, lambda resume: resume())
    buffers = [receive_buffer(MAX_FRAME_BYTES, memory) for _ in range(10)]
    for buffer in buffers:
        assert claim_frame(buffer, 500_000)
    assert memory.claimed_bytes == 10 * (500_000 + 4)
    for buffer in buffers:
        buffer.discard()
        buffer.discard()
    assert memory.claimed_bytes == 0
