"""What records add up to."""

import random

from odradek.registry.state.codec import Written, encode
from odradek.registry.state.content import Content, Reference
from odradek.registry.state.index import Index
from odradek.registry.state.records import (
    ClearSubjectRecord,
    ConfigRecord,
    ContextRecord,
    DeleteSubjectRecord,
    ModeRecord,
    NoopRecord,
    Record,
    SchemaRecord,
)
from odradek.registry.state.settings import Config, Mode

STRING, INT, LONG = (Content("AVRO", f'"{name}"') for name in ("string", "int", "long"))


def index_of(*records: Record) -> Index:
    index = Index()
    for number, record in enumerate(records):
        index.replay(encode(record), number)
    return index


def test_versions_are_in_order_and_the_latest_is_found() -> None:
    index = index_of(SchemaRecord("a", 2, 2, INT), SchemaRecord("a", 1, 1, STRING))
    assert [version.version for version in index.versions("a")] == [1, 2]
    latest = index.version("a", -1)
    assert latest is not None
    assert latest.content == INT


def test_subject_deleted_softly_keeps_its_ids() -> None:
    index = index_of(
        SchemaRecord("a", 1, 1, STRING), SchemaRecord("a", 2, 2, INT), DeleteSubjectRecord("a", 1)
    )
    assert [version.version for version in index.versions("a")] == [2]
    assert [version.version for version in index.versions("a", deleted=True)] == [1, 2]
    assert index.content(".", 1) == STRING
    assert index.places(".", 1) == []


def test_version_deleted_for_good_takes_its_id_along_but_the_number_is_not_used_again() -> None:
    index = index_of(
        SchemaRecord("a", 1, 1, STRING), SchemaRecord("a", 2, 2, INT), SchemaRecord("a", 2)
    )
    assert index.content(".", 2) is None
    assert index.id_of(".", INT) is None
    assert index.next_id(".") == 3


def test_id_of_two_subjects_stays_until_the_last_is_gone() -> None:
    index = index_of(SchemaRecord("a", 1, 1, STRING), SchemaRecord("b", 1, 1, STRING))
    assert [version.subject for version in index.places(".", 1)] == ["a", "b"]
    index.apply(SchemaRecord("a", 1), 0)
    assert index.content(".", 1) == STRING
    index.apply(SchemaRecord("b", 1), 0)
    assert index.content(".", 1) is None
    assert index.subjects == {}


def test_contexts_count_their_own_ids() -> None:
    index = index_of(
        ContextRecord(".c", exists=True),
        SchemaRecord("a", 1, 5, STRING),
        SchemaRecord(":.c:a", 1, 1, INT),
    )
    assert (index.next_id("."), index.next_id(".c"), index.next_id(".d")) == (6, 2, 1)
    assert list(index.named_contexts) == [".c"]


def test_id_with_two_meanings_keeps_the_first_and_says_so() -> None:
    index = index_of(SchemaRecord("a", 1, 1, STRING), SchemaRecord("b", 1, 1, INT))
    assert index.content(".", 1) == STRING
    assert index.versions("b") == []
    assert "id 1" in index.conflicts[0]


def test_same_text_of_another_type_is_another_schema() -> None:
    index = index_of(SchemaRecord("a", 1, 1, Content("AVRO", '{"type":"string"}')))
    assert index.id_of(".", Content("JSON", '{"type":"string"}')) is None


def test_referrers_are_known_in_their_context() -> None:
    referring = Content("AVRO", '"a"', (Reference("a", "a", 1),))
    index = index_of(SchemaRecord(":.c:a", 1, 1, STRING), SchemaRecord(":.c:b", 1, 2, referring))
    assert [version.subject for version in index.referrers((":.c:a", 1))] == [":.c:b"]
    assert index.referrers(("a", 1)) == []
    index.apply(SchemaRecord(":.c:b", 1), 0)
    assert index.referrers((":.c:a", 1)) == []


