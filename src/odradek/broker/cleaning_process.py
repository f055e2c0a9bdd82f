"""The process that compacts: one cleaning, described on stdin, its result on stdout.

Looking at every record of a log is the only work of a broker that is all computing. In a thread it
would hold up everybody for milliseconds at a time; a process of its own, at a lower priority,
leaves the broker's loop alone. It ends with the cleaning, and so does its memory.

It also ends with its broker, however that ends: stdin stays open for as long as the broker lives. A
lock makes the process of the next broker wait for that, so that never two write the same files.

The broker's side (`cleaning_processes`) is a module of its own: it needs asyncio, which takes
longer to load than a small log takes to clean.
"""

import gc
import os
import sys
import threading
import time

import msgspec

from odradek.broker.log import Files, LogError
from odradek.broker.log.cleaner.cleaning import Cleaning, CleaningJob
from odradek.protocol.records import RecordsError

NICENESS = 10
LOCK_FILE = ".cleaner.lock"


class CleaningOrder(msgspec.Struct, frozen=True):
    """What the process reads: the job, and how fast it may read and write."""

    job: CleaningJob
    io_bytes_per_s: float


class Throttle:
    """Waits as long as more was read and written than the time so far allows."""

    def __init__(self, bytes_per_s: float) -> None:
        self._bytes_per_s = bytes_per_s
        self._start_s = time.monotonic()
        self._bytes = 0

    def __call__(self, size_bytes: int) -> None:
        self._bytes += size_bytes
        ahead_s = self._bytes / self._bytes_per_s - (time.monotonic() - self._start_s)
        if ahead_s > 0:
            time.sleep(ahead_s)


def _end_with_the_broker() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(1)


def main() -> int:
    """Do one cleaning; return the exit code."""
    os.nice(NICENESS)
    gc.disable()  # it would look at the map again and again, and there are no cycles to find
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=CleaningOrder)
    threading.Thread(target=_end_with_the_broker, daemon=True).start()
    files = Files()
    try:
        files.lock(f"{os.path.dirname(order.job.directory)}/{LOCK_FILE}", waits=True)
        result = Cleaning(order.job, files, Throttle(order.io_bytes_per_s)).run()
    except (OSError, LogError, RecordsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.buffer.write(msgspec.json.encode(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
