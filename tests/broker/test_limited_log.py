"""A client that errs without end gets a few lines, and the count of the others."""

import logging

import pytest

from odradek.broker.limited_log import LINES_IN_ALL, LINES_PER_CLIENT, WINDOW_S, LimitedLog
from odradek.event_log import get_logger


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(clock: Clock, caplog: pytest.LogCaptureFixture) -> LimitedLog:
    caplog.set_level(logging.INFO)
    return LimitedLog(get_logger("tests.limited"), clock)


def events(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_each_client_has_its_lines_until_the_window_is_over(
    log: LimitedLog, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for client in ("a", "b"):
        for _ in range(LINES_PER_CLIENT + 2):
            log.info("closing connection", client=client)
    assert events(caplog) == ["closing connection"] * 2 * LINES_PER_CLIENT
    clock.now_s = WINDOW_S
    log.settle()
    log.settle()
    assert events(caplog)[2 * LINES_PER_CLIENT :] == ["lines about clients were left out"]
    assert caplog.records[-1].event_fields == {"count": 4}  # type: ignore[attr-defined]
    log.info("closing connection", client="a")
    assert events(caplog)[-1] == "closing connection"


def test_many_clients_together_are_bounded_too(
    log: LimitedLog, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(2 * LINES_IN_ALL):
        log.info("closing connection", client=str(number))
    assert len(events(caplog)) == LINES_IN_ALL


def test_bug_that_a_client_found_fills_no_log_either(
    log: LimitedLog, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2 * LINES_PER_CLIENT):
        try:
            {}["a bug"]
        except KeyError:
            log.exception("request failed", client="a")
    assert len(events(caplog)) == LINES_PER_CLIENT
    assert all(record.exc_info for record in caplog.records)
