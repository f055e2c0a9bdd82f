"""How long to wait before a part that died is started again: longer each time, then forgiven."""

from dataclasses import dataclass

FIRST_S = 0.1
LONGEST_S = 10.0
FORGIVEN_AFTER_S = 30.0
"""Who served as long as this before it died is not the one that kept dying."""


@dataclass(slots=True)
class Backoff:
    """The waits of one part."""

    _next_s: float = FIRST_S

    def wait_s(self, served_s: float) -> float:
        """Seconds to wait before the next start, after the last one served for `served_s`."""
        if served_s >= FORGIVEN_AFTER_S:
            self._next_s = FIRST_S
        wait_s, self._next_s = self._next_s, min(2 * self._next_s, LONGEST_S)
        return wait_s
