"""Records as histories write them: one text each, which tells the key and who wrote it.

    name:0:17        a record without a key
    k3=name:0:17     a record with a key
    k3!name:0:17     a tombstone; who wrote it stands in a header

No two records that clients write have the same text.
"""

from odradek.protocol.records import Record

VALUE_MARK, TOMBSTONE_MARK = "=", "!"
WRITER_HEADER = "writer"


def keyed_text(key: str, writer: str, *, is_tombstone: bool) -> str:
    """The text of a record with a key."""
    return f"{key}{TOMBSTONE_MARK if is_tombstone else VALUE_MARK}{writer}"


def key_of(text: str) -> str:
    """The key of a record that has one."""
    return text.partition(TOMBSTONE_MARK if is_tombstone(text) else VALUE_MARK)[0]


def is_tombstone(text: str) -> bool:
    """Whether the record deletes its key."""
    return TOMBSTONE_MARK in text


def to_record(text: str, now_ms: int) -> Record:
    """The record that carries a text."""
    if is_tombstone(text):
        key, _, writer = text.partition(TOMBSTONE_MARK)
        return Record(0, now_ms, key.encode(), None, ((WRITER_HEADER, writer.encode()),))
    key, mark, value = text.rpartition(VALUE_MARK)
    return Record(0, now_ms, key.encode() if mark else None, value.encode())


def to_text(record: Record) -> str:
    """The text that a record carries."""
    if record.key is None:
        return (record.value or b"").decode()
    if record.value is None:
        writer = dict(record.headers)[WRITER_HEADER] or b""
        return keyed_text(record.key.decode(), writer.decode(), is_tombstone=True)
    return keyed_text(record.key.decode(), record.value.decode(), is_tombstone=False)
