"""What happens to a process that has producers: it ends, it is told to end, it forks.

Invariants:
- A process that ends by itself, by SIGTERM or by Ctrl-C delivers what it had queued, or says on
  stderr how much it gave up. Only SIGKILL and os._exit go without.
- A SIGTERM handler of the application's own is left alone; when it ends the interpreter, the
  producers are drained then.
- After a fork parent and child have a producer each, and the parent's records are the parent's.
"""

import atexit
import ctypes
import logging
import os
import signal
import sys
import threading
from types import FrameType
from typing import Protocol
from weakref import WeakSet

from odradek.clients.errors import ClientError
from odradek.clients.producer.delivery.ledger import Ledger
from odradek.clients.producer.habits import notice_many_producers

logger = logging.getLogger(__name__)

DRAIN_TIMEOUT_S = 8.0
"""Whoever stops a process waits some ten seconds before it kills."""


class Drainable(Protocol):
    """A producer's core, as seen from here."""

    is_closed: bool

    @property
    def ledger(self) -> Ledger:
        """What became of its records."""

    def close(self, timeout_s: float | None = None) -> Ledger:
        """Drain and end."""

    def begin_again_after_fork(self) -> None:
        """Forget, in a child, what is the parent's."""


_open: WeakSet[Drainable] = WeakSet()


def watch(core: Drainable) -> None:
    """Have this producer drained when the process ends, and renewed where it forks."""
    _open.add(core)
    notice_many_producers(sum(not each.is_closed for each in _open))
    if threading.current_thread() is threading.main_thread() and (
        signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    ):
        signal.signal(signal.SIGTERM, _end_by_sigterm)


def drain_all(timeout_s: float = DRAIN_TIMEOUT_S) -> None:
    """Close every producer that is still open, and say so where something was left to do."""
    for core in list(_open):
        if core.is_closed:
            continue
        pending = core.ledger.pending
        try:
            core.close(timeout_s)
        except ClientError as error:
            sys.stderr.write(f"odradek: a producer was not closed: {error}\n")
        if pending or core.ledger.failed:
            sys.stderr.write(
                f"odradek: a producer with {pending:,} records pending was drained at the end of"
                f" the process: {core.ledger}\n"
            )


def immortalise(client: object) -> None:
    """Let an object never be freed: freeing a client waits for threads that a fork did not copy."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(client))


def _end_by_sigterm(_signal: int, _frame: FrameType | None) -> None:
    drain_all()
    # The parent is to see what ended the process.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGTERM)


def _renew_in_child() -> None:
    for core in list(_open):
        if not core.is_closed:
            core.begin_again_after_fork()


atexit.register(drain_all)
os.register_at_fork(after_in_child=_renew_in_child)
