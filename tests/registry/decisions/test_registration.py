"""A schema becomes a version of a subject, or is one already."""

import pytest

from odradek.registry.decisions.deletion import delete_subject, delete_version
from odradek.registry.decisions.lookup import find_by_content
from odradek.registry.decisions.registration import NewSchema, Options, register
from odradek.registry.decisions.settings import set_config, set_mode
from odradek.registry.decisions.view import Defaults, View
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.state.content import (
    Content,
    Metadata,
    Reference,
    Rule,
    RuleKind,
    RuleMode,
    RuleSet,
)
from odradek.registry.state.records import ContextRecord, SchemaRecord
from tests.registry.world import avro, record, registered, settle

ORDER = avro(record("Order", "id"))
ORDER_2 = avro(record("Order", "id", optional=["note"]))
ORDER_INCOMPATIBLE = avro(record("Order", "id", "customer"))


def code_of(error: "pytest.ExceptionInfo[RegistryError]") -> ErrorCode:
    return error.value.code


def test_first_schema_has_id_one_and_version_one() -> None:
    done = registered(View(), "orders", ORDER)
    assert (done.id, done.version) == (1, 1)


def test_same_schema_again_writes_nothing() -> None:
    view = View()
    first = registered(view, "orders", ORDER)
    again = register(view, "orders", NewSchema(ORDER), Options())
    assert again.records == ()
    assert again.answer == first


def test_other_form_of_the_same_schema_is_the_same_version() -> None:
    view = View()
    first = registered(view, "orders", ORDER)
    spaced = avro(ORDER.text.replace(",", " ,\n"))
    assert register(view, "orders", NewSchema(spaced), Options()).answer == first


def test_text_is_kept_byte_for_byte() -> None:
    view = View()
    text = ' {"type" : "string"} '
    registered(view, "orders", avro(text))
    version = view.index.version("orders", -1)
    assert version is not None
    assert version.content.text == text


def test_known_schema_is_found_though_it_would_be_refused_as_a_new_one() -> None:
    view = View()
    odd = avro(ORDER.text.replace("Order", "Größe"))
    view.index.apply(SchemaRecord("orders", 1, 1, odd), 0)
    assert registered(view, "orders", odd).version == 1
    with pytest.raises(RegistryError) as error:
        registered(view, "others", odd)
    assert code_of(error) is ErrorCode.INVALID_SCHEMA


def test_schema_with_an_id_is_taken_as_it_was_taken_elsewhere() -> None:
    view = View()
    settle(view, set_mode(view, None, "IMPORT", force=False))
    odd = avro(ORDER.text.replace("Order", "Größe"))
    assert registered(view, "orders", odd, id=7, version=3).id == 7


def test_import_is_kept_to_the_letter_even_where_schemas_are_normalized() -> None:
    view = View()
    settle(view, set_config(view, None, {"normalize": True}))
    settle(view, set_mode(view, None, "IMPORT", force=False))
    spaced = avro('{"type": "string"}')
    done = register(view, "orders", NewSchema(spaced, id=7), Options(normalize=True)).answer
    assert done.content.text == spaced.text


def test_same_schema_under_another_subject_has_the_same_id() -> None:
    view = View()
    registered(view, "orders", ORDER)
    registered(view, "orders", ORDER_2)
    other = registered(view, "copies", ORDER_2)
    assert (other.id, other.version) == (2, 1)


def test_contexts_have_ids_of_their_own_and_announce_themselves() -> None:
    view = View()
    registered(view, "orders", ORDER)
    decision = register(view, ":.c:orders", NewSchema(ORDER_2), Options())
    assert decision.answer.id == 1
    assert [type(each) for each in decision.records] == [ContextRecord, SchemaRecord]
    settle(view, decision)
    assert len(register(view, ":.c:more", NewSchema(ORDER), Options()).records) == 1


def test_incompatible_schema_is_refused_with_its_reasons() -> None:
    view = View()
    registered(view, "orders", ORDER)
    with pytest.raises(RegistryError) as error:
        registered(view, "orders", ORDER_INCOMPATIBLE)
    assert code_of(error) is ErrorCode.INCOMPATIBLE_SCHEMA
    assert "READER_FIELD_MISSING_DEFAULT_VALUE" in error.value.message
    assert "compatibility: 'BACKWARD'" in error.value.message


def test_incompatible_schema_can_be_forced() -> None:
    view = View()
    registered(view, "orders", ORDER)
    forced = register(view, "orders", NewSchema(ORDER_INCOMPATIBLE), Options(force=True))
    assert forced.answer.version == 2


