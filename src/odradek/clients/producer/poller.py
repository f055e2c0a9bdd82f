"""The one thread of a producer that serves its events: reports, errors, statistics.

Invariant: every callback of a producer runs in this thread, so none runs beside another. The thread
is a daemon: an interpreter that ends waits for no producer, `drain` does.
"""

import logging
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)


class Poller:
    """Calls `serve` again and again until it is stopped."""

    def __init__(self, serve: Callable[[], None]) -> None:
        self._serve = serve
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="odradek-producer", daemon=True)
        self._thread.start()

    @property
    def is_current_thread(self) -> bool:
        """Whether the caller is a callback, which must not wait for events."""
        return threading.current_thread() is self._thread

    def stop(self) -> None:
        """Return once `serve` is called no more."""
        self._is_stopping = True
        if not self.is_current_thread:
            self._thread.join()

    def _run(self) -> None:
        while not self._is_stopping:
            try:
                self._serve()
            except Exception:  # whatever a callback does, the other records go on
                logger.exception("serving the events of a producer failed")
