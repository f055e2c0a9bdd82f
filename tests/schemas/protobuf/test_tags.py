"""Tags in Protobuf schemas are found in every form, and set without anything else changing."""

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from odradek.schemas.protobuf import ProtobufSchema, parse
from odradek.schemas.protobuf.encoded import encode_file
from odradek.schemas.schema import InvalidSchema
from tests.schemas.tagging import changes, tags

TEXT = """
syntax = "proto3";
package shop;
import "confluent/meta.proto";
message Order {
  option (confluent.message_meta) = { doc: "an order", tags: ["BUSINESS", "SHOP"] };
  string id = 1 [deprecated = true, (mine) = "x"];
  optional string mail = 2 [
    (confluent.field_meta).tags = "PII", (confluent.field_meta).tags = "MAIL",
    (.confluent.field_meta).doc = "where to write"
  ];
  oneof payment {
    string card = 3 [(confluent.field_meta) = { tags: "CARD" params: [{ key: "k", value: "v" }] }];
    string cash = 4;
  }
  message Line { map<string, int32> prices = 1; }
  repeated Line lines = 5;
}
message Other { string id = 1; }
"""
FOUND = {
    "record:Order": ["BUSINESS", "SHOP"],
    "field:Order.card": ["CARD"],
    "field:Order.mail": ["PII", "MAIL"],
}


def test_tags_are_found_in_every_form() -> None:
    assert list(tags(parse(TEXT)).items()) == list(FOUND.items())


def test_tags_are_added_and_removed() -> None:
    add = {
        "field:Order.mail": ["NEW"],
        "record:Order.Line": ["LINE"],
        "field:Order.Line.prices": ["MONEY"],
        "field:Order.cash": ['a "quoted" täg'],
    }
    remove = {"field:Order.mail": ["PII"], "record:Order": ["BUSINESS", "SHOP"]}
    retagged = parse(parse(TEXT).retagged(changes(add, remove)))
    assert tags(retagged) == {
        "field:Order.card": ["CARD"],
        "field:Order.cash": ['a "quoted" täg'],
        "field:Order.mail": ["MAIL", "NEW"],
        "record:Order.Line": ["LINE"],
        "field:Order.Line.prices": ["MONEY"],
    }
    text = retagged.canonical()
    assert all(kept in text for kept in ("an order", "where to write", "deprecated", "(mine)"))
    assert parse(text).canonical() == text


def test_nothing_is_left_of_an_option_that_said_nothing_else() -> None:
    plain = 'syntax = "proto3"; message M { string a = 1; }'
    tagged = parse(parse(plain).retagged(changes({"field:M.a": ["X"], "record:M": ["Y"]})))
    assert tags(tagged) == {"record:M": ["Y"], "field:M.a": ["X"]}
    bare = parse(tagged.retagged(changes(remove=tags(tagged))))
    assert bare.canonical() == parse(plain).canonical()


def test_field_of_a_oneof_may_be_named_through_it() -> None:
    tagged = parse(parse(TEXT).retagged(changes({"field:Order.payment.cash": ["X"]})))
    assert tags(tagged)["field:Order.cash"] == ["X"]


@pytest.mark.parametrize(
    "path",
    [
        "field:shop.Order.id",
        "field:Order.nothing",
        "field:Order.payment",
        "field:Order.payment.id",
        "field:Order._mail.mail",
        "field:Order",
        "field:",
        "record:Order.id",
        "record:Order.Line.PricesEntry",
        "record:",
    ],
)
def test_path_that_leads_nowhere_is_named(path: str) -> None:
    with pytest.raises(InvalidSchema, match="at the path"):
        parse(TEXT).retagged(changes({path: ["X"]}))


def test_what_an_option_says_otherwise_is_kept() -> None:
    text = TEXT.replace('tags: "CARD"', 'tags: "CARD", future: [{a: 1.5e3}, {b: TRUE}]')
    retagged = parse(parse(text).retagged(changes({"field:Order.card": ["X"]})))
    assert tags(retagged)["field:Order.card"] == ["CARD", "X"]
    again = parse(retagged.retagged(changes(remove={"field:Order.card": ["CARD", "X"]})))
    assert all(kept in again.canonical() for kept in ("future", "1.5e3", "TRUE", '"v"'))