def test_level_none_compares_nothing() -> None:
    view = View()
    settle(view, set_config(view, None, {"compatibilityLevel": "NONE"}))
    registered(view, "orders", ORDER)
    assert registered(view, "orders", ORDER_INCOMPATIBLE).version == 2


def test_group_of_the_metadata_restricts_the_comparison() -> None:
    view = View()
    settle(view, set_config(view, "orders", {"compatibilityGroup": "major"}))
    first = avro(ORDER.text, metadata=Metadata(properties={"major": "1"}))
    second = avro(ORDER_INCOMPATIBLE.text, metadata=Metadata(properties={"major": "2"}))
    registered(view, "orders", first)
    assert registered(view, "orders", second).version == 2


def test_version_may_be_asked_for_if_it_is_the_next() -> None:
    view = View()
    registered(view, "orders", ORDER, version=1)
    with pytest.raises(RegistryError) as error:
        registered(view, "orders", ORDER_2, version=5)
    assert code_of(error) is ErrorCode.INVALID_SCHEMA
    assert registered(view, "orders", ORDER_2, version=2).version == 2


def test_id_can_be_chosen_in_import_mode_only() -> None:
    view = View()
    with pytest.raises(RegistryError) as error:
        registered(view, "orders", ORDER, id=7)
    assert code_of(error) is ErrorCode.OPERATION_NOT_PERMITTED
    settle(view, set_mode(view, "orders", "IMPORT", force=False))
    imported = registered(view, "orders", ORDER, id=7, version=3)
    assert (imported.id, imported.version) == (7, 3)
    with pytest.raises(RegistryError) as error:
        registered(view, "orders", ORDER_2)
    assert code_of(error) is ErrorCode.OPERATION_NOT_PERMITTED
    with pytest.raises(RegistryError) as error:
        registered(view, "orders", ORDER_2, id=7, version=4)
    assert code_of(error) is ErrorCode.OPERATION_NOT_PERMITTED


def test_read_only_subject_takes_nothing() -> None:
    view = View()
    settle(view, set_mode(view, None, "READONLY", force=False))
    with pytest.raises(RegistryError) as error:
        registered(view, "orders", ORDER)
    assert code_of(error) is ErrorCode.OPERATION_NOT_PERMITTED


def test_registering_again_what_was_deleted_makes_a_new_version_and_drops_the_old() -> None:
    view = View()
    registered(view, "orders", ORDER)
    settle(view, delete_subject(view, "orders", permanent=False))
    again = register(view, "orders", NewSchema(ORDER), Options())
    assert (again.answer.id, again.answer.version) == (1, 2)
    assert again.records[0] == SchemaRecord("orders", 1)
    settle(view, again)
    assert [each.version for each in view.index.versions("orders", deleted=True)] == [2]


def test_version_numbers_are_not_used_again() -> None:
    view = View()
    registered(view, "orders", ORDER)
    registered(view, "orders", ORDER_2)
    settle(view, delete_version(view, "orders", 2, permanent=False))
    assert registered(view, "orders", avro(record("Order", "id", optional=["n"]))).version == 3


def test_references_are_followed() -> None:
    view = View()
    registered(view, "users", avro(record("User", "name")))
    text = '{"type":"record","name":"Order","fields":[{"name":"by","type":"User"}]}'
    done = registered(view, "orders", avro(text, Reference("User", "users", 1)))
    assert done.id == 2
    assert [each.subject for each in view.index.referrers(("users", 1))] == ["orders"]


def test_missing_reference_is_named() -> None:
    with pytest.raises(RegistryError, match="'users'") as error:
        registered(View(), "orders", avro(ORDER.text, Reference("User", "users", 1)))
    assert code_of(error) is ErrorCode.INVALID_SCHEMA


@pytest.mark.parametrize(
    "content",
    [
        avro(""),
        avro("   "),
        avro("nonsense"),
        avro('{"type":"record"}'),
        Content("XML", "<a/>"),
    ],
)
def test_invalid_schemas_are_refused(content: Content) -> None:
    with pytest.raises(RegistryError, match=r"^Invalid schema") as error:
        registered(View(), "orders", content)
    assert code_of(error) is ErrorCode.INVALID_SCHEMA


def test_schema_has_a_largest_size() -> None:
    view = View(defaults=Defaults(schema_bytes_max=50))
    with pytest.raises(RegistryError) as error:
        registered(view, "orders", avro(record("Order", "x" * 50)))
    assert code_of(error) is ErrorCode.SCHEMA_TOO_LARGE


