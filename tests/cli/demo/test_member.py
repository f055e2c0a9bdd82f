import pytest
from confluent_kafka import Message

from odradek.cli.demo.member import Reading


def record(partition: int, offset: int) -> "Message[bytes, bytes]":
    return Message(topic="t", partition=partition, offset=offset, value=b"", error=None)


@pytest.mark.parametrize(
    ("positions", "repeated", "skipped"),
    [
        ([(0, 0), (0, 1), (1, 0), (0, 2), (1, 1)], 0, 0),
        ([(0, 0), (0, 1), (0, 1), (0, 2)], 1, 0),
        ([(0, 0), (0, 3), (0, 4)], 0, 2),
        ([(0, 2)], 0, 2),
        ([(0, 0), (0, 1), (0, 0), (0, 1), (0, 2)], 2, 0),
    ],
)
def test_each_record_has_to_follow_on_the_last_of_its_partition(
    positions: list[tuple[int, int]], repeated: int, skipped: int
) -> None:
    reading = Reading(batch_records=1)
    for position in positions:
        reading.add([record(*position)])

    assert (reading.records, reading.repeated, reading.skipped) == (
        len(positions),
        repeated,
        skipped,
    )


def test_batch_gives_the_offsets_that_are_to_be_committed() -> None:
    reading = Reading(batch_records=10)

    assert reading.add([record(0, 0), record(2, 0), record(0, 1)]) == {0: 2, 2: 1}
    assert reading.add([]) == {}
