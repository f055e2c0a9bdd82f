"""The ledger knows the fate of every record."""

from confluent_kafka import KafkaError, Message

from odradek.ops.benchmark.losing import Ledger, number_in, numbered
from odradek.ops.benchmark.matrix import QUICK
from odradek.ops.benchmark.run import doomed


def test_number_survives_in_a_value_of_the_size_asked_for() -> None:
    value = numbered(123_456_789, 100)
    assert (len(value), number_in(value)) == (100, 123_456_789)


def test_acknowledged_record_that_is_not_found_is_lost() -> None:
    ledger = Ledger()
    acknowledged, failed, lost, twice = range(4)
    for _ in range(4):
        ledger.count_sent()
    for number in (acknowledged, lost, twice):
        ledger.take_report(None, Message(topic="t", value=numbered(number, 20)))
    error = KafkaError(KafkaError._MSG_TIMED_OUT)
    ledger.take_report(error, Message(topic="t", value=numbered(failed, 20)))
    for number in (acknowledged, twice, twice):
        ledger.take_found(numbered(number, 20))
    loss = ledger.loss("1", kills=1)
    assert (loss.acknowledged_records, loss.failed_records) == (3, 1)
    assert (loss.lost_records, loss.duplicated_records) == (1, 1)


def test_record_found_without_an_acknowledgement_is_no_loss() -> None:
    ledger = Ledger()
    ledger.count_sent()
    ledger.take_found(numbered(0, 20))
    loss = ledger.loss("0", kills=1)
    assert (loss.acknowledged_records, loss.lost_records) == (0, 0)


def test_each_promise_meets_its_kill_with_the_smallest_records() -> None:
    cells = doomed(QUICK)
    assert [cell.promise for cell in cells] == ["0", "1", "all", "all, idempotent"]
    assert {cell.size_bytes for cell in cells} == {100}
