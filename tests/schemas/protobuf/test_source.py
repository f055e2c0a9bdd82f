"""What a .proto text says: the same as the official compiler makes of it."""

from pathlib import Path

import pytest

from odradek.schemas.protobuf import parse
from odradek.schemas.schema import InvalidSchema, ReferencedSchema
from tests.schemas.protobuf.compiler import Refused, compile_text

IMPORTED = {
    "shared/money.proto": """
        syntax = "proto3";
        package shop;
        message Money { string currency = 1; int64 units = 2; enum Sign { PLUS = 0; MINUS = 1; } }
    """,
}

TEXTS = {
    "every scalar type": """
        syntax = "proto3";
        message M {
          double a = 1; float b = 2; int32 c = 3; int64 d = 4; uint32 e = 5; uint64 f = 6;
          sint32 g = 7; sint64 h = 8; fixed32 i = 9; fixed64 j = 10; sfixed32 k = 11;
          sfixed64 l = 12; bool m = 13; string n = 14; bytes o = 15;
        }
    """,
    "labels of proto3": """
        syntax = "proto3";
        message M { int32 a = 1; optional int32 b_c = 2; repeated string d = 3; int32 _b_c = 4; }
    """,
    "labels of proto2": """
        message M { optional int32 a = 1; required int32 b = 2; repeated int32 c = 3; }
    """,
    "numbers as they can be written": """
        syntax = "proto3";
        message M { int32 a = 0x10; int32 b = 017; reserved 20 to max; }
    """,
    "defaults": r"""
        syntax = "proto2";
        enum E { ONE = 1; TWO = 2; }
        message M {
          optional int32 a = 1 [default = -5];
          optional uint64 b = 2 [default = 0xFFFFFFFFFFFFFFFF];
          optional double c = 3 [default = 1.5e3];
          optional float d = 4 [default = -inf];
          optional double e = 5 [default = nan];
          optional bool f = 6 [default = true];
          optional string g = 7 [default = "caf\u00e9 \"q\" \t"];
          optional bytes h = 8 [default = "\x00\377a'\n"];
          optional E i = 9 [default = TWO];
          optional double j = 10 [default = 7];
          optional double k = 11 [default = 0.1];
          optional string l = 12 [default = 'one ' "and two"];
        }
    """,
    "oneofs": """
        syntax = "proto3";
        message M {
          oneof choice { int32 a = 1; M b = 2; }
          optional string c = 3;
          oneof other { string d = 4; }
        }
    """,
    "maps": """
        syntax = "proto3";
        message M {
          map<string, int32> word_counts = 1;
          map<int64, M.N> by_id = 2 [deprecated = true];
          map<bool, E> third = 3;
          message N {}
          enum E { NONE = 0; }
        }
    """,
    "groups": """
        message M {
          optional group Inner = 1 { optional int32 a = 1; repeated group Deep = 2 { } }
          oneof choice { group Other = 3 { optional string b = 1; } }
        }
    """,
    "nested types and scopes": """
        syntax = "proto3";
        package a.b;
        message Outer {
          message Inner { Outer outer = 1; Other other = 2; message Other { } }
          Inner inner = 1; .a.b.Outer.Inner full = 2; Inner.Other third = 3; b.Other fourth = 4;
          enum Inner2 { ZERO = 0; }
          Inner2 fifth = 5;
        }
        message Other { Outer.Inner.Other x = 1; }
    """,
    "enums": """
        syntax = "proto3";
        enum E {
          option allow_alias = true;
          reserved -5, 10 to 20, 100 to max;
          reserved "OLD", 'OLDER';
          ZERO = 0; NULL_ = 0 [deprecated = true]; MINUS = -1; HEX = 0x7; option_ = 8;
          reserved_ = 9;
        }
    """,
    "reserved numbers and extensions": """
        message M {
          reserved 2, 4 to 6, 9;
          reserved "old", "older";
          extensions 100 to 199, 500;
          extensions 1000 to max;
          optional int32 a = 1;
          extend M { optional int32 within = 101; }
        }
        extend M { optional string outside = 100; repeated M more = 150; }
    """,
    "options": """
        syntax = "proto2";
        option java_package = "org.example"; option java_multiple_files = true;
        option optimize_for = CODE_SIZE; option cc_enable_arenas = false;
        message M {
          option deprecated = true;
          repeated int32 a = 1 [packed = true, deprecated = false, json_name = "AA"];
          optional string b = 2 [ctype = CORD];
          optional int64 c = 3 [jstype = JS_STRING];
        }
        enum E { option deprecated = true; A = 1 [deprecated = true]; }
        service S { option deprecated = true; rpc Ask(M) returns (M) { option deprecated = true; } }
    """,
    "services": """
        syntax = "proto3";
        package p;
        message stream { }
        service S {
          rpc One(.p.stream) returns (p.stream);
          rpc Two(stream p.stream) returns (stream .p.stream) { }
          rpc Three(p.stream) returns (stream stream) {;}
        }
    """,
    "imports": """
        syntax = "proto3";
        package own;
        import "shared/money.proto";
        import public "google/protobuf/timestamp.proto";
        message M { shop.Money a = 1; shop.Money.Sign b = 2; google.protobuf.Timestamp at = 3; }
    """,
    "keywords as names": """
        syntax = "proto3";
        message map { }
        message message { string string = 1; int32 optional = 2; bool group = 3; map to = 4; }
        message M { .message message = 1; }
    """,
    "comments, semicolons and odd layout": """
        // first
        syntax /* between */ = "proto3" ; ;
        ;message M{int32 a=1;;/* * / ** */int32 b=2;// end
        };
    """,
    "a byte order mark": '\ufeffsyntax = "proto3"; message M { int32 a = 1; }',
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_says_what_the_official_compiler_reads_in_it(name: str, tmp_path: Path) -> None:
    references = [ReferencedSchema(*each) for each in IMPORTED.items()]
    ours = parse(TEXTS[name], references).files.root
    assert ours == compile_text(TEXTS[name], tmp_path, IMPORTED)


PROTO3 = 'syntax = "proto3"; '
REFUSED = {
    "a word too much": (PROTO3 + "message M { int32 a = 1 2; }", "line 1, column 44"),
    "no semicolon": (PROTO3 + "message M { int32 a = 1 }", "';' is missing behind"),
    "no end": (PROTO3 + "message M { int32 a = 1;", "'}' is missing behind"),
    "no label in proto2": ("message M { int32 a = 1; }", "begins with optional"),
    "required in proto3": (PROTO3 + "message M { required int32 a = 1; }", "no required"),
    "default in proto3": (PROTO3 + "message M { int32 a = 1 [default = 1]; }", "no defaults"),
    "group in proto3": (PROTO3 + "message M { group G = 1 { } }", "no groups"),
    "number 0": (PROTO3 + "message M { int32 a = 0; }", "from 1 to 536870911"),
    "number too large": (PROTO3 + "message M { int32 a = 536870912; }", "from 1 to"),
    "a number of Protobuf's": (PROTO3 + "message M { int32 a = 19500; }", "19000 to 19999"),
    "a number twice": (PROTO3 + "message M { int32 a = 1; int32 b = 1; }", "same number"),
    "a name twice": (PROTO3 + "message M { int32 a = 1; int32 a = 2; }", "defined twice"),
    "a message twice": (PROTO3 + "message M { } message M { }", "M is defined twice"),
    "a reserved number": (PROTO3 + "message M { reserved 1; int32 a = 1; }", "reserved"),
    "a reserved name": (PROTO3 + 'message M { reserved "a"; int32 a = 1; }', "reserved"),
    "an extension's number": ("message M { extensions 1; optional int32 a = 1; }", "extensions"),
    "a range backwards": (PROTO3 + "message M { reserved 5 to 3; }", "before it begins"),
    "an unknown type": (PROTO3 + "message M { N a = 1; }", "type N is not defined"),
    "an enum without values": (PROTO3 + "enum E { }", "no value"),
    "an enum that begins with 1": (PROTO3 + "enum E { ONE = 1; }", "the number 0"),
    "an alias": (PROTO3 + "enum E { A = 0; B = 0; }", "allow_alias"),
    "values of two enums": (PROTO3 + "enum E { A = 0; } enum F { A = 0; }", "twice"),
    "an empty oneof": (PROTO3 + "message M { oneof choice { } }", "is empty"),
    "repeated in a oneof": (PROTO3 + "message M { oneof o { repeated M a = 1; } }", "no label"),
    "float keys": (PROTO3 + "message M { map<float, int32> a = 1; }", "keys of a map"),
    "a repeated map": (PROTO3 + "message M { repeated map<bool, M> a = 1; }", "no label"),
    "a wrong default": ("message M { optional int32 a = 1 [default = 0x80000000]; }", "from -2147"),
    "an unknown default": (
        "enum E { A = 1; } message M { optional E a = 1 [default = B]; }",
        "no value",
    ),
    "an option twice": (PROTO3 + 'option go_package = "a"; option go_package = "b";', "twice"),
    "an option's wrong value": (PROTO3 + "option java_multiple_files = 1;", "true or false"),
    "an option's unknown value": (PROTO3 + "option optimize_for = NOTHING;", "can be SPEED"),
    "an unknown syntax": ('syntax = "proto4"; message M { }', "proto2 or proto3"),
    "two packages": (PROTO3 + "package a; package b;", "second package"),
    "an unknown escape": (PROTO3 + r'option java_package = "\q";', "escape"),
    "an open string": (PROTO3 + 'option java_package = "abc;\n', "does not end in its line"),
    "an open comment": (PROTO3 + "/* message M { }", "never ends"),
    "a sign without a meaning": (PROTO3 + "message M { } @", "'@' has no meaning"),
    "an enum as a method's type": (
        PROTO3 + "enum E { A = 0; } service S { rpc R(E) returns (E); }",
        "a message must",
    ),
    "a number with letters": (PROTO3 + "message M { int32 a = 1x; }", "followed by a letter"),
    "a number that is not octal": (PROTO3 + "message M { int32 a = 09; }", "octal"),
    "an empty text": (" // nothing\n", "is empty"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_text_that_is_no_schema_is_refused_with_its_reason(name: str, tmp_path: Path) -> None:
    text, reason = REFUSED[name]
    with pytest.raises(InvalidSchema, match=reason.replace("(", r"\(")):
        parse(text)
    if name != "an empty text":  # for the compiler that is a file without definitions
        with pytest.raises(Refused):
            compile_text(text, tmp_path)


def test_editions_are_refused_with_what_to_write_instead() -> None:
    with pytest.raises(InvalidSchema, match="editions are not supported; write syntax"):
        parse('edition = "2023"; message M { int32 a = 1; }')


def test_custom_options_are_kept_as_they_are_written() -> None:
    text = parse(
        """
        syntax = "proto3";
        import "validate/validate.proto"; // not given: only options come from it
        message M {
          string a = 1 [(validate.rules).string.min_len = 1, (tag) = "PII", (weight) = -1.5];
          option (limits) = { most: [1, 2]  name: 'x' };
        }
        """
    ).canonical()
    assert "(validate.rules).string.min_len = 1" in text
    assert '(tag) = "PII"' in text
    assert "(weight) = -1.5" in text
    assert (
        'option (limits) = {\n    most: [\n      1,\n      2\n    ],\n    name: "x"\n  };' in text
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("message M { " * 40 + "} " * 40, "deeper than 32"),
        ('syntax = "proto3"; option (o) = ' + "{ a " * 40 + "} " * 40 + ";", "deeper than 32"),
        ("a" * 3_000_000, "3,000,000 characters"),
        (f"package {'a.' * 300}a;", "601 characters"),
    ],
    ids=["messages in messages", "values in values", "a long text", "a long name"],
)
def test_bombs_are_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidSchema, match=reason):
        parse(text)


def test_a_text_that_defines_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("odradek.schemas.protobuf.source.cursor.DEFINITIONS_MAX", 10)
    values = " ".join(f"V{number} = {number};" for number in range(10))
    with pytest.raises(InvalidSchema, match="more than 10 things"):
        parse(f"enum E {{ {values} }}")


def test_a_text_of_too_many_words_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("odradek.schemas.protobuf.source.tokens.TOKENS_MAX", 10)
    with pytest.raises(InvalidSchema, match="column 11: the text has more than 10 words and signs"):
        parse(";" * 20)
