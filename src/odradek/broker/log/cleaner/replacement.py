"""New segments take the place of old ones, whatever is interrupted on the way.

The new segment's files lie ready under the suffix `.cleaned`. Writing the list of the segments that
it replaces, atomically, is the moment of the change; what follows only carries it out, and can be
carried out again from any point:

    1  <base>.replacement is written: the base offsets, one a line
    2  the new files get the names of the first old segment's, over these
    3  the other old segments are removed
    4  <base>.replacement is removed

A restart that finds a list carries on; one that finds `.cleaned` files without a list removes them.

Differs from Kafka: Kafka marks a change by the suffix `.swap`; a Kafka started on a directory that
was left between these steps does not know the list. Start odradek once, or stop it cleanly, first.
"""

from collections.abc import Sequence

from odradek.broker.log.cleaner.segment_files import remove_cleaned
from odradek.broker.log.errors import CorruptFileError
from odradek.broker.log.files import Files
from odradek.broker.log.segment import (
    CLEANED_SUFFIX,
    REPLACEMENT_SUFFIX,
    SEGMENT_SUFFIXES,
    offset_name,
)


class HalfReplacedError(OSError):
    """The disk refused after the change was decided; `finish_replacements` carries on."""


def replace_segments(files: Files, directory: str, base_offsets: Sequence[int]) -> None:
    """Let the cleaned segment replace those.

    Raises OSError when it was not even begun, and HalfReplacedError. A reader that has one of the
    old files open keeps what it has.
    """
    path = f"{directory}/{offset_name(base_offsets[0])}{REPLACEMENT_SUFFIX}"
    content = "".join(f"{base_offset}\n" for base_offset in base_offsets)
    try:
        files.write_atomically(path, content.encode())
    except OSError:
        _withdraw(files, path)
        raise
    try:
        _carry_out(files, directory, base_offsets)
    except OSError as error:
        raise HalfReplacedError(*error.args) from error


def _withdraw(files: Files, path: str) -> None:
    """Take back a list that was written nobody knows how far."""
    try:
        _remove(files, path)
    except OSError as error:
        raise HalfReplacedError(*error.args) from error


def _carry_out(files: Files, directory: str, base_offsets: Sequence[int]) -> None:
    first, *others = (f"{directory}/{offset_name(base)}" for base in base_offsets)
    for suffix in SEGMENT_SUFFIXES:
        if files.exists(first + suffix + CLEANED_SUFFIX):
            files.rename(first + suffix + CLEANED_SUFFIX, first + suffix)
    files.sync_directory(directory)
    for stem in others:
        for suffix in SEGMENT_SUFFIXES:
            _remove(files, stem + suffix)
    files.sync_directory(directory)
    files.unlink(first + REPLACEMENT_SUFFIX)


def _remove(files: Files, path: str) -> None:
    if files.exists(path):
        files.unlink(path)


def finish_replacements(files: Files, directory: str) -> bool:
    """Carry out what an interruption left undone, and remove what it left unfinished.

    Whether there was anything. Raises OSError and CorruptFileError.
    """
    names = files.list_directory(directory)
    for name in names:
        if name.endswith(REPLACEMENT_SUFFIX):
            _carry_out(files, directory, _read_list(files, f"{directory}/{name}"))
    unfinished = {name.split(".")[0] for name in names if name.endswith(CLEANED_SUFFIX)}
    for stem in unfinished:
        remove_cleaned(files, f"{directory}/{stem}")
    return bool(unfinished) or any(name.endswith(REPLACEMENT_SUFFIX) for name in names)


def _read_list(files: Files, path: str) -> list[int]:
    try:
        base_offsets = [int(line) for line in files.read_file(path).decode().splitlines()]
    except ValueError as error:
        raise CorruptFileError(f"{path} is no list of base offsets") from error
    if not base_offsets or not path.endswith(offset_name(base_offsets[0]) + REPLACEMENT_SUFFIX):
        raise CorruptFileError(f"{path} does not begin with its own base offset")
    return base_offsets