def test_settings_come_and_go() -> None:
    index = index_of(
        ConfigRecord(None, Config(compatibilityLevel="NONE")), ModeRecord("a", Mode.IMPORT)
    )
    assert index.configs == {None: Config(compatibilityLevel="NONE")}
    assert index.modes == {"a": Mode.IMPORT}
    index.apply(ConfigRecord(None, None), 0)
    index.apply(ModeRecord("a", None), 0)
    assert (index.configs, index.modes) == ({}, {})


def test_clearing_forgets_what_was_deleted_softly_in_its_scope() -> None:
    deleted = [
        SchemaRecord(subject, 1, number, content, is_deleted=True)
        for subject, number, content in (("a", 1, STRING), ("b", 2, INT), (":.c:a", 1, LONG))
    ]
    only_a = index_of(*deleted, ClearSubjectRecord("a"))
    assert set(only_a.subjects) == {"b", ":.c:a"}
    default_context = index_of(*deleted, ClearSubjectRecord(None))
    assert set(default_context.subjects) == {":.c:a"}


def test_deletion_hits_every_form_in_which_the_key_was_written() -> None:
    index = Index()
    ours = encode(SchemaRecord("a", 1, 1, STRING))
    theirs = b'{"subject":"a","version":1,"magic":1,"keytype":"SCHEMA"}'
    index.replay(Written(theirs, ours.value), 0)
    deletion = index.written(SchemaRecord("a", 1))
    assert deletion == [Written(ours.key, None), Written(theirs, None)]
    assert index.written(NoopRecord()) == [encode(NoopRecord())]


def test_unknown_records_are_left_alone() -> None:
    index = index_of(SchemaRecord("a", 1, 1, STRING))
    index.replay(Written(b'{"keytype":"TOMORROW"}', b"{}"), 0)
    assert "TOMORROW" in index.conflicts[0]
    assert len(index.versions("a")) == 1


def test_draft_is_what_the_index_will_be_and_leaves_it_as_it_is(seed: int) -> None:
    chance = random.Random(seed)
    index = Index()
    for _ in range(300):
        index.conflicts.clear()
        before = facts(index)
        draft = index.draft()
        records = [any_record(chance, index) for _ in range(chance.randint(1, 4))]
        for record in records:
            draft.apply(record, 0)
        assert facts(index) == before, seed
        for record in records:
            index.apply(record, 0)
        assert facts(draft) == facts(index), seed


def any_record(chance: random.Random, index: Index) -> Record:
    """A record of any kind, for few subjects, so that they meet."""
    subject = chance.choice(["a", "b", ":.c:a"])
    version = chance.randint(1, 3)
    content = chance.choice([STRING, INT, LONG, Content("AVRO", '"a"', (Reference("a", "a", 1),))])
    schema_id = index.id_of(".c" if "." in subject else ".", content) or chance.randint(1, 9)
    deleted = chance.random() < 0.3
    return chance.choice(
        [
            SchemaRecord(subject, version, schema_id, content, deleted),
            SchemaRecord(subject, version, schema_id, content, deleted),
            SchemaRecord(subject, version),
            DeleteSubjectRecord(subject, version),
            ClearSubjectRecord(chance.choice([subject, None])),
            ConfigRecord(subject, chance.choice([None, Config(compatibilityLevel="NONE")])),
            ModeRecord(subject, chance.choice([None, Mode.IMPORT])),
            ContextRecord(".c", exists=chance.random() < 0.5),
        ]
    )


def facts(index: Index) -> list[object]:
    """Everything that can be asked of an index."""
    contexts = {
        name: (
            dict(context.contents),
            dict(context.ids),
            {number: list(places) for number, places in context.places.items()},
            context.max_id,
        )
        for name, context in index.contexts.items()
    }
    places = [(subject, number) for subject in ("a", "b", ":.c:a") for number in (1, 2, 3)]
    referrers = [index.referrers(place, deleted=True) for place in places]
    versions = {subject: dict(versions) for subject, versions in index.subjects.items()}
    settings = [dict(index.configs), dict(index.modes), dict(index.named_contexts)]
    return [versions, contexts, referrers, settings, list(index.conflicts)]
