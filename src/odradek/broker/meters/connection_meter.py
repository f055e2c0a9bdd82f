"""How many clients are, were and were not let in."""

from collections import defaultdict


class ConnectionMeter:
    """Connections since the broker's start; `refused` by the setting that refused them."""

    __slots__ = ("accepted", "closed", "refused")

    def __init__(self) -> None:
        self.accepted = 0
        self.closed = 0
        self.refused: defaultdict[str, int] = defaultdict(int)
