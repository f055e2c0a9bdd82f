"""The fuzzer's damage is repeatable, and real."""

import random

from tests.fuzz.frames import valid_frames
from tests.fuzz.mutations import MUTATIONS, mutate
from tests.wire import framed

FRAMES = valid_frames("target")
ROUNDS = 500


def damaged_frames(seed: int) -> list[bytes]:
    noise = random.Random(seed)
    return [mutate(noise.choice(FRAMES), noise.choice(FRAMES), noise) for _ in range(ROUNDS)]


def test_same_seed_damages_in_the_same_way() -> None:
    assert damaged_frames(7) == damaged_frames(7)


def test_most_frames_are_no_longer_valid(seed: int) -> None:
    valid = {framed(frame) for frame in FRAMES}
    untouched = [frame for frame in damaged_frames(seed) if frame in valid]
    assert len(untouched) < ROUNDS // 20


def test_every_mutation_takes_the_shortest_frame(seed: int) -> None:
    noise = random.Random(seed)
    shortest = min(FRAMES, key=len)
    for mutation in MUTATIONS:
        assert mutation(bytearray(shortest), shortest, noise) is not None
