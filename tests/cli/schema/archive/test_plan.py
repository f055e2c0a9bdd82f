"""What an import has to do: the order of versions, and what counts as the same schema."""

import pytest

from odradek.cli.errors import CommandError
from odradek.cli.schema.archive.contents import Archive, ArchivedSubject, Settings
from odradek.cli.schema.archive.order import registration_order
from odradek.cli.schema.archive.plan import plan_import
from odradek.clients.schema_registry import Reference, Schema, StoredVersion
from odradek.schemas.schema import SchemaType

Needs = tuple[tuple[str, int], ...]


def version(
    subject: str, number: int, schema_id: int, needs: Needs = (), text: str = '"int"'
) -> StoredVersion:
    references = tuple(Reference(each, each, at) for each, at in needs)
    schema = Schema(text, SchemaType.AVRO, references)
    return StoredVersion(subject, number, schema_id, schema)


def archive(*versions: StoredVersion, deleted: frozenset[int] = frozenset()) -> Archive:
    names = dict.fromkeys(each.subject for each in versions)
    return Archive(
        {
            name: ArchivedSubject(
                name, tuple(each for each in versions if each.subject == name), deleted
            )
            for name in names
        }
    )


def test_what_is_referred_to_comes_first_whatever_its_id() -> None:
    versions = archive(
        version("a", 1, 1, needs=(("z", 2),)), version("z", 1, 9), version("z", 2, 3)
    ).versions
    assert registration_order(versions) == [("z", 1), ("z", 2), ("a", 1)]


def test_where_nothing_refers_to_anything_ids_tell_the_order() -> None:
    versions = archive(version("a", 1, 3), version("b", 1, 1), version("b", 2, 2)).versions
    assert registration_order(versions) == [("b", 1), ("a", 1), ("b", 2)]


def test_references_are_looked_for_in_the_context_of_who_refers() -> None:
    versions = archive(
        version(":.c:a", 1, 1, needs=(("z", 1),)), version(":.c:z", 1, 2), version("z", 1, 3)
    ).versions
    order = registration_order(versions)
    assert order.index((":.c:z", 1)) < order.index((":.c:a", 1))


def test_a_circle_is_refused_with_its_way() -> None:
    versions = archive(
        version("a", 1, 1, needs=(("b", 1),)), version("b", 1, 2, needs=(("a", 1),))
    ).versions
    with pytest.raises(CommandError, match="in a circle: a version 1 to b version 1 to a"):
        registration_order(versions)


def test_a_long_history_is_no_trouble() -> None:
    versions = archive(*(version("a", number, 5000 - number) for number in range(1, 3001)))
    assert registration_order(versions.versions) == [("a", number) for number in range(1, 3001)]


def test_a_text_that_a_registry_wrote_anew_is_the_same_schema() -> None:
    given = '{ "type" : "record", "name" : "R", "fields" : [ ] }'
    written = '{"type":"record","name":"R","fields":[]}'
    other = '{"type":"record","name":"S","fields":[]}'
    mine = archive(version("a", 1, 1, text=given))
    assert plan_import(mine, archive(version("a", 1, 1, text=written))).is_empty
    assert plan_import(mine, archive(version("a", 1, 1, text=other))).conflicts
    assert plan_import(mine, archive(version("a", 1, 2, text=given))).conflicts
    assert plan_import(mine, archive(version("b", 1, 1, text=other))).conflicts
    assert plan_import(mine, archive(version("b", 1, 1, text=written))).register == [("a", 1)]


def test_the_same_id_in_another_context_is_no_conflict() -> None:
    there = archive(version(":.c:b", 1, 1, text='"string"'))
    assert plan_import(archive(version("a", 1, 1)), there).conflicts == []


def test_deletions_are_made_where_they_are_missing_and_undone_where_they_are_not_wanted() -> None:
    live = archive(version("a", 1, 1))
    gone = archive(version("a", 1, 1), deleted=frozenset({1}))
    assert plan_import(gone, live).delete == [("a", 1)]
    assert plan_import(gone, gone).is_empty
    assert plan_import(live, gone).register == [("a", 1)]


def test_settings_are_compared_for_every_scope() -> None:
    strict = Settings({"compatibilityLevel": "FULL"})
    mine = Archive(scopes={"": strict, ":.c:": Settings()})
    assert plan_import(mine, Archive(scopes={"": strict})).is_empty
    left = Archive(scopes={"": strict, ":.c:": Settings(mode="IMPORT")})
    assert plan_import(mine, left).settings == {":.c:": Settings()}
