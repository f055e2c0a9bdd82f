"""`odradek schema export`: a registry becomes a folder."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from odradek.cli.errors import CommandError
from odradek.cli.output import OutputFormat, print_rows
from odradek.cli.schema.archive.contents import Archive
from odradek.cli.schema.archive.folder import write_archive
from odradek.cli.schema.archive.locking import lock_of
from odradek.cli.schema.archive.reading import read_registry
from odradek.cli.schema.connection import DEFAULT_REGISTRY, RegistryConnection
from odradek.schemas.check.lock import encode_lock


def export(
    folder: Annotated[Path, Parameter(help="A new or empty folder, or that of an export before.")],
    /,
    *,
    lock: Annotated[
        Path | None,
        Parameter(help="Write this registry.lock too, against which `schema check` checks files."),
    ] = None,
    output: OutputFormat = "table",
    registry: RegistryConnection = DEFAULT_REGISTRY,
) -> None:
    """Write a whole registry into a folder: subjects, versions, ids, references, settings.

    Each subject has a folder, and each text is a file, byte for byte. Softly deleted versions and
    all contexts are part of it. `odradek schema import` reads it back, here or elsewhere.
    """
    with registry.open() as client:
        archive = read_registry(registry, client)
    write_archive(archive, folder)
    if lock is not None:
        _write_lock(lock, archive)
    print_rows([_row(archive, folder)], output)


def _write_lock(path: Path, archive: Archive) -> None:
    try:
        path.write_bytes(encode_lock(lock_of(archive)))
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from error


def _row(archive: Archive, folder: Path) -> dict[str, object]:
    versions = archive.versions.values()
    return {
        "folder": folder.as_posix(),
        "subjects": len(archive.subjects),
        "versions": len(versions),
        "softly_deleted": sum(len(each.deleted) for each in archive.subjects.values()),
        "text_bytes": sum(
            len(each.schema.text.encode("utf-8", "surrogatepass")) for each in versions
        ),
    }
