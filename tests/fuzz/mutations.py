"""Ways to damage a valid frame. Pure: all randomness comes from the generator given."""

import random
import struct
from collections.abc import Callable, Sequence

from tests.wire import framed

Mutation = Callable[[bytearray, bytes, random.Random], bytearray]

EXTREMES_32 = (0, 1, -1, 2**31 - 1, -(2**31), 100 * 1024 * 1024, 0x7F7F7F7F, 255)
EXTREMES_16 = (0, -1, 2**15 - 1, -(2**15), 255)
LONG_VARINTS = (b"\xff" * 5, b"\xff\xff\xff\xff\x0f", b"\x80" * 9 + b"\x01", b"\xff" * 10, b"\x00")
WRONG_SIZES = (-1, 0, 3, 7, 2**31 - 1, -(2**31), 104_857_601)
WRONG_SIZE_SHARE = 0.02
HEADER_BYTES = 8


def flip_bits(body: bytearray, _: bytes, noise: random.Random) -> bytearray:
    for _flip in range(noise.randint(1, 8)):
        body[noise.randrange(len(body))] ^= 1 << noise.randrange(8)
    return body


def truncate(body: bytearray, _: bytes, noise: random.Random) -> bytearray:
    return body[: noise.randrange(len(body))]


def append_noise(body: bytearray, _: bytes, noise: random.Random) -> bytearray:
    return body + noise.randbytes(noise.randint(1, 64))


def overwrite_int32(body: bytearray, _: bytes, noise: random.Random) -> bytearray:
    return _overwrite(body, struct.pack(">i", noise.choice(EXTREMES_32)), noise)


def overwrite_int16(body: bytearray, _: bytes, noise: random.Random) -> bytearray:
    return _overwrite(body, struct.pack(">h", noise.choice(EXTREMES_16)), noise)


def overwrite_varint(body: bytearray, _: bytes, noise: random.Random) -> bytearray:
    return _overwrite(body, noise.choice(LONG_VARINTS), noise)


def insert_noise(body: bytearray, _: bytes, noise: random.Random) -> bytearray:
    position = noise.randrange(len(body) + 1)
    return body[:position] + noise.randbytes(noise.randint(1, 16)) + body[position:]


def repeat_part(body: bytearray, _: bytes, noise: random.Random) -> bytearray:
    start = noise.randrange(len(body))
    end = min(len(body), start + noise.randint(1, 64))
    return body[:end] + body[start:end] * noise.randint(1, 20) + body[end:]


def splice(body: bytearray, other: bytes, noise: random.Random) -> bytearray:
    """The first part of this frame, the last part of another."""
    return body[: noise.randrange(len(body))] + other[noise.randrange(len(other)) :]


def change_version(body: bytearray, _: bytes, noise: random.Random) -> bytearray:
    """The same fields, said to be of another version of the API."""
    body[2:4] = struct.pack(">h", noise.randint(-1, 20))
    return body


def change_api(body: bytearray, _: bytes, noise: random.Random) -> bytearray:
    """The same fields, said to be of another API."""
    body[0:2] = struct.pack(">h", noise.randint(-1, 95))
    return body


def replace_by_noise(body: bytearray, _: bytes, noise: random.Random) -> bytearray:
    """A valid header in front of garbage."""
    return body[:HEADER_BYTES] + noise.randbytes(noise.randint(0, 200))


MUTATIONS: Sequence[Mutation] = (
    flip_bits,
    truncate,
    append_noise,
    overwrite_int32,
    overwrite_int16,
    overwrite_varint,
    insert_noise,
    repeat_part,
    splice,
    change_version,
    change_api,
    replace_by_noise,
)


def mutate(body: bytes, other: bytes, noise: random.Random) -> bytes:
    """Return the frame damaged in one to three ways, its size mostly right for what it became."""
    damaged = bytearray(body)
    for _ in range(noise.randint(1, 3)):
        damaged = noise.choice(MUTATIONS)(damaged, other, noise) or bytearray(body)
    if noise.random() < WRONG_SIZE_SHARE:
        return struct.pack(">i", noise.choice(WRONG_SIZES)) + damaged
    return framed(bytes(damaged))


def _overwrite(body: bytearray, content: bytes, noise: random.Random) -> bytearray:
    position = noise.randrange(len(body))
    body[position : position + len(content)] = content
    return body
