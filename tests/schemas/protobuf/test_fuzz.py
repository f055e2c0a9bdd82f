"""Whatever a text contains, it is a schema or refused; nothing else comes of it."""

from base64 import b64encode

from hypothesis import given, settings
from hypothesis import strategies as st

from odradek.schemas.protobuf import parse
from odradek.schemas.schema import InvalidSchema
from tests.schemas.protobuf.test_source import TEXTS

WORDS = (
    "syntax package import public option message enum service extend oneof map group reserved "
    "extensions to max optional required repeated rpc returns stream int32 string bytes M N a b "
    "true inf -1 0 1 2 0x7 1.5 \"proto3\" 'x' = ; { } ( ) [ ] < > , . - / : json_name default"
).split()
BOUNDED = settings(max_examples=120, deadline=None)


def judge(text: str) -> None:
    try:
        schema = parse(text)
    except InvalidSchema:
        return
    canonical = parse(schema.canonical())
    assert canonical.canonical() == schema.canonical()
    assert not canonical.incompatibilities(schema)


@BOUNDED
@given(st.text(max_size=200))
def test_any_text_is_a_schema_or_refused(text: str) -> None:
    judge(text)


@BOUNDED
@given(st.lists(st.sampled_from(WORDS), max_size=60))
def test_any_words_are_a_schema_or_refused(words: list[str]) -> None:
    judge('syntax = "proto3"; ' + " ".join(words))


@BOUNDED
@given(
    st.sampled_from(sorted(TEXTS.values())),
    st.integers(0, 2_000),
    st.integers(0, 40),
    st.text(max_size=8),
)
def test_a_text_with_a_hole_in_it_is_a_schema_or_refused(
    text: str, at: int, length: int, filling: str
) -> None:
    at %= len(text)
    judge(text[:at] + filling + text[at + length :])


@BOUNDED
@given(st.binary(max_size=200))
def test_any_bytes_for_a_descriptor_are_a_schema_or_refused(data: bytes) -> None:
    judge(b64encode(data).decode())


@BOUNDED
@given(st.data())
def test_a_broken_descriptor_is_a_schema_or_refused(data: st.DataObject) -> None:
    text = data.draw(
        st.sampled_from(sorted(each for each in TEXTS.values() if "shared/" not in each))
    )
    encoded = bytearray(parse(text).files.root.SerializeToString())
    for _ in range(data.draw(st.integers(1, 4))):
        encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    judge(b64encode(encoded).decode())
