"""What a part says of itself, on stderr: one event a line, with its facts as fields.

A line for a human on a terminal, JSON otherwise. Built on the standard library's logging, which
asyncio loads anyway: the broker's start is not to wait for a logging framework.
"""

import json
import logging
import os
import sys
import time
from typing import Any

FORMAT_VARIABLE = "ODRADEK_LOG_FORMAT"
_FIELDS = "event_fields"


class EventLogger:
    """Logs events by name, with facts as keyword arguments."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger

    def info(self, event: str, **fields: Any) -> None:
        """Something that is worth knowing afterwards."""
        self._logger.info(event, extra={_FIELDS: fields})

    def warning(self, event: str, **fields: Any) -> None:
        """Something an operator should look at some day."""
        self._logger.warning(event, extra={_FIELDS: fields})

    def error(self, event: str, **fields: Any) -> None:
        """Something an operator should look at now."""
        self._logger.error(event, extra={_FIELDS: fields})

    def exception(self, event: str, **fields: Any) -> None:
        """An error with the stack of the exception that is being handled: a bug."""
        self._logger.error(event, exc_info=True, extra={_FIELDS: fields})


def get_logger(name: str) -> EventLogger:
    """The logger of a module."""
    return EventLogger(logging.getLogger(name))


def configure() -> None:
    """Send events to stderr, as its reader can best read them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(HumanFormatter() if is_read_by_a_human() else JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def is_read_by_a_human() -> bool:
    """A terminal is, and what ends on one by way of a supervisor, which says so."""
    return sys.stderr.isatty() or os.environ.get(FORMAT_VARIABLE) == "human"


class HumanFormatter(logging.Formatter):
    """`2026-11-22T21:34:00Z INFO closing connection client=127.0.0.1 reason=...`."""

    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, _FIELDS, {})
        facts = "".join(f" {name}={value}" for name, value in fields.items())
        line = f"{_timestamp(record)} {record.levelname} {record.getMessage()}{facts}"
        return line + (f"\n{self.formatException(record.exc_info)}" if record.exc_info else "")


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, event, then the event's own facts."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "timestamp": _timestamp(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **getattr(record, _FIELDS, {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def _timestamp(record: logging.LogRecord) -> str:
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
    return f"{whole}.{int(record.msecs):03d}Z"
