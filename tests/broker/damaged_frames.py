"""Frames that a client damaged: for comparing a short way with the long one."""

import random


def damage(frame: bytearray, dice: random.Random) -> None:
    """Change, cut or lengthen a frame behind its correlation id."""
    for _ in range(dice.randint(1, 3)):
        position = dice.randrange(8, len(frame))
        match dice.randrange(4):
            case 0:
                frame[position] = dice.randrange(256)
            case 1:
                frame[position] ^= 1 << dice.randrange(8)
            case 2:
                del frame[max(position, 12) :]
                return
            case 3:
                frame += bytes(dice.randint(1, 4))
