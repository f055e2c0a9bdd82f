"""The memory that requests under way may take together (`queued.max.request.bytes`).

A receive buffer claims what its next frame needs as a whole before it grows, so whoever began can
finish, and nobody waits for somebody who waits. As in Kafka a claim is granted while anything is
left: all together may exceed the limit by one frame.
"""

from collections.abc import Callable

Resume = Callable[[], None]


class RequestMemory:
    """Grants claims; who is refused is called once something has been given back."""

    def __init__(self, limit_bytes: int, call_soon: Callable[[Resume], object]) -> None:
        self._limit_bytes = limit_bytes
        self._call_soon = call_soon
        self._waiting: dict[Resume, None] = {}
        self.claimed_bytes = 0

    @property
    def is_scarce(self) -> bool:
        """Whether somebody waits, and what is not needed should be given back at once."""
        return bool(self._waiting)

    def claim(self, size_bytes: int) -> bool:
        """Take that much, if there may be more."""
        if 0 < self._limit_bytes <= self.claimed_bytes:
            return False
        self.claimed_bytes += size_bytes
        return True

    def release(self, size_bytes: int) -> None:
        """Give back."""
        self.claimed_bytes -= size_bytes
        if size_bytes and self._waiting:
            waiting, self._waiting = self._waiting, {}
            for resume in waiting:
                self._call_soon(resume)

    def wait(self, resume: Resume) -> None:
        """Be called when a claim is worth another try."""
        self._waiting[resume] = None

    def forget(self, resume: Resume) -> None:
        """Who waited is gone."""
        self._waiting.pop(resume, None)
