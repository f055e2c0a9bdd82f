"""What the compiler writes: as few calls as the layout allows, compiled once."""

from pathlib import Path

from odradek.protocol.compiler.decoder import write_decoder
from odradek.protocol.compiler.encoder import LARGE_PAYLOAD_BYTES, write_encoder
from odradek.protocol.messages.init_producer_id import InitProducerIdRequest
from tests.protocol.compiler.declared import Batches, Numbers, Shapes, Trailing


def test_neighbouring_fixed_width_fields_are_read_and_written_in_one_call() -> None:
    assert write_decoder(Numbers, 1, is_flexible=True).text().count("= unpack") == 1
    assert write_encoder(Numbers, 1, is_flexible=True).text().count("(pack") == 1


def test_what_follows_a_nested_struct_is_read_with_it() -> None:
    source = write_decoder(Shapes, 0, is_flexible=False).text()
    assert "x_1, y_2, cursor_marker_4 = " in source


def test_codecs_are_compiled_once_for_each_version() -> None:
    Numbers.decode(Numbers().encode(0), 0)
    decoder, encoder = Numbers.decoders[0], Numbers.encoders[0]
    Numbers.decode(Numbers().encode(0), 0)
    assert Numbers.decoders[0] is decoder
    assert Numbers.encoders[0] is encoder


def test_a_generated_function_is_named_in_tracebacks() -> None:
    assert Numbers.decoders[1].__code__.co_filename == "<decode Numbers v1>"


def test_decoded_records_are_a_slice_of_the_input() -> None:
    data = bytearray(Batches(records=b"batch").encode(1))
    records = Batches.decode(memoryview(data), 1).records
    assert isinstance(records, memoryview)
    data[data.index(b"batch")] = ord("B")
    assert bytes(records) == b"Batch"
    records[1] = ord("A")
    assert b"BAtch" in data


def test_large_records_are_passed_through_uncopied() -> None:
    payload = memoryview(bytes(LARGE_PAYLOAD_BYTES))
    before, records, after = Batches(records=payload).encode_parts(1)
    assert records is payload
    assert (before, after) == (b"\x01\x81\x20", b"\x02\x00")
    assert Batches(records=payload).encode(1) == bytes(before) + payload + bytes(after)


def test_large_records_at_the_very_end_leave_no_empty_piece() -> None:
    payload = bytes(LARGE_PAYLOAD_BYTES)
    assert Trailing(records=payload).encode_parts(0) == [b"\x00\x00\x10\x00", payload]


def test_small_records_are_joined_with_their_surroundings() -> None:
    assert Batches(records=b"ab").encode_parts(0) == [b"\x01\x00\x00\x00\x02ab\x02"]
    assert Batches(records=None).encode_parts(1) == [b"\x01\x00\x02\x00"]


def test_the_decoder_shown_in_the_documentation_is_the_one_that_is_written() -> None:
    page = Path(__file__).parents[3] / "docs" / "internals" / "protocol.md"
    source = write_decoder(InitProducerIdRequest, 3, is_flexible=True).text()
    assert source in page.read_text(encoding="utf-8")
