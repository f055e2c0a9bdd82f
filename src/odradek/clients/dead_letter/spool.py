"""A bounded spool on the local disk, for letters that no broker takes now.

One file of record batches in Kafka's own format, one record each, its offset the letter's number in
the spool; beside it the offset from which on letters have not been sent.

Invariants:
- What `append` returned for survives a power loss. It is one fsync for all it was given.
- Letters come back in the order in which they went in.
- A crash leaves at worst a torn batch at the end, which the next start cuts; the bytes cut are kept
  in a file of their own, for a disk can also lie. A crash between sending and `forget` makes a
  letter be sent twice: at least once, never not at all.
- The file never exceeds its limit, and is emptied when everything in it was sent.
- One process at a time has a spool open.
"""

import fcntl
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from odradek.clients.dead_letter.errors import SpoolError, SpoolFullError
from odradek.clients.dead_letter.letter import PlainRecord
from odradek.protocol.records import (
    HEADER_BYTES,
    Record,
    RecordsError,
    decode_records,
    encode_batch,
    iterate_batches,
    parse_header,
)

LIMIT_BYTES = 64 * 1024 * 1024
"""Far more than letters should ever be, and no danger to a disk."""
READ_BYTES = 1024 * 1024
"""Of the file at once; one letter may be larger."""

LOG = "letters.log"
SENT = "sent"
TORN = "torn"
TOPIC = "odradek.spool.topic"
PARTITION = "odradek.spool.partition"
NO_TIMESTAMP = -1


@dataclass(frozen=True, slots=True)
class Spooled:
    """A record with its number in the spool, and where in the file the next one begins."""

    offset: int
    record: PlainRecord
    end_position: int


