"""`odradek schema check`: would a registry accept these files? Needs no network."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from odradek import __version__
from odradek.cli.errors import CommandError, ExitCode
from odradek.cli.output import note, print_document
from odradek.schemas.check.acceptance import accept
from odradek.schemas.check.documents import json_document, sarif_document
from odradek.schemas.check.lock import FILE_NAME, InvalidLock, Lock, decode_lock, encode_lock
from odradek.schemas.check.sources import is_source, sources_of
from odradek.schemas.check.text import report_text
from odradek.schemas.check.verdicts import Report
from odradek.schemas.check.verdicts import check as check_sources
from odradek.schemas.levels import CompatibilityLevel
from odradek.schemas.schema import InvalidSchema


def check(
    directory: Annotated[Path, Parameter(help="The folder with .avsc, .json and .proto files.")],
    /,
    *,
    lock: Annotated[
        Path | None, Parameter(help="What the registry has; else registry.lock in the folder.")
    ] = None,
    level: Annotated[
        CompatibilityLevel | None,
        Parameter(help="Ask this of every subject, instead of the levels in the lock."),
    ] = None,
    update: Annotated[
        bool,
        Parameter(help="If nothing is wrong, add what is new or changed to the lock as versions."),
    ] = False,
    output: Annotated[
        Literal["text", "json", "sarif"],
        Parameter(name=["--output", "-o"], help="How to print the report."),
    ] = "text",
) -> int:
    """Check schema files against the versions that a registry has, at all seven levels.

    A file's name without its ending is its subject. Exits 0 if a registry would accept them all; 2
    if not, with the reason, what mends it and a record that shows it; 1 if it cannot be found out.
    """
    lock_file = lock or directory / FILE_NAME
    locked = _read_lock(lock_file, must_exist=lock is not None)
    try:
        reports = check_sources(sources_of(_files(directory)), locked, level)
    except InvalidSchema as error:
        raise CommandError(str(error)) from error
    if not reports:
        raise CommandError(f"{directory} has no .avsc, .json or .proto file")
    _print(reports, output, directory)
    if any(each.status.is_wrong for each in reports):
        return ExitCode.FINDINGS
    if update:
        _write_lock(lock_file, accept(locked, reports), locked)
    return ExitCode.OK


def _files(directory: Path) -> Iterator[tuple[str, str]]:
    if not directory.is_dir():
        raise CommandError(f"{directory} is no folder")
    for path in sorted(directory.rglob("*")):
        relative = path.relative_to(directory)
        is_hidden = any(part.startswith(".") for part in relative.parts)
        if path.is_file() and is_source(path.name) and not is_hidden:
            yield relative.as_posix(), _read_text(path)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error


def _read_lock(path: Path, *, must_exist: bool) -> Lock:
    if not path.exists() and not must_exist:
        note(f"there is no {path}: every subject is new, and only its schema is checked")
        return Lock()
    try:
        return decode_lock(path.read_bytes())
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error
    except InvalidLock as error:
        raise CommandError(f"{path} is no lock: {error}") from error


def _write_lock(path: Path, new: Lock, old: Lock) -> None:
    added = sum(len(new.versions(each)) - len(old.versions(each)) for each in new.subjects)
    if not added:
        return
    try:
        path.write_bytes(encode_lock(new))
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from error
    note(f"{path} has {added} new {'version' if added == 1 else 'versions'}")


def _print(
    reports: Sequence[Report], output: Literal["text", "json", "sarif"], directory: Path
) -> None:
    match output:
        case "json":
            print_document(json_document(reports), "json")
        case "sarif":
            print_document(sarif_document(reports, __version__, directory.as_posix()), "json")
        case "text":
            sys.stdout.write(f"{report_text(reports)}\n")
