"""References: what a schema refers to comes with it, and nothing else is looked for."""

from importlib import import_module

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from odradek.schemas.protobuf import parse
from odradek.schemas.protobuf.linking import link
from odradek.schemas.protobuf.linking.google_types import GOOGLE_TYPES
from odradek.schemas.schema import InvalidSchema, ReferencedSchema


def proto(body: str) -> str:
    return f'syntax = "proto3"; {body}'


MONEY = ReferencedSchema("money.proto", proto("package shop; message Money { int64 units = 1; }"))
PRICE = ReferencedSchema(
    "price.proto",
    proto('package shop; import "money.proto"; message Price { Money net = 1; }'),
    (MONEY,),
)
ORDER = proto('import "price.proto"; message Order { shop.Price price = 1; }')


def test_a_whole_tree_of_references_is_linked() -> None:
    schema = parse(ORDER, [PRICE])
    order = schema.message([0])
    assert order.full_name == "Order"
    price = order.fields_by_name["price"].message_type
    assert price.fields_by_name["net"].message_type.full_name == "shop.Money"


def test_the_order_and_the_number_of_equal_references_do_not_matter() -> None:
    texts = {parse(ORDER, given).canonical() for given in ([MONEY, PRICE], [PRICE, MONEY, PRICE])}
    assert texts == {parse(ORDER, [PRICE]).canonical()}


def test_what_another_file_imports_can_be_named_without_an_import() -> None:
    text = proto('import "price.proto"; message Order { shop.Money sum = 1; }')
    assert parse(text, [PRICE]).message([0]).fields[0].message_type.full_name == "shop.Money"


def test_validation_wants_an_import_for_each_type() -> None:
    unseen = proto('import "price.proto"; message Order { repeated shop.Money sums = 1; }')
    complaint = "Order.sums: the type shop.Money is in 'money.proto', which is not imported"
    with pytest.raises(InvalidSchema, match=complaint):
        parse(unseen, [PRICE]).check_fields()
    in_a_service = proto("service Till { rpc Pay(shop.Money) returns (shop.Money); }")
    with pytest.raises(InvalidSchema, match=r"Till.Pay: the type shop.Money"):
        parse(f"{in_a_service} message M {{}}", [MONEY]).check_fields()


def test_validation_knows_what_an_import_imports_for_others() -> None:
    for kind, text in (("public", "shop.Money"), ("", "shop.Price")):
        price = ReferencedSchema(
            PRICE.name, PRICE.text.replace("import ", f"import {kind} "), PRICE.references
        )
        order = proto(f'import "price.proto"; message Order {{ {text} sum = 1; Order next = 2; }}')
        parse(order, [price]).check_fields()


def test_a_missing_reference_is_named() -> None:
    with pytest.raises(InvalidSchema, match=r"Order.price: .* reference for .* 'price.proto'"):
        parse(ORDER)


def test_a_missing_import_that_no_type_needs_is_no_fault() -> None:
    parse(proto('import "google/api/annotations.proto"; message M { int32 a = 1; }'))


def test_what_is_wrong_in_a_reference_is_said_of_the_reference() -> None:
    broken = ReferencedSchema("money.proto", proto("message Money { int64 units = 0; }"))
    with pytest.raises(InvalidSchema, match=r"in the reference 'money.proto': line 1, column 51"):
        parse(proto('import "money.proto";'), [broken])


def test_two_texts_under_one_name_are_refused() -> None:
    other = ReferencedSchema("money.proto", proto("package shop; message Money { }"))
    with pytest.raises(InvalidSchema, match=r"different texts for 'money\.proto'"):
        parse(ORDER, [PRICE, other])


def test_imports_in_a_circle_are_refused() -> None:
    one = ReferencedSchema("one.proto", proto('import "two.proto";'))
    two = ReferencedSchema("two.proto", proto('import "one.proto";'))
    with pytest.raises(InvalidSchema, match=r"imports form a circle: '(one|two).proto' imports"):
        parse(proto('import "one.proto"; message M { }'), [one, two])


def test_a_type_defined_in_two_files_is_refused() -> None:
    again = ReferencedSchema("again.proto", MONEY.text)
    with pytest.raises(InvalidSchema, match=r"shop.Money is defined twice"):
        parse(proto("message M { shop.Money a = 1; }"), [MONEY, again])


def test_files_that_come_with_protobuf_need_no_reference() -> None:
    names = "any api descriptor duration empty field_mask source_context struct timestamp type"
    imports = " ".join(f'import "google/protobuf/{name}.proto";' for name in names.split())
    text = proto(f"{imports} message M {{ map<string, google.protobuf.Value> a = 1; }}")
    assert parse(text).message([0]).full_name == "M"


@pytest.mark.parametrize("name", GOOGLE_TYPES)
def test_common_types_are_those_of_google(name: str) -> None:
    ours, theirs = FileDescriptorProto(), FileDescriptorProto()
    link(proto(f'import "{name}";'), []).pool.FindFileByName(name).CopyToProto(ours)
    module = import_module(name.removesuffix(".proto").replace("/", ".") + "_pb2")
    module.DESCRIPTOR.CopyToProto(theirs)
    theirs.ClearField("options")
    assert ours == theirs


def test_common_types_need_no_reference() -> None:
    text = proto('import "google/type/money.proto"; message M { google.type.Money a = 1; }')
    money = parse(text).message([0]).fields[0].message_type
    assert [each.name for each in money.fields] == ["currency_code", "units", "nanos"]


def test_a_reference_may_take_the_place_of_a_file_that_comes_with_protobuf() -> None:
    own = ReferencedSchema(
        "google/protobuf/timestamp.proto",
        proto("package google.protobuf; message Timestamp { int64 seconds = 1; }"),
    )
    text = proto(
        'import "google/protobuf/timestamp.proto"; message M { google.protobuf.Timestamp a = 1; }'
    )
    assert len(parse(text, [own]).message([0]).fields[0].message_type.fields) == 1


def test_a_reference_may_have_the_name_that_a_schema_has_by_default() -> None:
    reference = ReferencedSchema("default", proto("message N { int32 a = 1; }"))
    text = proto('import "default"; message M { N a = 1; }')
    assert parse(text, [reference]).message([0]).full_name == "M"


def test_a_long_chain_of_references_is_no_deeper_than_the_stack() -> None:
    chain: tuple[ReferencedSchema, ...] = ()
    for number in range(900):
        before = f'import "{number - 1}.proto";' if chain else ""
        text = proto(f"{before} message M{number} {{ int32 a = 1; }}")
        chain = (ReferencedSchema(f"{number}.proto", text, chain),)
    assert parse(proto('import "899.proto"; message M { M899 a = 1; }'), chain).message([0])


def test_too_many_references_are_refused() -> None:
    many = [ReferencedSchema(f"{n}.proto", proto("")) for n in range(1_001)]
    with pytest.raises(InvalidSchema, match="more than 1000 files"):
        parse(proto("message M { }"), many)


def test_a_message_is_found_by_its_place() -> None:
    schema = parse(proto("package p; message A { } message B { message C { } message D { } }"))
    assert schema.message([1, 1]).full_name == "p.B.D"
    for wrong in ([2], [1, 2], [0, 0], [-1]):
        with pytest.raises(LookupError, match="no message at"):
            schema.message(wrong)