class Spool:
    """The spool in a directory, made if it is not there; a context manager, for any thread."""

    def __init__(self, directory: Path, *, limit_bytes: int = LIMIT_BYTES) -> None:
        self._directory = directory
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._is_broken = False
        self._process_id = os.getpid()
        self._size_bytes = self._next_offset = 0
        self._sent_offset = self._sent_position = 0
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._file = os.open(directory / LOG, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SpoolError(f"the spool {directory} cannot be opened: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._recover()
        except OSError as error:
            os.close(self._file)
            reason = "another process has it" if isinstance(error, BlockingIOError) else str(error)
            raise SpoolError(f"the spool {directory} cannot be opened: {reason}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def waiting(self) -> int:
        """How many letters have not been sent."""
        with self._lock:
            return self._next_offset - self._sent_offset

    def append(self, records: Sequence[PlainRecord]) -> None:
        """Keep the records: when this returns, they are on the disk.

        After SpoolFullError none of them is kept. After another SpoolError nobody knows what the
        disk has of them, and the spool takes no more until it is opened anew.
        """
        with self._lock:
            if os.getpid() != self._process_id:
                raise SpoolError(
                    f"the spool {self._directory} belongs to the process that forked this one"
                )
            if self._is_broken:
                raise SpoolError(f"the spool {self._directory} failed before; open it anew")
            batches = b"".join(
                _encode(self._next_offset + index, record) for index, record in enumerate(records)
            )
            if self._size_bytes + len(batches) > self._limit_bytes:
                raise SpoolFullError(
                    f"the spool {self._directory} may hold {self._limit_bytes} bytes and has"
                    f" {self._size_bytes}; {len(batches)} more do not fit"
                )
            self._write(batches)
            self._next_offset += len(records)

    def read(self, max_records: int) -> list[Spooled]:
        """The first letters that have not been sent, at least one if there are any."""
        with self._lock:
            content, position = self._unsent_part(), self._sent_position
        found: list[Spooled] = []
        for header, batch in iterate_batches(content):
            if len(found) == max_records:
                break
            position += header.size_bytes
            found.append(Spooled(header.base_offset, _decode(bytes(batch)), position))
        return found

    def forget(self, last: Spooled) -> None:
        """Letters up to and with `last` have been sent: no later start shows them again."""
        with self._lock:
            self._sent_offset, self._sent_position = last.offset + 1, last.end_position
            self._save_sent()
            if self._sent_offset == self._next_offset:
                os.ftruncate(self._file, 0)
                self._size_bytes = self._sent_position = 0

    def close(self) -> None:
        """Let another process have it."""
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1

    def _unsent_part(self) -> bytes:
        unsent_bytes = self._size_bytes - self._sent_position
        content = os.pread(self._file, min(READ_BYTES, unsent_bytes), self._sent_position)
        if len(content) >= HEADER_BYTES:
            first_bytes = parse_header(content).size_bytes
            if first_bytes > len(content):
                content = os.pread(self._file, first_bytes, self._sent_position)
        return content

    def _write(self, batches: bytes) -> None:
        try:
            written = 0
            while written < len(batches):
                written += os.pwrite(self._file, batches[written:], self._size_bytes + written)
            os.fsync(self._file)
        except OSError as error:
            self._is_broken = True
            raise SpoolError(f"the spool {self._directory} cannot be written: {error}") from error
        self._size_bytes += len(batches)

    def _recover(self) -> None:
        content = os.pread(self._file, os.fstat(self._file).st_size, 0)
        self._size_bytes, last_offset = _whole_part(content)
        if self._size_bytes < len(content):
            self._set_aside(content[self._size_bytes :])
            os.ftruncate(self._file, self._size_bytes)
            os.fsync(self._file)
        saved = self._saved_sent()
        self._next_offset = saved if last_offset is None else max(saved, last_offset + 1)
        self._sent_offset = saved
        self._sent_position = sum(
            len(batch)
            for header, batch in iterate_batches(content[: self._size_bytes])
            if header.base_offset < saved
        )

    def _set_aside(self, torn: bytes) -> None:
        with (self._directory / TORN).open("ab") as file:
            file.write(torn)
            file.flush()
            os.fsync(file.fileno())

    def _saved_sent(self) -> int:
        try:
            return int((self._directory / SENT).read_text(encoding="ascii"))
        except FileNotFoundError:
            return 0
        except ValueError as error:
            raise SpoolError(
                f"{self._directory / SENT} holds no offset; delete it to send every letter again"
            ) from error

    def _save_sent(self) -> None:
        new = self._directory / f"{SENT}.new"
        with new.open("w", encoding="ascii") as file:
            file.write(str(self._sent_offset))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._directory / SENT)
        directory = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def _whole_part(content: bytes) -> tuple[int, int | None]:
    """How many bytes are whole, good batches in a row, and the offset of the last of them."""
    size_bytes, last_offset = 0, None
    try:
        for header, batch in iterate_batches(content):
            _decode(bytes(batch))
            # A batch's checksum leaves its offset out.
            if last_offset is not None and header.base_offset != last_offset + 1:
                break
            size_bytes += len(batch)
            last_offset = header.base_offset
    except RecordsError:
        pass
    return size_bytes, last_offset


def _encode(offset: int, record: PlainRecord) -> bytes:
    place = [(TOPIC, record.topic.encode())]
    if record.partition is not None:
        place.append((PARTITION, str(record.partition).encode()))
    timestamp_ms = NO_TIMESTAMP if record.timestamp_ms is None else record.timestamp_ms
    headers = (*record.headers, *place)
    return encode_batch([Record(offset, timestamp_ms, record.key, record.value, headers)])


def _decode(batch: bytes) -> PlainRecord:
    """The record of one batch; RecordsError if its checksum is wrong."""
    [record] = decode_records(batch)
    headers, partition = record.headers, None
    if headers[-1][0] == PARTITION:
        partition = int(headers[-1][1] or b"")
        headers = headers[:-1]
    topic = (headers[-1][1] or b"").decode()
    timestamp_ms = None if record.timestamp_ms == NO_TIMESTAMP else record.timestamp_ms
    return PlainRecord(topic, record.key, record.value, headers[:-1], timestamp_ms, partition)
