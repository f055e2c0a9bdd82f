"""An archive as files: `registry.json`, and under `subjects` a folder for each subject.

    registry.json                        the settings of the registry and its contexts
    subjects/orders-value/subject.json   settings and versions, but for their texts
    subjects/orders-value/v1.avsc        a text, byte for byte

Invariants: an archive that was not written to its end cannot be read; what is written over an older
archive leaves nothing of it, and touches no other file. A folder's name only helps people: which
subject it is stands in its `subject.json`.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import msgspec

from odradek.cli.errors import CommandError
from odradek.cli.schema.archive.contents import (
    Archive,
    ArchivedSubject,
    Association,
    Config,
    Settings,
)
from odradek.clients.schema_registry import Reference, Schema, StoredVersion
from odradek.schemas.check.sources import ENDINGS
from odradek.schemas.schema import SchemaType

FORMAT = 1
MANIFEST, SUBJECTS, SUBJECT = "registry.json", "subjects", "subject.json"
FOLDER_CHARS_MAX = 150
"""Of 255 bytes that file systems take for a name."""
DIGEST_CHARS = 12
Kind = TypeVar("Kind", bound="_Written")
SUFFIXES = {schema_type: ending for ending, schema_type in ENDINGS.items()}


class _Written(
    msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, rename="camel"
):
    """How all of it is written."""


class _Settings(_Written, frozen=True):
    config: dict[str, object] | None = None
    mode: str | None = None


class _Manifest(_Written, frozen=True):
    format: int
    is_complete: bool = False
    scopes: dict[str, _Settings] = {}


class _Reference(_Written, frozen=True):
    name: str
    subject: str
    version: int


class _Version(_Written, frozen=True, kw_only=True):
    version: int
    id: int
    guid: str | None = None
    file: str
    schema_type: SchemaType = SchemaType.AVRO
    references: tuple[_Reference, ...] = ()
    metadata: dict[str, object] | None = None
    rule_set: dict[str, object] | None = None
    deleted: bool = False


class _Association(_Written, frozen=True, kw_only=True):
    resource_name: str
    resource_namespace: str
    resource_id: str
    resource_type: str
    association_type: str
    lifecycle: str
    frozen: bool = False


class _Subject(_Written, frozen=True):
    subject: str
    config: dict[str, object] | None = None
    mode: str | None = None
    associations: tuple[_Association, ...] = ()
    versions: tuple[_Version, ...] = ()


def write_archive(archive: Archive, folder: Path) -> None:
    """Write all files; CommandError where that cannot be."""
    try:
        _require_ours(folder)
        (folder / SUBJECTS).mkdir(parents=True, exist_ok=True)
        _write_json(folder / MANIFEST, _Manifest(FORMAT))
        written: set[Path] = set()
        for name, subject in _named(archive.subjects.values()):
            written |= _write_subject(folder / SUBJECTS / name, subject)
        _remove_others(folder / SUBJECTS, written)
        scopes = {
            name: _Settings(_plain(each.config), each.mode) for name, each in archive.scopes.items()
        }
        _write_json(folder / MANIFEST, _Manifest(FORMAT, True, scopes))
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be written: {error.strerror}") from error


def read_archive(folder: Path) -> Archive:
    """Read all files; CommandError where one is missing or no part of an archive."""
    manifest = _read_json(folder / MANIFEST, _Manifest)
    if manifest.format != FORMAT:
        raise CommandError(
            f"{folder} has format {manifest.format}, and this odradek reads {FORMAT}; use the one"
            " that wrote it"
        )
    if not manifest.is_complete:
        raise CommandError(f"the export into {folder} did not come to its end; export again")
    subjects: dict[str, ArchivedSubject] = {}
    for file in sorted((folder / SUBJECTS).glob(f"*/{SUBJECT}")):
        subject = _read_subject(file)
        if subject.name in subjects:
            raise CommandError(f"{file} is the subject {subject.name}, which another folder is too")
        subjects[subject.name] = subject
    scopes = {name: Settings(each.config, each.mode) for name, each in manifest.scopes.items()}
    return Archive(subjects, scopes)


def _require_ours(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise CommandError(f"{folder} is no folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).exists():
        raise CommandError(f"{folder} has files that are no export; name a new or an empty folder")


def _named(subjects: Iterable[ArchivedSubject]) -> Iterator[tuple[str, ArchivedSubject]]:
    """Each with the name of its folder, different also where case does not count."""
    taken: set[str] = set()
    for subject in sorted(subjects, key=lambda each: each.name):
        name = quote(subject.name, safe="")
        if not name.strip("."):
            name = name.replace(".", "%2E")
        if len(name) > FOLDER_CHARS_MAX or name.casefold() in taken:
            digest = hashlib.sha256(subject.name.encode("utf-8", "surrogatepass")).hexdigest()
            name = f"{name[:FOLDER_CHARS_MAX]}~{digest[:DIGEST_CHARS]}"
        taken.add(name.casefold())
        yield name, subject


def _write_subject(folder: Path, subject: ArchivedSubject) -> set[Path]:
    folder.mkdir(exist_ok=True)
    described = _Subject(
        subject.name,
        _plain(subject.settings.config),
        subject.settings.mode,
        tuple(_Association(**asdict(each)) for each in subject.associations),
        tuple(
            _described(each, is_deleted=each.version in subject.deleted)
            for each in subject.versions
        ),
    )
    for version, stored in zip(described.versions, subject.versions, strict=True):
        (folder / version.file).write_bytes(stored.schema.text.encode("utf-8", "surrogatepass"))
    _write_json(folder / SUBJECT, described)
    return {folder / SUBJECT, *(folder / each.file for each in described.versions)}


def _described(stored: StoredVersion, *, is_deleted: bool) -> _Version:
    return _Version(
        version=stored.version,
        id=stored.id,
        guid=stored.guid,
        file=f"v{stored.version}{SUFFIXES[stored.schema.type]}",
        schema_type=stored.schema.type,
        references=tuple(
            _Reference(each.name, each.subject, each.version) for each in stored.schema.references
        ),
        metadata=_plain(stored.metadata),
        rule_set=_plain(stored.rule_set),
        deleted=is_deleted,
    )


def _remove_others(folder: Path, written: set[Path]) -> None:
    """What an earlier export has left: files of its names, and folders that are empty then."""
    for subject in folder.iterdir():
        if not subject.is_dir():
            continue
        for file in subject.iterdir():
            is_ours = file.name == SUBJECT or (
                file.suffix in ENDINGS and file.stem[:1] == "v" and file.stem[1:].isdigit()
            )
            if is_ours and file not in written:
                file.unlink()
        if not any(subject.iterdir()):
            subject.rmdir()


def _read_subject(file: Path) -> ArchivedSubject:
    described = _read_json(file, _Subject)
    versions = tuple(
        _read_version(file.parent, described.subject, each) for each in described.versions
    )
    deleted = frozenset(each.version for each in described.versions if each.deleted)
    settings = Settings(described.config, described.mode)
    associations = tuple(
        Association(**msgspec.structs.asdict(each)) for each in described.associations
    )
    return ArchivedSubject(described.subject, versions, deleted, settings, associations)


def _read_version(folder: Path, subject: str, version: _Version) -> StoredVersion:
    references = tuple(
        Reference(each.name, each.subject, each.version) for each in version.references
    )
    file = folder / Path(version.file).name
    try:
        text = _read(file).decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is no text of a schema: {error}") from error
    return StoredVersion(
        subject,
        version.version,
        version.id,
        Schema(text, version.schema_type, references),
        version.guid,
        version.metadata,
        version.rule_set,
    )


def _read_json(file: Path, kind: type[Kind]) -> Kind:
    try:
        return msgspec.json.decode(_read(file), type=kind)
    except msgspec.DecodeError as error:
        raise CommandError(f"{file} is no part of an export: {error}") from error


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error


def _write_json(file: Path, value: _Written) -> None:
    file.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")


def _plain(value: Config | None) -> dict[str, object] | None:
    return None if value is None else dict(value)
