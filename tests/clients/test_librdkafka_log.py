import logging

from odradek.clients.librdkafka_log import KINDS_MAX, QUIET_S, RepeatedLines


def said(lines: RepeatedLines, text: str, at_s: float) -> str | None:
    record = logging.LogRecord("librdkafka", logging.ERROR, "", 0, text, (), None)
    record.created = at_s
    return record.getMessage() if lines.filter(record) else None


def test_line_is_said_once_in_a_while_whatever_its_numbers_are() -> None:
    lines = RepeatedLines()
    assert said(lines, "127.0.0.1:9092 refused after 3ms", 1_000.0)
    assert said(lines, "127.0.0.1:9092 refused after 5ms", 1_001.0) is None
    assert said(lines, "127.0.0.1:9092 refused after 7ms", 1_002.0) is None
    assert said(lines, "127.0.0.1:9092 refused after 9ms", 1_000.0 + QUIET_S) == (
        "127.0.0.1:9092 refused after 9ms (and 2 times more since it was said)"
    )


def test_other_lines_pass() -> None:
    lines = RepeatedLines()
    assert said(lines, "refused", 1_000.0)
    assert said(lines, "authentication failed", 1_000.0)


def test_kinds_of_lines_are_bounded() -> None:
    lines = RepeatedLines()
    for number in range(2 * KINDS_MAX):
        name = "".join(chr(97 + int(digit)) for digit in str(number))
        assert said(lines, f"broker {name} is gone", 1_000.0)
    assert len(lines._passed_s) <= KINDS_MAX
