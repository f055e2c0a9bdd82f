"""Letters for the tests of what carries and keeps them."""

from hypothesis import strategies as st

from odradek.clients.dead_letter.letter import Failure, Letter, PlainRecord, Stage

FAILURE = Failure(
    Stage.KAFKA_PRODUCE,
    "odradek.clients.DeliveryError",
    "the record is larger than the topic takes",
    error_code="MSG_SIZE_TOO_LARGE",
    attempts=1,
    client_id="odradek",
    failed_at_ms=1_795_743_120_000,
)

# The reader of batches takes a header's name for text, so it must be some.
header_names = st.text(st.characters(codec="utf-8"), max_size=20)
plain_records = st.builds(
    PlainRecord,
    topic=st.sampled_from(["orders", "payments"]),
    key=st.none() | st.binary(max_size=20),
    value=st.none() | st.binary(max_size=200),
    headers=st.lists(
        st.tuples(
            header_names
            | st.sampled_from(["odradek.kept", "__connect.errors.topic", "odradek.spool.topic"]),
            st.none() | st.binary(max_size=20),
        ),
        max_size=4,
    ).map(tuple),
    timestamp_ms=st.none() | st.integers(0, 2**42),
    partition=st.none() | st.integers(0, 100),
)


def letter(number: int = 0, *, topic: str = "orders") -> Letter:
    """A letter that can be told from others by its key."""
    record = PlainRecord(topic, f"key-{number}".encode(), b"value", (("h", b"1"),), 1_000 + number)
    return Letter(record, FAILURE)


def spoolable(number: int) -> PlainRecord:
    """A record for a spool that can be told from others."""
    return PlainRecord("orders.dlq", str(number).encode(), b"v" * 50, (("h", None),), number)