def test_option_that_is_no_message_is_not_written_over() -> None:
    text = TEXT.replace('(confluent.field_meta).tags = "MAIL"', '(confluent.field_meta) = "MAIL"')
    assert tags(parse(text))["field:Order.mail"] == ["PII"]
    with pytest.raises(InvalidSchema, match=r"confluent\.field_meta"):
        parse(text).retagged(changes({"field:Order.mail": ["X"]}))


def meta(*tags: str) -> bytes:
    """The option with these tags, as a compiler encodes it."""
    body = b"".join(bytes([0x1A, len(tag)]) + tag.encode() for tag in tags)
    return bytes([0x82, 0x44, len(body)]) + body


def encoded() -> ProtobufSchema:
    """As a compiler writes it, and confluent-kafka's serializers register it."""
    file = FileDescriptorProto(name="order.proto", syntax="proto3")
    message = file.message_type.add(name="Order")
    message.options.MergeFromString(meta("BUSINESS"))
    field = message.field.add(name="mail", number=1, type=9, label=1)
    field.options.deprecated = True
    field.options.MergeFromString(meta("PII", "MAIL"))
    return parse(encode_file(file))


def test_tags_are_found_in_a_descriptor() -> None:
    assert tags(encoded()) == {"record:Order": ["BUSINESS"], "field:Order.mail": ["PII", "MAIL"]}


def test_tags_of_a_descriptor_are_changed() -> None:
    change = changes({"record:Order": ["X"]}, {"field:Order.mail": ["PII", "MAIL"]})
    retagged = parse(encoded().retagged(change))
    assert tags(retagged) == {"record:Order": ["BUSINESS", "X"]}
    assert "deprecated = true" in retagged.canonical()


def test_extensions_are_left_out_where_they_are_asked_not_to_be_there() -> None:
    text = """
    syntax = "proto2";
    import "google/protobuf/descriptor.proto";
    option java_package = "shop";
    option (team) = "orders";
    extend google.protobuf.FieldOptions { optional string mine = 50001; }
    message Order {
      option (confluent.message_meta).tags = "BUSINESS";
      option (audited) = true;
      extensions 100 to 200;
      extend Order { optional string more = 100; }
      optional string id = 1 [(mine) = "x", (confluent.field_meta).tags = "PII", deprecated = true];
      optional Kind kind = 2 [(mine) = "y"];
    }
    enum Kind { A = 0 [(shown) = "a"]; option (mine_too) = 1; }
    service Orders { option (s) = 1; rpc Get (Order) returns (Order) { option (r) = 1; } }
    """
    plain = parse(text).formatted("ignore_extensions")
    assert plain is not None
    gone = ["team", "mine", "audited", "extensions", "extend ", "shown", "(s)", "(r)"]
    assert [each for each in gone if each in plain] == []
    assert all(kept in plain for kept in ("java_package", "BUSINESS", "PII", "deprecated = true"))
    assert parse(plain).canonical() == plain


def test_extensions_of_a_descriptor_are_left_out_but_for_the_meta() -> None:
    file = FileDescriptorProto(name="order.proto", syntax="proto3")
    message = file.message_type.add(name="Order")
    field = message.field.add(name="mail", number=1, type=9, label=1)
    field.options.MergeFromString(bytes.fromhex("82f118026f6b"))  # 50000: "ok"
    field.options.MergeFromString(meta("PII"))
    plain = parse(encode_file(file)).formatted("ignore_extensions")
    assert plain is not None
    assert tags(parse(plain)) == {"field:Order.mail": ["PII"]}
    bare = parse(parse(plain).retagged(changes(remove={"field:Order.mail": ["PII"]})))
    assert "[" not in bare.canonical()