def test_metadata_and_rules_go_on_to_hold() -> None:
    view = View()
    rule = Rule(name="r", kind=RuleKind.TRANSFORM, mode=RuleMode.WRITEREAD, type="CEL")
    rules = RuleSet(domainRules=[rule])
    metadata = Metadata(properties={"owner": "us"})
    registered(view, "orders", avro(ORDER.text, metadata=metadata, rule_set=rules))
    second = registered(view, "orders", ORDER_2)
    assert (second.content.metadata, second.content.rule_set) == (metadata, rules)


def test_schema_without_a_text_is_its_predecessor_with_other_metadata() -> None:
    view = View()
    registered(view, "orders", ORDER)
    second = registered(view, "orders", avro("", metadata=Metadata(properties={"owner": "us"})))
    assert (second.version, second.content.text) == (2, ORDER.text)


def test_config_adds_to_metadata_and_overrides_it() -> None:
    view = View()
    settings = {
        "defaultMetadata": {"properties": {"a": "default", "b": "default"}},
        "overrideMetadata": {"properties": {"c": "override"}},
    }
    settle(view, set_config(view, None, settings))
    given = Metadata(properties={"b": "given", "c": "given"})
    done = registered(view, "orders", avro(ORDER.text, metadata=given))
    assert done.content.properties() == {"a": "default", "b": "given", "c": "override"}


def test_reserved_property_tells_the_version() -> None:
    view = View()
    metadata = Metadata(properties={"confluent:version": "0"})
    registered(view, "orders", avro(ORDER.text, metadata=metadata))
    second = registered(view, "orders", ORDER_2)
    assert second.content.properties() == {"confluent:version": "2"}


def test_schema_with_all_it_refers_to_in_it_is_the_one_that_refers_to_it() -> None:
    view = View()
    inner = '{"type":"fixed","name":"F","size":1,"a":1,"b":2}'
    registered(view, "inner", avro(inner))
    outer = '{"type":"record","name":"R","fields":[{"name":"a","type":%s},{"name":"b","type":"F"}]}'
    first = registered(view, "outer", avro(outer % '"F"', Reference("F", "inner", 1)))
    whole = avro(outer % '{"type":"fixed","name":"F","size":1,"b":2,"a":1}')
    again = register(view, "outer", NewSchema(whole), Options())
    assert (again.records, again.answer) == ((), first)
    for content in (whole, avro(whole.text, Reference("F", "inner", 1))):
        found = find_by_content(view, "outer", content, normalized=False, deleted=False)
        assert found.version == first.version
    other = registered(view, "outer", avro(outer % inner.replace('"b":2', '"b":3')))
    assert other.version == 2


def test_order_of_tags_makes_no_other_schema() -> None:
    view = View()
    tags = (["b", "a", "b"], ["a", "b"])
    one, other = (avro(ORDER.text, metadata=Metadata(tags={"t": each})) for each in tags)
    first = registered(view, "orders", one)
    assert register(view, "orders", NewSchema(other), Options()).records == ()
    copied = registered(view, "copies", other)
    assert (copied.id, copied.content) == (first.id, first.content)
    assert view.index.version("copies", 1) is not None


def test_normalized_schema_is_not_the_one_that_was_registered_as_it_came() -> None:
    view = View()
    came = avro('{"type":"record","name":"R","doc":"","fields":[]}')
    registered(view, "orders", came)
    with pytest.raises(RegistryError) as error:
        find_by_content(view, "orders", came, normalized=True, deleted=False)
    assert code_of(error) is ErrorCode.SCHEMA_NOT_FOUND
    done = register(view, "orders", NewSchema(came), Options(normalize=True)).answer
    assert (done.version, done.content.text) == (2, '{"type":"record","name":"R","fields":[]}')


def test_references_are_sorted_by_subject_and_version_when_normalized() -> None:
    view = View()
    for subject, name in (("s1", "B"), ("s2", "A")):
        registered(view, subject, avro(f'{{"type":"fixed","name":"{name}","size":1}}'))
    first, second = Reference("B", "s1", 1), Reference("A", "s2", 1)
    mixed = Content("AVRO", '["A","B"]', (second, first, second))
    done = register(view, "orders", NewSchema(mixed), Options(normalize=True)).answer
    assert done.content.references == (first, second)


def test_normalized_schemas_are_one() -> None:
    view = View()
    settle(view, set_config(view, None, {"normalize": True}))
    first = registered(view, "orders", avro('{"name":"E","type":"enum","symbols":["A"]}'))
    again = registered(view, "orders", avro('{"symbols":["A"],"type":"enum","name":"E"}'))
    assert again == first
