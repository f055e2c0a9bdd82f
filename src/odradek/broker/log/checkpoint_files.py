"""Kafka's text checkpoints: version 0, the number of lines, the lines.

In the data directory's root, one line per partition, `topic partition offset`:

    recovery-point-offset-checkpoint   everything below is on stable storage
    replication-offset-checkpoint      the high watermarks
    log-start-offset-checkpoint        where logs begin when that is not a segment's first offset
    cleaner-offset-checkpoint          everything below was compacted

They are always replaced atomically. Topic names hold no spaces, so no quoting is needed.
"""

from collections.abc import Iterable, Mapping

from odradek.broker.log.errors import CorruptFileError

VERSION = 0

RECOVERY_POINTS = "recovery-point-offset-checkpoint"
HIGH_WATERMARKS = "replication-offset-checkpoint"
LOG_START_OFFSETS = "log-start-offset-checkpoint"
CLEANED_OFFSETS = "cleaner-offset-checkpoint"

TopicPartition = tuple[str, int]


def format_checkpoint(lines: Iterable[str]) -> bytes:
    entries = list(lines)
    return "\n".join([str(VERSION), str(len(entries)), *entries, ""]).encode()


def split_checkpoint(path: str, content: bytes) -> list[list[str]]:
    """The fields of every line; raises CorruptFileError unless version and count are right."""
    version, count, *lines = [*content.decode(errors="replace").splitlines(), "", ""]
    lines = lines[:-2]
    if version != str(VERSION) or count != str(len(lines)):
        raise CorruptFileError(
            f"{path} is no checkpoint: version {version!r}, {count!r} entries in {len(lines)} lines"
        )
    return [line.split() for line in lines]


def parse_checkpoint(path: str, content: bytes, fields: int) -> list[tuple[int, ...]]:
    """Lines of `fields` numbers each."""
    try:
        rows = [tuple(map(int, line)) for line in split_checkpoint(path, content)]
    except ValueError as error:
        raise CorruptFileError(f"{path} holds something that is no number: {error}") from error
    if any(len(row) != fields for row in rows):
        raise CorruptFileError(f"{path} has a line without exactly {fields} numbers")
    return rows


def format_offsets(offsets: Mapping[TopicPartition, int]) -> bytes:
    return format_checkpoint(
        f"{topic} {partition} {offset}" for (topic, partition), offset in offsets.items()
    )


def parse_offsets(path: str, content: bytes) -> dict[TopicPartition, int]:
    """Raises CorruptFileError."""
    try:
        return {
            (topic, int(partition)): int(offset)
            for topic, partition, offset in split_checkpoint(path, content)
        }
    except ValueError as error:
        raise CorruptFileError(f"{path} has a line that is no partition's offset") from error
