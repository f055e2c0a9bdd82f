"""Pairs up as many of one side with different ones of the other as possible.

Augmenting paths found breadth first: at most as many searches as there are on one side, each of at
most as many steps as there are edges.
"""

from collections import deque
from collections.abc import Mapping, Sequence


def match(edges: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """`edges` says whom each one could have; the answer, whom each one gets."""
    got: dict[int, int] = {}
    taken: dict[int, int] = {}
    for one in edges:
        came_from: dict[int, int] = {}
        free = _search(one, edges, taken, came_from)
        while free is not None:
            giver = came_from[free]
            previous = got.get(giver)
            got[giver], taken[free] = free, giver
            free = previous
    return got


def _search(
    one: int,
    edges: Mapping[int, Sequence[int]],
    taken: Mapping[int, int],
    came_from: dict[int, int],
) -> int | None:
    """Somebody free that `one` can get if others on the way change theirs."""
    waiting = deque([one])
    while waiting:
        current = waiting.popleft()
        for wanted in edges[current]:
            if wanted in came_from:
                continue
            came_from[wanted] = current
            if wanted not in taken:
                return wanted
            waiting.append(taken[wanted])
    return None
