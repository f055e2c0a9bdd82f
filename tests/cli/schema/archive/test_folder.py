"""An archive as files, whatever its subjects are called."""

from pathlib import Path

import pytest

from odradek.cli.errors import CommandError
from odradek.cli.schema.archive.contents import Archive, ArchivedSubject, Settings
from odradek.cli.schema.archive.folder import read_archive, write_archive
from odradek.clients.schema_registry import Reference, Schema, StoredVersion
from odradek.schemas.schema import SchemaType

NAMES = ["..", ".", "A", "a", "a/b", "a%2Fb", "Ä", "ä", "x" * 400, "x" * 401, ":.c:s", "con", "a b"]


def archive_of(*names: str, text: str = '"int"') -> Archive:
    return Archive(
        {
            name: ArchivedSubject(
                name,
                (
                    StoredVersion(name, 1, number, Schema(text, SchemaType.AVRO)),
                    StoredVersion(
                        name,
                        3,
                        number + 1000,
                        Schema(f"{name}\r\n", SchemaType.PROTOBUF, (Reference("r", "s", 2),)),
                        "a-guid",
                        {"tags": {"x": ["y"]}},
                        {"domainRules": []},
                    ),
                ),
                frozenset({1}),
                Settings({"compatibilityLevel": "NONE"}, "READONLY"),
            )
            for number, name in enumerate(names)
        },
        {"": Settings({"normalize": True}), ":.c:": Settings(mode="IMPORT")},
    )


def test_what_is_written_is_read_whatever_subjects_are_called(tmp_path: Path) -> None:
    archive = archive_of(*NAMES)
    write_archive(archive, tmp_path / "dump")
    assert read_archive(tmp_path / "dump") == archive
    names = [each.name for each in (tmp_path / "dump/subjects").iterdir()]
    assert len({each.casefold() for each in names}) == len(NAMES)
    assert [each.name for each in tmp_path.iterdir()] == ["dump"]


def test_a_text_that_utf_8_does_not_have_survives(tmp_path: Path) -> None:
    archive = archive_of("a", text='{"type":"int","doc":"\ud800"}')
    write_archive(archive, tmp_path)
    assert read_archive(tmp_path) == archive


def test_a_later_export_leaves_nothing_of_an_earlier_one(tmp_path: Path) -> None:
    write_archive(archive_of("a", "gone"), tmp_path)
    (tmp_path / "subjects/gone/README.md").write_text("ours")
    (tmp_path / "subjects/a/v7.avsc").write_text("stale")
    write_archive(archive_of("a"), tmp_path)
    assert read_archive(tmp_path) == archive_of("a")
    assert not (tmp_path / "subjects/a/v7.avsc").exists()
    assert [each.name for each in (tmp_path / "subjects/gone").iterdir()] == ["README.md"]


def test_a_folder_of_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(CommandError, match="has files that are no export"):
        write_archive(archive_of("a"), tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]
    with pytest.raises(CommandError, match=r"thesis\.txt is no folder"):
        write_archive(archive_of("a"), tmp_path / "thesis.txt")


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("registry.json", '{"format": 1}', "did not come to its end; export again"),
        ("registry.json", '{"format": 9, "isComplete": true}', "has format 9"),
        ("registry.json", "{", "is no part of an export"),
        ("subjects/a/subject.json", '{"subject": "a", "x": 1}', "is no part of an export"),
        ("subjects/a/subject.json", '{"subject": "b"}', "b, which another folder is too"),
        ("subjects/a/v1.avsc", None, r"v1\.avsc cannot be read: No such file"),
    ],
)
def test_what_is_no_whole_archive_is_refused(
    tmp_path: Path, file: str, text: str | None, said: str
) -> None:
    write_archive(archive_of("a", "b"), tmp_path)
    if text is None:
        (tmp_path / file).unlink()
    else:
        (tmp_path / file).write_text(text)
    with pytest.raises(CommandError, match=said):
        read_archive(tmp_path)


def test_a_file_never_leads_out_of_its_folder(tmp_path: Path) -> None:
    write_archive(archive_of("a"), tmp_path)
    (tmp_path / "secret").write_text("secret")
    described = tmp_path / "subjects/a/subject.json"
    described.write_text(described.read_text().replace('"v1.avsc"', '"../../secret"'))
    with pytest.raises(CommandError, match="secret cannot be read"):
        read_archive(tmp_path)
